package sandbox

import (
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"karikagi/internal/iam"
)

// parse is one of the two readers of internal/iam.
type parse func([]byte) (iam.Document, error)

// policy reads a policy that is written as YAML, or as JSON in a text. Its errors are placed in the account file.
func (v value) policy(what string, read parse) (iam.Document, error) {
	text, isText := v.node.Value, v.node.Kind == yaml.ScalarNode && v.node.ShortTag() == "!!str"
	var marks []mark
	if !isText {
		if v.node.Kind != yaml.MappingNode {
			return iam.Document{}, v.errorf("%s: want a policy as a mapping or as JSON in a text, not %s", what, v.kind())
		}
		var err error
		if text, marks, err = v.json(what); err != nil {
			return iam.Document{}, err
		}
	}
	d, err := read([]byte(text))
	if err == nil {
		return d, nil
	}
	wrong, ok := errors.AsType[*iam.SyntaxError](err)
	switch {
	case !ok:
		return iam.Document{}, v.errorf("%s: %v", what, err)
	case isText:
		return iam.Document{}, v.errorf("%s: line %d, column %d of the text: %s", what, wrong.Line, wrong.Column, wrong.Msg)
	}
	at := v.node
	for _, m := range marks {
		if m.column <= wrong.Column {
			at = m.node
		}
	}
	return iam.Document{}, v.with(at).errorf("%s: %s", what, wrong.Msg)
}

// mark tells where in the JSON, which is one line, a YAML node begins.
type mark struct {
	column int
	node   *yaml.Node
}

// jsonWriter turns YAML into JSON and remembers what came from where.
type jsonWriter struct {
	of      value
	what    string
	b       strings.Builder
	columns int
	marks   []mark
}

// json is the value as one line of JSON.
func (v value) json(what string) (string, []mark, error) {
	w := jsonWriter{of: v, what: what}
	err := w.value(v.node)
	return w.b.String(), w.marks, err
}

func (w *jsonWriter) write(s string) {
	w.b.WriteString(s)
	w.columns += utf8.RuneCountInString(s)
}

func (w *jsonWriter) value(n *yaml.Node) error {
	w.marks = append(w.marks, mark{w.columns + 1, n})
	switch n.Kind {
	case yaml.MappingNode:
		return w.mapping(n)
	case yaml.SequenceNode:
		w.write("[")
		for i, item := range n.Content {
			if i > 0 {
				w.write(",")
			}
			if err := w.value(item); err != nil {
				return err
			}
		}
		w.write("]")
	case yaml.ScalarNode:
		w.scalar(n)
	default:
		return w.of.with(n).errorf("%s: want a value, not %s", w.what, w.of.with(n).kind())
	}
	return nil
}

// mapping marks the keys, too: most mistakes are about a key.
func (w *jsonWriter) mapping(n *yaml.Node) error {
	w.write("{")
	first := true
	err := w.of.with(n).pairs(w.what, func(key, of value) error {
		if !first {
			w.write(",")
		}
		first = false
		w.marks = append(w.marks, mark{w.columns + 1, key.node})
		w.text(key.node.Value)
		w.write(":")
		return w.value(of.node)
	})
	w.write("}")
	return err
}

// scalar makes a text of everything but null, as it was written: what looks like a date, a number or a truth value to YAML is a
// Version, an account ID or the value of a condition to IAM, which takes them all as texts.
func (w *jsonWriter) scalar(n *yaml.Node) {
	if n.ShortTag() == "!!null" {
		w.write("null")
		return
	}
	w.text(n.Value)
}

func (w *jsonWriter) text(s string) {
	quoted, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always marshals
	}
	w.write(string(quoted))
}
