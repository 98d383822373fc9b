package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/urfave/cli/v2"
)

// runChild runs the command of the arguments with an environment in which no
// AWS variable of ours is left, and passes its exit status on.
func runChild(c *cli.Context, environment []string) error {
	if c.Args().First() == "" {
		return misuse("", "command %q: want the name of a program", "")
	}
	child := exec.Command(c.Args().First(), c.Args().Tail()...) //nolint:gosec,noctx // the user's own command; Ctrl-C reaches it from the terminal.
	child.Stdin, child.Stdout, child.Stderr = c.App.Reader, c.App.Writer, c.App.ErrWriter
	child.Env = append(withoutInherited(os.Environ()), environment...)

	// Ctrl-C goes to the whole terminal group, so the child decides what it
	// means (a shell goes on). Only SIGTERM, sent to us alone, is handed down.
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, syscall.SIGTERM)
	defer signal.Stop(ended)
	if err := child.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return fmt.Errorf("command %q: not found", clip(child.Path))
		}
		return fmt.Errorf("command %q: cannot be started", clip(child.Path))
	}
	done := make(chan struct{})
	go func() {
		select {
		case <-ended:
			_ = child.Process.Signal(syscall.SIGTERM)
		case <-done:
		}
	}()
	err := child.Wait()
	close(done)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return childStatus(exitStatus(exit.ProcessState))
	}
	return err
}

// withoutInherited removes what would lead a child out of the sandbox, or real
// credentials into it.
func withoutInherited(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(line string) bool {
		name, _, _ := strings.Cut(line, "=")
		return isOurs(name)
	})
}

// inherited names the variables that would do that, with those that every
// shell is asked to forget in any case.
func inherited(environment []string) []string {
	names := []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
		"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CREDENTIAL_EXPIRATION"}
	for _, line := range environment {
		if name, _, _ := strings.Cut(line, "="); isOurs(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func isOurs(name string) bool {
	return strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "KARIKAGI_")
}
