package setup

import (
	"fmt"
	"slices"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// trial is a request that must be refused.
type trial struct {
	name     string
	policies iam.Policies
	request  iam.Request
}

// prove holds the two documents against what karikagi would ask of STS: it must be allowed, and must not be as soon as
// either document is missing, or who asks, the role, or a condition that was asked for is another.
func (s Setup) prove(identityJSON, trustJSON string) error {
	identity, err := iam.ParsePolicy([]byte(identityJSON))
	if err != nil {
		return fmt.Errorf("identity policy: %w", err)
	}
	trust, err := iam.ParseTrust([]byte(trustJSON))
	if err != nil {
		return fmt.Errorf("trust policy: %w", err)
	}
	both := iam.Policies{Identity: []iam.Document{identity}, Trust: &trust}
	for _, from := range s.Principal.roles() {
		for _, action := range s.actions() {
			if v := authorize(s.Principal.request(from, s.Role, action, s.ask()), both); !v.Allowed {
				return fmt.Errorf("%s is refused, %s", action, v.Suffix())
			}
		}
		for _, t := range slices.Concat(s.otherDocuments(from, both), s.otherPrincipals(from, both), s.otherConditions(from, both)) {
			if authorize(t.request, t.policies).Allowed {
				return fmt.Errorf("%s is allowed %s", t.request.Action, t.name)
			}
		}
	}
	return s.proveCloudShell(both)
}

// authorize leaves it to iam to see by the ARNs that two accounts are not the same.
func authorize(r iam.Request, p iam.Policies) iam.Verdict { return iam.Authorize(r, p, true) }

// markers are all actions that go with sts:AssumeRole.
func markers() []string { return []string{"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"} }

// otherDocuments are the trials of the documents themselves.
func (s Setup) otherDocuments(from caller.Role, both iam.Policies) []trial {
	another := s.Role
	another.Name += "x"
	var all []trial
	for _, action := range markers() {
		r := s.Principal.request(from, s.Role, action, s.ask())
		all = append(all,
			trial{"without the identity policy", iam.Policies{Trust: both.Trust}, r},
			// The zero Document is the trust policy of a role that does not exist.
			trial{"without the trust policy", iam.Policies{Identity: both.Identity, Trust: &iam.Document{}}, r},
			trial{"for another role", both, s.Principal.request(from, another, action, s.ask())})
		if !slices.Contains(s.actions(), action) {
			all = append(all, trial{"although nobody asked for it", both, r})
		}
	}
	return all
}

// otherPrincipals may do everything by their own policies, and must be refused by the trust policy.
func (s Setup) otherPrincipals(from caller.Role, both iam.Policies) []trial {
	both.Identity = everything()
	var all []trial
	for name, c := range s.strangers(from) {
		p := NewPrincipal(c.session)
		for _, action := range markers() {
			all = append(all, trial{"to " + name, both, p.request(c.role, s.Role, action, s.ask())})
		}
	}
	return all
}

// stranger is somebody else, with the role that the session is of.
type stranger struct {
	session caller.Caller
	role    caller.Role
}

// strangers are as much like the principal as somebody else can be.
func (s Setup) strangers(from caller.Role) map[string]stranger {
	c := s.Principal.Caller
	elsewhere := "000000000000"
	if c.Account == elsewhere {
		elsewhere = "111111111111"
	}
	role := func(account, path, name string) stranger {
		r := caller.Role{Partition: c.Partition, Account: account, Path: path, Name: name}
		return stranger{r.Session(c.RoleSessionName()), r}
	}
	user := func(account, path, name string) stranger {
		arn := "arn:" + c.Partition + ":iam::" + account + ":user" + path + name
		return stranger{session: caller.Caller{ARN: arn, Partition: c.Partition, Account: account, Kind: caller.User, Path: path, Name: name}}
	}
	same, other, path := user, role, c.Path
	if c.Kind == caller.AssumedRole {
		same, other, path = role, user, from.Path
	}
	return map[string]stranger{
		"another name":    same(c.Account, path, c.Name+"x"),
		"another path":    same(c.Account, "/x"+path, c.Name),
		"another account": same(elsewhere, path, c.Name),
		"another kind":    other(c.Account, path, c.Name),
	}
}

// everything is what an administrator's policy allows.
func everything() []iam.Document {
	d, err := iam.ParsePolicy([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`))
	if err != nil {
		return nil // it is a constant
	}
	return []iam.Document{d}
}

// otherConditions leave out, or say otherwise, what the role demands.
func (s Setup) otherConditions(from caller.Role, both iam.Policies) []trial {
	var all []trial
	try := func(name string, change func(*Ask)) {
		a := s.ask()
		change(&a)
		for _, temporary := range []bool{s.Principal.Temporary, !s.Principal.Temporary} {
			p := s.Principal
			p.Temporary = temporary
			all = append(all, trial{name, both, p.request(from, s.Role, "sts:AssumeRole", a)})
		}
	}
	if s.MFA {
		try("without MFA", func(a *Ask) { a.MFA = false })
	}
	if s.ExternalID != "" {
		try("without the external ID", func(a *Ask) { a.ExternalID = "" })
		try("with another external ID", func(a *Ask) { a.ExternalID += "x" })
	}
	if s.SessionNameIsUser {
		try("in a session of another name", func(a *Ask) { a.RoleSessionName += "x" })
	}
	if s.RequireSourceIdentity {
		try("without a source identity", func(a *Ask) { a.SourceIdentity = "" })
		if s.Principal.Caller.Kind == caller.User {
			try("with another source identity", func(a *Ask) { a.SourceIdentity += "x" })
		}
	}
	return all
}

// proveCloudShell wants CloudShell to be allowed when it was asked for, and only then.
func (s Setup) proveCloudShell(both iam.Policies) error {
	from := s.Principal.roles()[0]
	for _, a := range cloudShellActions() {
		action, _ := a.(string)
		r := iam.Request{Principal: s.Principal.asked(from), Action: action, Resource: "*"}
		if v := iam.Authorize(r, iam.Policies{Identity: both.Identity}, true); v.Allowed != s.CloudShell {
			return fmt.Errorf("%s: allowed is %v, want %v", action, v.Allowed, s.CloudShell)
		}
	}
	return nil
}
