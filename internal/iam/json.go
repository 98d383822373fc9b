package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// maxDepth is more than any policy document needs: document, statements, statement, Condition, operator, values
// are six.
const maxDepth = 8

// node is a JSON value that knows where it stands, which encoding/json's own values do not.
type node struct {
	data    []byte
	offset  int
	kind    nodeKind
	text    string // of a string, or a number or boolean as it is written
	items   []*node
	members []member
}

// member is a name of an object and its value, in the order of the document.
type member struct {
	name   string
	offset int
	value  *node
}

// nodeKind is the kind of a value as a message calls it.
type nodeKind string

const (
	objectNode nodeKind = "an object"
	arrayNode  nodeKind = "a list"
	stringNode nodeKind = "a string"
	numberNode nodeKind = "a number"
	boolNode   nodeKind = "a boolean"
	nullNode   nodeKind = "null"
)

// readJSON reads exactly one JSON value of at most maxDocument bytes.
func readJSON(data []byte) (*node, error) {
	if len(data) > maxDocument {
		return nil, at(data, 0, "policy document of %d bytes: want at most %d", len(data), maxDocument)
	}
	if err := legalText(data); err != nil {
		return nil, err
	}
	if root := quickJSON(data); root != nil {
		return root, nil
	}
	return decodeJSON(data)
}

// decodeJSON is readJSON for any JSON, and for what is none.
func decodeJSON(data []byte) (*node, error) {
	r := reader{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	r.dec.UseNumber() // a number stays as it is written: as a float64 a large one would become another
	root, err := r.value(0)
	if err != nil {
		return nil, err
	}
	offset := r.next()
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, at(data, offset, "text after the end of the policy document")
	}
	return root, nil
}

// legalText refuses what a policy cannot hold: characters other than U+0009, U+000A, U+000D and U+0020 to U+00FF
// (STS API reference, AssumeRole, Policy), before a decoder replaces any of them.
func legalText(data []byte) error {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size <= 1 {
			return at(data, i, "byte %#02x: want UTF-8", data[i])
		}
		if !legalRune(r) {
			return at(data, i, "character %U: want tab, line feed, carriage return or U+0020 to U+00FF", r)
		}
		i += size
	}
	return nil
}

// legalRune is STS's own character class for a policy.
func legalRune(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xff
}

// reader takes the tokens from encoding/json, whose grammar is JSON's and no laxer, and adds where each of them
// stands.
type reader struct {
	data []byte
	dec  *json.Decoder
}

// next is the offset of the next token: the decoder only tells where the last one ended.
func (r *reader) next() int {
	i := int(r.dec.InputOffset())
	for i < len(r.data) && strings.IndexByte(" \t\r\n,:", r.data[i]) >= 0 {
		i++
	}
	return i
}

// token gives the next token and its place, and words what the decoder objects to.
func (r *reader) token() (json.Token, int, error) {
	offset := r.next()
	t, err := r.dec.Token()
	switch {
	case err == nil:
		return t, offset, nil
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, offset, at(r.data, len(r.data), "the policy document ends too early")
	}
	return nil, offset, at(r.data, offset, "not JSON: %v", err)
}

// value reads one value. Objects and lists nest at most maxDepth deep, so that a hostile document cannot exhaust
// the stack.
func (r *reader) value(depth int) (*node, error) {
	t, offset, err := r.token()
	if err != nil {
		return nil, err
	}
	n := &node{data: r.data, offset: offset}
	switch t := t.(type) {
	case json.Delim:
		if depth == maxDepth {
			return nil, n.fault("nested too deep: want at most %d levels", maxDepth)
		}
		if t == '{' {
			n.kind = objectNode
			return n, r.object(n, depth)
		}
		n.kind = arrayNode
		return n, r.array(n, depth)
	case string:
		n.kind, n.text = stringNode, t
		return n, n.legal(t)
	case json.Number:
		n.kind, n.text = numberNode, t.String()
	case bool:
		n.kind, n.text = boolNode, "false"
		if t {
			n.text = "true"
		}
	case nil:
		n.kind = nullNode
	}
	return n, nil
}

// array reads up to and with the closing bracket.
func (r *reader) array(n *node, depth int) error {
	for r.dec.More() {
		item, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.items = append(n.items, item)
	}
	_, _, err := r.token()
	return err
}

// object refuses a name that is used twice, also when only the case differs: two readers could each take another
// one for the document's meaning.
func (r *reader) object(n *node, depth int) error {
	seen := map[string]string{}
	for r.dec.More() {
		t, offset, err := r.token()
		if err != nil {
			return err
		}
		name, isName := t.(string)
		if !isName {
			return n.at(offset).fault("want the name of an element, got %v", t)
		}
		m := member{name: name, offset: offset}
		if err := n.at(offset).legal(m.name); err != nil {
			return err
		}
		folded := strings.ToLower(m.name)
		if first, twice := seen[folded]; twice {
			return n.at(offset).fault("%q: used twice, first as %q", m.name, first)
		}
		seen[folded] = m.name
		if m.value, err = r.value(depth + 1); err != nil {
			return err
		}
		n.members = append(n.members, m)
	}
	_, _, err := r.token()
	return err
}
