package iam

import (
	"fmt"
	"strings"
)

// template is authored text that may hold policy variables: IAM user guide, "IAM policy elements: Variables and
// tags".
type template struct {
	text   string // as it is written
	pieces []piece
}

// piece is a stretch of authored text, or what one ${...} stands for.
type piece struct {
	text     string // authored text; for a special character that character
	special  bool   // ${*}, ${?} or ${$}
	key      string // of a variable: its condition key, in lower case
	fallback *string
}

// resolution tells what became of a template's variables.
type resolution int

const (
	resolved  resolution = iota
	null                 // a key is not in the request: nothing is equal to or like the value
	ambiguous            // a key has no single non-empty value; AWS does not say what then becomes of the variable
)

// plain is a template in which ${ is text, as it is in documents of version 2008-10-17.
func plain(text string) template {
	return template{text: text, pieces: []piece{{text: text}}}
}

// newTemplate reads the variables of a text. What AWS's own policy validation calls an error (missing brace,
// missing quote, space in a variable, empty variable: IAM user guide, "IAM policy validation check reference") is
// refused.
func newTemplate(text string, variables bool) (template, error) {
	if !variables {
		return plain(text), nil
	}
	t := template{text: text}
	rest := text
	for {
		before, after, found := strings.Cut(rest, "${")
		if before != "" {
			t.pieces = append(t.pieces, piece{text: before})
		}
		if !found {
			return t, nil
		}
		inside, next, closed := strings.Cut(after, "}")
		if !closed {
			return t, fmt.Errorf("variable without a closing brace")
		}
		p, err := newVariable(inside)
		if err != nil {
			return t, err
		}
		t.pieces = append(t.pieces, p)
		rest = next
	}
}

// newVariable reads what stands between the braces: a special character, or a key and perhaps its default value.
func newVariable(inside string) (piece, error) {
	switch inside {
	case "*", "?", "$":
		return piece{text: inside, special: true}, nil
	case "":
		return piece{}, fmt.Errorf("empty variable ${}")
	}
	key, fallback, hasFallback := strings.Cut(inside, ",")
	if strings.ContainsAny(key, " \t\r\n") {
		return piece{}, fmt.Errorf("variable ${%s}: want no space in its name", inside)
	}
	if err := checkConditionKey(key); err != nil {
		return piece{}, fmt.Errorf("variable ${%s}: %w", inside, err)
	}
	p := piece{key: strings.ToLower(key)}
	if hasFallback {
		quoted, spaced := strings.CutPrefix(fallback, " '")
		bare, ended := strings.CutSuffix(quoted, "'")
		// Whether wildcards and quotes inside a default value mean anything is not documented: none are taken.
		if !spaced || !ended || strings.ContainsAny(bare, "'*?${") {
			return piece{}, fmt.Errorf("variable ${%s}: want its default value as in ${aws:username, 'nobody'}", inside)
		}
		p.fallback = &bare
	}
	return p, nil
}

// hasVariables tells whether the request has a say in what the template becomes.
func (t template) hasVariables() bool {
	for _, p := range t.pieces {
		if p.key != "" {
			return true
		}
	}
	return false
}

// expand fills in the variables. Values out of the request are literal text: a tag value of "*" is an asterisk and
// "${aws:username}" in a tag is no variable.
func (t template) expand(c Context) ([]unit, resolution) {
	var units []unit
	for _, p := range t.pieces {
		if p.key == "" && !p.special {
			units = append(units, globOf(p.text)...)
			continue
		}
		value, r := p.value(c)
		if r != resolved {
			return nil, r
		}
		units = append(units, literalOf(value)...)
	}
	return units, resolved
}

// fill is expand for operators that know no wildcards.
func (t template) fill(c Context) (string, resolution) {
	var b strings.Builder
	for _, p := range t.pieces {
		value, r := p.value(c)
		if r != resolved {
			return "", r
		}
		b.WriteString(value)
	}
	return b.String(), resolved
}

// value is what a piece stands for in a request. A key with several values cannot be a policy variable (IAM user
// guide, "Single-valued vs. multivalued context keys"); what an empty value gives is not documented, and taking it
// for "" would make role/${aws:PrincipalTag/team}* match every role.
func (p piece) value(c Context) (string, resolution) {
	if p.key == "" {
		return p.text, resolved
	}
	values := c[p.key]
	switch {
	case len(values) == 0 && p.fallback != nil:
		return *p.fallback, resolved
	case len(values) == 0:
		return "", null
	case len(values) > 1 || values[0] == "":
		return "", ambiguous
	}
	return values[0], resolved
}

// describe quotes the template for a message, with what it became.
func (t template) describe(c Context) string {
	if !t.hasVariables() {
		return fmt.Sprintf("%q", t.text)
	}
	switch value, r := t.fill(c); r {
	case null:
		return fmt.Sprintf("%q (which the request does not say)", t.text)
	case ambiguous:
		return fmt.Sprintf("%q (which has no single value in the request)", t.text)
	default:
		return fmt.Sprintf("%q (%q)", t.text, value)
	}
}
