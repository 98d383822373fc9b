package source

import (
	"bufio"
	"cmp"
	"io"
	"iter"
	"slices"
	"strings"

	"karikagi/internal/session"
)

// maxFile bounds what is read of a configuration file for its profiles' names.
const maxFile = 1 << 20

// profileNames lists the profiles there are, those first that begin most like a
// name that is none. It is for a hint only: what a profile says is read by the
// SDK's loader, which does not list any.
func profileNames(like string) []string {
	names := append(sections(configFile(), "profile "), sections(credentialsFile(), "")...)
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(common(b, like), common(a, like)), strings.Compare(a, b))
	})
	return slices.Compact(names)
}

// sections lists the names in square brackets behind a prefix, and default.
func sections(file, prefix string) []string {
	var names []string
	for line := range linesOf(file) {
		section, ok := strings.CutPrefix(line, "[")
		section, _, closed := strings.Cut(section, "]")
		if !ok || !closed {
			continue
		}
		section = strings.TrimSpace(section)
		if name, ok := strings.CutPrefix(section, prefix); ok || section == "default" {
			names = append(names, session.Printable(strings.TrimSpace(name)))
		}
	}
	return names
}

// common is how many characters two names begin with in common, whatever their
// case.
func common(a, b string) int {
	a, b = strings.ToLower(a), strings.ToLower(b)
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// linesOf are the lines of a file, none where it cannot be read or is none.
func linesOf(file string) iter.Seq[string] {
	return func(yield func(string) bool) {
		f, err := open(file)
		if f == nil || err != nil {
			return
		}
		defer func() { _ = f.Close() }()
		for lines := bufio.NewScanner(io.LimitReader(f, maxFile)); lines.Scan(); {
			if !yield(lines.Text()) {
				return
			}
		}
	}
}
