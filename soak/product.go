package main

import (
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// readProduct reads a session from an answer, in the form that it says it has.
func readProduct(r reply) (p product, err error) {
	var expiration string
	if strings.HasPrefix(r.header.Get("Content-Type"), "text/plain") {
		values := map[string]string{}
		for line := range strings.Lines(string(r.body)) {
			if assignment, ok := strings.CutPrefix(strings.TrimSpace(line), "export "); ok {
				name, value, _ := strings.Cut(assignment, "=")
				values[name] = strings.Trim(value, "'")
			}
		}
		p.keys.AccessKeyID, p.keys.SecretAccessKey = values["AWS_ACCESS_KEY_ID"], values["AWS_SECRET_ACCESS_KEY"]
		p.keys.SessionToken, expiration = values["AWS_SESSION_TOKEN"], values["AWS_CREDENTIAL_EXPIRATION"]
	} else {
		var form struct {
			Version                                          int
			AccessKeyID                                      string `json:"AccessKeyId"`
			SecretAccessKey, SessionToken, Token, Expiration string
			AccountID                                        string `json:"AccountId"`
		}
		if err := json.Unmarshal(r.body, &form); err != nil {
			return p, errors.New("it is not JSON")
		}
		if form.Version != 1 || form.Token != form.SessionToken {
			return p, errors.New("want Version 1, and one token")
		}
		p.keys.AccessKeyID, p.keys.SecretAccessKey, p.keys.SessionToken = form.AccessKeyID, form.SecretAccessKey, form.SessionToken
		p.account, expiration = form.AccountID, form.Expiration
	}
	if p.keys.AccessKeyID == "" || p.keys.SecretAccessKey == "" || p.keys.SessionToken == "" {
		return p, errors.New("a part of the session is missing")
	}
	if p.expiration, err = time.Parse(time.RFC3339, expiration); err != nil {
		return p, errors.New("it has no expiration")
	}
	return p, nil
}
