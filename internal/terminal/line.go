package terminal

import (
	"bytes"
	"errors"
	"io"
)

// maxLine is far above a code of six digits. What is longer was pasted by
// mistake.
const maxLine = 100

// The errors of a line never show it.
var (
	errTooLong = errors.New("the line is longer than 100 bytes")
	errEnded   = errors.New("the terminal's input ended before the line did")
)

// readLine reads up to the end of a line and no further than maxLine. What
// stands behind is left to be thrown away with the terminal's input.
func readLine(r io.Reader) (string, error) {
	var line []byte
	buffer := make([]byte, maxLine+1)
	for {
		n, err := r.Read(buffer)
		line = append(line, buffer[:n]...)
		end := bytes.IndexAny(line, "\r\n")
		switch {
		case end > maxLine, end < 0 && len(line) > maxLine:
			return "", errTooLong
		case end >= 0:
			return string(bytes.TrimSpace(line[:end])), nil
		case err != nil:
			return "", errEnded
		}
	}
}
