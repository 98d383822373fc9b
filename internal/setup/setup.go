// Package setup is about the two policies that must agree before somebody can assume a role: the one of the caller's
// own, and the role's trust policy. It builds them for one caller and one role, proves by internal/iam that together
// they allow what was asked for and nothing less strict, and explains what a trust policy says to a caller.
//
// It knows ARNs and documents only. It asks nobody, reads no file and no flag, and changes no account.
package setup

import (
	"fmt"
	"strings"

	"karikagi/internal/caller"
)

// Setup is who is to assume which role, and under what conditions.
type Setup struct {
	Principal Principal
	Role      caller.Role
	// MFA: the role trusts only who proved MFA.
	MFA bool
	// ExternalID is demanded by the role; "" demands none. That STS takes it is for whoever asks STS to know.
	ExternalID string
	// RequireSourceIdentity: of a user, the user's name; of a role session, any.
	RequireSourceIdentity bool
	// SessionNameIsUser: the role session name must be the user's name.
	SessionNameIsUser bool
	// Tags: session tags may be passed.
	Tags bool
	// CloudShell: the caller may open CloudShell, too.
	CloudShell bool
}

// Policies are the two documents.
type Policies struct {
	Identity Document // for the caller, inline or managed
	Trust    Document // for the role
}

// Policies builds both documents. It returns none that it could not prove to do what they are for.
func (s Setup) Policies() (Policies, error) {
	if err := s.check(); err != nil {
		return Policies{}, err
	}
	p := Policies{Identity: s.identity(), Trust: s.trust()}
	if err := p.checkLengths(); err != nil {
		return Policies{}, err
	}
	if err := s.prove(p.Identity.JSON(), p.Trust.JSON()); err != nil {
		return Policies{}, &ProofError{err}
	}
	return p, nil
}

// ProofError is a fault of this package's: documents that were built do not do what they are for.
type ProofError struct{ err error }

func (e *ProofError) Error() string {
	return "internal error: the two policies fail their proof and are not printed: " + e.err.Error()
}
func (e *ProofError) Unwrap() error { return e.err }

// CrossAccount tells that the two documents belong to two accounts.
func (s Setup) CrossAccount() bool { return s.Principal.Caller.Account != s.Role.Account }

// check refuses what no two policies can make possible.
func (s Setup) check() error {
	who := s.Principal
	switch {
	case who.Caller.Partition != s.Role.Partition:
		return fmt.Errorf("role %s is in partition %s and %s in %s: no role can be assumed across partitions", s.Role.ARN(), s.Role.Partition, who.Caller.ARN, who.Caller.Partition)
	case who.is(s.Role):
		// A role may trust itself, but that needs no setting up: its session has all that another would have.
		return &CallerError{who.Caller.ARN + " is a session of role " + s.Role.Name + " already"}
	case strings.HasPrefix(s.Role.Path, "/aws-reserved/"), strings.HasPrefix(s.Role.Path, "/aws-service-role/"), isIdentityCenter(s.Role.Name), isServiceLinked(s.Role.Name):
		return fmt.Errorf("role %s is AWS's own: nobody else can change its trust policy", s.Role.ARN())
	}
	if err := who.Check(); err != nil {
		return err
	}
	for _, path := range []string{who.Caller.Path, who.Role.Path, s.Role.Path} {
		if !isLiteral(path) {
			return fmt.Errorf("path %q: a policy cannot name a path with *, ? or $ and mean that path only", path)
		}
	}
	if !isLiteral(s.ExternalID) {
		return fmt.Errorf("external ID %.100q: want letters, digits and _+=,.@:/-", s.ExternalID)
	}
	return s.checkConditions()
}

// isLiteral wants text that means itself wherever it stands in a policy. IAM would take * and ? for wildcards and $ for
// the beginning of a variable: IAM user guide, "IAM policy elements: Variables and tags".
func isLiteral(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < '!' || r > '~' || strings.ContainsRune("*?$", r) })
}

// checkConditions refuses conditions that this caller could never meet.
func (s Setup) checkConditions() error {
	user := s.Principal.Caller.Kind == caller.User
	named := caller.ValidateRoleSessionName(s.Principal.Caller.Name) == nil
	switch {
	case s.MFA && !user:
		// "...temporary credentials [of AssumeRole] do not return MFA information in the context": IAM user guide,
		// "Secure API access with MFA".
		return fmt.Errorf("MFA: %s is a role session, which never carries MFA on", s.Principal.Caller.ARN)
	case s.SessionNameIsUser && !user:
		return fmt.Errorf("session name: %s is a role session, and only of users a policy knows the name (aws:username)", s.Principal.Caller.ARN)
	case s.SessionNameIsUser && !named:
		return fmt.Errorf("session name: the user name %q is none, want 2-64 characters", s.Principal.Caller.Name)
	case s.RequireSourceIdentity && user && !named:
		return fmt.Errorf("source identity: the user name %q is none, want 2-64 characters", s.Principal.Caller.Name)
	}
	return nil
}

// The lengths that IAM takes, white space not counted: of all inline policies of a user together, the lowest of those
// of users, groups and roles, and of a trust policy until a higher quota is asked for. IAM user guide, "IAM and AWS
// STS quotas".
const (
	maxInline = 2048
	maxTrust  = 2048
)

func (p Policies) checkLengths() error {
	if n := len(p.Identity.JSON()); n > maxInline {
		return fmt.Errorf("identity policy of %d characters: IAM takes at most %d inline", n, maxInline)
	}
	if n := len(p.Trust.JSON()); n > maxTrust {
		return fmt.Errorf("trust policy of %d characters: IAM takes at most %d", n, maxTrust)
	}
	return nil
}
