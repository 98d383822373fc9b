package iam

import (
	"fmt"
	"slices"
	"strings"
)

// Policies are all the documents that bear on one request.
type Policies struct {
	Identity []Document // of the principal: a user's and their groups', or a role's
	Session  []Document // nil: the session has no session policy; otherwise they limit it, and any of them may allow
	// Trust is that of the role that is to be assumed: the zero Document for a role that does not exist, which
	// nobody may assume; nil for a request that is not about assuming a role.
	Trust *Document
}

// Verdict is the answer to a request by all policies together.
type Verdict struct {
	Allowed  bool
	Explicit bool   // refused by a Deny statement
	Which    string // the kind of policy that refused, one of the constants below; "" for a request that makes no sense
	Action   string // the action that was asked for
	Why      []Mismatch
}

// The kinds of policies, in AWS's words: IAM user guide, "Troubleshoot access denied error messages".
const (
	IdentityBasedPolicy = "identity-based policy"
	SessionPolicy       = "session policy"
	RoleTrustPolicy     = "role trust policy"
)

// Suffix words a refusal as AWS does behind "User: ... is not authorized to perform: ... on resource: ...". It is
// "" when there is nothing to say. Only AWS's sentence on trust policies has "the", since a role has exactly one.
func (v Verdict) Suffix() string {
	switch {
	case v.Allowed || v.Which == "":
		return ""
	case !v.Explicit:
		return fmt.Sprintf("because no %s allows the %s action", v.Which, v.Action)
	case v.Which == RoleTrustPolicy:
		return "with an explicit deny in the role trust policy"
	case v.Which == IdentityBasedPolicy:
		return "with an explicit deny in an identity-based policy"
	}
	return "with an explicit deny in a " + v.Which
}

// Authorize decides a request by all policies together. An explicit deny in any of them wins. Else a role of another
// account needs an Allow in its trust policy and in an identity-based policy; a role of the principal's own account
// needs one in its trust policy and, unless that names the principal itself or everyone, in an identity-based
// policy, too. A request without a trust policy is decided by the identity-based policies. Session policies must
// allow in every case. IAM user guide, "Policy evaluation for requests within a single account" and "Cross-account
// policy evaluation logic".
func Authorize(r Request, p Policies, sameAccount bool) Verdict {
	v := Verdict{Action: r.Action}
	sameAccount = sameAccount && !foreign(r)
	if err := checkPolicies(r, p); err != nil {
		v.Why = []Mismatch{{Statement: -1, Element: "Request", Detail: err.Error()}}
		return v
	}
	identity, session := union(p.Identity, r), union(p.Session, r)
	trusting := tally{Decision: Decision{Statement: -1}}
	if p.Trust != nil {
		trusting = union([]Document{*p.Trust}, r)
	}
	switch {
	case identity.Effect == Deny:
		return v.refused(IdentityBasedPolicy, identity)
	case session.Effect == Deny:
		return v.refused(SessionPolicy, session)
	case trusting.Effect == Deny:
		return v.refused(RoleTrustPolicy, trusting)
	case identity.Effect != Allow && (!sameAccount || !grants(trusting.Decision, r.Principal)):
		return v.refused(IdentityBasedPolicy, identity)
	// Stricter than documented: where a policy of the same account names the session's ARN, or "*" with a condition
	// on aws:PrincipalArn, a session policy that does not allow would not matter. Here it always limits.
	case p.Session != nil && session.Effect != Allow:
		return v.refused(SessionPolicy, session)
	case needsTrust(r, p, sameAccount) && trusting.Effect != Allow:
		return v.refused(RoleTrustPolicy, trusting)
	}
	v.Allowed = true
	return v
}

// grants tells whether a trust policy's answer suffices within the account. Of an account in it the guide says that
// it "delegates authority to the account"; of a user or role that "an implicit deny in an identity-based policy" does
// not matter; and of "*" that "for IAM users and role principals within your account, no other permissions are required".
func grants(d Decision, p Principal) bool {
	return d.Direct || d.Everyone && (p.Kind == User || p.Kind == AssumedRole)
}

// needsTrust is true for whatever is about assuming a role, and for everything across accounts: IAM role trust
// policies "must explicitly allow access for principals". A trust policy that was forgotten is thus not one that
// allows.
func needsTrust(r Request, p Policies, sameAccount bool) bool {
	action := lowerASCII(r.Action)
	return p.Trust != nil || !sameAccount || strings.HasPrefix(action, "sts:assumerole") || action == "sts:setsourceidentity"
}

// foreign overrules the caller of Authorize when the resource's own ARN says another account: a role of the same
// name elsewhere is not one's own.
func foreign(r Request) bool {
	parts, ok := splitARN(r.Resource)
	return ok && parts[4] != "" && parts[4] != r.Principal.Account
}

// checkPolicies refuses documents that are of the wrong kind for their place; permissions that were never parsed,
// which could hold a Deny; and a trust policy of anything but a role.
func checkPolicies(r Request, p Policies) error {
	if err := r.check(); err != nil {
		return err
	}
	for _, d := range p.Identity {
		if d.kind != permissions {
			return fmt.Errorf("identity-based policy: got %s", d.kind)
		}
	}
	for _, d := range p.Session {
		if d.kind != permissions {
			return fmt.Errorf("session policy: got %s", d.kind)
		}
	}
	if p.Trust == nil {
		return nil
	}
	if p.Trust.kind == permissions {
		return fmt.Errorf("role trust policy: got %s", p.Trust.kind)
	}
	if parts, ok := splitARN(r.Resource); !ok || !isAccount(parts[4]) || formOf(parts[2], parts[5]) != roleForm {
		return fmt.Errorf("resource %q: want the ARN of a role, since there is a role trust policy", r.Resource)
	}
	return nil
}

// tally is the answer of all policies of one kind.
type tally struct {
	Decision
	document int // that decided
	count    int
}

// union takes all policies of one kind together: a Deny in any, else an Allow in any.
func union(documents []Document, r Request) tally {
	all := tally{Decision: Decision{Statement: -1}, count: len(documents)}
	for i, d := range documents {
		got := d.Evaluate(r)
		for j := range got.Mismatches {
			got.Mismatches[j].Document = i
		}
		mismatches := slices.Concat(all.Mismatches, got.Mismatches)
		if got.Effect > all.Effect {
			all.Decision, all.document = got, i
		}
		all.Mismatches = mismatches
	}
	return all
}

// refused says which policy refuses, and why.
func (v Verdict) refused(which string, t tally) Verdict {
	v.Which = which
	switch {
	case t.Effect == Deny:
		v.Explicit = true
		v.Why = []Mismatch{{Document: t.document, Statement: t.Statement, Sid: t.Sid, Element: "Effect", Detail: "Deny"}}
		for _, m := range t.Mismatches {
			if m.Document == t.document && m.Statement == t.Statement {
				v.Why = []Mismatch{m}
			}
		}
	case t.count == 0:
		v.Why = []Mismatch{{Statement: -1, Element: "Document", Detail: "there is no " + which}}
	default:
		v.Why = t.Mismatches
	}
	return v
}
