//go:build unix

package workbench

import (
	"os"
	"syscall"
)

func quit(p *os.Process) error { return p.Signal(syscall.SIGQUIT) }
