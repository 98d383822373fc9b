package setup

import (
	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// Ask is what an AssumeRole says of itself.
type Ask struct {
	RoleSessionName string
	ExternalID      string // "" sends none
	SourceIdentity  string // "" sends none
	MFA             bool   // proved
	Tags            bool   // some are passed
}

// request is one action of an AssumeRole as STS would hold it against the policies. from is the principal's own role.
func (p Principal) request(from, role caller.Role, action string, a Ask) iam.Request {
	return iam.Request{Principal: p.asked(from), Action: action, Resource: role.ARN(), Context: p.context(from, role, a)}
}

// context holds the condition keys that are known here: IAM user guide, "AWS global condition context keys" and "IAM
// and AWS STS condition context keys".
func (p Principal) context(from, role caller.Role, a Ask) iam.Context {
	keys := iam.Context{
		"aws:principalaccount":      {p.Caller.Account},
		"aws:principalarn":          {p.Caller.ARN},
		"aws:principaltype":         {"User"},
		"aws:principalisawsservice": {"false"},
		"aws:viaawsservice":         {"false"},
		"aws:securetransport":       {"true"},
		"aws:resourceaccount":       {role.Account},
	}
	set := func(key, value string) {
		if value != "" {
			keys[key] = []string{value}
		}
	}
	if p.Caller.Kind == caller.AssumedRole {
		set("aws:principalarn", from.ARN())
		set("aws:principaltype", "AssumedRole")
	} else {
		set("aws:username", p.Caller.Name)
	}
	set("aws:userid", p.UserID)
	set("sts:rolesessionname", a.RoleSessionName)
	set("sts:externalid", a.ExternalID)
	set("sts:sourceidentity", a.SourceIdentity)
	switch {
	case a.MFA:
		set("aws:multifactorauthpresent", "true")
		set("aws:multifactorauthage", "0")
	case p.Temporary:
		// Of a long-term access key the key is not in the request at all.
		set("aws:multifactorauthpresent", "false")
	}
	return keys
}

// ask is the AssumeRole that karikagi would make.
func (s Setup) ask() Ask {
	a := Ask{RoleSessionName: s.Principal.Caller.RoleSessionName(), ExternalID: s.ExternalID, MFA: s.MFA, Tags: s.Tags}
	if s.RequireSourceIdentity {
		a.SourceIdentity = s.Principal.Caller.RoleSessionName()
	}
	return a
}
