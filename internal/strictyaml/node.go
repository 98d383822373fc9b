package strictyaml

import (
	"slices"

	"go.yaml.in/yaml/v3"
)

// node is a value or a key where it stands. The library's own nodes are three times as large, which counts where a
// function keeps little memory.
type node struct {
	text         string // of a scalar, without its quotes
	content      []node // items; keys and values in turn
	line, column int
	kind         kind
}

type kind byte

const (
	mapping kind = iota
	list
	alias
	text
	integer
	boolean
	null
	merge // <<
	bytes64
	other // a scalar of another type, such as a date
)

func (k kind) scalar() bool { return k >= text }

// nodeOf takes over what the library read.
func nodeOf(y *yaml.Node) *node {
	n := &node{line: y.Line, column: y.Column}
	switch y.Kind {
	case yaml.MappingNode:
		n.kind = mapping
	case yaml.SequenceNode:
		n.kind = list
	case yaml.AliasNode:
		n.kind = alias
		return n // what it stands for may contain it
	default:
		n.kind, n.text = kindOf(y), y.Value
	}
	n.content = make([]node, len(y.Content))
	for i, c := range y.Content {
		n.content[i] = *nodeOf(c)
	}
	return n
}

func kindOf(y *yaml.Node) kind {
	var b bool
	switch y.ShortTag() {
	case "!!str":
		return text
	case "!!int":
		return integer
	case "!!bool":
		if slices.Contains([]string{"true", "True", "TRUE", "false", "False", "FALSE"}, y.Value) && y.Decode(&b) == nil {
			return boolean
		}
	case "!!null":
		return null
	case "!!merge":
		return merge
	case "!!binary":
		return bytes64
	}
	return other
}
