package strictyaml

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Section is a mapping whose keys are known. The first error stays, and everything read after it is empty, so that
// a reader can take all its fields and ask once.
type Section struct {
	Value
	What string // in messages
	err  error
}

// Section reads the keys of a mapping. Unknown and repeated keys are errors.
func (v Value) Section(what string, known ...string) *Section {
	s := &Section{Value: v, What: what} // so short that it is inlined, and the section never leaves its reader's stack
	s.check(known)
	return s
}

func (s *Section) check(known []string) {
	s.err = s.Pairs(s.What, func(key, _ Value) error {
		name := key.Raw()
		if slices.Contains(known, name) {
			return nil
		}
		if meant := nearest(name, known); meant != "" {
			return key.Errorf("%s: unknown key %q: did you mean %q?", s.What, shorten(name, 60), meant)
		}
		return key.Errorf("%s: unknown key %q: want one of %s", s.What, shorten(name, 60), strings.Join(known, ", "))
	})
}

// field is the value of a key, wherever it is asked for.
func (s *Section) field(key string) (Value, bool) {
	if !s.IsMapping() {
		return Value{}, false
	}
	t := s.tree
	for at, end := s.at+1, t.next(s.at); at < end; {
		of := t.next(at)
		if t.size(at) == len(key) && t.text(at) == key {
			return Value{t, of}, true
		}
		at = t.next(of)
	}
	return Value{}, false
}

// Err is the first error.
func (s *Section) Err() error { return s.err }

// Keep takes an error for the section's, unless there is one.
func (s *Section) Keep(err error) {
	if s.err == nil {
		s.err = err
	}
}

// Take gives the value of a key, if nothing was wrong so far.
func (s *Section) Take(key string) (Value, bool) {
	v, ok := s.field(key)
	return v, ok && s.err == nil
}

// Has tells whether a key is there, also where something was wrong.
func (s *Section) Has(key string) bool {
	_, ok := s.field(key)
	return ok
}

// Need is Take for a key that must be there.
func (s *Section) Need(key string) (Value, bool) {
	v, ok := s.Take(key)
	if !ok && s.err == nil {
		s.err = s.Errorf("%s: want the key %q", s.What, key)
	}
	return v, ok
}

// Fail places an error at a key's value, or at the whole section.
func (s *Section) Fail(key, format string, a ...any) {
	if s.err != nil {
		return
	}
	at, ok := s.field(key)
	if !ok {
		at = s.Value
	}
	s.err = at.Errorf("%s: %s: %s", s.What, key, fmt.Sprintf(format, a...))
}

// Text reads a string that satisfies a check, as Value.Text does; otherwise is taken where the key is absent.
func (s *Section) Text(key, otherwise string, check func(string) (want string)) string {
	v, ok := s.Take(key)
	if !ok {
		return otherwise
	}
	text, err := v.Text(s.What, key)
	return s.checked(key, text, err, check)
}

// Quoted is Text, but reads as Value.Quoted does.
func (s *Section) Quoted(key, otherwise string, check func(string) (want string)) string {
	v, ok := s.Take(key)
	if !ok {
		return otherwise
	}
	text, err := v.Quoted(s.What, key)
	return s.checked(key, text, err, check)
}

func (s *Section) checked(key, text string, err error, check func(string) string) string {
	s.Keep(err)
	if s.err != nil {
		return ""
	}
	if want := check(text); want != "" {
		s.Fail(key, "want %s, not %q", want, shorten(text, 100))
	}
	return text
}

// Flag reads true or false, and is false where the key is absent.
func (s *Section) Flag(key string) bool {
	v, ok := s.Take(key)
	if !ok {
		return false
	}
	b, err := v.Flag(s.What, key)
	s.Keep(err)
	return b
}

// Each reads a list.
func (s *Section) Each(key string, read func(Value) error) {
	v, ok := s.Take(key)
	if !ok {
		return
	}
	what := ""
	if !v.IsList() {
		what = s.What + ": " + key
	}
	s.Keep(v.Items(what, read))
}

// Read reads the value of a key, if it is there.
func (s *Section) Read(key string, read func(Value) error) {
	if v, ok := s.Take(key); ok {
		s.Keep(read(v))
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
