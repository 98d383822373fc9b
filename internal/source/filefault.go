package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// fileFault says why the SDK may have found nothing in a configuration file: it
// takes one that it cannot open for empty, and passes over what it cannot read.
// "" is a file as it should be.
func fileFault(path string) string {
	f, err := open(path)
	if broken, ok := errors.AsType[*fs.PathError](err); ok {
		if errors.Is(err, fs.ErrNotExist) {
			return "no such file"
		}
		return broken.Err.Error()
	}
	if f == nil { // a pipe, which may have been read
		return ""
	}
	_ = f.Close()
	number, inSection := 0, false
	for line := range linesOf(path) {
		number++
		text := strings.TrimSpace(line)
		switch {
		case number == 1 && strings.HasPrefix(line, "\xef\xbb\xbf"):
			return "begins with a byte order mark: want UTF-8 without it"
		case number == 1 && (strings.HasPrefix(line, "\xff\xfe") || strings.HasPrefix(line, "\xfe\xff")):
			return "is UTF-16: want UTF-8"
		case strings.ContainsRune(line, 0):
			return "is not text"
		case text == "", text[0] == '#', text[0] == ';':
		case text[0] == '[' && !strings.Contains(text, "]"):
			return fmt.Sprintf("line %d: want a ] behind the section", number)
		case text[0] == '[':
			inSection = true
		case !inSection:
			return fmt.Sprintf("line %d: is in no [section]", number)
		}
	}
	return ""
}

// open opens a file, and nothing else that has its name: to open a pipe is to
// wait for whoever writes into it. Then it returns nil.
func open(path string) (*os.File, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil, err
	}
	return os.Open(path) //nolint:gosec // the user's own files, where the SDK looks too.
}

// endless names a file that the SDK may still be reading: one that is no plain
// file ends when somebody else says so.
func endless() string {
	for _, path := range []string{configFile(), credentialsFile(), os.Getenv("AWS_CA_BUNDLE")} {
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() && !info.IsDir() && path != os.DevNull { //nolint:gosec // the user's own files again.
			return path
		}
	}
	return ""
}
