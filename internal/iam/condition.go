package iam

import (
	"fmt"
	"slices"
	"strings"
)

// condition is one key of one operator: IAM user guide, "IAM JSON policy elements: Condition".
type condition struct {
	operator operator
	name     string // the key as it is written
	key      string // in lower case: "Key names are not case-sensitive"
	values   []conditionValue
}

// conditionValue is one value of the document.
type conditionValue struct {
	text template // for messages
	test test
}

// parseConditions reads the Condition element. An empty one is accepted, as the console writes it; an empty
// operator is not.
func parseConditions(n *node, variables bool) ([]condition, error) {
	if n.kind != objectNode {
		return nil, n.fault("Condition: want an object, got %s", n.kind)
	}
	var conditions []condition
	for _, m := range n.members {
		op, err := parseOperator(m.name)
		if err != nil {
			return nil, n.at(m.offset).fault("%v", err)
		}
		if m.value.kind != objectNode {
			return nil, m.value.fault("%s: want an object of condition keys, got %s", m.name, m.value.kind)
		}
		if len(m.value.members) == 0 {
			return nil, m.value.fault("%s: want at least one condition key, got none", m.name)
		}
		for _, k := range m.value.members {
			c, err := parseCondition(op, k, n, variables)
			if err != nil {
				return nil, err
			}
			conditions = append(conditions, c)
		}
	}
	return conditions, nil
}

// parseCondition reads one key and its values, each of them as the operator takes it: "string", "number" or
// "Boolean" in IAM's grammar, quoted or not.
func parseCondition(op operator, m member, n *node, variables bool) (condition, error) {
	c := condition{operator: op, name: m.name, key: strings.ToLower(m.name)}
	if err := checkConditionKey(m.name); err != nil {
		return c, n.at(m.offset).fault("%v", err)
	}
	element := op.name + " " + m.name
	nodes, err := m.value.oneOrMore(element, stringNode, numberNode, boolNode)
	if err != nil {
		return c, err
	}
	if len(nodes) > 1 && (op.base == "Bool" || op.base == "Null") {
		// "the condition match might not return the results that you expect": AWS's policy validation, "Invalid condition
		// multiple Boolean".
		return c, m.value.fault("%s: want one value, true or false, got a list of %d", element, len(nodes))
	}
	for _, v := range nodes {
		t, err := newTemplate(v.text, variables && op.takesVariables())
		if err != nil {
			return c, v.fault("%s: %v", element, err)
		}
		test, err := op.compile(t)
		if err != nil {
			return c, v.fault("%s: %v", element, err)
		}
		c.values = append(c.values, conditionValue{text: t, test: test})
	}
	return c, nil
}

// holds decides the condition. The rules for absent keys: "If the key that you specify in a policy condition is
// not present in the request context, the values do not match and the condition is false. If the policy condition
// requires that the key is not matched [...] the condition is true"; IfExists: true; ForAllValues: true "if there
// are no context keys in the request or if the context key value resolves to a null dataset, such as an empty
// string"; ForAnyValue: "For no matching context key or a null dataset, the condition returns false", negated or
// not (IAM user guide, pages on condition operators and multivalued context keys).
func (c condition) holds(ctx Context) truth {
	values := ctx[c.key]
	absent := len(values) == 0
	void := absent || slices.Equal(values, []string{""})
	op := c.operator
	switch {
	case op.base == "Null":
		if void && !absent {
			return unsure // "exists and its value is not null": whether "" is null here is not documented
		}
		return c.values[0].test(fmt.Sprint(absent), ctx)
	case op.set == forAllValues:
		if void {
			return yes
		}
		return allOf(values, func(v string) truth { return c.compare(v, ctx) })
	case op.set == forAnyValue:
		if absent && op.ifExists {
			return unsure // the two rules above contradict each other
		}
		if void {
			return no
		}
		return anyOf(values, func(v string) truth { return c.compare(v, ctx) })
	case absent:
		return truthOf(op.ifExists || op.negated)
	case len(values) > 1:
		return unsure // "Multivalued context keys require a condition set operator"; without one nothing is documented
	}
	return c.compare(values[0], ctx)
}

// compare holds one value of the request against all values of the document: "evaluated using a logical OR", for a
// negated operator "using a logical NOR".
func (c condition) compare(got string, ctx Context) truth {
	t := anyOf(c.values, func(v conditionValue) truth { return v.test(got, ctx) })
	if c.operator.negated {
		return not(t)
	}
	return t
}

// element names the condition in a Mismatch.
func (c condition) element() string { return "Condition " + c.operator.name + " " + c.name }

// detail says what was wanted and what was sent. Values of condition keys are no secrets: an external ID is none,
// says the IAM user guide, and no key holds a credential.
func (c condition) detail(ctx Context) string {
	want := list(c.values, " or ", func(v conditionValue) string { return v.text.describe(ctx) })
	switch {
	case c.operator.base == "Null" && c.values[0].text.text == "true":
		want = "none"
	case c.operator.base == "Null":
		want = "any value"
	case c.operator.negated:
		want = "other than " + want
	}
	got := list(ctx[c.key], " and ", func(v string) string { return fmt.Sprintf("%q", v) })
	if got == "" {
		return fmt.Sprintf("want %s, the request has no %s", want, c.name)
	}
	return fmt.Sprintf("want %s, got %s", want, got)
}

// list writes out a list for a message, at most four of it.
func list[T any](all []T, between string, describe func(T) string) string {
	const most = 4
	var words []string
	for _, v := range all[:min(len(all), most)] {
		words = append(words, describe(v))
	}
	if len(all) > most {
		words = append(words, fmt.Sprintf("%d more", len(all)-most))
	}
	return strings.Join(words, between)
}
