package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"time"

	"karikagi/internal/sandbox"
)

// crowd is how many processes ask for one session at once, and crowds how often
// that is tried: a lock that is missing would not show each time.
const (
	crowd  = 50
	crowds = 5
)

// cold is what became of the crowds.
type cold struct {
	calls int64         // of AssumeRole, in the crowd that made the most
	took  time.Duration // median, until the last process had ended
}

// assumptions counts the sandbox's log lines of AssumeRole, granted or not.
type assumptions struct{ atomic.Int64 }

func (a *assumptions) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(" event=AssumeRole ")) {
		a.Add(1)
	}
	return len(line), nil
}

// measureCold has processes ask for one session that is not kept yet. STS is a
// sandbox of their own, which counts.
func (u *uses) measureCold(ctx context.Context) error {
	counter := new(assumptions)
	account, err := sandbox.New(sandbox.Options{Log: counter})
	if err != nil {
		return err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: account, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	environment, err := account.Environment("http://"+listener.Addr().String(), user)
	if err != nil {
		return err
	}
	environment = append(environment, "PATH="+os.Getenv("PATH"))

	var took []float64
	for n := range crowds {
		home := filepath.Join(u.folder, fmt.Sprintf("home-%d", n))
		if err := os.Mkdir(home, 0o700); err != nil {
			return err
		}
		before, begin := counter.Load(), time.Now()
		if err := u.ask(ctx, append(environment, "HOME="+home)); err != nil {
			return err
		}
		took = append(took, float64(time.Since(begin)))
		calls := counter.Load() - before
		if calls == 0 {
			return errors.New("the sandbox logged no AssumeRole, and there is a session")
		}
		u.cold.calls = max(u.cold.calls, calls)
	}
	u.cold.took = time.Duration(median(took))
	return nil
}

// ask starts the crowd and waits for all of it. Each process must print the same
// session: a count of one is worth nothing where the others got none.
func (u *uses) ask(ctx context.Context, environment []string) error {
	var commands [crowd]*exec.Cmd
	var outs, complaints [crowd]bytes.Buffer
	var problem error
	for i := range commands {
		c := exec.CommandContext(ctx, u.karikagi, "export", "--quiet", "--format", "process", role) //nolint:gosec // the program to measure
		c.Env, c.Stdout, c.Stderr = environment, &outs[i], &complaints[i]
		if err := c.Start(); err != nil {
			problem = errors.Join(problem, err)
			break
		}
		commands[i] = c
	}
	for i, c := range commands {
		if c == nil {
			break
		}
		if err := c.Wait(); err != nil {
			problem = errors.Join(problem, fmt.Errorf("process %d of %d at once: %w\n%s", i+1, crowd, err, complaints[i].Bytes()))
		}
	}
	if problem != nil {
		return problem
	}
	for i := range outs {
		if !bytes.Contains(outs[0].Bytes(), []byte("ASIA")) || !bytes.Equal(outs[0].Bytes(), outs[i].Bytes()) {
			return fmt.Errorf("process %d of %d at once printed no session, or another one", i+1, crowd)
		}
	}
	return nil
}
