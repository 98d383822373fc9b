//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"
)

// replaceProcess puts the command in this process's place, where it keeps the
// process ID, the terminal and whoever waits for it.
func replaceProcess(c *cli.Context, path string, line, environment []string) error {
	if err := c.Err(); err != nil {
		return err
	}
	// Back to what was inherited: a shell starts a background job with SIGINT
	// ignored, and nohup its command with SIGHUP ignored.
	signal.Reset(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGPIPE)         // all 65 would take a millisecond
	return &commandError{126, line[0], innermost(syscall.Exec(path, line, environment))} //nolint:gosec // the user's own command.
}

// handedDown are the signals that programs send to a process and mean what it
// runs.
func handedDown() []os.Signal {
	return []os.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2}
}

// reachesAll tells that the command has the signal already: a key, or the end of
// the terminal, sends it to every process in its foreground. Sent once more it
// would be a second Ctrl-C, at which many programs stop cleaning up.
func reachesAll(s os.Signal) bool {
	if s != syscall.SIGINT && s != syscall.SIGQUIT && s != syscall.SIGHUP {
		return false
	}
	terminal, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	defer func() { _ = terminal.Close() }()
	foreground, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP) //nolint:gosec // a file descriptor fits an int.
	return err == nil && foreground == unix.Getpgrp()
}

// parentEnded is closed when the process that started this one is gone: then
// another takes its place.
func parentEnded() <-chan struct{} {
	parent, ended := os.Getppid(), make(chan struct{})
	go func() {
		for os.Getppid() == parent {
			time.Sleep(500 * time.Millisecond)
		}
		close(ended)
	}()
	return ended
}

// stepAside leaves the process group of the shell that started this process. An
// interactive bash gives `<(...)` no group of its own, and Ctrl-C at its prompt
// is about the line that is being typed.
func stepAside() {
	if group, err := unix.Getpgid(os.Getppid()); err == nil && group == unix.Getpgrp() {
		_ = unix.Setpgid(0, 0)
	}
}
