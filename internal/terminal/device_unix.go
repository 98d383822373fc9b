//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package terminal

import (
	"os"

	"golang.org/x/sys/unix"
)

// open opens the controlling terminal. A process without one cannot.
func open() (device, error) {
	f, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	return device{f, f}, err
}

// quiet turns the echo off, and gives the way back. Lines and their editing,
// and Ctrl-C as a signal, stay with the terminal. On the way back what was typed
// and not read is thrown away: the rest of a paste must not become the next
// command of the shell.
func (d device) quiet() (restore func(), err error) {
	var old unix.Termios
	err = control(d.in, func(fd int) error {
		now, err := unix.IoctlGetTermios(fd, getTermios)
		if err != nil {
			return err
		}
		old = *now
		now.Lflag &^= unix.ECHO | unix.ECHONL
		now.Lflag |= unix.ICANON | unix.ISIG
		now.Iflag |= unix.ICRNL
		return unix.IoctlSetTermios(fd, setTermios, now)
	})
	return func() {
		_ = control(d.in, func(fd int) error {
			_ = flushInput(fd)
			return unix.IoctlSetTermios(fd, setTermios, &old)
		})
	}, err
}

// control lends out the descriptor. os.File.Fd would make reads impossible to
// call off.
func control(f *os.File, act func(fd int) error) error {
	c, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := c.Control(func(fd uintptr) { failed = act(int(fd)) }); err != nil { //nolint:gosec // a descriptor is a small number
		return err
	}
	return failed
}
