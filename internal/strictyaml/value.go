package strictyaml

import (
	"fmt"
	"strconv"
	"strings"
)

// Value is a value of a file with what a message about it needs.
type Value struct {
	tree *tree
	at   int // which of its nodes
}

func (v Value) node() *node { return &v.tree.nodes[v.at] }

// Errorf makes an error that is placed at the value.
func (v Value) Errorf(format string, a ...any) error {
	return v.tree.errorf(int(v.node().line), int(v.node().column), format, a...)
}

// Place is where a value is, for those who keep nothing else of a file.
type Place struct {
	file         string
	line, column uint32
}

// String is grants.yaml:12:7.
func (p Place) String() string {
	return p.file + ":" + strconv.FormatUint(uint64(p.line), 10) + ":" + strconv.FormatUint(uint64(p.column), 10)
}

// Place is where the value is.
func (v Value) Place() Place { return Place{v.tree.name, v.node().line, v.node().column} }

// Raw is a scalar as it is written, without its quotes; "" for anything else.
func (v Value) Raw() string { return v.tree.text(v.at) }

// IsText tells that the value is a string, and nothing that looks like a number, a date or a truth value to YAML.
func (v Value) IsText() bool { return v.node().kind == text }

// IsMapping tells that the value has keys.
func (v Value) IsMapping() bool { return v.node().kind == mapping }

// IsList tells that the value has items.
func (v Value) IsList() bool { return v.node().kind == list }

// Kind names what the value is, in the words of the people who write files.
func (v Value) Kind() string {
	switch v.node().kind {
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
	return fmt.Sprintf("%q", shorten(v.Raw(), 60))
}

// Pairs reads any mapping, in its order. A repeated key is an error.
func (v Value) Pairs(what string, read func(key, of Value) error) error {
	if !v.IsMapping() {
		return v.Errorf("%s: want a mapping, not %s", what, v.Kind())
	}
	at, end := v.at+1, v.tree.next(v.at)
	var seen map[string]bool
	if end-at > 40 && v.Len() > 20 { // to compare each key with each is faster for a few
		seen = make(map[string]bool, v.Len())
	}
	for at < end {
		key, of := Value{v.tree, at}, Value{v.tree, v.tree.next(at)}
		if k := key.node().kind; !k.scalar() || k == merge {
			return key.Errorf("%s: want a name as key, not %s", what, key.Kind())
		}
		if v.repeats(key, seen) {
			return key.Errorf("%s: key %q is there twice", what, shorten(key.Raw(), 60))
		}
		if err := read(key, of); err != nil {
			return err
		}
		at = v.tree.next(of.at)
	}
	return nil
}

// repeats tells whether a key was there before.
func (v Value) repeats(key Value, seen map[string]bool) bool {
	text := key.Raw()
	if seen != nil {
		twice := seen[text]
		seen[text] = true
		return twice
	}
	for at := v.at + 1; at < key.at; at = v.tree.next(at + 1) {
		if v.tree.size(at) == len(text) && v.tree.text(at) == text {
			return true
		}
	}
	return false
}

// Len is how many items or keys there are.
func (v Value) Len() int {
	if v.node().kind.scalar() {
		return 0
	}
	n := 0
	for at, end := v.at+1, v.tree.next(v.at); at < end; at = v.tree.next(at) {
		n++
	}
	if v.IsMapping() {
		return n / 2
	}
	return n
}

// Items reads a list.
func (v Value) Items(what string, read func(Value) error) error {
	if !v.IsList() {
		return v.Errorf("%s: want a list, not %s", what, v.Kind())
	}
	for at, end := v.at+1, v.tree.next(v.at); at < end; at = v.tree.next(at) {
		if err := read(Value{v.tree, at}); err != nil {
			return err
		}
	}
	return nil
}

// Text reads a string. A number or a date will do, as it was written: account IDs and policy versions look like them.
// what says which part of the file it is: words of an error, that are only put together where there is one.
func (v Value) Text(what ...string) (string, error) {
	switch v.node().kind {
	case text, integer, other, merge:
		return v.Raw(), nil
	}
	return "", v.Errorf("%s: want a text, not %s", strings.Join(what, ": "), v.Kind())
}

// Flag reads true or false.
func (v Value) Flag(what ...string) (bool, error) {
	if v.node().kind != boolean {
		return false, v.Errorf("%s: want true or false, not %s", strings.Join(what, ": "), v.Kind())
	}
	return v.Raw()[0]|0x20 == 't', nil
}

// Int reads a whole number, written in decimal.
func (v Value) Int(what ...string) (int, error) {
	n, err := strconv.Atoi(v.Raw())
	if v.node().kind != integer || err != nil || strconv.Itoa(n) != v.Raw() {
		return 0, v.Errorf("%s: want a number, not %s", strings.Join(what, ": "), v.Kind())
	}
	return n, nil
}

// Quoted reads a string that YAML, too, takes for one: a number, a date or a truth value must be in quotes.
func (v Value) Quoted(what ...string) (string, error) {
	if k := v.node().kind; k.scalar() && k != text && k != null {
		return "", v.Errorf("%s: want a text, which %s is in quotes only", strings.Join(what, ": "), shorten(v.Raw(), 60))
	}
	return v.Text(what...)
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
