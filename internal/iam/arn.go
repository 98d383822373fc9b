package iam

import (
	"fmt"
	"strings"
)

// splitARN takes an ARN apart: arn, partition, service, Region, account, and the rest, which may hold further
// colons. IAM user guide, "Identify AWS resources with Amazon Resource Names (ARNs)".
func splitARN(s string) ([]string, bool) {
	parts := strings.SplitN(s, ":", 6)
	return parts, len(parts) == 6 && parts[0] == "arn"
}

// arnPattern compares ARNs part by part, so that a wildcard never runs over a colon into the account or the
// service.
type arnPattern struct {
	template
	parts []template // six, or none when the whole pattern is one variable
}

// newARNPattern splits authored text at its own colons; those inside ${...} and those of a variable's value
// separate nothing.
func newARNPattern(t template) (arnPattern, error) {
	a := arnPattern{template: t}
	if len(t.pieces) == 1 && t.pieces[0].key != "" {
		return a, nil
	}
	a.parts = []template{{}}
	for _, p := range t.pieces {
		if p.key != "" || p.special {
			a.add(p)
			continue
		}
		rest := p.text
		for len(a.parts) < 6 {
			before, after, found := strings.Cut(rest, ":")
			if !found {
				break
			}
			a.add(piece{text: before})
			a.parts = append(a.parts, template{})
			rest = after
		}
		a.add(piece{text: rest})
	}
	if len(a.parts) < 6 || a.parts[0].text != "arn" {
		return a, fmt.Errorf("want an ARN of six parts, arn:partition:service:region:account:resource")
	}
	return a, nil
}

// add appends a piece to the last part.
func (a arnPattern) add(p piece) {
	last := &a.parts[len(a.parts)-1]
	if p.text == "" && p.key == "" {
		return
	}
	last.pieces = append(last.pieces, p)
	last.text += p.text
}

// match compares one ARN. ArnEquals and ArnLike alike check each of the six parts separately: IAM user guide, "IAM
// JSON policy elements: Condition operators".
func (a arnPattern) match(arn string, c Context) truth {
	if len(a.parts) == 0 {
		value, r := a.fill(c)
		return settle(r, func() truth { return truthOf(value == arn) })
	}
	got, ok := splitARN(arn)
	if !ok {
		return unsure
	}
	t := yes
	for i, part := range a.parts {
		units, r := part.expand(c)
		if i < 5 && hasColon(units) {
			return unsure // a colon in a variable's value shifts the parts for a reader that splits after filling in
		}
		t = min(t, settle(r, func() truth { return truthOf(match(units, got[i])) }))
	}
	return t
}

// hasColon looks at filled-in text.
func hasColon(units []unit) bool {
	for _, u := range units {
		if u.r == ':' {
			return true
		}
	}
	return false
}

// settle is the truth of a comparison with a value that may not have become one: "When policy variables reference
// a condition context key that has no value [...] There is no equal or like value" (IAM user guide, "Policy
// variables with no value").
func settle(r resolution, compare func() truth) truth {
	switch r {
	case resolved:
		return compare()
	case null:
		return no
	}
	return unsure
}
