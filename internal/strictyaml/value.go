package strictyaml

import (
	"fmt"
	"strconv"
)

// Value is a value of a file with what a message about it needs.
type Value struct {
	file *string // its name
	node *node
}

// Errorf makes an error that is placed at the value.
func (v Value) Errorf(format string, a ...any) error {
	return &Error{*v.file, v.node.line, v.node.column, fmt.Sprintf(format, a...)}
}

// Place is where a value is, for those who keep nothing else of a file.
type Place struct {
	File         string
	Line, Column int
}

// String is grants.yaml:12:7.
func (p Place) String() string {
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// Place is where the value is.
func (v Value) Place() Place { return Place{*v.file, v.node.line, v.node.column} }

func (v Value) with(n *node) Value { return Value{v.file, n} }

// Raw is a scalar as it is written, without its quotes; "" for anything else.
func (v Value) Raw() string {
	return v.node.text // a collection has none
}

// IsText tells that the value is a string, and nothing that looks like a number, a date or a truth value to YAML.
func (v Value) IsText() bool { return v.node.kind == text }

// IsMapping tells that the value has keys.
func (v Value) IsMapping() bool { return v.node.kind == mapping }

// IsList tells that the value has items.
func (v Value) IsList() bool { return v.node.kind == list }

// Kind names what the value is, in the words of the people who write files.
func (v Value) Kind() string {
	switch v.node.kind {
	case mapping:
		return "a mapping"
	case list:
		return "a list"
	case alias:
		return "an alias, which is not read here"
	case null:
		return "nothing"
	case boolean:
		return "true or false"
	}
	return fmt.Sprintf("%q", shorten(v.node.text, 60))
}

// Pairs reads any mapping, in its order. A repeated key is an error.
func (v Value) Pairs(what string, read func(key, of Value) error) error {
	if v.node.kind != mapping {
		return v.Errorf("%s: want a mapping, not %s", what, v.Kind())
	}
	all := v.node.content
	var seen map[string]bool
	if len(all) > 40 { // to compare each key with each is faster for a few
		seen = make(map[string]bool, len(all)/2)
	}
	for i := 0; i+1 < len(all); i += 2 {
		key := v.with(&all[i])
		if !key.node.kind.scalar() || key.node.kind == merge {
			return key.Errorf("%s: want a name as key, not %s", what, key.Kind())
		}
		if repeats(all, i, seen) {
			return key.Errorf("%s: key %q is there twice", what, shorten(key.node.text, 60))
		}
		if err := read(key, v.with(&all[i+1])); err != nil {
			return err
		}
	}
	return nil
}

// repeats tells whether the key at an index was there before.
func repeats(all []node, key int, seen map[string]bool) bool {
	text := all[key].text
	if seen != nil {
		twice := seen[text]
		seen[text] = true
		return twice
	}
	for i := 0; i < key; i += 2 {
		if all[i].text == text {
			return true
		}
	}
	return false
}

// Len is how many items or keys there are.
func (v Value) Len() int {
	if v.node.kind == mapping {
		return len(v.node.content) / 2
	}
	return len(v.node.content)
}

// Items reads a list.
func (v Value) Items(what string, read func(Value) error) error {
	if v.node.kind != list {
		return v.Errorf("%s: want a list, not %s", what, v.Kind())
	}
	for i := range v.node.content {
		if err := read(v.with(&v.node.content[i])); err != nil {
			return err
		}
	}
	return nil
}

// Text reads a string. A number or a date will do, as it was written: account IDs and policy versions look like them.
func (v Value) Text(what string) (string, error) {
	switch v.node.kind {
	case text, integer, other, merge:
		return v.node.text, nil
	}
	return "", v.Errorf("%s: want a text, not %s", what, v.Kind())
}

// Flag reads true or false.
func (v Value) Flag(what string) (bool, error) {
	if v.node.kind != boolean {
		return false, v.Errorf("%s: want true or false, not %s", what, v.Kind())
	}
	return v.node.text[0] == 't' || v.node.text[0] == 'T', nil
}

// Int reads a whole number, written in decimal.
func (v Value) Int(what string) (int, error) {
	n, err := strconv.Atoi(v.node.text)
	if v.node.kind != integer || err != nil || strconv.Itoa(n) != v.node.text {
		return 0, v.Errorf("%s: want a number, not %s", what, v.Kind())
	}
	return n, nil
}

// Quoted reads a string that YAML, too, takes for one: a number, a date or a truth value must be in quotes.
func (v Value) Quoted(what string) (string, error) {
	if k := v.node.kind; k.scalar() && k != text && k != null {
		return "", v.Errorf("%s: want a text, which %s is in quotes only", what, shorten(v.node.text, 60))
	}
	return v.Text(what)
}

// shorten bounds how much of somebody's text a message repeats.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	cut := 0
	for i := range s {
		if i > limit {
			break
		}
		cut = i
	}
	return s[:cut] + "..."
}
