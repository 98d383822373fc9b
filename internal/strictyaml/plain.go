package strictyaml

import (
	"encoding/binary"
	"strings"
	"unicode/utf8"
)

// readPlain reads the part of YAML that nearly every file keeps to, in a tenth of the time that the YAML library takes,
// which counts where a function starts with the file. It knows block and flow mappings and lists, and scalars on one
// line. Of anything else (anchors, tags, block scalars, several documents, values that are not there), and of every
// mistake, ok is false: then the library reads the file. Where ok is true the nodes are those of the library, which a
// fuzz target holds it to.
func readPlain(name string, data []byte) (t *tree, ok bool) {
	s := &plainReader{tree: &tree{name: name, src: string(data)}, line: 1, columns: 1}
	if !s.printable(data) {
		return nil, false
	}
	defer func() {
		if r := recover(); r != nil {
			if r != any(notPlain) {
				panic(r)
			}
			t, ok = nil, false
		}
	}()
	s.nodes = make([]node, 0, len(data)/8+8) // room for most files; what is not used costs nothing
	s.content()
	s.block(s.indent)
	s.must(s.indent < 0)
	return s.tree, true
}

// plainReader is a place in the text.
type plainReader struct {
	*tree      // what was read so far
	at     int // offset
	line   int // from 1
	start  int // offset of the line
	indent int // of the content that the reader stands at the beginning of; -1 at the end of the text
	depth  int
	ascii  bool // nothing else is in the text

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
func (s *plainReader) printable(data []byte) bool {
	s.ascii = true
	for i := 0; i < len(data); {
		if len(data)-i >= 8 && blankToTilde(binary.LittleEndian.Uint64(data[i:])) {
			i += 8
			continue
		}
		c := data[i]
		if c-' ' <= '~'-' ' || c == '\n' {
			i++
			continue
		}
		r, size := utf8.DecodeRune(data[i:])
		if size == 1 || r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r >= 0xfffe {
			return false
		}
		s.ascii = false
		i += size
	}
	return true
}

// blankToTilde tells of eight characters at once that all are printable ASCII: adding 1 to a larger one, or taking a
// blank from a smaller one, sets the highest bit of its byte.
func blankToTilde(eight uint64) bool {
	const each = 0x0101010101010101
	return (eight|(eight+each)|(eight-' '*each))&(0x80*each) == 0
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

// begin adds a node that begins at the current place, and gives its index.
func (s *plainReader) begin(k kind) int {
	s.nodes = append(s.nodes, node{kind: k, line: short(s.line), column: short(s.column())})
	return len(s.nodes) - 1
}

// end ends a collection behind what was read since it began.
func (s *plainReader) end(at int) { s.nodes[at].to = short(len(s.nodes)) }

// column counts characters, from 1, and each of a line once: JSON may be one line.
func (s *plainReader) column() int {
	if s.ascii {
		return s.at - s.start + 1
	}
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
func (s *plainReader) block(column int) {
	s.must(s.indent >= 0 && s.depth < 50)
	s.depth++
	if s.dash() {
		s.list(column)
	} else {
		first := len(s.nodes)
		s.inline()
		if s.colon(first) {
			s.mapping(first, column)
		} else {
			s.endLine()
		}
	}
	s.depth--
}

// colon tells that what was read is the key of a block mapping.
func (s *plainReader) colon(at int) bool {
	if s.peek(s.at) != ':' {
		return false
	}
	key, next := &s.nodes[at], s.peek(s.at+1)
	s.must(key.kind.scalar() && (next == ' ' || next == '\n' || s.at+1 == len(s.src)))
	s.must(int(key.line) == s.line && s.at-s.start < 1000) // a key of at most 1,024 characters
	s.at++
	return true
}

// list reads the items of a block list, whose dashes are in one column.
func (s *plainReader) list(column int) {
	at := s.begin(list)
	for s.indent == column && s.dash() {
		s.at++
		s.spaces()
		if c := s.peek(s.at); c == '\n' || c == '#' {
			s.endLine()
			s.must(s.indent > column)
		} else {
			s.indent = s.at - s.start
		}
		s.block(s.indent)
	}
	s.must(s.indent < column || s.indent == column && !s.dash())
	s.end(at)
}

// mapping reads the pairs of a block mapping, whose keys are in one column. The first key was read before it was known
// to be one, and stands where the mapping must.
func (s *plainReader) mapping(at, column int) {
	key := s.nodes[at]
	s.nodes = append(s.nodes, key)
	s.nodes[at] = node{kind: mapping, line: key.line, column: key.column}
	for {
		before := s.at
		s.spaces()
		switch c := s.peek(s.at); {
		case c == '\n' || c == '#' && s.at > before:
			s.endLine()
			s.must(s.indent > column || s.indent == column && s.dash()) // a list may begin in the column of its key
			s.block(s.indent)
		default:
			s.must(s.at > before && s.at < len(s.src) && !s.dash())
			s.inline()
			s.endLine()
		}
		if s.indent < column || s.indent == column && s.dash() {
			break // the dash: of the list that this mapping is an item of, in the column of its own key: not so here
		}
		s.must(s.indent == column)
		next := len(s.nodes)
		s.inline()
		s.must(s.colon(next))
	}
	s.end(at)
}

// inline reads a scalar or a flow collection. A plain scalar ends with its line: that the next line does not go on with
// it follows from its indentation, which the callers look at.
func (s *plainReader) inline() {
	switch s.peek(s.at) {
	case '{':
		s.flowMapping()
	case '[':
		s.flowList()
	case '"':
		s.double()
	case '\'':
		s.single()
	default:
		s.plain(false)
	}
}
