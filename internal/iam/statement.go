package iam

import (
	"fmt"
	"slices"
)

// statement is one statement, sound for its kind of document.
type statement struct {
	sid         string
	effect      Effect
	principals  []trusted // nil in an identity-based or session policy
	actions     []action
	notAction   bool
	resources   []resource // nil in a trust policy, which is about the role that it is attached to
	notResource bool
	conditions  []condition
}

// parseStatement reads the elements one by one. Which of them a statement must have depends on the kind of
// document: IAM user guide, "Grammar of the IAM JSON policy language".
func parseStatement(n *node, kind documentKind, variables bool) (statement, error) {
	var s statement
	if err := checkElements(n, kind); err != nil {
		return s, err
	}
	var err error
	if s.effect, err = parseEffect(n); err != nil {
		return s, err
	}
	if sid := n.member("Sid"); sid != nil {
		if sid.kind != stringNode || sid.text != "" && !isWord(sid.text, "") {
			// IAM user guide, "IAM JSON policy elements: Sid". An empty one is what older tools wrote.
			return s, sid.fault("Sid: want a string of letters and digits, got %s", describe(sid))
		}
		s.sid = sid.text
	}
	actions, name, err := eitherOf(n, "Action", "NotAction")
	if err != nil {
		return s, err
	}
	if s.actions, err = parseActions(actions, name, kind); err != nil {
		return s, err
	}
	s.notAction = name == "NotAction"
	if kind == trust {
		if s.principals, err = parsePrincipals(n.member("Principal")); err != nil {
			return s, err
		}
	} else {
		resources, name, err := eitherOf(n, "Resource", "NotResource")
		if err != nil {
			return s, err
		}
		if s.resources, err = parseResources(resources, name, variables); err != nil {
			return s, err
		}
		s.notResource = name == "NotResource"
	}
	if c := n.member("Condition"); c != nil {
		s.conditions, err = parseConditions(c, variables)
	}
	return s, err
}

// checkElements refuses elements that are unknown, or belong to the other kind of document. Names of elements are
// taken in AWS's spelling only, so that no reader can overlook an "effect" that another one obeys.
func checkElements(n *node, kind documentKind) error {
	if err := n.known("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"); err != nil {
		return err
	}
	foreign := []string{"Principal", "NotPrincipal"}
	why := "the principal is whom the policy is attached to"
	if kind == trust {
		foreign, why = []string{"Resource", "NotResource"}, "the resource is the role that the policy is attached to"
	}
	for _, m := range n.members {
		if slices.Contains(foreign, m.name) {
			return n.at(m.offset).fault("%q: not an element of %s, %s", m.name, kind, why)
		}
		if m.name == "NotPrincipal" {
			// "You cannot use the NotPrincipal element in an IAM identity-based policy nor in an IAM role trust policy."
			return n.at(m.offset).fault(`"NotPrincipal": IAM does not accept it in a role trust policy, want "Principal" and a Condition on aws:PrincipalArn`)
		}
	}
	if kind == trust && n.member("Principal") == nil {
		return n.fault(`statement: want a "Principal", got none`)
	}
	return nil
}

// parseEffect: "The Effect value is case sensitive", IAM user guide, "IAM JSON policy elements: Effect".
func parseEffect(n *node) (Effect, error) {
	e := n.member("Effect")
	if e == nil {
		return NoMatch, n.fault(`statement: want an "Effect", got none`)
	}
	switch {
	case e.kind == stringNode && e.text == "Allow":
		return Allow, nil
	case e.kind == stringNode && e.text == "Deny":
		return Deny, nil
	}
	return NoMatch, e.fault(`Effect: want "Allow" or "Deny", got %s`, describe(e))
}

// eitherOf gives the one of two elements that a statement has, of which it must have one and not both.
func eitherOf(n *node, name, opposite string) (*node, string, error) {
	a, b := n.member(name), n.member(opposite)
	switch {
	case a != nil && b != nil:
		return nil, "", b.fault("statement: want %q or %q, got both", name, opposite)
	case a != nil:
		return a, name, nil
	case b != nil:
		return b, opposite, nil
	}
	return nil, "", n.fault("statement: want %q or %q, got neither", name, opposite)
}

// describe quotes a string and names anything else.
func describe(n *node) string {
	if n.kind == stringNode {
		return fmt.Sprintf("%q", n.text)
	}
	return string(n.kind)
}
