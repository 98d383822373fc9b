package functionurl

import (
	"fmt"
	"strings"
)

// RequestIDCheck says what to do where the event's request id is not the one
// that the runtime names. AWS does not document that they are equal; where they
// are, nobody who invokes the function directly can forge an event, because the
// service chooses the runtime's.
type RequestIDCheck string

// The ways of checking.
const (
	Enforce RequestIDCheck = "enforce" // refuse
	Report  RequestIDCheck = "report"  // say so in the log
	Off     RequestIDCheck = "off"
)

// ParseRequestIDCheck reads a check's name; "" is Report.
func ParseRequestIDCheck(s string) (RequestIDCheck, error) {
	switch c := RequestIDCheck(s); c {
	case "":
		return Report, nil
	case Enforce, Report, Off:
		return c, nil
	}
	return "", fmt.Errorf("request id check %.40q: want enforce, report or off", s)
}

// Invocation is what the runtime says of an event, apart from the event.
type Invocation struct {
	RequestID string
	// ClientContext tells that the invoker sent one. A Function URL never does.
	ClientContext bool
}

// Expectation is what a function knows of its own URL.
type Expectation struct {
	// Host is the URL's host, with a port where it has one; "" where the
	// function was not told. Then any domain of a URL in the Region will do.
	Host           string
	Region         string
	RequestIDCheck RequestIDCheck
}

// ForgedError is an event that did not come through the function's URL.
type ForgedError struct {
	Rule   string // a stable name of the rule: client context, domain, host, request id
	Detail string
}

func (e *ForgedError) Error() string {
	return "the event did not come through this function's URL: " + e.Detail
}

// Verify refuses what a Function URL cannot have sent. It returns nil or a
// *ForgedError. None of these checks replaces a policy that lets nobody invoke
// the function directly: that invoker can copy a real event.
func (x Expectation) Verify(e Event, i Invocation) error {
	domain := e.RequestContext.DomainName
	switch {
	case i.ClientContext:
		return &ForgedError{"client context", "the invoker sent a client context"}
	case x.Host != "" && !strings.EqualFold(domain, x.Host):
		return &ForgedError{"domain", fmt.Sprintf("its domain is %.100q", domain)}
	case x.Host == "" && !isURLDomain(domain, x.Region):
		return &ForgedError{"domain", fmt.Sprintf("its domain is %.100q, which is no Function URL's in this Region", domain)}
	case e.Headers["host"] != "" && !strings.EqualFold(e.Headers["host"], domain):
		return &ForgedError{"host", fmt.Sprintf("it was sent to the host %.100q", e.Headers["host"])}
	case x.RequestIDCheck == Enforce && !SameRequest(e, i):
		return &ForgedError{"request id", "its request id is not the invocation's"}
	}
	return nil
}

// SameRequest tells that event and runtime name the same request.
func SameRequest(e Event, i Invocation) bool {
	return i.RequestID != "" && e.RequestContext.RequestID == i.RequestID
}

// isURLDomain tells whether a domain is of the form ID.lambda-url.REGION.SUFFIX
// that AWS gives to Function URLs. An API Gateway's event has the same payload
// format and another domain.
func isURLDomain(domain, region string) bool {
	id, rest, _ := strings.Cut(domain, ".")
	return id != "" && strings.HasPrefix(rest, "lambda-url."+region+".")
}
