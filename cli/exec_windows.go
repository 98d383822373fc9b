package main

import (
	"os"

	"github.com/urfave/cli/v2"
)

// replaceProcess runs the command below this process: Windows has no way to put
// it in its place.
func replaceProcess(c *cli.Context, path string, line, environment []string) error {
	return supervise(c, path, line, environment)
}

// handedDown are the signals that must not end this process before the command.
func handedDown() []os.Signal { return []os.Signal{os.Interrupt} }

// reachesAll is true: Ctrl-C reaches every process of the console, and there is
// no signal to hand down.
func reachesAll(os.Signal) bool { return true }

// parentEnded is closed when the process that started this one is gone. Its
// number may be another's by then, so it is held on to from the beginning.
func parentEnded() <-chan struct{} {
	ended := make(chan struct{})
	parent, err := os.FindProcess(os.Getppid())
	if err != nil {
		return ended
	}
	go func() {
		_, _ = parent.Wait()
		close(ended)
	}()
	return ended
}

// stepAside has nothing to leave: no shell of Windows reads lines this way.
func stepAside() {}
