package iam

import (
	"fmt"
	"strings"
)

// Kind is the kind of principal that makes a request; the values are the words of its ARN.
type Kind string

// The kinds of principal that call STS with credentials.
const (
	User          Kind = "user"
	AssumedRole   Kind = "assumed-role"
	FederatedUser Kind = "federated-user"
	Root          Kind = "root"
	// WebIdentity has a token of an OpenID Connect provider instead of credentials; its ARN is the provider's.
	WebIdentity Kind = "oidc-provider"
)

// Principal is who makes a request, as whoever authenticated the request knows it.
type Principal struct {
	Kind      Kind
	ARN       string // as GetCallerIdentity reports it
	RoleARN   string // of a role session: the IAM role's own ARN, with its path; else ""
	Account   string
	Partition string
	UserID    string // as GetCallerIdentity reports it: AIDA..., AROA...:session; may be ""
}

// Context holds the condition keys of a request, in lower case, tag keys included. A key that is absent, or has an
// empty list, is not in the request. The values are the caller's word: nothing is added to them here.
type Context map[string][]string

// Request is one action on one resource.
type Request struct {
	Principal Principal
	Action    string // sts:AssumeRole
	Resource  string // an ARN, or "*" for an action that has no resource
	Context   Context
}

// check refuses a request that contradicts itself. Statements are then not even looked at, since a Deny that names
// a principal by another ARN than the request does would be passed over.
func (r Request) check() error {
	if err := r.Principal.check(); err != nil {
		return err
	}
	if strings.ContainsAny(r.Action, "*?") || checkActionPattern(r.Action) != nil {
		return fmt.Errorf("action %q: want service:Name", r.Action)
	}
	parts, isARN := splitARN(r.Resource)
	if !isARN && r.Resource != "*" {
		return fmt.Errorf("resource %q: want an ARN or *", r.Resource)
	}
	// {"AWS": "*"} trusts "any account in the same partition", and no other form reaches further.
	if isARN && parts[1] != r.Principal.Partition {
		return fmt.Errorf("resource %q: want partition %q, the principal's own", r.Resource, r.Principal.Partition)
	}
	for key := range r.Context {
		if key != strings.ToLower(key) {
			return fmt.Errorf("context key %q: want lower case", key)
		}
	}
	return nil
}

// check wants the ARN, the kind, the account and the partition to say the same, because different entries of a
// Principal element look at different ones of them.
func (p Principal) check() error {
	parts, ok := splitARN(p.ARN)
	if !ok || parts[1] != p.Partition || parts[3] != "" || parts[4] != p.Account || !isAccount(p.Account) {
		return fmt.Errorf("principal %q: want an ARN of partition %q and account %q", p.ARN, p.Partition, p.Account)
	}
	got := formOf(parts[2], parts[5])
	switch {
	case p.Kind == WebIdentity && isProvider(parts) && p.RoleARN == "":
		return nil
	case p.Kind == User && got == userForm, p.Kind == FederatedUser && got == federatedForm, p.Kind == Root && got == accountForm:
		if p.RoleARN != "" {
			return fmt.Errorf("principal %q: want a role ARN only for a role session, got %q", p.ARN, p.RoleARN)
		}
		return nil
	case p.Kind == AssumedRole && got == sessionForm:
		return p.checkRole(parts)
	}
	return fmt.Errorf("principal %q: not the ARN of kind %q", p.ARN, p.Kind)
}

// checkRole wants the role that the session's ARN names. The session's ARN leaves the role's path out.
func (p Principal) checkRole(session []string) error {
	name := strings.Split(session[5], "/")[1]
	role, ok := splitARN(p.RoleARN)
	same := ok && role[1] == p.Partition && role[4] == p.Account && role[3] == "" && formOf(role[2], role[5]) == roleForm
	if !same || role[5][strings.LastIndexByte(role[5], '/')+1:] != name {
		return fmt.Errorf("principal %q: want the ARN of role %q, got %q", p.ARN, name, p.RoleARN)
	}
	return nil
}
