package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"
)

// opener is the program that opens a URL in the user's own browser.
func opener() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{"open"}
	case "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	}
	return []string{"xdg-open"}
}

// openerPatience is how long the opener may take to fail. Some of them go on as
// the browser itself, and end when it does.
const openerPatience = 3 * time.Second

// openBrowser hands a URL to the browser. None of the openers reads it from
// anywhere but its arguments. What the browser prints is nobody's product.
func openBrowser(ctx context.Context, address string) error {
	line := append(opener(), address)
	command := exec.Command(line[0], line[1:]...) //nolint:gosec,noctx // the system's own opener, and a URL that was checked; it outlives the run.
	name := filepath.Base(line[0])
	if err := command.Start(); err != nil {
		return &browserError{fmt.Errorf("browser: %s: %w", name, reasonOf(err))}
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	late := time.NewTimer(openerPatience)
	defer late.Stop()
	select {
	case err := <-done:
		if err != nil {
			return &browserError{fmt.Errorf("browser: %s: %w", name, err)}
		}
	case <-late.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// reasonOf drops the program's path, which its name stands for.
func reasonOf(err error) error {
	if wrong, ok := errors.AsType[*exec.Error](err); ok {
		return wrong.Err
	}
	return errors.New("cannot be started")
}

// browserError is for a browser that did not open.
type browserError struct{ err error }

func (e *browserError) Error() string { return e.err.Error() }
func (e *browserError) Unwrap() error { return e.err }
