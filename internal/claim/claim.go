// Package claim gets a session from the vending function: it signs a request,
// sends it to an address that was checked, and reads the answer as hostile
// input. It knows neither flags nor how the function decides.
package claim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"karikagi/internal/api"
	"karikagi/internal/session"
)

// Signer signs a request as the caller; *source.Source is one.
type Signer interface {
	Sign(ctx context.Context, r *http.Request, body []byte, service, region string) error
}

// Client asks one function as one caller.
type Client struct {
	Address Address
	Region  string // that requests are signed for
	HTTP    aws.HTTPClient
	Signer  Signer
}

// Error is why the function gave nothing. Its texts are fit for a terminal.
type Error struct {
	Answer *api.Error     // what the function, or the service before it, said; nil without an answer
	Reach  *session.Error // what kept it from answering; nil with an answer
	// FromService tells that the answer has none of the function's codes: Lambda
	// itself refused, and the function never saw the request.
	FromService bool
	RetryAfter  string
}

func (e *Error) Error() string {
	if e.Reach != nil {
		return strings.TrimPrefix(e.Reach.Error(), ": ")
	}
	who := "the function"
	if e.FromService {
		who = "the Function URL"
	}
	return fmt.Sprintf("%s: %s", who, session.Printable(e.Answer.Error()))
}

// Get claims a session by a grant.
func (c Client) Get(ctx context.Context, grant string, r api.Request) (api.Credentials, error) {
	if err := checkGrant(grant); err != nil {
		return api.Credentials{}, err
	}
	body, err := r.Marshal()
	if err != nil {
		return api.Credentials{}, fmt.Errorf("request: %w", err)
	}
	answer, err := c.call(ctx, http.MethodPost, body, "grants", grant, "credentials")
	if err != nil {
		return api.Credentials{}, err
	}
	credentials, err := api.ParseWire(answer)
	// This machine's clock is right within MaxSkew, or the request's signature
	// would have been refused.
	if err == nil && !credentials.Expiration.Add(session.MaxSkew).After(time.Now()) {
		err = errors.New("its session has ended")
	}
	if err != nil {
		return api.Credentials{}, c.notTheFunction(err)
	}
	return credentials, nil
}

// List asks who the caller is to the function, and which grants are open.
func (c Client) List(ctx context.Context) (api.Me, error) {
	answer, err := c.call(ctx, http.MethodGet, nil)
	if err != nil {
		return api.Me{}, err
	}
	me, err := api.ParseMe(answer)
	if err != nil {
		return api.Me{}, c.notTheFunction(err)
	}
	return me, nil
}

// call sends one signed request and returns the body of a 200.
func (c Client) call(ctx context.Context, method string, body []byte, path ...string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.Address.join(path...).String(), bytes.NewReader(body))
	if err != nil {
		return nil, &Error{Reach: session.Recast("", err)}
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "karikagi")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	if err := c.Signer.Sign(ctx, r, body, "lambda", c.Region); err != nil {
		return nil, &Error{Reach: session.Recast("", err)}
	}
	answer, err := c.HTTP.Do(r)
	if err != nil {
		return nil, &Error{Reach: session.Recast("", err)}
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, &Error{Reach: session.Recast("", err)}
	}
	if answer.StatusCode != http.StatusOK {
		e := api.ParseError(answer.StatusCode, text)
		// Behind the reading: JSON can write the token in many ways.
		e.Message, e.RequestID = session.WithoutToken(e.Message, r), session.WithoutToken(e.RequestID, r)
		if e.Message == "" {
			e.Message = fmt.Sprintf("HTTP %d", answer.StatusCode)
		}
		return nil, &Error{Answer: e, FromService: e.RequestID == "", RetryAfter: session.Printable(answer.Header.Get("Retry-After"))}
	}
	return text, nil
}

// notTheFunction is for a 200 that a vending function would not send.
func (c Client) notTheFunction(err error) error {
	return &Error{Reach: &session.Error{Problem: session.ProblemAnswer, Endpoint: c.Address.URL.Scheme + "://" + c.Address.URL.Host,
		Message: fmt.Sprintf("the answer from %s was not a vending function's: %s", c.Address.URL.Host, session.Printable(err.Error()))}}
}

// checkGrant refuses what cannot be a grant's name, before it becomes part of a
// path: letters, digits, dot, dash and underscore, which every client signs alike.
func checkGrant(name string) error {
	bad := strings.ContainsFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-", r)
	})
	if name == "" || len(name) > 64 || bad || strings.Trim(name, ".") == "" {
		return fmt.Errorf("grant %.80q: %w", name, ErrGrantName)
	}
	return nil
}

// ErrGrantName is for a name that no grant has.
var ErrGrantName = errors.New("want 1 to 64 letters, digits, dots, dashes and underscores")
