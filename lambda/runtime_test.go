package main

import (
	"bytes"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"karikagi/internal/functionurl"
	"karikagi/internal/sandbox"
	"karikagi/internal/workbench"
)

// process is a bootstrap that runs, and what it prints.
type process struct {
	*workbench.Process
	t      *testing.T
	stdout *bytes.Buffer // to be read when the process has ended
}

// options are how Lambda runs a bootstrap, with nothing but these variables in
// its environment.
func options(bootstrap string, environment []string, stdout *bytes.Buffer) workbench.Options {
	return workbench.Options{
		Program: bootstrap, Environment: environment, Stdout: stdout,
		FunctionARN: "arn:aws:lambda:us-east-1:123412341234:function:karikagi:live",
	}
}

func start(t *testing.T, bootstrap string, environment []string) *process {
	t.Helper()
	p := &process{t: t, stdout: &bytes.Buffer{}}
	var err error
	if p.Process, err = workbench.Start(t.Context(), options(bootstrap, environment, p.stdout)); err != nil {
		t.Fatal(err)
	}
	return p
}

// send hands over an event. The invocation's request id is the one of all events
// of testdata.
func (p *process) send(event, clientContext string) ([]byte, error) {
	body, _, err := p.Invoke(workbench.Event{ID: requestID, Body: []byte(event), ClientContext: clientContext, Limit: 10 * time.Second})
	return body, err
}

// invoke sends an event, and takes the outcome for an HTTP answer.
func (p *process) invoke(event, clientContext string) functionurl.Response {
	p.t.Helper()
	body, err := p.send(event, clientContext)
	if err != nil {
		p.t.Fatal(err)
	}
	return read(p.t, body)
}

// end kills the process, as Lambda does, and gives what it printed.
func (p *process) end() (stdout, stderr string) {
	stderr = p.End()
	return p.stdout.String(), stderr
}

// read takes a response for an HTTP answer.
func read(t *testing.T, body []byte) functionurl.Response {
	t.Helper()
	r, err := functionurl.ParseResponse(body)
	if err != nil {
		t.Fatalf("%s, %v", body, err)
	}
	return r
}

// oneLine wants a process to have ended by itself with status 1, and to have
// said why in one line.
func oneLine(t *testing.T, err error) (stderr string) {
	t.Helper()
	ended, ok := errors.AsType[*workbench.EndedError](err)
	if !ok {
		t.Fatalf("it has not ended: %v", err)
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
		t.Errorf("it ended with %v", ended.Err)
	}
	if strings.Count(ended.Stderr, "\n") != 1 || strings.Contains(ended.Stderr, sandbox.Mark) {
		t.Errorf("%s", ended.Stderr)
	}
	return ended.Stderr
}
