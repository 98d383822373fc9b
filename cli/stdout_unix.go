//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// wasClosed tells that the program was started without the stream, as by
// `>&-`. Go's runtime fills a missing stream with /dev/null, open for reading
// and writing, and every write succeeds; a shell's `>/dev/null` is open for
// writing only, and is what the user wanted.
func wasClosed(f *os.File) bool {
	mode, err := unix.FcntlInt(f.Fd(), unix.F_GETFL, 0)
	if err != nil || mode&unix.O_ACCMODE != unix.O_RDWR {
		return false
	}
	null, err := os.Stat(os.DevNull)
	if err != nil {
		return false
	}
	is, err := f.Stat()
	return err == nil && os.SameFile(null, is)
}
