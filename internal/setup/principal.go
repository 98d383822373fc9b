package setup

import (
	"strings"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// Principal is whom a role is to trust: a caller, and what the caller's own ARN does not tell.
type Principal struct {
	Caller caller.Caller
	// Role is that of a role session. Its Path is "" where it is not known, since STS drops it from the session's ARN.
	Role caller.Role
	// UserID is the unique ID that GetCallerIdentity reports, "" where it is not known.
	UserID string
	// Temporary: the credentials have a session token. Those of a role always have one.
	Temporary bool
}

// NewPrincipal is the principal that a caller is.
func NewPrincipal(c caller.Caller) Principal {
	p := Principal{Caller: c}
	if c.Kind == caller.AssumedRole {
		p.Temporary, p.Role = true, caller.Role{Partition: c.Partition, Account: c.Account, Name: c.Name}
	}
	return p
}

// anySession is the name of a session of a role that was given by its own ARN.
const anySession = "any-session"

// ParsePrincipal reads the ARN of a caller, or that of a role, which means any session of the role and tells its path.
func ParsePrincipal(arn string) (Principal, error) {
	reference, err := caller.ParseRoleReference(arn)
	if err != nil || reference.NeedsCaller() || !strings.HasPrefix(arn, "arn:") {
		c, err := caller.Parse(arn)
		return NewPrincipal(c), err
	}
	role := reference.Role(caller.Caller{})
	p := NewPrincipal(role.Session(anySession))
	p.Role = role
	return p, nil
}

// PathUnknown tells that the principal has a role whose path had to be assumed.
func (p Principal) PathUnknown() bool {
	return p.Caller.Kind == caller.AssumedRole && p.Role.Path == "" && !p.IdentityCenter()
}

// IdentityCenter tells a role that IAM Identity Center made for a permission set. Its policies are changed there.
func (p Principal) IdentityCenter() bool {
	return p.Caller.Kind == caller.AssumedRole && isIdentityCenter(p.Role.Name)
}

// isIdentityCenter: AWSReservedSSO_PermissionSetName_hash, IAM Identity Center user guide, "Referencing permission
// sets in resource policies".
func isIdentityCenter(name string) bool { return strings.HasPrefix(name, "AWSReservedSSO_") }

// isServiceLinked: IAM user guide, "Create a service-linked role".
func isServiceLinked(name string) bool { return strings.HasPrefix(name, "AWSServiceRoleFor") }

// is tells that the principal is a session of that very role. The names of roles are unique within an account,
// whatever their paths and their case (IAM API reference, CreateRole, RoleName).
func (p Principal) is(r caller.Role) bool {
	return p.Caller.Kind == caller.AssumedRole && p.Caller.Account == r.Account && strings.EqualFold(p.Role.Name, r.Name)
}

// CallerError says why nothing can be set up for a caller; for somebody else it may.
type CallerError struct{ Problem string }

func (e *CallerError) Error() string { return e.Problem }

// Check refuses who can assume no role, or be given no policy. It returns nil or a *CallerError.
func (p Principal) Check() error {
	problem := "is neither a user nor a role session, and no policy can be made for it"
	switch p.Caller.Kind {
	case caller.User:
		return nil
	case caller.AssumedRole:
		if !isServiceLinked(p.Role.Name) {
			return nil
		}
		problem = "is of a service-linked role: nobody but its service can change its policies"
	case caller.Root:
		problem = "is the root user, who cannot assume roles"
	case caller.FederatedUser:
		problem = "is a federated user, who cannot assume roles"
	}
	return &CallerError{p.Caller.ARN + " " + problem}
}

// ssoPath is where the roles of Identity Center are. Behind it comes its Region, unless that is us-east-1: IAM Identity
// Center user guide, "Referencing permission sets in resource policies".
const ssoPath = "/aws-reserved/sso.amazonaws.com/"

// roles are what the principal's role may be, with its path; one zero Role for a user.
func (p Principal) roles() []caller.Role {
	r := p.Role
	switch {
	case r.Path == "" && p.IdentityCenter():
		elsewhere := r
		r.Path, elsewhere.Path = ssoPath, ssoPath+caller.DefaultRegion(r.Partition)+"/"
		return []caller.Role{r, elsewhere}
	case r.Path == "":
		r.Path = "/"
	}
	return []caller.Role{r}
}

// asked is the principal as policies see it; role is one of roles.
func (p Principal) asked(role caller.Role) iam.Principal {
	c := p.Caller
	of := iam.Principal{Kind: iam.Kind(c.Kind), ARN: c.ARN, Account: c.Account, Partition: c.Partition, UserID: p.UserID}
	if c.Kind == caller.AssumedRole {
		of.RoleARN = role.ARN()
	}
	return of
}
