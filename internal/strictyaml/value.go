package strictyaml

import (
	"fmt"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Value is a value of a file with what a message about it needs.
type Value struct {
	file string
	node *yaml.Node
}

// Errorf makes an error that is placed at the value.
func (v Value) Errorf(format string, a ...any) error {
	return &Error{v.file, v.node.Line, v.node.Column, fmt.Sprintf(format, a...)}
}

// Place is where the value is: grants.yaml:12:7.
func (v Value) Place() string {
	return v.file + ":" + strconv.Itoa(v.node.Line) + ":" + strconv.Itoa(v.node.Column)
}

func (v Value) with(n *yaml.Node) Value { return Value{v.file, n} }

// Raw is a scalar as it is written, without its quotes; "" for anything else.
func (v Value) Raw() string {
	if v.node.Kind != yaml.ScalarNode {
		return ""
	}
	return v.node.Value
}

// IsText tells that the value is a string, and nothing that looks like a number, a date or a truth value to YAML.
func (v Value) IsText() bool { return v.node.Kind == yaml.ScalarNode && v.node.ShortTag() == "!!str" }

// IsMapping tells that the value has keys.
func (v Value) IsMapping() bool { return v.node.Kind == yaml.MappingNode }

// IsList tells that the value has items.
func (v Value) IsList() bool { return v.node.Kind == yaml.SequenceNode }

// Kind names what the value is, in the words of the people who write files.
func (v Value) Kind() string {
	switch v.node.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.AliasNode:
		return "an alias, which is not read here"
	}
	switch v.node.ShortTag() {
	case "!!null":
		return "nothing"
	case "!!bool":
		return "true or false"
	}
	return fmt.Sprintf("%q", shorten(v.node.Value, 60))
}

// Pairs reads any mapping, in its order. A repeated key is an error.
func (v Value) Pairs(what string, read func(key, of Value) error) error {
	if v.node.Kind != yaml.MappingNode {
		return v.Errorf("%s: want a mapping, not %s", what, v.Kind())
	}
	seen := make(map[string]bool, len(v.node.Content)/2)
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key := v.with(v.node.Content[i])
		if key.node.Kind != yaml.ScalarNode || key.node.ShortTag() == "!!merge" {
			return key.Errorf("%s: want a name as key, not %s", what, key.Kind())
		}
		if seen[key.node.Value] {
			return key.Errorf("%s: key %q is there twice", what, shorten(key.node.Value, 60))
		}
		seen[key.node.Value] = true
		if err := read(key, v.with(v.node.Content[i+1])); err != nil {
			return err
		}
	}
	return nil
}

// Items reads a list.
func (v Value) Items(what string, read func(Value) error) error {
	if v.node.Kind != yaml.SequenceNode {
		return v.Errorf("%s: want a list, not %s", what, v.Kind())
	}
	for _, n := range v.node.Content {
		if err := read(v.with(n)); err != nil {
			return err
		}
	}
	return nil
}

// Text reads a string. A number or a date will do, as it was written: account IDs and policy versions look like them.
func (v Value) Text(what string) (string, error) {
	if v.node.Kind != yaml.ScalarNode || slices.Contains([]string{"!!null", "!!bool", "!!binary"}, v.node.ShortTag()) {
		return "", v.Errorf("%s: want a text, not %s", what, v.Kind())
	}
	return v.node.Value, nil
}

// Flag reads true or false.
func (v Value) Flag(what string) (bool, error) {
	var b bool
	if v.node.Kind != yaml.ScalarNode || v.node.ShortTag() != "!!bool" || v.node.Decode(&b) != nil {
		return false, v.Errorf("%s: want true or false, not %s", what, v.Kind())
	}
	return b, nil
}

// Int reads a whole number, written in decimal.
func (v Value) Int(what string) (int, error) {
	n, err := strconv.Atoi(v.Raw())
	if v.node.Kind != yaml.ScalarNode || v.node.ShortTag() != "!!int" || err != nil || strconv.Itoa(n) != v.node.Value {
		return 0, v.Errorf("%s: want a number, not %s", what, v.Kind())
	}
	return n, nil
}

// Quoted reads a string that YAML, too, takes for one: a number, a date or a truth value must be in quotes.
func (v Value) Quoted(what string) (string, error) {
	if v.node.Kind == yaml.ScalarNode && !v.IsText() && v.node.ShortTag() != "!!null" {
		return "", v.Errorf("%s: want a text, which %s is in quotes only", what, shorten(v.node.Value, 60))
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
