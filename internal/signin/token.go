package signin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"karikagi/internal/api"
	"karikagi/internal/session"
)

// Doer sends a request; it follows no redirect and bounds the answer.
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// Error is why there is no sign-in token. It holds nothing of the session.
type Error struct {
	Problem  session.Problem
	Message  string
	Endpoint string // scheme and host that was asked
	// Duration tells that a session duration was asked for.
	Duration bool
}

func (e *Error) Error() string { return "sign-in token: " + e.Message }

// Token asks for a sign-in token: getSigninToken, with the session as JSON. The
// console session lasts as long as the credentials; a session duration other
// than 0 asks for its own, which the endpoint takes only for a role that was
// assumed with long-term keys. The error is an *Error, or what ended the run.
func (e Endpoint) Token(ctx context.Context, client Doer, c api.Credentials, sessionDuration time.Duration) (string, error) {
	r, err := e.request(ctx, c, sessionDuration)
	if err != nil {
		return "", e.failed(err, sessionDuration)
	}
	answer, err := client.Do(r)
	if err != nil {
		return "", e.failed(err, sessionDuration)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return "", e.failed(err, sessionDuration)
	}
	wrong := &Error{Problem: session.ProblemAnswer, Endpoint: e.origin(), Duration: sessionDuration != 0}
	if answer.StatusCode != http.StatusOK {
		if answer.StatusCode/100 == 4 {
			wrong.Problem = session.ProblemRefused
		}
		wrong.Message = fmt.Sprintf("%s refused the session (HTTP %d)", e.origin(), answer.StatusCode)
		return "", wrong
	}
	token, err := readToken(body)
	if err != nil {
		wrong.Message = fmt.Sprintf("the answer from %s was not the sign-in service's: %v", e.origin(), err)
		return "", wrong
	}
	return token, nil
}

// request carries the session in the body where the endpoint takes it there.
func (e Endpoint) request(ctx context.Context, c api.Credentials, sessionDuration time.Duration) (*http.Request, error) {
	text, err := json.Marshal(map[string]string{"sessionId": c.AccessKeyID, "sessionKey": c.SecretAccessKey, "sessionToken": c.SessionToken})
	if err != nil {
		return nil, err
	}
	form := url.Values{"Action": {"getSigninToken"}, "SessionType": {"json"}, "Session": {string(text)}}
	if sessionDuration != 0 {
		form.Set("SessionDuration", strconv.Itoa(int(sessionDuration/time.Second)))
	}
	u, method, body := *e.address, http.MethodPost, form.Encode()
	if !e.place.posted {
		u.RawQuery, method, body = body, http.MethodGet, ""
	}
	r, err := http.NewRequestWithContext(ctx, method, u.String(), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "karikagi")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r, nil
}

// failed puts what kept the endpoint from answering in a few words, without the
// request's address, in which the session may stand.
func (e Endpoint) failed(err error, sessionDuration time.Duration) error {
	reason := session.Recast("sign-in token", err)
	if reason.Problem == session.ProblemCanceled {
		return reason
	}
	_, network := errors.AsType[*net.OpError](err)
	_, lookup := errors.AsType[*net.DNSError](err)
	if reason.Problem == session.ProblemUnreachable && !network && !lookup {
		// net/http quotes an answer that it cannot read, in which the request may have come back.
		reason.Message = e.origin() + " gave no answer that can be read"
	}
	if strings.Contains(reason.Message, "larger than any") {
		reason.Message = "the answer from " + e.origin() + " is larger than any of the sign-in service's"
	}
	return &Error{Problem: reason.Problem, Message: reason.Message, Endpoint: e.origin(), Duration: sessionDuration != 0}
}

func (e Endpoint) origin() string { return e.address.Scheme + "://" + e.address.Host }

// maxToken is far above any sign-in token (some 1500 characters), and below what
// browsers take for a URL.
const maxToken = 16 << 10

// readToken takes an answer as hostile input: whoever answers at a configured
// address may not be AWS, and the token goes into a URL that people open.
func readToken(body []byte) (string, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	var answer struct{ SigninToken string }
	if err := decoder.Decode(&answer); err != nil {
		return "", errors.New("want JSON")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return "", errors.New("want one JSON object and nothing behind it")
	}
	bad := strings.ContainsFunc(answer.SigninToken, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-._~+/=", r)
	})
	switch {
	case answer.SigninToken == "":
		return "", errors.New("it has no SigninToken")
	case bad || len(answer.SigninToken) > maxToken:
		return "", errors.New("its SigninToken is none")
	}
	return answer.SigninToken, nil
}
