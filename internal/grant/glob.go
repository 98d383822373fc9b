package grant

import (
	"fmt"
	"strings"
)

// glob is a pattern of names. A * stands for any characters but / and :, a ** for any but :, and everything else for
// itself; the whole of a name must match. There is no other wildcard and no way to write one that runs over a colon,
// behind which another account or kind of principal could begin.
type glob struct {
	text  string
	units []unit // none when the text is literal
}

// unit is a character that stands for itself, or a wildcard.
type unit struct {
	wildcard wildcard
	c        byte
}

type wildcard byte

const (
	literal wildcard = iota
	segment          // *
	path             // **
)

// newGlob reads a pattern. What other tools take for wildcards is refused rather than compared literally.
func newGlob(text string) (glob, error) {
	g := glob{text: text}
	if strings.Contains(text, "***") {
		return g, fmt.Errorf("want * or **, not ***")
	}
	if i := strings.IndexAny(text, "?[]{}\\|$^"); i >= 0 {
		return g, fmt.Errorf("want no wildcard other than * and **, not %q", text[i:i+1])
	}
	if !strings.Contains(text, "*") {
		return g, nil
	}
	g.units = make([]unit, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch {
		case strings.HasPrefix(text[i:], "**"):
			g.units = append(g.units, unit{wildcard: path})
			i++
		case text[i] == '*':
			g.units = append(g.units, unit{wildcard: segment})
		default:
			g.units = append(g.units, unit{c: text[i]})
		}
	}
	return g, nil
}

// literal tells that the pattern is one name.
func (g glob) literal() bool { return g.units == nil }

// match compares the whole of s. Of each wildcard only the last one is tried again, because an earlier one can gain
// nothing that the last one cannot, so that time is bounded whatever the pattern; and a * that has come to a / gives
// way to the last ** before it.
func (g glob) match(s string) bool {
	if g.literal() {
		return s == g.text
	}
	p, i := 0, 0
	star, starAt := -1, 0 // where the pattern goes on behind the last *, and how far that * reaches
	deep, deepAt := -1, 0 // the same of the last **
	for i < len(s) {
		switch {
		case p < len(g.units) && g.units[p].wildcard == segment:
			p++
			star, starAt = p, i
		case p < len(g.units) && g.units[p].wildcard == path:
			p++
			deep, deepAt, star = p, i, -1
		case p < len(g.units) && g.units[p].c == s[i]:
			p++
			i++
		case star >= 0 && s[starAt] != '/' && s[starAt] != ':':
			starAt++
			p, i = star, starAt
		case deep >= 0 && s[deepAt] != ':':
			deepAt++
			p, i, star = deep, deepAt, -1
		default:
			return false
		}
	}
	for p < len(g.units) && g.units[p].wildcard != literal {
		p++
	}
	return p == len(g.units)
}
