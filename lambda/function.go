package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"karikagi/internal/api"
	"karikagi/internal/functionurl"
	"karikagi/internal/vend"
)

// function is one process of the vending function, between events.
type function struct {
	handler     *vend.Handler
	expectation functionurl.Expectation
	log         io.Writer
	exit        func(status int)
	// expired tells that STS found the execution role's credentials expired.
	expired atomic.Bool
}

// coldStart makes the function from its environment.
func coldStart(getenv func(string) string, folder string, audit, log io.Writer) (*function, error) {
	c, err := readConfiguration(getenv, folder)
	if err != nil {
		return nil, err
	}
	grants, err := loadGrants(c.grantsFile)
	if err != nil {
		return nil, err
	}
	f := &function{expectation: c.expectation, log: log, exit: func(int) {}}
	f.handler = vend.New(vend.Options{
		Grants: grants, STS: newSTS(getenv, c), Region: c.region, Audit: audit, Function: c.function,
		Expired: func() { f.expired.Store(true) },
	})
	return f, nil
}

// invoke answers one event. The answer to an event that is none of the URL's is
// an HTTP answer too: whoever sent it learns no more than a caller would.
func (f *function) invoke(ctx context.Context, raw json.RawMessage) (io.Reader, error) {
	ctx, cancel := withMargin(ctx)
	defer cancel()
	text, err := f.respond(ctx, raw).Marshal()
	if err != nil {
		return nil, errors.New("the answer cannot be written")
	}
	return reply{bytes.NewReader(text), f.afterReply}, nil
}

// margin is what is left of the time limit to say that STS did not answer.
const margin = 500 * time.Millisecond

func withMargin(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-margin))
}

// respond turns an event into a request, and the handler's answer into a
// response.
func (f *function) respond(ctx context.Context, raw []byte) functionurl.Response {
	event, err := functionurl.Parse(raw)
	i := invocation(ctx)
	if err == nil {
		err = f.expectation.Verify(event, i)
	}
	call := f.call(event, i)
	ctx = call.In(ctx)
	handler := http.Handler(f.handler)
	request, requestErr := event.Request(ctx)
	if requestErr != nil {
		request = (&http.Request{URL: &url.URL{Path: "/"}, Body: http.NoBody}).WithContext(ctx)
	}
	switch forged, isForged := errors.AsType[*functionurl.ForgedError](err); {
	case isForged:
		handler = f.handler.Refuse(vend.Refusal{Code: api.Unauthenticated, Rule: "forged event: " + forged.Rule, Detail: forged.Error()})
	case err != nil:
		handler = f.handler.Refuse(vend.Refusal{Code: api.Unauthenticated, Rule: "forged event: form", Detail: err.Error()})
	case requestErr != nil && call.ARN != "": // who asks comes first
		handler = f.handler.Refuse(vend.Refusal{Code: api.BadRequest, Message: requestErr.Error(), Rule: "event", Detail: requestErr.Error()})
	}
	response, err := functionurl.Serve(handler, request)
	if panicked, ok := errors.AsType[*functionurl.PanicError](err); ok {
		logLine(f.log, i.RequestID+": "+panicked.Error()+"\n"+panicked.Stack)
		e := &api.Error{Code: api.InternalError, Message: "the function failed: its log has the reason under this request id", RequestID: i.RequestID}
		response.Headers["Content-Type"], response.Body = "application/json", string(e.Marshal())
	}
	return response
}

// invocation is what the runtime says of an event.
func invocation(ctx context.Context) functionurl.Invocation {
	lc, ok := lambdacontext.FromContext(ctx)
	if !ok {
		return functionurl.Invocation{}
	}
	client := lc.ClientContext
	return functionurl.Invocation{
		RequestID:     lc.AwsRequestID,
		ClientContext: client.Client != lambdacontext.ClientApplication{} || client.Env != nil || client.Custom != nil,
	}
}

// call is what the service says of the request. The request id is the
// runtime's, which nobody can choose.
func (f *function) call(e functionurl.Event, i functionurl.Invocation) vend.Call {
	id, _ := e.Identity() // without one all of it is empty, and vend refuses
	c := vend.Call{
		RequestID: i.RequestID, URLID: e.RequestContext.APIID,
		ARN: id.ARN, AccountID: id.AccountID, UserID: id.UserID, AccessKeyID: id.AccessKeyID, OrgID: id.OrgID,
		SourceIP: id.SourceIP, UserAgent: id.UserAgent,
	}
	if f.expectation.RequestIDCheck != functionurl.Off {
		c.RequestIDCheck = "different"
		if functionurl.SameRequest(e, i) {
			c.RequestIDCheck = "same"
		}
	}
	return c
}

// afterReply ends the process once the answer has been delivered, if its
// credentials are of no more use: Lambda starts a fresh one, with fresh
// credentials, for the next event. Ending earlier would lose the answer, and
// ending later, while Lambda has the process frozen, the next caller's.
func (f *function) afterReply() {
	if f.expired.Load() {
		logLine(f.log, "the execution role's credentials have expired: the process ends, and Lambda starts another")
		f.exit(1)
	}
}

// reply is an answer on its way to the runtime, whose loop closes it when it
// has been sent and before it asks for the next event.
type reply struct {
	*bytes.Reader
	sent func()
}

// Close is called by the runtime's loop.
func (r reply) Close() error { //nolint:unparam // io.Closer wants an error.
	r.sent()
	return nil
}

// ContentType is what the runtime's loop posts the reply as.
func (r reply) ContentType() string { return "application/json" }
