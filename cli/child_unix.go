//go:build unix

package main

import (
	"os"
	"syscall"
)

// exitStatus is the child's own, or 128+n when signal n ended it, as shells say.
func exitStatus(state *os.ProcessState) int {
	if w, ok := state.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return state.ExitCode()
}
