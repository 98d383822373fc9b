package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// writeProduct writes what the user must not lose.
func writeProduct(w io.Writer, text string) error {
	if f, ok := w.(*os.File); ok && wasClosed(f) {
		return wrote(errors.New("closed, or /dev/null: what belongs there would be lost"))
	}
	_, err := io.WriteString(w, text)
	return wrote(err)
}

// wrote names the stream of a failed write.
func wrote(err error) error {
	if err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}

// isTerminal tells that w is a person's screen.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) //nolint:gosec // a file descriptor fits an int.
}
