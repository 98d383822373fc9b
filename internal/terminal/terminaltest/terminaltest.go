// Package terminaltest runs a program with a pseudo-terminal of its own, for
// tests of what is asked there. It must not know what is asked. It is for tests
// only, and for Linux.
package terminaltest

// Result is what a program left behind on its terminal.
type Result struct {
	Shown string // everything that the terminal showed, with line feeds as line ends
	Echo  bool   // whether it would show what is typed
}
