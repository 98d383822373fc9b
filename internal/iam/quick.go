package iam

import (
	"slices"
	"strings"
)

// quickReader reads the part of JSON that nearly every policy keeps to, in a fraction of the time that encoding/json
// takes, which counts where a function starts with hundreds of policies: objects, lists, and strings without escapes.
// Of anything else, and of every mistake, it gives nil: then encoding/json reads the document, and says what is wrong
// with it. What it gives is what encoding/json would have given, which a fuzz test holds it to.
type quickReader struct {
	data []byte
	text string // of data
	at   int
}

// quickJSON reads a document whose characters are legal.
func quickJSON(data []byte) *node {
	r := quickReader{data: data, text: string(data)}
	root := r.value(0)
	if r.next() != 0 {
		return nil
	}
	return root
}

// next skips white space and gives the character behind it, 0 at the end, where no document has one.
func (r *quickReader) next() byte {
	for ; r.at < len(r.text); r.at++ {
		if c := r.text[r.at]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return c
		}
	}
	return 0
}

// take goes over a character that must come next.
func (r *quickReader) take(c byte) bool {
	if r.next() != c {
		return false
	}
	r.at++
	return true
}

func (r *quickReader) value(depth int) *node {
	c := r.next()
	n := &node{data: r.data, offset: r.at}
	ok := false
	switch {
	case c == '"':
		n.kind = stringNode
		n.text, ok = r.string()
	case depth == maxDepth:
	case c == '{':
		n.kind = objectNode
		ok = r.object(n, depth)
	case c == '[':
		n.kind = arrayNode
		ok = r.array(n, depth)
	}
	if !ok {
		return nil
	}
	return n
}

func (r *quickReader) string() (string, bool) {
	if !r.take('"') {
		return "", false
	}
	for from := r.at; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			r.at++
			return r.text[from : r.at-1], true
		case c == '\\' || c < ' ':
			return "", false
		}
	}
	return "", false
}

func (r *quickReader) array(n *node, depth int) bool {
	r.at++
	for first := true; !r.take(']'); first = false {
		if !first && !r.take(',') {
			return false
		}
		item := r.value(depth + 1)
		if item == nil {
			return false
		}
		n.items = append(n.items, item)
	}
	return true
}

// object leaves names that may be the same, and more names than are quickly compared, to the other reader.
func (r *quickReader) object(n *node, depth int) bool {
	const most = 32
	r.at++
	n.members = make([]member, 0, 4)
	for !r.take('}') {
		if len(n.members) > 0 && !r.take(',') || len(n.members) == most {
			return false
		}
		r.next()
		m := member{offset: r.at}
		ok := false
		if m.name, ok = r.string(); !ok || !r.take(':') {
			return false
		}
		if slices.ContainsFunc(n.members, func(other member) bool { return strings.EqualFold(other.name, m.name) }) {
			return false
		}
		if m.value = r.value(depth + 1); m.value == nil {
			return false
		}
		n.members = append(n.members, m)
	}
	return true
}
