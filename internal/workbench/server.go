package workbench

import (
	"bytes"
	"fmt"
	"io"
	"os/exec"
	"time"
)

// Server is a process that serves HTTP, and has printed where.
type Server struct {
	URL, Token string

	command   *exec.Cmd
	complaint bytes.Buffer
}

// StartServer starts a process, and reads from its output its URL and the token
// for it.
func StartServer(cmd *exec.Cmd, read func(io.Reader) (url, token string, err error)) (*Server, error) {
	return startServer(cmd, read, startLimit)
}

func startServer(cmd *exec.Cmd, read func(io.Reader) (url, token string, err error), limit time.Duration) (*Server, error) {
	s := &Server{command: cmd}
	cmd.Stderr, cmd.WaitDelay = &s.complaint, waitDelay
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	late := time.AfterFunc(limit, func() { _ = out.Close() }) // which ends the reading
	s.URL, s.Token, err = read(out)
	if !late.Stop() {
		err = fmt.Errorf("it has not said in %s where it serves", limit)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", cmd.Path, err, s.End())
	}
	return s, nil
}

// PID is the process's, for /proc.
func (s *Server) PID() int { return s.command.Process.Pid }

// End kills the process, and gives what it wrote to stderr.
func (s *Server) End() (stderr string) {
	_ = s.command.Process.Kill() // it may have ended by itself
	_ = s.command.Wait()         // it was killed
	return s.complaint.String()
}

// Quit ends a Go program by SIGQUIT, and gives what it and its runtime wrote to
// stderr: the stack of each goroutine.
func (s *Server) Quit() (stderr string, err error) {
	if err := quit(s.command.Process); err != nil {
		return "", err
	}
	_ = s.command.Wait() // its status is that of the signal
	return s.complaint.String(), nil
}
