package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"karikagi/internal/sandbox"
)

// runtimeAPI is Lambda's Runtime API (Lambda developer guide, "Using the Lambda
// runtime API for custom runtimes") for one environment: one event at a time.
type runtimeAPI struct {
	events  chan event
	pending event
	failed  chan string
}

type event struct {
	id     string
	body   []byte
	answer chan []byte // closed without an answer when the function failed
}

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch path := strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/"); path {
	case "invocation/next":
		select {
		case a.pending = <-a.events:
		case <-r.Context().Done():
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", a.pending.id)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(15*time.Second).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:karikagi:live")
		_, _ = w.Write(a.pending.body)
	case "invocation/" + a.pending.id + "/response":
		body, _ := io.ReadAll(r.Body)
		a.pending.answer <- body
		w.WriteHeader(http.StatusAccepted)
	case "invocation/" + a.pending.id + "/error":
		close(a.pending.answer)
		w.WriteHeader(http.StatusAccepted)
	default:
		body, _ := io.ReadAll(r.Body)
		a.failed <- path + ": " + string(body)
		w.WriteHeader(http.StatusNotFound)
	}
}

// invoke hands one event to the function and waits for its answer.
func (a *runtimeAPI) invoke(ctx context.Context, body []byte) ([]byte, error) {
	e := event{id: requestID(body), body: body, answer: make(chan []byte, 1)}
	select {
	case a.events <- e:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	select {
	case answer, ok := <-e.answer:
		if !ok {
			return nil, errors.New("the function failed")
		}
		return answer, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// requestID is the event's own, which the runtime's is believed to equal.
func requestID(body []byte) string {
	_, after, _ := bytes.Cut(body, []byte(`"requestId":"`))
	id, _, _ := bytes.Cut(after, []byte(`"`))
	return string(id)
}

// The compiled function, as it is deployed, behind a Function URL of the
// sandbox: the command, curl and the container credentials of an SDK get
// sessions from it. Two processes and the wire between them, and no AWS.
func TestBootstrap(t *testing.T) {
	folder := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-tags", "lambda.norpc,nethttpomithttp2", "-o", filepath.Join(folder, "bootstrap"), "../lambda")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	grants, err := os.ReadFile("../lambda/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "grants.yaml"), grants, 0o600); err != nil {
		t.Fatal(err)
	}
	var log, audit lockedBuffer
	server, err := sandbox.New(sandbox.Options{Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server)
	defer front.Close()
	api := &runtimeAPI{events: make(chan event), failed: make(chan string, 10)}
	runtime := httptest.NewServer(api)
	defer runtime.Close()
	const host = "abc123.lambda-url.us-east-1.on.aws"
	id, secret, token, _, err := server.RoleSession(functionRole, "karikagi")
	if err != nil {
		t.Fatal(err)
	}
	process := exec.CommandContext(t.Context(), filepath.Join(folder, "bootstrap"))
	process.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(runtime.URL, "http://"), "AWS_LAMBDA_FUNCTION_NAME=karikagi", "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=" + id, "AWS_SECRET_ACCESS_KEY=" + secret, "AWS_SESSION_TOKEN=" + token, "AWS_ENDPOINT_URL_STS=" + front.URL,
		"KARIKAGI_URL=https://" + host + "/", "KARIKAGI_REQUEST_ID_CHECK=enforce",
	}
	process.Stdout, process.Stderr = &audit, &audit
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = process.Process.Kill(); _ = process.Wait() }()
	url := httptest.NewServer(server.FunctionURL(api.invoke, host))
	defer url.Close()

	// ask runs the command as a user, and returns what it printed.
	ask := func(user string, args ...string) (stdout, stderr string) {
		return runAs(t, server, front.URL, user, slices.Concat(args, []string{"--url", url.URL})...)
	}
	if got, _ := ask("alice", "grants"); !strings.Contains(got, "team-data-reader") {
		t.Errorf("alice's grants:\n%s", got)
	}
	product, notices := ask("alice", "export", "--grant", "team-data-reader", "--parameter", "team=blue", "--reason", "ticket")
	if strings.Count(product, sandbox.Mark) != 2 || !strings.Contains(notices, "in account 210987654321 until") {
		t.Errorf("alice's session:\n%s%s", product, notices)
	}
	for user, want := range map[string]string{"testuser": "the function: AccessDenied", "ueno": "the Function URL: AccessDenied", "root": "the function: AccessDenied"} {
		if got, errs := ask(user, "export", "--grant", "team-data-reader", "--parameter", "team=blue", "--reason", "ticket"); got != "" || !strings.Contains(errs, want) {
			t.Errorf("%s: %s%s", user, got, errs)
		}
	}

	// An event that names another URL, or that Lambda did not number, is forged.
	forged := []byte(`{"version":"2.0","requestContext":{"domainName":"evil.lambda-url.us-east-1.on.aws","requestId":"r-1",` +
		`"http":{"method":"GET","path":"/"},"authorizer":{"iam":{"accessKey":"AKIAX","accountId":"123456789012","callerId":"AIDAX",` +
		`"userArn":"arn:aws:iam::123456789012:user/team/blue/alice","userId":"AIDAX"}}}}`)
	answer, err := api.invoke(t.Context(), forged)
	if err != nil || !bytes.Contains(answer, []byte(`"statusCode":401`)) {
		t.Errorf("a forged event: %s, %v", answer, err)
	}

	select {
	case what := <-api.failed:
		t.Errorf("the function said %s", what)
	default:
	}
	// The function's answer may be here before its record, which comes by a pipe.
	for deadline := time.Now().Add(10 * time.Second); !strings.Contains(audit.String(), "forged event") && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	for _, want := range []string{`"decision":"allow"`, `"decision":"deny"`, `"caller_arn":"arn:aws:iam::123456789012:user/team/blue/alice"`, `"rule":"forged event`} {
		if !strings.Contains(audit.String(), want) {
			t.Errorf("no %s in the audit records:\n%s", want, audit.String())
		}
	}
	if strings.Contains(audit.String()+log.String(), sandbox.Mark) {
		t.Error("a secret is in the audit records or in the sandbox's log")
	}
}
