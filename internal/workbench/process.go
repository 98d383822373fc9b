// Package workbench is what tests, measurements and load have in common: it builds the
// programs, runs the function's bootstrap in the place of Lambda, and reads what
// the kernel says of a process. It knows nothing of what stands in events and
// answers, and is linked by neither the command nor the function.
package workbench

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"time"
)

// Options are how a bootstrap is run.
type Options struct {
	Program     string
	Environment []string // all that it finds there, but for the Runtime API's address
	FunctionARN string
	Stdout      io.Writer // what it prints goes through a pipe, as in Lambda; nil throws it away
}

// Process is a bootstrap that runs: one execution environment, which works at
// one event at a time. So it is for one goroutine.
type Process struct {
	*api
	command   *exec.Cmd
	complaint bytes.Buffer
	kill      context.CancelCauseFunc
	ended     chan struct{} // closed when it has, with err
	err       error

	// Init is the time from its exec until it asked for its first event.
	Init time.Duration
}

// Nothing is waited for without a limit, and no limit is one that a slow machine
// needs: a program that hangs is to be an error, and not a run that hangs.
const (
	startLimit = time.Minute      // until a program is there to work
	grace      = 30 * time.Second // for an event, beyond the function's own limit
	waitDelay  = 10 * time.Second // for whoever holds the pipes of a program that has ended
)

// Start runs a program as Lambda does, and returns when it has asked for its
// first event.
func Start(ctx context.Context, o Options) (*Process, error) { return start(ctx, o, startLimit) }

func start(ctx context.Context, o Options, limit time.Duration) (*Process, error) {
	a, err := serve(ctx, o.FunctionARN)
	if err != nil {
		return nil, err
	}
	ctx, kill := context.WithCancelCause(ctx)
	p := &Process{api: a, command: exec.CommandContext(ctx, o.Program), kill: kill, ended: make(chan struct{})} //nolint:gosec // the program to run
	p.command.Dir, p.command.WaitDelay = filepath.Dir(o.Program), waitDelay
	p.command.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + a.address}, o.Environment...)
	p.command.Stdout, p.command.Stderr = cmp.Or[io.Writer](o.Stdout, new(discard)), &p.complaint
	begin := time.Now()
	if err := p.command.Start(); err != nil {
		kill(nil)
		return nil, errors.Join(err, a.server.Close())
	}
	go func() {
		p.err = errors.Join(p.command.Wait(), context.Cause(ctx))
		kill(nil)
		close(p.ended)
	}()
	defer p.within(limit)()
	select {
	case at := <-p.asked:
		p.Init = at.Sub(begin)
		return p, nil
	case <-p.ended:
		return nil, p.early()
	}
}

// within kills the process when so much time has gone, unless that is stopped.
func (p *Process) within(limit time.Duration) (stop func() bool) {
	return time.AfterFunc(limit, func() { p.kill(fmt.Errorf("it was killed after %s", limit)) }).Stop
}

// discard is io.Discard as os/exec does not know it: it would hand the process
// /dev/null, which is cheaper to write to than the pipe that it gets for this.
type discard struct{}

func (*discard) Write(p []byte) (int, error) { return len(p), nil }

// EndedError is that a process ended by itself, whatever its status, where it was
// to wait for events.
type EndedError struct {
	Program, Stderr string
	Err             error // of its status, or why it was killed; nil where that was 0
}

func (e *EndedError) Error() string {
	how := "status 0"
	if e.Err != nil {
		how = e.Err.Error()
	}
	return fmt.Sprintf("%s: it ended, instead of waiting for events: %s\n%s", e.Program, how, e.Stderr)
}

func (e *EndedError) Unwrap() error { return e.Err }

func (p *Process) early() error {
	_ = p.server.Close()
	return &EndedError{Program: p.command.Path, Stderr: p.complaint.String(), Err: p.err}
}

// FunctionError is what a function posted in the place of a response.
type FunctionError struct {
	Program, Kind string
	Body          []byte
}

func (e *FunctionError) Error() string {
	return fmt.Sprintf("%s: %s %.500s: want a response", e.Program, e.Kind, e.Body)
}

// Invoke hands over an event, and says how long it took until the answer was
// read. It returns when the process waits for the next one. A process that does
// neither within the event's limit and some grace is killed. One that ends when
// it has answered gives both: its response, and an EndedError.
func (p *Process) Invoke(e Event) (response []byte, took time.Duration, err error) {
	defer p.within(e.Limit + grace)()
	begin := time.Now()
	var a answer
	select {
	case p.events <- e:
	case <-p.ended:
		return nil, 0, p.early()
	}
	select {
	case a = <-p.answers:
	case <-p.ended:
		return nil, 0, p.early()
	}
	select {
	case <-p.asked:
	case <-p.ended:
		return a.body, a.at.Sub(begin), p.early()
	}
	if a.kind != "response" {
		return nil, 0, &FunctionError{Program: p.command.Path, Kind: a.kind, Body: a.body}
	}
	return a.body, a.at.Sub(begin), a.err
}

// PID is the process's, for /proc.
func (p *Process) PID() int { return p.command.Process.Pid }

// End kills the process, as Lambda does, and gives what it wrote to stderr.
func (p *Process) End() (stderr string) {
	_ = p.command.Process.Kill() // it may have ended by itself
	<-p.ended
	_ = p.server.Close()
	return p.complaint.String()
}

// Quit ends a Go program by SIGQUIT, at which its runtime writes the stack of
// each goroutine to stderr, and gives that.
func (p *Process) Quit() (stderr string, err error) {
	if err := quit(p.command.Process); err != nil {
		return "", err
	}
	<-p.ended
	_ = p.server.Close()
	return p.complaint.String(), nil
}
