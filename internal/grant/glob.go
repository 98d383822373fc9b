package grant

import (
	"fmt"
	"strings"
)

// glob is a pattern of names. A * stands for any characters but / and :, a ** for any but :, and everything else for
// itself; the whole of a name must match. There is no other wildcard and no way to write one that runs over a colon,
// behind which another account or kind of principal could begin.
type glob struct{ text string }

// newGlob reads a pattern. What other tools take for wildcards is refused rather than compared literally.
func newGlob(text string) (glob, error) {
	g := glob{text: text}
	if strings.Contains(text, "***") {
		return g, fmt.Errorf("want * or **, not ***")
	}
	if i := strings.IndexAny(text, "?[]{}\\|$^"); i >= 0 {
		return g, fmt.Errorf("want no wildcard other than * and **, not %q", text[i:i+1])
	}
	return g, nil
}

// literal tells that the pattern is one name.
func (g glob) literal() bool { return !strings.Contains(g.text, "*") }

// match compares the whole of s. Of each wildcard only the last one is tried again, because an earlier one can gain
// nothing that the last one cannot, so that time is bounded whatever the pattern; and a * that has come to a / gives
// way to the last ** before it.
func (g glob) match(s string) bool {
	if g.literal() {
		return s == g.text
	}
	pattern, p, i := g.text, 0, 0
	star, starAt := -1, 0 // where the pattern goes on behind the last *, and how far that * reaches
	deep, deepAt := -1, 0 // the same of the last **
	for i < len(s) {
		switch {
		case strings.HasPrefix(pattern[p:], "**"):
			p += 2
			deep, deepAt, star = p, i, -1
		case p < len(pattern) && pattern[p] == '*':
			p++
			star, starAt = p, i
		case p < len(pattern) && pattern[p] == s[i]:
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
	return strings.Trim(pattern[p:], "*") == ""
}
