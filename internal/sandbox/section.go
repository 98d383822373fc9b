package sandbox

import (
	"cmp"
	"slices"
	"strings"
)

// section is a mapping of an account file whose keys are known. The first error stays, and everything read after it is empty, so
// that a reader can take all its fields and ask once.
type section struct {
	value
	what   string
	fields map[string]value
	err    error
}

// section reads the keys of a mapping. Unknown and repeated keys are errors.
func (v value) section(what string, known ...string) *section {
	s := &section{value: v, what: what, fields: map[string]value{}}
	s.err = v.pairs(what, func(key, of value) error {
		name := key.node.Value
		if slices.Contains(known, name) {
			s.fields[name] = of
			return nil
		}
		if meant := nearest(name, known); meant != "" {
			return key.errorf("%s: unknown key %q: did you mean %q?", what, shorten(name, 60), meant)
		}
		return key.errorf("%s: unknown key %q: want one of %s", what, shorten(name, 60), strings.Join(known, ", "))
	})
	return s
}

// take gives the value of a key, if nothing was wrong so far.
func (s *section) take(key string) (value, bool) {
	v, ok := s.fields[key]
	return v, ok && s.err == nil
}

// need is take for a key that must be there.
func (s *section) need(key string) (value, bool) {
	v, ok := s.take(key)
	if !ok && s.err == nil {
		s.err = s.errorf("%s: want the key %q", s.what, key)
	}
	return v, ok
}

// fail places an error at a key's value, or at the whole section.
func (s *section) fail(key, format string, a ...any) {
	if s.err != nil {
		return
	}
	at, ok := s.fields[key]
	if !ok {
		at = s.value
	}
	s.err = at.errorf(s.what+": "+key+": "+format, a...)
}

// text reads a string that satisfies a check; otherwise is taken where the key is absent.
func (s *section) text(key, otherwise string, check func(string) (want string)) string {
	v, ok := s.take(key)
	if !ok {
		return otherwise
	}
	text, err := v.text(s.what + ": " + key)
	if s.err = err; err != nil {
		return otherwise
	}
	if want := check(text); want != "" {
		s.fail(key, "want %s, not %q", want, shorten(text, 100))
	}
	return text
}

// flag is false where the key is absent.
func (s *section) flag(key string) bool {
	v, ok := s.take(key)
	if !ok {
		return false
	}
	var b bool
	b, s.err = v.flag(s.what + ": " + key)
	return b
}

// each reads a list.
func (s *section) each(key string, read func(value) error) {
	if v, ok := s.take(key); ok {
		s.err = v.items(s.what+": "+key, read)
	}
}

// nearest is the known name that was probably meant, "" where none is near.
func nearest(name string, known []string) string {
	best := slices.MinFunc(known, func(a, b string) int { return cmp.Compare(distance(name, a), distance(name, b)) })
	if distance(name, best) > (len(best)+2)/3 {
		return ""
	}
	return best
}

// distance is how many characters must be changed, put in or left out.
func distance(a, b string) int {
	if len(a) > 40 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal, row[j+1] = row[j+1], min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
