package grant

import (
	"fmt"
	"slices"
	"strings"

	"karikagi/internal/strictyaml"
)

// speller reads the strings of one statement. A placeholder becomes a character of Unicode's private use area, which
// no policy may hold, so that the JSON can be taken apart at them.
type speller struct {
	g            *grant
	deny         bool
	placeholders []part
	variants     []variant
}

const firstMark = '\uE000'

// readStatement reads a statement and finds what its placeholders may not do.
func (g *grant) readStatement(v strictyaml.Value) (statement, error) {
	w := &g.reading.speller
	*w = speller{g: g, placeholders: w.placeholders[:0]}
	err := v.Pairs("session_policy: Statement", func(key, of strictyaml.Value) error {
		if key.Raw() == "Effect" {
			w.deny = of.Raw() == "Deny"
		}
		return nil
	})
	if err != nil {
		return statement{}, err
	}
	json, err := v.JSON("session_policy", w.spell)
	return statement{template: w.split(json.Text), allows: !w.deny, json: json, variants: w.variants}, err
}

// split makes a template of JSON with marks in it.
func (w *speller) split(text string) template {
	t := make(template, 0, 2*len(w.placeholders)+1)
	from := 0
	for i, r := range text {
		if r < firstMark || int(r-firstMark) >= len(w.placeholders) {
			continue
		}
		t = append(t, part{text: text[from:i]}, w.placeholders[r-firstMark])
		from = i + len(string(r))
	}
	return append(t, part{text: text[from:]})
}

// spell reads a string of the statement, or the name of an element.
func (w *speller) spell(path []string, at strictyaml.Value, isKey bool) (string, error) {
	text := at.Raw()
	if i := strings.IndexFunc(text, func(r rune) bool { return r > 0xff }); i >= 0 {
		// U+0020-U+00FF: STS API reference, AssumeRole, Policy.
		return "", at.Errorf("session_policy: character %+q: want none beyond U+00FF", []rune(text[i:])[0])
	}
	if isKey {
		return text, w.checkKey(path, at)
	}
	if !strings.Contains(text, "${") {
		return text, nil
	}
	t, err := w.g.readTemplate(text, true)
	if err != nil {
		return "", at.Errorf("session_policy: %v", err)
	}
	var b strings.Builder
	b.Grow(len(text))
	for i, p := range t {
		if p.source == literal {
			b.WriteString(p.text)
			continue
		}
		if err := w.checkPlace(path, p); err != nil {
			return "", at.Errorf("session_policy: %v", err)
		}
		if isARN(path) {
			if err := w.checkField(t, i, at); err != nil {
				return "", at.Errorf("session_policy: %v", err)
			}
		}
		b.WriteRune(firstMark + rune(len(w.placeholders))) //nolint:gosec // a policy has far fewer than there are runes.
		w.placeholders = append(w.placeholders, p)
	}
	return b.String(), nil
}

// checkKey refuses placeholders in names, and an Allow for a request that does not say: ForAllValues holds for a key
// that is absent (IAM user guide, "Single-valued vs. multivalued context keys").
func (w *speller) checkKey(path []string, at strictyaml.Value) error {
	name := path[len(path)-1]
	switch {
	case strings.Contains(name, "${"):
		return at.Errorf("session_policy: name %.100q: want no placeholder in a name", name)
	case len(path) == 2 && path[0] == "Condition" && !w.deny && strings.HasPrefix(lower(name), "forallvalues:"):
		return at.Errorf("session_policy: %s in an Allow also holds for a request without the key: want ForAnyValue, or a Deny", name)
	}
	return nil
}

// checkPlace lets placeholders stand in resources and in the values of conditions that know variables, where IAM
// offers an escape for its wildcards. A parameter, which the caller chooses, may only say what is allowed: where it
// said what is excepted or denied, any other value would allow that.
func (w *speller) checkPlace(path []string, p part) error {
	element, negated := path[0], false
	switch {
	case len(path) == 1 && (element == "Resource" || element == "NotResource"):
		negated = element == "NotResource"
	case len(path) == 3 && element == "Condition":
		operator := bareOperator(path[1])
		if !strings.HasPrefix(operator, "string") && !strings.HasPrefix(operator, "arn") {
			return fmt.Errorf("%v in %s: want a placeholder only with String and Arn operators", p, path[1])
		}
		negated = strings.HasPrefix(operator, "stringnot") || strings.HasPrefix(operator, "arnnot")
	default:
		return fmt.Errorf("%v in %s: want a placeholder only in Resource, NotResource and the values of Condition", p, strings.Join(path, " "))
	}
	if p.source == fromParameter && negated != w.deny {
		return fmt.Errorf("%v says here what is not allowed, so that a caller could choose another value and have it: want it in what an Allow lists, or a Deny excepts", p)
	}
	return nil
}

// bareOperator leaves out the set operator.
func bareOperator(name string) string {
	if _, operator, ok := strings.Cut(name, ":"); ok {
		name = operator
	}
	return lower(name)
}

// isARN tells whether the strings of a path are patterns of ARNs, which IAM compares part by part.
func isARN(path []string) bool {
	return path[0] != "Condition" || strings.HasPrefix(bareOperator(path[1]), "arn")
}

// checkField looks at a placeholder before the fifth colon of an ARN, where a value could shift the parts or not be
// legal. It must be one whole part, of a form that cannot; the values of an enum are tried later.
func (w *speller) checkField(t template, i int, at strictyaml.Value) error {
	p := t[i]
	colons, before := 0, ""
	for _, q := range t[:i] {
		if before = ""; q.source == literal {
			before = q.text
			colons += strings.Count(withoutVariables(before), ":")
		}
	}
	if colons >= 5 {
		return nil
	}
	whole := strings.HasSuffix(before, ":") && i+1 < len(t) && t[i+1].source == literal && strings.HasPrefix(t[i+1].text, ":")
	switch {
	case whole && colons == 4 && p == part{fromCaller, callerAccount}, whole && colons == 1 && p == part{fromCaller, callerPartition}:
		return nil
	case whole && p.source == fromParameter && colons == 4 && w.g.parameter(p.text).pattern.name == "account_id":
		return nil
	case whole && p.source == fromParameter && w.g.parameter(p.text).enum != nil:
		for _, value := range w.g.parameter(p.text).enum {
			if strings.ContainsAny(value, ":*?${}/") {
				return fmt.Errorf("%v before the fifth colon of an ARN can be %q: want no wildcard, colon, slash or brace there", p, value)
			}
		}
		if !slices.ContainsFunc(w.variants, func(v variant) bool { return v.part == p }) {
			w.variants = append(w.variants, variant{p, at})
		}
		return nil
	}
	return fmt.Errorf("%v before the fifth colon of an ARN: want a whole part there, ${caller.partition}, ${caller.account}, or a parameter with an enum or the pattern account_id", p)
}

// withoutVariables leaves out IAM's own variables, whose colons separate nothing.
func withoutVariables(text string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		_, text, _ = strings.Cut(after, "}")
	}
}
