// Package awsfile edits ~/.aws/config and ~/.aws/credentials as text: one block
// of lines in one section, and every other byte stays as it is. It knows where a
// section begins and ends, and not what it means: reading a profile is the SDK's
// business.
package awsfile

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Section names a section: [profile NAME] of the config file, or [NAME] of the
// credentials file.
type Section struct {
	Config bool
	Name   string
}

// String is the section's header.
func (s Section) String() string {
	if s.Config && s.Name != "default" {
		return "[profile " + s.Name + "]"
	}
	return "[" + s.Name + "]"
}

// is tells whether a header is of the section. The SDKs take blanks around the
// words, and botocore quotes around the name.
func (s Section) is(header string) bool {
	if !s.Config || header == "default" {
		return header == s.Name
	}
	kind, name, ok := strings.Cut(strings.ReplaceAll(header, "\t", " "), " ")
	name = strings.TrimSpace(name)
	if len(name) >= 2 && (name[0] == '"' || name[0] == '\'') && name[len(name)-1] == name[0] {
		name = name[1 : len(name)-1]
	}
	return ok && kind == "profile" && name == s.Name
}

// lines takes a text apart, with the ends of its lines.
func lines(text []byte) []string {
	var all []string
	for line := range bytes.Lines(text) {
		all = append(all, string(line))
	}
	return all
}

// headerOf is what stands in a line's square brackets, and whether it has some.
// Every SDK ends a section there; a line that only some of them take for a header
// counts, so that nothing of another section is touched.
func headerOf(line string) (string, bool) {
	text := strings.TrimSpace(line)
	if !strings.HasPrefix(text, "[") {
		return "", false
	}
	inside, _, closed := strings.Cut(text[1:], "]")
	return strings.TrimSpace(inside), closed
}

// keyOf is the key of a line; "" where it has none: a blank line, a comment, a
// header, or the rest of the value above.
func keyOf(line string) string {
	if strings.TrimSpace(line) == "" || strings.ContainsAny(line[:1], "#; \t[") {
		return ""
	}
	key, _, ok := strings.Cut(strings.Replace(line, ":", "=", 1), "=")
	if !ok {
		return ""
	}
	return strings.ToLower(strings.TrimSpace(key))
}

// span is where a section is among the lines: its header is the first, and end
// is behind its last.
type span struct{ start, end int }

// find looks for the section; none is a span without lines. Twice is an error:
// the SDKs do not agree on what that means.
func (s Section) find(all []string) (span, error) {
	if len(all) > 0 && strings.HasPrefix(all[0], "\ufeff") {
		return span{}, &Error{Line: 1, Problem: "the file begins with a byte order mark, by which SDKs miss its first section: want it saved as UTF-8 without one"}
	}
	var found []int
	for i, line := range all {
		if header, ok := headerOf(line); ok && s.is(header) {
			found = append(found, i)
		}
	}
	switch len(found) {
	case 0:
		return span{}, nil
	case 1:
		start := found[0]
		next := slices.IndexFunc(all[start+1:], func(line string) bool { _, ok := headerOf(line); return ok })
		if next < 0 {
			return span{start, len(all)}, nil
		}
		return span{start, start + 1 + next}, nil
	}
	return span{}, &Error{Line: found[1] + 1, Problem: fmt.Sprintf("%s stands there for the second time, the first is line %d", s, found[0]+1)}
}

// Key is a key of a section and where it is.
type Key struct {
	Name string
	Line int
}

// Keys lists what a section sets.
func (s Section) Keys(text []byte) ([]Key, error) {
	all := lines(text)
	at, err := s.find(all)
	if err != nil {
		return nil, err
	}
	var keys []Key
	for i := at.start; i < at.end; i++ {
		if name := keyOf(strings.TrimLeft(all[i], " \t")); name != "" {
			keys = append(keys, Key{name, i + 1})
		}
	}
	return keys, nil
}

// Error is a place in a file that is not edited, and why.
type Error struct {
	Line    int
	Problem string
	Foreign bool // the section is the user's own, and could be replaced
}

func (e *Error) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Problem) }
