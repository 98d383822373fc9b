package sandbox

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// value is a node of an account file with what a message about it needs.
type value struct {
	file string
	node *yaml.Node
}

// fileError is an error with its place in the file, as compilers write it.
type fileError struct {
	file         string
	line, column int
	text         string
}

func (e *fileError) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.file, e.line, e.column, e.text)
}

// errorf is an error at this value.
func (v value) errorf(format string, a ...any) error {
	return &fileError{v.file, v.node.Line, v.node.Column, fmt.Sprintf(format, a...)}
}

// with is another node of the same file.
func (v value) with(n *yaml.Node) value { return value{v.file, n} }

// kind names what a value is, in the words of the people who write files.
func (v value) kind() string {
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

// pairs reads any mapping.
func (v value) pairs(what string, read func(key, of value) error) error {
	if v.node.Kind != yaml.MappingNode {
		return v.errorf("%s: want a mapping, not %s", what, v.kind())
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		key := v.with(v.node.Content[i])
		if key.node.Kind != yaml.ScalarNode || key.node.ShortTag() == "!!merge" {
			return key.errorf("%s: want a name as key, not %s", what, key.kind())
		}
		if seen[key.node.Value] {
			return key.errorf("%s: key %q is there twice", what, shorten(key.node.Value, 60))
		}
		seen[key.node.Value] = true
		if err := read(key, v.with(v.node.Content[i+1])); err != nil {
			return err
		}
	}
	return nil
}

// items reads a list.
func (v value) items(what string, read func(value) error) error {
	if v.node.Kind != yaml.SequenceNode {
		return v.errorf("%s: want a list, not %s", what, v.kind())
	}
	for _, n := range v.node.Content {
		if err := read(v.with(n)); err != nil {
			return err
		}
	}
	return nil
}

// text reads a string. A number or a date will do, as it was written: account IDs and policy versions look like them.
func (v value) text(what string) (string, error) {
	if v.node.Kind != yaml.ScalarNode || slices.Contains([]string{"!!null", "!!bool", "!!binary"}, v.node.ShortTag()) {
		return "", v.errorf("%s: want a text, not %s", what, v.kind())
	}
	return v.node.Value, nil
}

// flag reads true or false.
func (v value) flag(what string) (bool, error) {
	var b bool
	if v.node.Kind != yaml.ScalarNode || v.node.ShortTag() != "!!bool" || v.node.Decode(&b) != nil {
		return false, v.errorf("%s: want true or false, not %s", what, v.kind())
	}
	return b, nil
}
