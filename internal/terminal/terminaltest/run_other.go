//go:build !linux

package terminaltest

import (
	"errors"
	"os/exec"
)

var errOther = errors.New("pseudo-terminal: on Linux only")

// Run makes no pseudo-terminals here.
func Run(*exec.Cmd, func(shown string) string) (Result, error) { return Result{}, errOther }

// RunWithout takes no terminal away here.
func RunWithout(*exec.Cmd) error { return errOther }
