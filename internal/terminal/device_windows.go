package terminal

import (
	"os"

	"golang.org/x/sys/windows"
)

// open opens the console that the process is attached to. A service has none.
func open() (device, error) {
	in, err := os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return device{}, err
	}
	out, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		_ = in.Close()
		return device{}, err
	}
	return device{in, out}, nil
}

// quiet turns the echo off, and gives the way back, on which what was typed and
// not read is thrown away.
func (d device) quiet() (restore func(), err error) {
	console := windows.Handle(d.in.Fd())
	var old uint32
	if err := windows.GetConsoleMode(console, &old); err != nil {
		return nil, err
	}
	now := old &^ windows.ENABLE_ECHO_INPUT
	now |= windows.ENABLE_LINE_INPUT | windows.ENABLE_PROCESSED_INPUT
	return func() {
		_ = windows.FlushConsoleInputBuffer(console)
		_ = windows.SetConsoleMode(console, old)
	}, windows.SetConsoleMode(console, now)
}
