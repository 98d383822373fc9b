package iam

import (
	"fmt"
	"slices"
	"strings"
)

// action is a pattern such as sts:Assume*. "The prefix and the action name are case insensitive" (IAM user guide,
// "IAM JSON policy elements: Action"), so patterns and requests are compared in lower case.
type action struct {
	text  string
	units []unit
}

// parseActions reads an Action or NotAction element.
func parseActions(n *node, element string, kind documentKind) ([]action, error) {
	nodes, err := n.oneOrMore(element, stringNode)
	if err != nil {
		return nil, err
	}
	var actions []action
	for _, v := range nodes {
		if err := checkActionPattern(v.text); err != nil {
			return nil, v.fault("%s: %v", element, err)
		}
		if kind == trust {
			if err := checkTrustAction(v.text); err != nil {
				return nil, v.fault("%s: %v", element, err)
			}
		}
		actions = append(actions, action{text: v.text, units: globOf(lowerASCII(v.text))})
	}
	return actions, nil
}

// checkActionPattern wants * or service:Name. Wildcards belong to the name: IAM's grammar has a "service
// namespace, a colon, and the name of an action. Action names can include wildcards".
func checkActionPattern(s string) error {
	service, name, found := strings.Cut(s, ":")
	if s == "*" || found && isWord(service, "-") && isWord(name, "*?") {
		return nil
	}
	return fmt.Errorf("%q: want service:Name, such as sts:AssumeRole, or *", s)
}

// checkTrustAction wants one of the actions by which a role is assumed: IAM answers "AssumeRole policy may only
// specify STS AssumeRole actions" to any other. It gives no list, and does not say how it takes sts:*; a pattern
// that stays with sts is accepted.
func checkTrustAction(s string) error {
	known := []string{"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:TagSession",
		"sts:SetSourceIdentity", "sts:SetContext"}
	same := func(k string) bool { return strings.EqualFold(k, s) }
	pattern := len(s) > 4 && strings.EqualFold(s[:4], "sts:") && strings.ContainsAny(s, "*?")
	if pattern || slices.ContainsFunc(known, same) {
		return nil
	}
	return fmt.Errorf("%q: not an action of a role trust policy%s", s, didYouMean(s, known))
}

// isWord wants ASCII letters, digits, and some more.
func isWord(s, more string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune(more, r) {
			return false
		}
	}
	return s != ""
}

func (a action) matches(requested string) truth {
	return truthOf(match(a.units, lowerASCII(requested)))
}
