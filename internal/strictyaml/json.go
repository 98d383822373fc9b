package strictyaml

import (
	"slices"
	"strings"
)

// JSON is a value as JSON, in one line, that remembers where in the file each part of it stands.
type JSON struct {
	Text  string
	of    Value
	marks []uint32 // where in Text each node begins, from that of the value on: both have the same order
}

// At is what was written at a column of the JSON, from 1.
func (j JSON) At(column int) Value {
	offset := len(j.Text)
	for i := range j.Text {
		if column--; column == 0 {
			offset = i
			break
		}
	}
	behind, _ := slices.BinarySearch(j.marks, short(offset+1))
	return Value{j.of.tree, j.of.at + max(behind-1, 0)}
}

// Spell gives the text that stands in the JSON for a scalar or a key. The path is the keys that lead to it, its own
// included; the items of a list have the path of the list.
type Spell func(path []string, at Value, isKey bool) (string, error)

// JSON turns the value into JSON. Every scalar but null becomes a string, as it was written: what looks like a date,
// a number or a truth value to YAML is a Version, an account ID or the value of a condition to IAM, which takes them
// all as strings. spell, if there is one, has the last word on the values, but not on the keys.
func (v Value) JSON(what string, spell Spell) (JSON, error) {
	w := jsonWriter{what: what, spell: spell, marks: make([]uint32, 0, v.tree.next(v.at)-v.at)}
	w.b.Grow(160)
	err := w.value(v)
	return JSON{w.b.String(), v, w.marks}, err
}

type jsonWriter struct {
	what  string
	spell Spell
	path  []string
	b     strings.Builder
	marks []uint32
}

func (w *jsonWriter) value(v Value) error {
	switch k := v.node().kind; {
	case k == mapping:
		return w.mapping(v)
	case k == list:
		w.mark()
		first := true
		w.b.WriteByte('[')
		err := v.Items(w.what, func(v Value) error {
			w.comma(&first)
			return w.value(v)
		})
		w.b.WriteByte(']')
		return err
	case k == null:
		w.mark()
		w.b.WriteString("null")
		return nil
	case k.scalar():
		return w.text(v, false)
	}
	return v.Errorf("%s: want a value, not %s", w.what, v.Kind())
}

func (w *jsonWriter) mapping(v Value) error {
	w.mark()
	first := true
	w.b.WriteByte('{')
	err := v.Pairs(w.what, func(key, of Value) error {
		w.comma(&first)
		w.path = append(w.path, key.Raw())
		if err := w.text(key, true); err != nil {
			return err
		}
		w.b.WriteByte(':')
		err := w.value(of)
		w.path = w.path[:len(w.path)-1]
		return err
	})
	w.b.WriteByte('}')
	return err
}

// mark says that the next node begins here.
func (w *jsonWriter) mark() { w.marks = append(w.marks, short(w.b.Len())) }

func (w *jsonWriter) comma(first *bool) {
	if !*first {
		w.b.WriteByte(',')
	}
	*first = false
}

func (w *jsonWriter) text(v Value, isKey bool) error {
	w.mark()
	text := v.Raw()
	if w.spell != nil {
		var err error
		if text, err = w.spell(w.path, v, isKey); err != nil {
			return err
		}
	}
	quote(&w.b, text)
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
	plain := 0 // most of a text
	for plain < len(s) && s[plain] >= ' ' && s[plain] <= '~' && s[plain] != '"' && s[plain] != '\\' {
		plain++
	}
	b.WriteString(s[:plain])
	for _, r := range s[plain:] { // what is not UTF-8 becomes U+FFFD
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
