package iam

import (
	"fmt"
	"strings"
)

// operator is a condition operator taken apart: ForAnyValue:StringNotEqualsIfExists.
type operator struct {
	name     string // as it is written
	set      setOperator
	base     string // the canonical spelling of what is left without set operator and IfExists
	negated  bool
	ifExists bool
	compile  compiler
}

// setOperator tells how the several values that a key has in the request are taken: IAM user guide, "Single-valued
// vs. multivalued context keys".
type setOperator int

const (
	singleValue setOperator = iota
	forAnyValue
	forAllValues
)

// test compares one value of the request with one value of the document, as if the operator were not negated.
type test func(got string, c Context) truth

// compiler reads a value of the document once, so that a value the operator cannot compare is refused with the
// document.
type compiler func(t template) (test, error)

// operators lists all of them: IAM user guide, "IAM JSON policy elements: Condition operators".
func operators() []operator {
	return []operator{
		{base: "StringEquals", compile: stringEquals},
		{base: "StringNotEquals", negated: true, compile: stringEquals},
		{base: "StringEqualsIgnoreCase", compile: stringEqualsIgnoreCase},
		{base: "StringNotEqualsIgnoreCase", negated: true, compile: stringEqualsIgnoreCase},
		{base: "StringLike", compile: stringLike},
		{base: "StringNotLike", negated: true, compile: stringLike},
		{base: "NumericEquals", compile: numeric(equal)},
		{base: "NumericNotEquals", negated: true, compile: numeric(equal)},
		{base: "NumericLessThan", compile: numeric(less)},
		{base: "NumericLessThanEquals", compile: numeric(lessOrEqual)},
		{base: "NumericGreaterThan", compile: numeric(greater)},
		{base: "NumericGreaterThanEquals", compile: numeric(greaterOrEqual)},
		{base: "DateEquals", compile: date(equal)},
		{base: "DateNotEquals", negated: true, compile: date(equal)},
		{base: "DateLessThan", compile: date(less)},
		{base: "DateLessThanEquals", compile: date(lessOrEqual)},
		{base: "DateGreaterThan", compile: date(greater)},
		{base: "DateGreaterThanEquals", compile: date(greaterOrEqual)},
		{base: "Bool", compile: boolean},
		{base: "BinaryEquals", compile: binaryEquals},
		{base: "IpAddress", compile: ipAddress},
		{base: "NotIpAddress", negated: true, compile: ipAddress},
		{base: "ArnEquals", compile: arnLike},
		{base: "ArnNotEquals", negated: true, compile: arnLike},
		{base: "ArnLike", compile: arnLike},
		{base: "ArnNotLike", negated: true, compile: arnLike},
		{base: "Null", compile: boolean},
	}
}

// parseOperator reads an operator's name in any case. AWS refuses a document with an unknown operator, and so does
// this: an operator that is skipped would turn a condition into none.
func parseOperator(name string) (operator, error) {
	rest := strings.ToLower(name)
	var set setOperator
	if s, ok := strings.CutPrefix(rest, "foranyvalue:"); ok {
		set, rest = forAnyValue, s
	} else if s, ok := strings.CutPrefix(rest, "forallvalues:"); ok {
		set, rest = forAllValues, s
	}
	bare, ifExists := strings.CutSuffix(rest, "ifexists")
	var known []string
	for _, op := range operators() {
		known = append(known, op.base)
		if strings.ToLower(op.base) != bare {
			continue
		}
		if op.base == "Null" && (ifExists || set != singleValue) {
			return operator{}, fmt.Errorf("%q: want Null alone, without IfExists, ForAnyValue or ForAllValues", name)
		}
		op.name, op.set, op.ifExists = name, set, ifExists
		return op, nil
	}
	// Only the last word is looked up: of ForAllValue:StringLike it is the first word that is wrong.
	prefix, word, found := strings.Cut(name, ":")
	if found && set == singleValue {
		return operator{}, fmt.Errorf("%q: unknown condition operator%s", name, didYouMean(prefix, []string{"ForAnyValue", "ForAllValues"}))
	}
	if !found {
		word = name
	}
	return operator{}, fmt.Errorf("%q: unknown condition operator%s", name, didYouMean(strings.TrimSuffix(word, "IfExists"), known))
}

// takesVariables: "You can't use a policy variable with other operators, such as Numeric, Date, Boolean, Binary,
// IP Address, or Null operators" (IAM user guide). Their values are then no number, date or the like, and refused
// as such.
func (op operator) takesVariables() bool {
	return strings.HasPrefix(op.base, "String") || strings.HasPrefix(op.base, "Arn")
}

// checkConditionKey wants service:name, and a tag key behind the three keys that need one. The part before the
// colon may be an identity provider's host and path. Which keys exist is not known here; one that is not in the
// request is absent.
func checkConditionKey(key string) error {
	prefix, name, found := strings.Cut(key, ":")
	if !found || prefix == "" || name == "" {
		return fmt.Errorf("condition key %q: want service:name, such as aws:username", key)
	}
	for _, r := range key {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`*?${}'"`, r) {
			return fmt.Errorf("condition key %q: character %q is not part of a key", key, r)
		}
	}
	for _, tagged := range []string{"aws:PrincipalTag", "aws:RequestTag", "aws:ResourceTag"} {
		folded := strings.ToLower(tagged)
		if rest, ok := strings.CutPrefix(strings.ToLower(key), folded); ok && (rest == "" || rest == "/") {
			return fmt.Errorf("condition key %q: want a tag key, as in %s/team", key, tagged)
		}
	}
	return nil
}
