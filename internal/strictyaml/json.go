package strictyaml

import (
	"strings"
	"unicode/utf8"
)

// JSON is a value as JSON, in one line, that remembers where in the file each part of it stands.
type JSON struct {
	Text  string
	marks []mark
}

// mark tells where in the JSON a value or a key begins.
type mark struct {
	column int
	of     Value
}

// At is what was written at a column of the JSON, from 1.
func (j JSON) At(column int) Value {
	at := j.marks[0].of
	for _, m := range j.marks {
		if m.column <= column {
			at = m.of
		}
	}
	return at
}

// Spell gives the text that stands in the JSON for a scalar or a key. The path is the keys that lead to it, its own
// included; the items of a list have the path of the list.
type Spell func(path []string, at Value, isKey bool) (string, error)

// JSON turns the value into JSON. Every scalar but null becomes a string, as it was written: what looks like a date,
// a number or a truth value to YAML is a Version, an account ID or the value of a condition to IAM, which takes them
// all as strings. spell, if there is one, has the last word on the values, but not on the keys.
func (v Value) JSON(what string, spell Spell) (JSON, error) {
	w := jsonWriter{file: v, what: what, spell: spell, marks: make([]mark, 0, 16)}
	w.b.Grow(160)
	err := w.value(v.node)
	return JSON{w.b.String(), w.marks}, err
}

type jsonWriter struct {
	file    Value
	what    string
	spell   Spell
	path    []string
	b       strings.Builder
	columns int
	marks   []mark
}

func (w *jsonWriter) write(s string) {
	w.b.WriteString(s)
	w.columns += utf8.RuneCountInString(s)
}

func (w *jsonWriter) mark(n *node) Value {
	of := w.file.with(n)
	w.marks = append(w.marks, mark{w.columns + 1, of})
	return of
}

func (w *jsonWriter) value(n *node) error {
	of := w.mark(n)
	switch {
	case n.kind == mapping:
		return w.mapping(of)
	case n.kind == list:
		w.write("[")
		for i := range n.content {
			if i > 0 {
				w.write(",")
			}
			if err := w.value(&n.content[i]); err != nil {
				return err
			}
		}
		w.write("]")
		return nil
	case n.kind == null:
		w.write("null")
		return nil
	case n.kind.scalar():
		return w.text(of, false)
	}
	return of.Errorf("%s: want a value, not %s", w.what, of.Kind())
}

func (w *jsonWriter) mapping(v Value) error {
	w.write("{")
	first := true
	err := v.Pairs(w.what, func(key, of Value) error {
		if !first {
			w.write(",")
		}
		first = false
		w.mark(key.node)
		w.path = append(w.path, key.Raw())
		defer func() { w.path = w.path[:len(w.path)-1] }()
		if err := w.text(key, true); err != nil {
			return err
		}
		w.write(":")
		return w.value(of.node)
	})
	w.write("}")
	return err
}

func (w *jsonWriter) text(v Value, isKey bool) error {
	text := v.node.text
	if w.spell != nil {
		var err error
		if text, err = w.spell(w.path, v, isKey); err != nil {
			return err
		}
	}
	before := w.b.Len()
	quote(&w.b, text)
	w.columns += utf8.RuneCountInString(w.b.String()[before:])
	return nil
}

// Quote writes a JSON string. Unlike encoding/json it leaves <, > and & alone, which policies are full of and whose
// length counts.
func Quote(s string) string {
	var b strings.Builder
	quote(&b, s)
	return b.String()
}

func quote(b *strings.Builder, s string) {
	const hex = "0123456789abcdef"
	b.Grow(len(s) + 2)
	b.WriteByte('"')
	for _, r := range s { // what is not UTF-8 becomes U+FFFD
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20:
			b.WriteString(`\u00`)
			b.WriteByte(hex[r>>4])
			b.WriteByte(hex[r&15])
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
}
