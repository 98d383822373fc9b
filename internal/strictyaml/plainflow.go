package strictyaml

import (
	"strings"
)

// gap skips blanks, ends of lines and comments inside a flow collection.
func (s *plainReader) gap() {
	for s.at < len(s.src) && s.rest() {
	}
	s.must(s.at < len(s.src) && (s.at > s.start || s.src[s.at] != '.'))
}

func (s *plainReader) flowList() {
	at := s.begin(list)
	s.enter()
	for s.gap(); s.peek(s.at) != ']'; s.gap() {
		s.flow()
		s.must(s.peek(s.at) != ':')
		s.comma(']')
	}
	s.leave()
	s.end(at)
}

func (s *plainReader) flowMapping() {
	at := s.begin(mapping)
	s.enter()
	for s.gap(); s.peek(s.at) != '}'; s.gap() {
		key := len(s.nodes)
		s.flow()
		s.must(s.nodes[key].kind.scalar() && s.peek(s.at) == ':' && s.at-s.start < 1000)
		s.at++
		c := s.peek(s.at)
		s.must(c == ' ' || c == '\n' || s.src[s.at-2] == '"' || s.src[s.at-2] == '\'')
		s.gap()
		s.flow()
		s.comma('}')
	}
	s.leave()
	s.end(at)
}

func (s *plainReader) enter() {
	s.depth++
	s.must(s.depth < 50)
	s.at++
}

func (s *plainReader) leave() {
	s.depth--
	s.at++
}

// comma wants a comma, or the end that comes without one.
func (s *plainReader) comma(end byte) {
	s.gap()
	if s.peek(s.at) == ',' {
		s.at++
		return
	}
	s.must(s.peek(s.at) == end)
}

// flow reads a value inside a flow collection.
func (s *plainReader) flow() {
	switch s.peek(s.at) {
	case '{', '[', '"', '\'':
		s.inline()
	default:
		s.plain(true)
	}
}

// single reads a text in single quotes, in which only they are doubled.
func (s *plainReader) single() {
	at, began := s.begin(text), s.more.Len()
	from := s.at + 1
	for s.at = from; ; s.at++ {
		c := s.peek(s.at)
		s.must(c != 0 && c != '\n')
		if c != '\'' {
			continue
		}
		if s.peek(s.at+1) != '\'' {
			break
		}
		from = s.skip(from)
	}
	s.close(at, from, began)
}

// double reads a text in double quotes, with the two escapes that policies need.
func (s *plainReader) double() {
	at, began := s.begin(text), s.more.Len()
	from := s.at + 1
	for s.at = from; ; s.at++ {
		c := s.peek(s.at)
		s.must(c != 0 && c != '\n')
		if c == '"' {
			break
		}
		if c == '\\' {
			from = s.skip(from)
			s.must(s.peek(s.at) == '"' || s.peek(s.at) == '\\')
		}
	}
	s.close(at, from, began)
}

// skip leaves the current character out of a text in quotes, and gives the offset from which the text goes on.
func (s *plainReader) skip(from int) int {
	s.more.WriteString(s.src[from:s.at])
	s.at++
	return s.at
}

// close ends a text in quotes. Where no character was left out of it, it is what stands in the file.
func (s *plainReader) close(at, from, began int) {
	to := s.at
	if s.more.Len() > began {
		s.more.WriteString(s.src[from:to])
		from, to = len(s.src)+began, len(s.src)+s.more.Len()
	}
	s.nodes[at].from, s.nodes[at].to = short(from), short(to)
	s.at++
}

// plain reads a scalar without quotes. It ends before a colon that makes it a key, before a comment, and inside a flow
// collection at what belongs to that.
func (s *plainReader) plain(flow bool) {
	at, from := s.begin(text), s.at
	s.at = s.word(from)
	s.must(s.at > from || strings.IndexByte("-?:,[]{}#&*!|>'\"%@`.~+<= \x00\n", s.peek(from)) < 0)
	for s.at < len(s.src) && !s.stops(flow) {
		s.at = s.word(s.at + 1)
	}
	scalar := strings.TrimRight(s.src[from:s.at], " ")
	n := &s.nodes[at]
	n.from, n.to, n.kind = short(from), short(from+len(scalar)), s.scalarKind(scalar)
	s.must(!flow || s.peek(s.at) == ':' || s.ends())
}

// word goes over letters and digits, which are most of a file and end nothing.
func (s *plainReader) word(at int) int {
	for ; at < len(s.src); at++ {
		if c := s.src[at]; c|0x20 < 'a' || c|0x20 > 'z' {
			if c < '0' || c > '9' {
				break
			}
		}
	}
	return at
}

// stops tells that a scalar without quotes ends before the current character.
func (s *plainReader) stops(flow bool) bool {
	switch s.src[s.at] {
	case '\n':
		return true
	case ' ':
		next := s.peek(s.at + 1)
		return next == '#' || next == '\n'
	case ':':
		next := s.peek(s.at + 1)
		s.must(!flow || strings.IndexByte(",[]{}?", next) < 0)
		return next == ' ' || next == '\n' || next == 0
	case ',', ']', '}':
		return flow
	case '[', '{', '?':
		s.must(!flow)
	}
	return false
}

// ends tells that a scalar inside a flow collection does not go on in the next line.
func (s *plainReader) ends() bool {
	if c := s.peek(s.at); c == ',' || c == ']' || c == '}' {
		return true
	}
	ahead := *s // which adds nothing to what was read
	ahead.gap()
	c := ahead.peek(ahead.at)
	return c == ',' || c == ']' || c == '}'
}

// scalarKind is the type of a scalar without quotes; it is only told where it is beyond doubt.
func (s *plainReader) scalarKind(scalar string) kind {
	switch scalar {
	case "true", "True", "TRUE", "false", "False", "FALSE":
		return boolean
	case "null", "Null", "NULL":
		return null
	}
	if scalar[0] < '0' || scalar[0] > '9' {
		return text
	}
	digits := strings.Trim(scalar, "0123456789") == ""
	if digits && len(scalar) < 19 && (scalar[0] != '0' || len(scalar) == 1) {
		return integer
	}
	s.must(strings.IndexFunc(scalar, notNumber) >= 0)
	return text
}

// notNumber: no number and no date of YAML has such a character.
func notNumber(r rune) bool {
	return r >= 0x80 || !strings.ContainsRune("0123456789abcdefABCDEFxXoO_+-.:TtZz ", r)
}
