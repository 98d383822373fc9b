package session

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// Problem is why an Error is one, where STS itself gave no code.
type Problem string

// The problems on the way to STS and back.
const (
	ProblemRefused     Problem = "refused"     // STS answered with a code
	ProblemUnreachable Problem = "unreachable" // no connection, or no answer
	ProblemTLS         Problem = "tls"         // the server's certificate did not verify
	ProblemAnswer      Problem = "answer"      // whoever answered was not STS, or not whole
	ProblemTimeout     Problem = "timeout"     // the deadline of the run passed
	ProblemCanceled    Problem = "canceled"    // the user ended the run
	ProblemSetup       Problem = "setup"       // the call could not be built
)

// MaxSkew is how far a clock may be off before AWS refuses signatures
// ("Signature expired", five minutes either way for STS).
const MaxSkew = 5 * time.Minute

// Error is STS's refusal, or why STS could not be asked: the SDK's error in the
// words of this program. No field holds a secret or a signed URL.
type Error struct {
	Operation string // AssumeRole, GetCallerIdentity
	Problem   Problem
	Code      string // STS's code; both ExpiredToken and ExpiredTokenException occur
	Message   string // AWS's own sentence, or ours where AWS said nothing
	RequestID string
	Status    int    // of the HTTP answer; 0 without one
	Endpoint  string // scheme and host that was asked, "" when unknown
	// Skew is how far this machine's clock is behind the answer's Date header.
	Skew time.Duration
}

func (e *Error) Error() string {
	if e.Problem != ProblemRefused {
		return fmt.Sprintf("%s: %s", e.Operation, e.Message)
	}
	text := fmt.Sprintf("%s: %s: %s", e.Operation, e.Code, e.Message)
	if e.RequestID != "" {
		text += fmt.Sprintf(" (request id %s)", e.RequestID)
	}
	return text
}

// Expired tells that STS found the caller's own credentials expired. The wire
// says ExpiredToken, the model ExpiredTokenException.
func (e *Error) Expired() bool {
	return e.Code == "ExpiredToken" || e.Code == "ExpiredTokenException"
}

// WrongClock tells that this machine's clock, and not its key, made STS refuse.
func (e *Error) WrongClock() bool {
	return e.Problem == ProblemRefused && e.Skew.Abs() > MaxSkew
}

// Recast puts what the SDK returned for an operation in this program's words.
func Recast(operation string, err error) *Error {
	e := &Error{Operation: operation, Problem: ProblemSetup}
	var sent *http.Request
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok && response.Response != nil && response.HTTPResponse() != nil {
		e.readResponse(response)
		sent = response.HTTPResponse().Request
	}
	if sent, ok := errors.AsType[*url.Error](err); ok {
		e.Endpoint = origin(sent.URL)
	}
	refused, isAPI := errors.AsType[smithy.APIError](err)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		e.Problem, e.Message = ProblemTimeout, "no answer in time"+e.from()
	case errors.Is(err, context.Canceled):
		e.Problem, e.Message = ProblemCanceled, "interrupted"
	case isAPI && refused.ErrorCode() != "" && refused.ErrorCode() != "UnknownError":
		e.Problem, e.Code, e.Message = ProblemRefused, Printable(WithoutToken(refused.ErrorCode(), sent)), Printable(WithoutToken(refused.ErrorMessage(), sent))
	case errors.Is(err, errTooLarge):
		e.Problem, e.Message = ProblemAnswer, "the answer"+e.from()+" is larger than any of STS's (1 MiB)"
	case errors.Is(err, io.ErrUnexpectedEOF):
		e.Problem, e.Message = ProblemAnswer, "the answer"+e.from()+" was cut off"
	case e.Status != 0:
		e.Problem, e.Message = ProblemAnswer, fmt.Sprintf("the answer%s was not STS's (HTTP %d)", e.from(), e.Status)
	default:
		e.Problem, e.Message = transport(err, e.Endpoint)
	}
	return e
}

func (e *Error) readResponse(r *awshttp.ResponseError) {
	answer := r.HTTPResponse()
	e.Status, e.RequestID = r.HTTPStatusCode(), Printable(WithoutToken(r.ServiceRequestID(), answer.Request))
	if answer.Request != nil && answer.Request.URL != nil {
		e.Endpoint = answer.Request.URL.Scheme + "://" + answer.Request.URL.Host
	}
	if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		e.Skew = time.Until(date)
	}
}

// from names who was asked, in the middle of a sentence.
func (e *Error) from() string {
	if e.Endpoint == "" {
		return ""
	}
	return " from " + e.Endpoint
}

// transport puts a failed connection in a few words.
func transport(err error, endpoint string) (Problem, string) {
	to := ""
	if endpoint != "" {
		to = " to " + endpoint
	}
	if certificate, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return ProblemTLS, "no trusted connection" + to + ": " + Printable(certificate.Err.Error())
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return ProblemTLS, "no trusted connection" + to + ": the answer was not TLS"
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return ProblemUnreachable, fmt.Sprintf("no connection%s: host %s not found", to, Printable(dns.Name))
	}
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return ProblemUnreachable, "no connection" + to + ": " + strings.TrimPrefix(Printable(op.Err.Error()), "connect: ")
	}
	if sent, ok := errors.AsType[*url.Error](err); ok {
		if said := sent.Err.Error(); strings.Contains(said, "unsupported protocol scheme") || strings.Contains(said, "no Host in request URL") {
			return noEndpoint("")
		}
		return ProblemUnreachable, "no connection" + to + ": " + Printable(sent.Err.Error())
	}
	if strings.Contains(err.Error(), "failed to resolve service endpoint") {
		return noEndpoint(err.Error())
	}
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok {
		return ProblemSetup, Printable(operation.Err.Error())
	}
	return ProblemSetup, Printable(err.Error())
}

// noEndpoint is for an address that nothing can be sent to, by what the SDK said
// of it. The address may hold a password, and is not shown.
func noEndpoint(said string) (Problem, string) {
	switch {
	case strings.Contains(said, "FIPS and custom endpoint are not supported"):
		return ProblemSetup, "no endpoint: a FIPS one and an address of one's own are configured, want one of the two"
	case strings.Contains(said, "Dualstack and custom endpoint are not supported"):
		return ProblemSetup, "no endpoint: a dual-stack one and an address of one's own are configured, want one of the two"
	}
	return ProblemSetup, "no endpoint: its address cannot be read, want https://HOST"
}

// origin keeps of a URL what may be shown: neither path nor query, where a
// signature could stand, nor user information.
func origin(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// WithoutToken takes the session token of a request out of what was said about
// it. AWS explains a wrong signature by the text that should have been signed,
// where the token stands; whoever shows the explanation would show the token.
func WithoutToken(text string, r *http.Request) string {
	if r == nil {
		return text
	}
	token := r.Header.Get("X-Amz-Security-Token")
	if token == "" {
		return text
	}
	text = strings.ReplaceAll(text, token, "…")
	// What was cut off may end with the beginning of the token.
	const recognisable = 8
	for n := len(token) - 1; n >= recognisable; n-- {
		if before, ok := strings.CutSuffix(text, token[:n]); ok {
			return before + "…"
		}
	}
	return text
}

// Printable makes another party's text fit for one line on a terminal: control
// characters, escapes among them, become spaces, and the length is bounded.
func Printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	const most = 1000
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.TrimSpace(s)
}

// skew is the clock difference that the SDK measured on a successful call.
func skew(m middleware.Metadata) time.Duration {
	d, _ := awsmiddleware.GetAttemptSkew(m)
	return d
}
