package awsfile

import (
	"fmt"
	"slices"
	"strings"
)

// mark begins the comment above a block of ours. What stands below it, as far as
// the keys are the block's, is ours to replace and to remove.
const mark = "# karikagi: written by "

// Block is what karikagi writes into a section.
type Block struct {
	Note  string // what the comment above it says
	Lines []Line
}

// Line is a key and its value, which must fit on a line.
type Line struct{ Key, Value string }

// check refuses what would not be read as it was written.
func (b Block) check() error {
	for _, l := range append([]Line{{"note", b.Note}}, b.Lines...) {
		if strings.ContainsFunc(l.Value, func(r rune) bool { return r < ' ' || r == 0x7f }) || l.Value != strings.TrimSpace(l.Value) {
			return fmt.Errorf("%s: want a value on one line, and no blanks around it", l.Key)
		}
		// The Go SDK ends a value there.
		if strings.Contains(l.Value, " #") || strings.Contains(l.Value, " ;") {
			return fmt.Errorf("%s: a blank before # or ; begins a comment", l.Key)
		}
	}
	return nil
}

// render is the block as lines that end as the file's do.
func (b Block) render(end string) []string {
	all := []string{mark + b.Note + end}
	for _, l := range b.Lines {
		all = append(all, l.Key+" = "+l.Value+end)
	}
	return all
}

// ours finds a block of ours in a section, by the comment above it and the keys
// that one can have.
func ours(all []string, at span, keys []string) (block span, found bool) {
	for i := at.start; i < at.end; i++ {
		if strings.HasPrefix(all[i], mark) {
			end := i + 1
			for end < at.end && slices.Contains(keys, keyOf(all[end])) {
				end++
			}
			return span{i, end}, true
		}
	}
	return span{}, false
}

// holds tells that a line is more than a blank or a comment: the SDKs take
// indented lines for keys, too, where they follow a header.
func holds(line string) bool {
	text := strings.TrimSpace(line)
	return text != "" && !strings.ContainsAny(text[:1], "#;")
}

// ending is how the lines of a file end.
func ending(all []string) string {
	if len(all) > 0 && strings.HasSuffix(strings.TrimSuffix(all[0], "\n"), "\r") {
		return "\r\n"
	}
	return "\n"
}

// Put writes a block into a section: in place of the last one there, or into a
// new section at the end. A section with keys of the user's own instead is left
// alone, with an *Error that is Foreign, unless overwrite is true; then the block
// is all that it has. keys are all that such a block can have.
func (s Section) Put(text []byte, b Block, keys []string, overwrite bool) ([]byte, error) {
	if err := b.check(); err != nil {
		return nil, err
	}
	all := lines(text)
	end := ending(all)
	at, err := s.find(all)
	if err != nil {
		return nil, err
	}
	if at.end == 0 {
		return join(s.appended(all, b, end)), nil
	}
	old, found := ours(all, at, keys)
	switch {
	case overwrite:
		old = span{at.start + 1, at.end - blanks(all[at.start+1:at.end])}
	case !found:
		if slices.ContainsFunc(all[at.start+1:at.end], holds) {
			return nil, &Error{Line: at.start + 1, Foreign: true, Problem: fmt.Sprintf("%s is there, and karikagi did not write it", s)}
		}
		old = span{at.start + 1, at.start + 1}
	}
	for i := at.start; i < at.end; i++ {
		if (i < old.start || i >= old.end) && slices.ContainsFunc(b.Lines, func(l Line) bool { return l.Key == keyOf(all[i]) }) {
			return nil, &Error{Line: i + 1, Foreign: true, Problem: fmt.Sprintf("%s of %s is there, and karikagi did not write it", keyOf(all[i]), s)}
		}
	}
	if last := len(all) - 1; old.start > last && !strings.HasSuffix(all[last], "\n") {
		all[last] += end // the header was all there was
	}
	return join(slices.Concat(all[:old.start], b.render(end), all[old.end:])), nil
}

// appended is the file with a new section, an empty line before it.
func (s Section) appended(all []string, b Block, end string) []string {
	if last := len(all) - 1; last >= 0 {
		if !strings.HasSuffix(all[last], "\n") {
			all[last] += end
		}
		if strings.TrimSpace(all[last]) != "" {
			all = append(all, end)
		}
	}
	return slices.Concat(all, []string{s.String() + end}, b.render(end))
}

// Remove takes a block out, and the section, too, where nothing else is in it.
// It tells whether there was one.
func (s Section) Remove(text []byte, keys []string) (edited []byte, removed bool, err error) {
	all := lines(text)
	at, err := s.find(all)
	if err != nil {
		return nil, false, err
	}
	old, found := ours(all, at, keys)
	if !found {
		return text, false, nil
	}
	if rest := slices.Concat(all[at.start+1:old.start], all[old.end:at.end]); blanks(rest) == len(rest) {
		old = at
		if at.end == len(all) && at.start > 0 && strings.TrimSpace(all[at.start-1]) == "" {
			old.start-- // the empty line before a section at the end came with it
		}
	}
	return join(slices.Delete(all, old.start, old.end)), true, nil
}

// blanks counts the empty lines at the end.
func blanks(all []string) int {
	n := 0
	for n < len(all) && strings.TrimSpace(all[len(all)-1-n]) == "" {
		n++
	}
	return n
}

func join(all []string) []byte { return []byte(strings.Join(all, "")) }
