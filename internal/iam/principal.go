package iam

import (
	"fmt"
	"strings"
)

// grade is how closely a Principal element names who makes a request. It matters within one account: see
// Authorize.
type grade int

const (
	nobody   grade = iota
	account        // the principal's account, which "delegates authority to the account"
	everyone       // "*"
	direct         // the user, the role, or the session itself
)

// trusted is one entry of the Principal element: IAM user guide, "AWS JSON policy elements: Principal".
type trusted struct {
	text      string
	form      form
	partition string // of an ARN
	account   string // of an account
}

// form is what an entry of the Principal element looks like, and so what it is compared with.
type form int

const (
	foreignForm form = iota // a service, a SAML provider, an S3 canonical user: never a caller with credentials of IAM
	anyoneForm              // *
	accountForm             // 123456789012, arn:aws:iam::123456789012:root
	userForm
	roleForm
	sessionForm
	federatedForm
	uniqueIDForm // AIDA..., AROA...: what IAM shows in place of a principal that was deleted
	providerForm // an OpenID Connect provider of IAM, whose tokens AssumeRoleWithWebIdentity takes
)

// parsePrincipals reads a Principal element. "Principal": "*" is no part of a role trust policy, though it is of
// others: IAM answers `AssumeRolepolicy contained an invalid principal: "STAR":"*"`.
func parsePrincipals(n *node) ([]trusted, error) {
	if n.kind == stringNode && n.text == "*" {
		return nil, n.fault(`Principal "*": IAM does not accept it in a role trust policy, want {"AWS": "*"}`)
	}
	if n.kind != objectNode {
		return nil, n.fault(`Principal: want an object such as {"AWS": "123456789012"}, got %s`, n.kind)
	}
	if err := n.known("AWS", "Service", "Federated", "CanonicalUser"); err != nil {
		return nil, err
	}
	if len(n.members) == 0 {
		return nil, n.fault("Principal: want at least one principal, got none")
	}
	var principals []trusted
	for _, m := range n.members {
		nodes, err := m.value.oneOrMore("Principal "+m.name, stringNode)
		if err != nil {
			return nil, err
		}
		for _, v := range nodes {
			t, err := newTrusted(m.name, v.text)
			if err != nil {
				return nil, v.fault("Principal %s %q: %v", m.name, v.text, err)
			}
			principals = append(principals, t)
		}
	}
	return principals, nil
}

// newTrusted reads one entry. What does not look like a principal is refused rather than kept as one that never
// matches: in a Deny statement that would be a hole.
func newTrusted(kind, text string) (trusted, error) {
	t := trusted{text: text}
	if kind == "AWS" && text == "*" {
		t.form = anyoneForm
		return t, nil
	}
	if strings.ContainsAny(text, "*?") {
		// "You cannot use a wildcard to match part of a principal name or ARN."
		return t, fmt.Errorf("want no wildcard in a principal")
	}
	if kind != "AWS" {
		if !isWord(text, "-._:/@+=") {
			return t, fmt.Errorf("want a name such as ec2.amazonaws.com or an ARN")
		}
		if parts, ok := splitARN(text); ok && kind == "Federated" && isProvider(parts) {
			t.form, t.partition, t.account = providerForm, parts[1], parts[4]
		}
		return t, nil
	}
	switch {
	case isAccount(text):
		t.form, t.account = accountForm, text
		return t, nil
	case isUniqueID(text):
		t.form = uniqueIDForm
		return t, nil
	}
	parts, ok := splitARN(text)
	if !ok || !isWord(parts[1], "-") || parts[3] != "" || !isAccount(parts[4]) {
		return t, fmt.Errorf("want an account ID, or the ARN of an account's root, a user, a role, or a role session")
	}
	t.partition, t.account = parts[1], parts[4]
	if t.form = formOf(parts[2], parts[5]); t.form == foreignForm {
		return t, fmt.Errorf("want root, user/name, role/name, assumed-role/name/session or federated-user/name behind the account")
	}
	return t, nil
}

// formOf tells which principal an ARN's service and resource name.
func formOf(service, resource string) form {
	kind, name, _ := strings.Cut(resource, "/")
	segments := strings.Split(name, "/")
	for _, s := range segments {
		// Paths take more characters than names, U+0021 to U+007E; a control character or a space is in none of them.
		if resource != "root" && (s == "" || strings.IndexFunc(s, func(r rune) bool { return r < 0x21 || r > 0x7e }) >= 0) {
			return foreignForm
		}
	}
	switch {
	case service == "iam" && resource == "root":
		return accountForm
	case service == "iam" && kind == "user":
		return userForm
	case service == "iam" && kind == "role":
		return roleForm
	case service == "sts" && kind == "assumed-role" && len(segments) == 2:
		return sessionForm
	case service == "sts" && kind == "federated-user" && len(segments) == 1:
		return federatedForm
	}
	return foreignForm
}

// isProvider wants the ARN of an OpenID Connect provider: IAM user guide, "IAM identifiers".
func isProvider(arn []string) bool {
	host, found := strings.CutPrefix(arn[5], "oidc-provider/")
	return found && host != "" && arn[2] == "iam" && arn[3] == "" && isAccount(arn[4])
}

// isUniqueID wants the form of a user's or a role's unique identifier: IAM user guide, "IAM identifiers".
func isUniqueID(s string) bool {
	prefixed := strings.HasPrefix(s, "AIDA") || strings.HasPrefix(s, "AROA")
	return prefixed && len(s) >= 16 && len(s) <= 128 && isWord(s, "") && strings.ToUpper(s) == s
}

// names tells whether the entry stands for the principal of a request, and how closely. ARNs are compared whole
// and with case, so a role of the same name in another account or under another path is another role.
func (t trusted) names(r Request) (truth, grade) {
	p := r.Principal
	if p.Kind == WebIdentity {
		return t.namesProvider(p)
	}
	switch t.form {
	case anyoneForm:
		return yes, everyone
	case accountForm:
		// An account ID alone means the account of the role's partition, which Request.check makes the principal's, too.
		return truthOf(t.account == p.Account && (t.partition == "" || t.partition == p.Partition)), account
	case userForm, sessionForm, federatedForm:
		return truthOf(t.text == p.ARN), direct
	case roleForm:
		return truthOf(t.text == p.RoleARN), direct
	case uniqueIDForm:
		id, _, _ := strings.Cut(p.UserID, ":")
		if id == "" {
			return unsure, direct
		}
		return truthOf(id == t.text), direct
	}
	return no, nobody
}

// namesProvider is names for whoever has a token of an identity provider and no credentials of IAM. Whether
// {"AWS": "*"} means such people too is documented nowhere, so an Allow does not apply to them and a Deny does.
func (t trusted) namesProvider(p Principal) (truth, grade) {
	switch t.form {
	case providerForm:
		return truthOf(t.text == p.ARN), direct
	case anyoneForm:
		return unsure, everyone
	}
	return no, nobody
}
