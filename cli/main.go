// Command karikagi hands out short-lived AWS credentials: it asks STS who the
// caller is, assumes a role in a session named after that person, and prints
// the session for whoever is to use it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The rules of output, kept here and nowhere else:
//
//   - stdout carries the product and nothing but the product; on an error
//     nothing of it is printed.
//   - stderr carries one `karikagi: error:` line, then `karikagi: hint:` lines;
//     when all is well, at most a line of who got what, which --quiet removes.
//   - commands return errors; only report prints them, and only main exits.
//   - no stack trace, no usage dump, never a secret.
//
// The exit status is 0 when done, 1 when refused or failed, 2 for misuse (the
// command line is wrong by itself, whoever calls), 130 when interrupted, and
// where karikagi runs a command, the command's own or a shell's for one that
// cannot be run.
const (
	statusRefused     = 1
	statusMisuse      = 2
	statusInterrupted = 130
)

// run is the whole program.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup(1) ignores it on purpose
		signals = append(signals, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), signals...)
	defer stop()
	// Once SIGPIPE is asked for, a write to a closed pipe returns an error that
	// can be reported; by default it would end the process without a word.
	pipe := make(chan os.Signal, 1)
	signal.Notify(pipe, syscall.SIGPIPE)
	defer signal.Stop(pipe)

	return report(stderr, dispatch(ctx, newApp(stdin, stdout, stderr), args[1:]))
}

// report prints an error with its hints and gives the exit status.
func report(stderr io.Writer, err error) int {
	if err == nil {
		return 0
	}
	if child, ok := errors.AsType[childStatus](err); ok {
		return int(child)
	}
	_, _ = fmt.Fprintf(stderr, "karikagi: error: %s\n", oneLine(err.Error()))
	for _, h := range hints(err) {
		_, _ = fmt.Fprintf(stderr, "karikagi: hint: %s\n", oneLine(h))
	}
	if e, ok := errors.AsType[*commandError](err); ok {
		return e.status
	}
	switch {
	case isInterrupted(err):
		return statusInterrupted
	case errors.As(err, new(*usageError)):
		return statusMisuse
	}
	return statusRefused
}

// childStatus is the exit status of a command that karikagi ran. It has been
// reported by the child itself.
type childStatus int

func (s childStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// usageError is misuse: what was typed is wrong whoever types it.
type usageError struct {
	err  error
	hint string // the next step, "" where hints know it from err
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// misuse makes a usageError of a text.
func misuse(hint, format string, values ...any) error {
	return &usageError{err: fmt.Errorf(format, values...), hint: hint}
}
