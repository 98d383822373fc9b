package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// invoked is one event on its way into a function, and its outcome.
type invoked struct {
	id, event, clientContext string
	outcome                  chan<- outcome
}

// outcome is what a function posted for an event: a response, or an error.
type outcome struct{ kind, body string }

// runtimeAPI stands in the place of Lambda's Runtime API (Lambda developer
// guide, "Using the Lambda runtime API for custom runtimes").
type runtimeAPI struct {
	t       *testing.T
	server  *httptest.Server
	pending chan invoked            // handed out by next
	current atomic.Pointer[invoked] // of the one process, which works at one event at a time
}

func newRuntimeAPI(t *testing.T) *runtimeAPI {
	a := &runtimeAPI{t: t, pending: make(chan invoked)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", a.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/{kind}", a.done)
	a.server = httptest.NewServer(mux)
	t.Cleanup(a.server.Close)
	return a
}

func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	var i invoked
	select {
	case <-r.Context().Done(): // the process has ended
		return
	case i = <-a.pending:
	}
	a.current.Store(&i)
	w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
	w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(10*time.Second).UnixMilli()))
	w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123412341234:function:karikagi:live")
	if i.clientContext != "" {
		w.Header().Set("Lambda-Runtime-Client-Context", i.clientContext)
	}
	_, _ = io.WriteString(w, i.event)
}

func (a *runtimeAPI) done(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	i := a.current.Load()
	if err != nil || i == nil || r.PathValue("id") != i.id {
		a.t.Errorf("posted for %s: %v", r.PathValue("id"), err)
		return
	}
	w.WriteHeader(http.StatusAccepted)
	i.outcome <- outcome{r.PathValue("kind"), string(body)}
}

// process is a bootstrap that runs.
type process struct {
	t              *testing.T
	api            *runtimeAPI
	command        *exec.Cmd
	stdout, stderr bytes.Buffer
	ended          chan error
}

// start runs a bootstrap with nothing but these variables in its environment.
func start(t *testing.T, bootstrap string, environment []string) *process {
	t.Helper()
	p := &process{t: t, api: newRuntimeAPI(t), ended: make(chan error, 1)}
	p.command = exec.CommandContext(t.Context(), bootstrap)
	p.command.Dir = filepath.Dir(bootstrap)
	p.command.Env = slices.Concat(environment, []string{"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(p.api.server.URL, "http://"), "AWS_LAMBDA_FUNCTION_NAME=karikagi"})
	p.command.Stdout, p.command.Stderr = &p.stdout, &p.stderr
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.command.Wait() }()
	return p
}

// invoke sends an event and waits for what becomes of it. The invocation's
// request id is the one of all events of testdata.
func (p *process) invoke(event, clientContext string) outcome {
	p.t.Helper()
	answer := make(chan outcome, 1)
	select {
	case p.api.pending <- invoked{requestID, event, clientContext, answer}:
	case err := <-p.ended:
		p.t.Fatalf("the process has ended: %v\n%s", err, p.stderr.String())
	}
	select {
	case o := <-answer:
		return o
	case err := <-p.ended:
		p.t.Fatalf("the process ended over an event: %v\n%s", err, p.stderr.String())
	}
	return outcome{}
}

// endsByItself wants the process to exit with status 1 without asking for an
// event first.
func (p *process) endsByItself() {
	p.t.Helper()
	select {
	case p.api.pending <- invoked{id: requestID, outcome: make(chan outcome, 1)}:
		p.end()
		p.t.Fatal("the process asks for an event")
	case err := <-p.ended:
		if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.ExitCode() != 1 {
			p.t.Errorf("the process ended with %v", err)
		}
	}
}

// end kills the process, as Lambda does, and gives what it printed.
func (p *process) end() (stdout, stderr string) {
	_ = p.command.Process.Kill() // it may have ended by itself
	<-p.ended
	return p.stdout.String(), p.stderr.String()
}
