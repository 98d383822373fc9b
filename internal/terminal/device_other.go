//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package terminal

// open knows no terminal on this system.
func open() (device, error) { return device{}, ErrNoTerminal }

func (device) quiet() (restore func(), err error) { return nil, ErrNoTerminal }
