package api

import (
	"errors"
	"fmt"
	"time"
)

// wire is the credentials answer. It is at once what the SDKs' container
// provider reads (Token) and what credential_process promises (Version 1,
// SessionToken): one answer for both readers, so the token stands in it twice.
type wire struct {
	Version         int
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Token           string
	Expiration      string
	AccountID       string `json:"AccountId"`
}

// wireTime is RFC 3339 in UTC: botocore needs the zone, and all SDKs take Z.
const wireTime = "2006-01-02T15:04:05Z"

// MarshalWire is the answer to a caller, one line of JSON. Credentials that are
// not whole are none.
func (c Credentials) MarshalWire() ([]byte, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	return encode(wire{1, c.AccessKeyID, c.SecretAccessKey, c.SessionToken, c.SessionToken, c.Expiration.UTC().Format(wireTime), c.AccountID})
}

// ParseWire reads an answer as hostile input: whoever answers at a configured
// URL may not be the function, and these values go into people's shells. A key
// that is new is let pass; no error quotes a value.
func ParseWire(body []byte) (Credentials, error) {
	members, err := readObject(body)
	if err != nil {
		return Credentials{}, err
	}
	var w wire
	for _, m := range members {
		if err := w.read(m); err != nil {
			return Credentials{}, err
		}
	}
	expiration, err := time.Parse(wireTime, w.Expiration)
	switch {
	case w.Version != 1:
		return Credentials{}, errors.New("want Version 1")
	case w.Token != w.SessionToken:
		return Credentials{}, errors.New("the answer holds two different session tokens")
	case err != nil || expiration.Format(wireTime) != w.Expiration: // Parse lets fractions pass
		return Credentials{}, errors.New("want an Expiration like " + wireTime)
	}
	c := Credentials{AccessKeyID: w.AccessKeyID, SecretAccessKey: w.SecretAccessKey, SessionToken: w.SessionToken, Expiration: expiration, AccountID: w.AccountID}
	if err := c.Check(); err != nil {
		return Credentials{}, err
	}
	return c, nil
}

func (w *wire) read(m member) (err error) {
	switch m.key {
	case "Version":
		w.Version, err = m.integer()
	case "AccessKeyId":
		w.AccessKeyID, err = m.text()
	case "SecretAccessKey":
		w.SecretAccessKey, err = m.text()
	case "SessionToken":
		w.SessionToken, err = m.text()
	case "Token":
		w.Token, err = m.text()
	case "Expiration":
		w.Expiration, err = m.text()
	case "AccountId":
		w.AccountID, err = m.text()
	}
	return err
}

// Check refuses what no AWS session is. No error quotes a value.
func (c Credentials) Check() error {
	if c.SessionToken == "" {
		return errors.New("session token: empty")
	}
	if err := c.CheckKeys(); err != nil {
		return err
	}
	if year := c.Expiration.UTC().Year(); year < 2000 || year > 9999 {
		return errors.New("no expiration")
	}
	return checkAccount(c.AccountID)
}

// CheckKeys checks what signs a request: a key and, if it is a session's, the
// token. It refuses what no AWS credential holds: all are printable ASCII
// without spaces. AWS fixes no length for a session token ("make no assumption
// about its maximum size", STS API reference).
func (c Credentials) CheckKeys() error {
	for _, field := range []struct{ name, value string }{
		{"access key ID", c.AccessKeyID}, {"secret access key", c.SecretAccessKey}, {"session token", c.SessionToken},
	} {
		if field.value == "" && field.name != "session token" {
			return fmt.Errorf("%s: empty", field.name)
		}
		for i := range len(field.value) {
			if field.value[i] <= ' ' || field.value[i] > '~' {
				return fmt.Errorf("%s: has a character that no AWS credential has", field.name)
			}
		}
	}
	return nil
}

func checkAccount(id string) error {
	for i := range len(id) {
		if id[i] < '0' || id[i] > '9' {
			return errors.New("account ID: want 12 digits")
		}
	}
	if len(id) != 12 {
		return errors.New("account ID: want 12 digits")
	}
	return nil
}
