package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// bootstrap is a function's process, which waits for an event.
type bootstrap struct {
	*runtimeAPI
	command   *exec.Cmd
	complaint bytes.Buffer
	ended     chan struct{} // closed when it has, with err
	err       error
	init      time.Duration // from its exec until it asked for its first event
}

// startBootstrap runs a program as Lambda does, and returns when it has asked
// for its first event. What it prints goes through a pipe, as in Lambda.
func startBootstrap(ctx context.Context, program string, environment []string) (*bootstrap, error) {
	api, err := serveRuntimeAPI(ctx)
	if err != nil {
		return nil, err
	}
	b := &bootstrap{runtimeAPI: api, command: exec.CommandContext(ctx, program), ended: make(chan struct{})}
	b.command.Dir = filepath.Dir(program)
	b.command.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + api.address}, environment...)
	b.command.Stdout, b.command.Stderr = new(discard), &b.complaint
	begin := time.Now()
	if err := b.command.Start(); err != nil {
		return nil, errors.Join(err, api.server.Close())
	}
	go func() {
		b.err = b.command.Wait()
		close(b.ended)
	}()
	select {
	case at := <-b.asked:
		b.init = at.Sub(begin)
		return b, nil
	case <-b.ended:
		return nil, b.early()
	}
}

// discard is io.Discard as os/exec does not know it: it would hand the process
// /dev/null, which is cheaper to write to than the pipe that it gets for this.
type discard struct{}

func (*discard) Write(p []byte) (int, error) { return len(p), nil }

// early is the error of a process that ended by itself, whatever its status.
func (b *bootstrap) early() error {
	_ = b.server.Close()
	return fmt.Errorf("%s: %w\n%s", b.command.Path, errors.Join(errors.New("it ended, instead of waiting for events"), b.err), b.complaint.Bytes())
}

// invoke sends an event, and says how long it took until the answer was read.
// It returns when the process waits for the next one.
func (b *bootstrap) invoke(event []byte) (body []byte, took time.Duration, err error) {
	begin := time.Now()
	b.events <- event
	var a answer
	select {
	case a = <-b.answers:
	case <-b.ended:
		return nil, 0, b.early()
	}
	select {
	case <-b.asked:
	case <-b.ended:
		return nil, 0, b.early()
	}
	if a.kind != "response" {
		return nil, 0, fmt.Errorf("%s: %s %.500s: want a response", b.command.Path, a.kind, a.body)
	}
	return a.body, a.at.Sub(begin), a.err
}

// peak is the largest resident memory of the process until now, in bytes: of
// this program alone, not of what its parent held. 0 where there is no /proc.
func (b *bootstrap) peak() int64 { return residentPeak(b.command.Process.Pid) }

// residentPeak is peak for any process that lives.
func residentPeak(process int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "\nVmHWM:")
	var kibibytes int64
	_, _ = fmt.Sscan(after, &kibibytes)
	return kibibytes << 10
}

// end kills the process, as Lambda does.
func (b *bootstrap) end() {
	_ = b.command.Process.Kill() // it may have ended by itself
	<-b.ended
	_ = b.server.Close()
}
