package sandbox

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"karikagi/internal/caller"
	"karikagi/internal/functionurl"
	"karikagi/internal/iam"
)

// maxPayload bounds a function's event and its answer: Lambda developer guide, "Lambda quotas", 6 MB for synchronous invocations.
const maxPayload = 6 << 20

// FunctionARN is the function that is behind every FunctionURL: the alias live of karikagi in the first account, in the Region that
// the account's partition is signed for by default.
func (s *Server) FunctionARN() string {
	owner := s.functionOwner()
	return "arn:" + owner.partition + ":lambda:" + caller.DefaultRegion(owner.partition) + ":" + owner.id + ":function:karikagi:live"
}

// functionOwner exists: New wants an account.
func (s *Server) functionOwner() *awsAccount { return s.account.accounts[0] }

// FunctionURL is a Lambda Function URL of auth type AWS_IAM in front of a function: it verifies and authorizes as Lambda does, hands
// invoke the event and sends its response on. The function is FunctionARN's and has no resource-based policy, so that callers of other
// accounts are refused. host is the domain name that events state, whatever address the handler is reached at; if it is empty, it is
// the host that each request names. Lambda runs one event at a time in one environment; here that is invoke's business.
func (s *Server) FunctionURL(invoke func(ctx context.Context, event []byte) (response []byte, err error), host string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := s.newCall(w, r)
		defer c.finish()
		c.entry.event = "InvokeFunctionUrl"
		w.Header().Del("Cache-Control") // it is for the function to say
		c.serveFunctionURL(invoke, host)
	})
}

// serveFunctionURL asks who calls, then whether he may, and only then the function.
func (c *call) serveFunctionURL(invoke func(context.Context, []byte) ([]byte, error), host string) {
	body, err := io.ReadAll(http.MaxBytesReader(c.writer, c.http.Body, maxPayload))
	if err != nil {
		c.failLambda("Message", unreadable(err))
		return
	}
	region := caller.DefaultRegion(c.server.functionOwner().partition)
	// Lambda takes no unsigned payloads: CloudFront developer guide, "Restrict access to an AWS Lambda function URL origin".
	if f := c.authenticate(verifier{service: "lambda", region: region}, body); f != nil {
		c.failSignature(f)
		return
	}
	if f := c.mayInvoke(); f != nil {
		c.failLambda("Message", f)
		return
	}
	event, err := c.event(host, body)
	if err != nil {
		panic(err) // an event is nothing but text: finish answers
	}
	response, err := c.invoke(invoke, event)
	if err != nil {
		c.failLambda("Message", &fault{status: http.StatusBadGateway, code: "FunctionError", message: "Internal Server Error", reason: err.Error()})
		return
	}
	c.entry.result, c.entry.status = "allowed", strconv.Itoa(response.StatusCode)
	c.respond(response)
}

// mayInvoke asks for both permissions that a caller needs since October 2025: Lambda developer guide, "Control access to Lambda function
// URLs". Each has a condition key of its own.
func (c *call) mayInvoke() *fault {
	owner := c.server.functionOwner()
	policies := iam.Policies{Identity: c.caller.policies()}
	if c.caller.session != nil {
		policies.Session = c.caller.session.policies
	}
	for _, needed := range []struct{ action, key, value string }{
		{"lambda:InvokeFunctionUrl", "lambda:functionurlauthtype", "AWS_IAM"},
		{"lambda:InvokeFunction", "lambda:invokedviafunctionurl", "true"},
	} {
		context := c.context(assumption{}, nil)
		set(context, "aws:resourceaccount", owner.id)
		set(context, "aws:resourceorgid", owner.org)
		set(context, needed.key, needed.value)
		verdict := iam.Authorize(iam.Request{
			Principal: c.caller.iam(), Action: needed.action, Resource: c.server.FunctionARN(), Context: context,
		}, policies, c.caller.account() == owner)
		switch {
		case verdict.Allowed:
		case c.caller.account() != owner:
			return forbidden(needed.action + ": the function has no resource-based policy that lets another account in")
		default:
			return forbidden(explain(verdict))
		}
	}
	return nil
}

// event is the request as the function gets it: under the URL's own name, and with the headers that the service adds.
func (c *call) event(host string, body []byte) ([]byte, error) {
	r := c.http.Clone(c.http.Context())
	if host != "" {
		r.Host = host
	}
	source, _, _ := net.SplitHostPort(r.RemoteAddr)
	for name, value := range map[string]string{
		"X-Forwarded-For": source, "X-Forwarded-Proto": "https", "X-Forwarded-Port": "443", "X-Amzn-Trace-Id": c.traceID(),
	} {
		r.Header.Set(name, value) // what the client wrote there is not handed on
	}
	of := c.caller
	urlID, _, _ := strings.Cut(r.Host, ".")
	return functionurl.NewEvent(r, body, functionurl.Origin{
		AccountID: c.server.functionOwner().id, URLID: urlID, DomainName: r.Host, RequestID: c.requestID, Time: c.now,
	}, functionurl.Identity{
		ARN: of.arn(), AccountID: of.account().id, UserID: of.id(), AccessKeyID: c.scope.accessKeyID, OrgID: of.account().org,
	})
}

// traceID has the form of X-Ray's: X-Ray developer guide, "Tracing header".
func (c *call) traceID() string {
	var b [12]byte
	rand.Read(b[:])
	return fmt.Sprintf("Root=1-%08x-%s", c.now.Unix(), hex.EncodeToString(b[:]))
}

// invoke runs the function. Its errors say what happened in words of ours, because they are logged and a function's words may be
// anything.
func (c *call) invoke(invoke func(context.Context, []byte) ([]byte, error), event []byte) (response functionurl.Response, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the function panicked")
		}
	}()
	answer, err := invoke(c.http.Context(), event)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return response, errors.New("the function timed out")
	case err != nil:
		return response, errors.New("the function failed")
	case len(answer) > maxPayload:
		return response, fmt.Errorf("the function's answer has %d bytes: want at most %d", len(answer), maxPayload)
	}
	if response, err = functionurl.ParseResponse(answer); err != nil {
		return response, err
	}
	return plain(response)
}
