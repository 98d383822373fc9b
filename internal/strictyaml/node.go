package strictyaml

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// tree is a file that was read. Its values are one slice, in the order of the file: a collection stands before what is
// in it, and a key before its value. Without a pointer in it, it is a tenth of the library's own nodes, which counts
// where a function starts with the file: to use memory for the first time takes longer than to read what is in it.
type tree struct {
	name  string          // of the file
	src   string          // the file; "" where the library read it
	more  strings.Builder // texts that do not stand in src as they are
	nodes []node
}

// node is a value or a key where it stands.
type node struct {
	from, to     uint32 // of a scalar, where its text is in src and more together; of a collection, to is the node behind it
	line, column uint32
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

// short is a number of a node. No file is so long that one does not fit: Read asks for the most that is read.
func short(n int) uint32 {
	return uint32(n) //nolint:gosec // see above.
}

// next is the node behind a node and all that is in it.
func (t *tree) next(at int) int {
	if n := &t.nodes[at]; !n.kind.scalar() {
		return int(n.to)
	}
	return at + 1
}

// text is a scalar without its quotes; "" for a collection.
func (t *tree) text(at int) string {
	n := &t.nodes[at]
	switch {
	case !n.kind.scalar():
		return ""
	case int(n.from) < len(t.src):
		return t.src[n.from:n.to]
	}
	return t.more.String()[int(n.from)-len(t.src) : int(n.to)-len(t.src)]
}

// size is how many bytes a scalar has. To compare it first spares most comparisons of texts.
func (t *tree) size(at int) int { return int(t.nodes[at].to) - int(t.nodes[at].from) }

func (t *tree) errorf(line, column int, format string, a ...any) error {
	return &Error{t.name, line, column, fmt.Sprintf(format, a...)}
}

// add takes over what the library read.
func (t *tree) add(y *yaml.Node) {
	at := len(t.nodes)
	t.nodes = append(t.nodes, node{line: short(y.Line), column: short(y.Column)})
	switch y.Kind {
	case yaml.MappingNode:
		t.nodes[at].kind = mapping
	case yaml.SequenceNode:
		t.nodes[at].kind = list
	case yaml.AliasNode: // what it stands for may contain it
		t.nodes[at].kind, y = alias, &yaml.Node{}
	default:
		from := t.more.Len()
		t.more.WriteString(y.Value)
		t.nodes[at].kind, t.nodes[at].from, t.nodes[at].to = kindOf(y), short(from), short(t.more.Len())
		return
	}
	for _, c := range y.Content {
		t.add(c)
	}
	t.nodes[at].to = short(len(t.nodes))
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
