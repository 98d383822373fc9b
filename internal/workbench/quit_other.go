//go:build !unix

package workbench

import (
	"errors"
	"os"
)

func quit(*os.Process) error { return errors.New("no SIGQUIT on this system") }
