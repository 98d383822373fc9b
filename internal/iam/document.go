// Package iam reads IAM policy documents and decides requests by them: the part of IAM that role assumption relies
// on.
//
// It fails closed. A document that holds anything this package does not know is refused when it is parsed; where
// AWS documents no answer for a request, an Allow statement does not apply and a Deny statement does. It knows
// documents and requests only: no account, no HTTP, no clock, no secret; who the principal is and what the request
// context holds is the caller's word.
package iam

import "slices"

// maxDocument bounds what is read at all. IAM's own limits (2,048 to 10,240 characters: IAM user guide, "IAM and
// AWS STS quotas") do not count white space and depend on where the document is attached, so they are for whoever
// attaches it.
const maxDocument = 64 << 10

// Document is a policy document that was parsed and found sound. The zero Document was not parsed and allows
// nothing.
type Document struct {
	kind       documentKind
	statements []statement
}

// documentKind is where a document belongs. The two kinds have different elements, and one is never taken for the
// other.
type documentKind int

const (
	unparsed documentKind = iota
	permissions
	trust
)

// ParsePolicy reads an identity-based policy or a session policy: each statement has a Resource, none has a
// Principal. An error is a *SyntaxError.
func ParsePolicy(data []byte) (Document, error) { return parse(data, permissions) }

// ParseTrust reads a role trust policy: each statement has a Principal, none has a Resource. An error is a
// *SyntaxError.
func ParseTrust(data []byte) (Document, error) { return parse(data, trust) }

// parse stops at the first mistake: a document with one is not sound, whatever else it says.
func parse(data []byte, kind documentKind) (Document, error) {
	root, err := readJSON(data)
	if err != nil {
		return Document{}, err
	}
	if root.kind != objectNode {
		return Document{}, root.fault("policy document: want an object, got %s", root.kind)
	}
	if err := root.known("Version", "Id", "Statement"); err != nil {
		return Document{}, err
	}
	variables, err := parseVersion(root)
	if err != nil {
		return Document{}, err
	}
	if id := root.member("Id"); id != nil && id.kind != stringNode {
		return Document{}, id.fault("Id: want a string, got %s", id.kind)
	}
	d := Document{kind: kind}
	statements := root.member("Statement")
	if statements == nil {
		return Document{}, root.fault(`want a "Statement", got none`)
	}
	nodes, err := statements.oneOrMore("Statement", objectNode)
	if err != nil {
		return Document{}, err
	}
	for _, n := range nodes {
		s, err := parseStatement(n, kind, variables)
		if err != nil {
			return Document{}, err
		}
		// "the Sid value must be unique within a JSON policy": IAM user guide, "IAM JSON policy elements: Sid".
		if s.sid != "" && slices.ContainsFunc(d.statements, func(o statement) bool { return o.sid == s.sid }) {
			return Document{}, n.fault("Sid %q: used twice, want each Sid once in a document", s.sid)
		}
		d.statements = append(d.statements, s)
	}
	return d, nil
}

// parseVersion tells whether policy variables are interpreted. A document without a Version is of 2008-10-17,
// where ${aws:username} is that text and no variable: IAM user guide, "IAM JSON policy elements: Version".
func parseVersion(root *node) (variables bool, err error) {
	v := root.member("Version")
	switch {
	case v == nil:
		return false, nil
	case v.kind != stringNode:
		return false, v.fault("Version: want a string, got %s", v.kind)
	case v.text == "2012-10-17":
		return true, nil
	case v.text == "2008-10-17":
		return false, nil
	}
	return false, v.fault("Version %q: want %q or %q", v.text, "2012-10-17", "2008-10-17")
}

// String names the kind in a message.
func (k documentKind) String() string {
	switch k {
	case permissions:
		return "an identity-based policy or session policy"
	case trust:
		return "a role trust policy"
	}
	return "a document that was not parsed"
}
