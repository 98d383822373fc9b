package strictyaml

import (
	"strings"
	"unicode/utf8"
)

// readPlain reads the part of YAML that nearly every file keeps to, in a tenth of the time that the YAML library takes,
// which counts where a function starts with the file. It knows block and flow mappings and lists, and scalars on one
// line. Of anything else (anchors, tags, block scalars, several documents, values that are not there), and of every
// mistake, ok is false: then the library reads the file. Where ok is true the nodes are those of the library, which a
// fuzz target holds it to.
func readPlain(data []byte) (root *node, ok bool) {
	s := &plainReader{src: string(data), line: 1, columns: 1}
	if !s.printable() {
		return nil, false
	}
	defer func() {
		if r := recover(); r != nil {
			if r != any(notPlain) {
				panic(r)
			}
			root, ok = nil, false
		}
	}()
	s.content()
	n := s.block(s.indent)
	s.must(s.indent < 0)
	return &n, true
}

// plainReader is a place in the text.
type plainReader struct {
	src    string
	at     int // offset
	line   int // from 1
	start  int // offset of the line
	indent int // of the content that the reader stands at the beginning of; -1 at the end of the text
	depth  int
	open   []node // what the collections that are being read have so far
	room   []node // for what is read: many small lists of nodes would each be an allocation

	counted, columns int // the last offset whose column was asked for, and that column
}

// notPlain is what ends the reading, inside this file only: every function would otherwise return it.
const notPlain = "not plain YAML"

func (s *plainReader) must(plain bool) {
	if !plain {
		panic(notPlain)
	}
}

// printable refuses what YAML does not take, or takes for the end of a line, or expands: tabs, too.
func (s *plainReader) printable() bool {
	for i := 0; i < len(s.src); {
		c := s.src[i]
		if c-' ' <= '~'-' ' || c == '\n' {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			return false
		}
		r, size := utf8.DecodeRuneInString(s.src[i:])
		if size == 1 || r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r >= 0xfffe {
			return false
		}
		i += size
	}
	return true
}

// peek is the character at an offset, 0 behind the end.
func (s *plainReader) peek(offset int) byte {
	if offset >= len(s.src) {
		return 0
	}
	return s.src[offset]
}

func (s *plainReader) spaces() {
	for s.peek(s.at) == ' ' {
		s.at++
	}
}

// rest skips the end of a line, of which only blanks and a comment may be left.
func (s *plainReader) rest() bool {
	s.spaces()
	switch c := s.peek(s.at); {
	case c == '#' && (s.at == s.start || s.src[s.at-1] == ' '):
		if end := strings.IndexByte(s.src[s.at:], '\n'); end >= 0 {
			s.at += end
		} else {
			s.at = len(s.src)
		}
	case s.at < len(s.src) && c != '\n':
		return false
	}
	if s.at < len(s.src) {
		s.at++
		s.line++
		s.start = s.at
	}
	return true
}

// content goes to the next line with anything in it.
func (s *plainReader) content() {
	for s.at < len(s.src) {
		if !s.rest() {
			s.indent = s.at - s.start
			s.must(s.indent > 0 || !strings.HasPrefix(s.src[s.at:], "---") && !strings.HasPrefix(s.src[s.at:], "..."))
			return
		}
	}
	s.indent = -1
}

// endLine wants nothing more in a line, and goes on.
func (s *plainReader) endLine() {
	s.must(s.rest())
	s.content()
}

// node begins at the current place.
func (s *plainReader) node(k kind) node {
	return node{kind: k, line: s.line, column: s.column()}
}

// add keeps a node for the collection that is being read.
func (s *plainReader) add(n node) { s.open = append(s.open, n) }

// close gives a collection what was read since it began.
func (s *plainReader) close(n node, began int) node {
	size := len(s.open) - began
	if len(s.room) < size {
		s.room = make([]node, max(size, 256))
	}
	n.content, s.room = s.room[:size:size], s.room[size:]
	copy(n.content, s.open[began:])
	s.open = s.open[:began]
	return n
}

// column counts characters, from 1, and each of a line once: JSON may be one line.
func (s *plainReader) column() int {
	if s.counted < s.start {
		s.counted, s.columns = s.start, 1
	}
	s.columns += utf8.RuneCountInString(s.src[s.counted:s.at])
	s.counted = s.at
	return s.columns
}

// dash tells that an item of a list begins here.
func (s *plainReader) dash() bool {
	return s.peek(s.at) == '-' && (s.peek(s.at+1) == ' ' || s.peek(s.at+1) == '\n')
}

// block reads what begins here and belongs to no line less indented than column.
func (s *plainReader) block(column int) node {
	s.must(s.indent >= 0 && s.depth < 50)
	s.depth++
	defer func() { s.depth-- }()
	if s.dash() {
		return s.list(column)
	}
	first := s.inline()
	if !s.colon(first) {
		s.endLine()
		return first
	}
	return s.mapping(first, column)
}

// colon tells that what was read is the key of a block mapping.
func (s *plainReader) colon(key node) bool {
	if s.peek(s.at) != ':' {
		return false
	}
	next := s.peek(s.at + 1)
	s.must(key.kind.scalar() && (next == ' ' || next == '\n' || s.at+1 == len(s.src)))
	s.must(key.line == s.line && s.at-s.start < 1000) // a key of at most 1,024 characters
	s.at++
	return true
}

// list reads the items of a block list, whose dashes are in one column.
func (s *plainReader) list(column int) node {
	n, began := s.node(list), len(s.open)
	for s.indent == column && s.dash() {
		s.at++
		s.spaces()
		if c := s.peek(s.at); c == '\n' || c == '#' {
			s.endLine()
			s.must(s.indent > column)
			s.add(s.block(s.indent))
		} else {
			s.indent = s.at - s.start
			s.add(s.block(s.indent))
		}
	}
	s.must(s.indent < column || s.indent == column && !s.dash())
	return s.close(n, began)
}

// mapping reads the pairs of a block mapping, whose keys are in one column.
func (s *plainReader) mapping(key node, column int) node {
	n, began := s.node(mapping), len(s.open)
	n.line, n.column = key.line, key.column
	for {
		before := s.at
		s.spaces()
		switch c := s.peek(s.at); {
		case c == '\n' || c == '#' && s.at > before:
			s.endLine()
			s.must(s.indent > column || s.indent == column && s.dash()) // a list may begin in the column of its key
			s.add(key)
			s.add(s.block(s.indent))
		default:
			s.must(s.at > before && s.at < len(s.src) && !s.dash())
			s.add(key)
			s.add(s.inline())
			s.endLine()
		}
		if s.indent < column {
			return s.close(n, began)
		}
		if s.indent == column && s.dash() {
			return s.close(n, began) // the list that this mapping is an item of, in the column of its own key: not so here
		}
		s.must(s.indent == column)
		key = s.inline()
		s.must(s.colon(key))
	}
}

// inline reads a scalar or a flow collection. A plain scalar ends with its line: that the next line does not go on with
// it follows from its indentation, which the callers look at.
func (s *plainReader) inline() node {
	switch s.peek(s.at) {
	case '{':
		return s.flowMapping()
	case '[':
		return s.flowList()
	case '"':
		return s.double()
	case '\'':
		return s.single()
	}
	return s.plain(false)
}
