package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"karikagi/internal/functionurl"
	"karikagi/internal/grant"
	"karikagi/internal/vend"
)

// stsError is an error document in the shape of the STS API reference.
func stsError(code string) string {
	return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>` + code +
		`</Code><Message>` + code + `</Message></Error><RequestId>01234567</RequestId></ErrorResponse>`
}

// with starts a function whose STS is this handler, and sends it one event.
func with(t *testing.T, timeLimit time.Duration, answer http.HandlerFunc) (response, record string) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	var audit bytes.Buffer
	f, err := coldStart(variables("AWS_ENDPOINT_URL_STS", server.URL, "KARIKAGI_GRANTS", "grants.yaml"), "testdata", &audit, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: requestID}), timeLimit)
	defer cancel()
	reader, err := f.invoke(ctx, json.RawMessage(event(t, "user-with-path")))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(reader)
	if err != nil || ctx.Err() != nil {
		t.Fatalf("%v, %v", err, ctx.Err())
	}
	if all := string(text) + audit.String(); strings.Contains(all, canary) {
		t.Errorf("a secret shows: %s", all)
	}
	return string(text), audit.String()
}

// A throttled call is not repeated here: the caller is told when to come back.
// What may be a connection that died is.
func TestRepeats(t *testing.T) {
	for code, test := range map[string]struct {
		http   int
		calls  int32
		status string
	}{
		"Throttling": {400, 1, `"statusCode":429`}, "AccessDenied": {403, 1, `"statusCode":502`}, "InternalFailure": {500, attempts, `"statusCode":503`},
	} {
		var calls atomic.Int32
		response, record := with(t, 10*time.Second, func(w http.ResponseWriter, _ *http.Request) {
			calls.Add(1)
			w.Header().Set("Content-Type", "text/xml")
			w.WriteHeader(test.http)
			_, _ = io.WriteString(w, stsError(code))
		})
		if calls.Load() != test.calls || !strings.Contains(response, test.status) || !strings.Contains(record, "01234567") {
			t.Errorf("%s: %d calls, %s %s", code, calls.Load(), response, record)
		}
	}
}

// An STS that says nothing leaves time to tell the caller so.
func TestAnswersWithinTheTimeLimit(t *testing.T) {
	response, record := with(t, margin+100*time.Millisecond, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server notices who hangs up
		<-r.Context().Done()
	})
	if !strings.Contains(response, `"statusCode":503`) || !strings.Contains(record, "no answer in time") {
		t.Errorf("%s %s", response, record)
	}
}

// noGrants panics where no handler catches it: before there is a record.
type noGrants struct{ vend.Grants }

func (noGrants) Digest() string { panic(canary) }

var _ vend.Grants = (*grant.Document)(nil)

// A panic of the wiring is a 500 in the common form and a log line.
func TestAPanicOfTheWiring(t *testing.T) {
	var log bytes.Buffer
	f := &function{handler: vend.New(vend.Options{Grants: noGrants{}, Audit: io.Discard}), log: &log, exit: func(int) {}}
	reader, err := f.invoke(lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: requestID}), json.RawMessage(event(t, "user-with-path")))
	if err != nil {
		t.Fatal(err)
	}
	response, _ := io.ReadAll(reader)
	if !strings.Contains(string(response), `"statusCode":500`) || !strings.Contains(string(response), `\"code\":\"InternalError\"`) || !strings.Contains(string(response), requestID) {
		t.Errorf("%s", response)
	}
	if line := log.String(); strings.Count(line, "\n") != 1 || !strings.Contains(line, requestID+": panic in the handler: string") || !strings.Contains(line, "exchange.go") || strings.Contains(line+string(response), canary) {
		t.Errorf("%s", line)
	}
}

// Only once the answer is delivered does the process end, and only then.
func TestEndsAfterTheReply(t *testing.T) {
	f, _ := newFunction(t, functionurl.Expectation{Region: "us-east-1"}, io.Discard)
	var exits []int
	f.exit = func(status int) { exits = append(exits, status) }
	f.expired.Store(true)
	reader, err := f.invoke(t.Context(), json.RawMessage(event(t, "user-with-path")))
	if err != nil || len(exits) != 0 {
		t.Fatalf("%v, %v", err, exits)
	}
	if _, err := io.ReadAll(reader); err != nil || len(exits) != 0 {
		t.Fatalf("%v, %v", err, exits)
	}
	closer, ok := reader.(io.Closer)
	if !ok || closer.Close() != nil || len(exits) != 1 || exits[0] != 1 {
		t.Errorf("%v", exits)
	}
}
