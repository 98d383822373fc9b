package iam

// unit is one element of a pattern: a wildcard, or a character that stands for itself. A wildcard is a unit of its
// own, not a character, so that an asterisk that comes from ${*} or out of the request can never become one.
type unit struct {
	wildcard wildcard
	r        rune
}

type wildcard byte

const (
	literal wildcard = iota
	one              // ? any single character
	many             // * any number of characters, also none
)

// globOf reads authored text, in which * and ? are wildcards.
func globOf(text string) []unit {
	units := make([]unit, 0, len(text))
	for _, r := range text {
		switch r {
		case '*':
			units = append(units, unit{wildcard: many})
		case '?':
			units = append(units, unit{wildcard: one})
		default:
			units = append(units, unit{r: r})
		}
	}
	return units
}

// literalOf reads text in which nothing is a wildcard.
func literalOf(text string) []unit {
	units := make([]unit, 0, len(text))
	for _, r := range text {
		units = append(units, unit{r: r})
	}
	return units
}

// match compares the whole of s with a pattern. Only the last asterisk is ever tried again, because an earlier one
// can gain nothing that the last one cannot: time is at most the product of the lengths, whatever the pattern.
func match(pattern []unit, s string) bool {
	text := []rune(s)
	p, t := 0, 0
	star, resume := -1, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p].wildcard == many:
			star, resume = p, t
			p++
		case p < len(pattern) && (pattern[p].wildcard == one || pattern[p].wildcard == literal && pattern[p].r == text[t]):
			p++
			t++
		case star >= 0:
			resume++
			p, t = star+1, resume
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p].wildcard == many {
		p++
	}
	return p == len(pattern)
}
