package main

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"karikagi/internal/sandbox"
	"karikagi/internal/workbench"
)

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
	if err := workbench.Build(t.Context(), filepath.Join(folder, "bootstrap"), "../lambda", workbench.FunctionTags); err != nil {
		t.Fatal(err)
	}
	grants, err := os.ReadFile("../lambda/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "grants.yaml"), grants, 0o600); err != nil {
		t.Fatal(err)
	}
	var log, audit lockedBuffer
	server, front := openSandbox(t, sandbox.Options{Log: &log})
	const host = "abc123.lambda-url.us-east-1.on.aws"
	id, secret, token, _, err := server.RoleSession(functionRole, "karikagi")
	if err != nil {
		t.Fatal(err)
	}
	function, err := workbench.Start(t.Context(), workbench.Options{
		Program: filepath.Join(folder, "bootstrap"), Stdout: &audit, FunctionARN: server.FunctionARN(),
		Environment: append(workbench.LambdaEnvironment(folder, front, id, secret, token), "KARIKAGI_URL=https://"+host+"/", "KARIKAGI_REQUEST_ID_CHECK=enforce"),
	})
	if err != nil {
		t.Fatal(err)
	}
	invoke := func(_ context.Context, event []byte) ([]byte, error) {
		response, _, err := function.Invoke(workbench.Event{ID: requestID(event), Body: event, Limit: 15 * time.Second})
		return response, err
	}
	url := httptest.NewServer(server.FunctionURL(invoke, host))
	defer url.Close()

	// ask runs the command as a user, and returns what it printed.
	ask := func(user string, args ...string) (stdout, stderr string) {
		return runAs(t, server, front, user, slices.Concat(args, []string{"--url", url.URL})...)
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
	answer, err := invoke(t.Context(), forged)
	if err != nil || !bytes.Contains(answer, []byte(`"statusCode":401`)) {
		t.Errorf("a forged event: %s, %v", answer, err)
	}

	stderr := function.End() // with which all that it printed has come
	if stderr != "" {
		t.Errorf("the function wrote to stderr: %s", stderr)
	}
	for _, want := range []string{`"decision":"allow"`, `"decision":"deny"`, `"caller_arn":"arn:aws:iam::123456789012:user/team/blue/alice"`, `"rule":"forged event`} {
		if !strings.Contains(audit.String(), want) {
			t.Errorf("no %s in the audit records:\n%s", want, audit.String())
		}
	}
	if strings.Contains(audit.String()+stderr+log.String(), sandbox.Mark) {
		t.Error("a secret is in the audit records or in the sandbox's log")
	}
}
