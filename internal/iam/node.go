package iam

import "slices"

// fault makes the error that points at this value.
func (n *node) fault(format string, args ...any) *SyntaxError {
	return at(n.data, n.offset, format, args...)
}

// at is a place of the same document.
func (n *node) at(offset int) *node { return &node{data: n.data, offset: offset} }

// legal refuses a string whose escapes stand for characters that a policy cannot hold.
func (n *node) legal(s string) error {
	for _, r := range s {
		if !legalRune(r) {
			return n.fault("escape for character %U: want tab, line feed, carriage return or U+0020 to U+00FF", r)
		}
	}
	return nil
}

// member is the value of a name of an object, or nil.
func (n *node) member(name string) *node {
	for _, m := range n.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// known refuses a name that is none of these, and says which one was probably meant.
func (n *node) known(names ...string) error {
	for _, m := range n.members {
		if !slices.Contains(names, m.name) {
			return n.at(m.offset).fault("%q: unknown element%s", m.name, didYouMean(m.name, names))
		}
	}
	return nil
}

// oneOrMore is a value or a list of values of the given kinds. IAM accepts both forms and this takes both, but no
// empty list: a statement about nothing is a mistake.
func (n *node) oneOrMore(element string, kinds ...nodeKind) ([]*node, error) {
	items := []*node{n}
	if n.kind == arrayNode {
		if items = n.items; len(items) == 0 {
			return nil, n.fault("%s: want at least one value, got an empty list", element)
		}
	}
	for _, item := range items {
		if !slices.Contains(kinds, item.kind) {
			return nil, item.fault("%s: want %s or a list of them, got %s", element, kinds[0], item.kind)
		}
	}
	return items, nil
}
