// Package caller says who somebody is: it takes the ARN of an AWS principal
// apart, gives the role session name that a role will see, and reads the roles
// that people name. It knows ARNs only: no credentials, no network, no policy,
// and it imports nothing of karikagi's.
package caller

import (
	"fmt"
	"strings"
)

// Kind is what sort of principal a caller is.
type Kind string

// The kinds of callers that sts:GetCallerIdentity reports.
const (
	User          Kind = "user"
	AssumedRole   Kind = "assumed-role"
	FederatedUser Kind = "federated-user"
	Root          Kind = "root"
	// Other is a well-formed STS principal of a form that AWS does not
	// document, such as arn:aws:sts::123456789012:user-name of Cloud9. It may
	// be shown and named in a session, never matched as a user or a role.
	Other Kind = "other"
)

// Caller is a principal ARN taken apart by [Parse]. It may be trusted as far
// as the ARN may: when STS or IAM reported it, not when a client wrote it.
type Caller struct {
	ARN       string
	Partition string
	Account   string
	Kind      Kind
	// Path is a user's, "/" or "/team/blue/"; "" for every other kind. STS
	// drops the path of an assumed role.
	Path string
	// Name is the user's name, the name of the assumed ROLE, the federated
	// user's name, "root", or the last segment of any other principal.
	Name string
	// Session is the role session name of an assumed role. Whoever assumed
	// the role chose it, unless the trust policy pins it.
	Session string
}

// Parse takes the ARN of a caller apart. It is strict: what is not a form that
// STS reports is an error, so that nothing is matched on a guess.
func Parse(arn string) (Caller, error) {
	parts, problem := parseARN(arn)
	if problem != "" {
		return Caller{}, parseError(arn, problem)
	}
	c := Caller{ARN: arn, Partition: parts.partition, Account: parts.account}
	if parts.service == "iam" {
		problem = c.readIAM(parts.resource)
	} else {
		problem = c.readSTS(parts.resource)
	}
	if problem != "" {
		return Caller{}, parseError(arn, problem)
	}
	return c, nil
}

func parseError(arn, problem string) error {
	return fmt.Errorf("caller ARN %s %s", quote(arn, wholeLimit), problem)
}

// readIAM fills in a caller with long-term credentials. IAM reports users and
// the root user; nothing else of IAM calls.
func (c *Caller) readIAM(resource string) (problem string) {
	if resource == "root" {
		c.Kind, c.Name = Root, "root"
		return ""
	}
	if rest, ok := strings.CutPrefix(resource, "user"); ok && strings.HasPrefix(rest, "/") {
		c.Kind = User
		c.Path, c.Name, problem = splitPath("user", rest)
		return problem
	}
	if strings.HasPrefix(resource, "role/") {
		return "is a role, which calls only as arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION"
	}
	return "is no caller: want user/NAME or root, not " + quote(resource, partLimit)
}

// readSTS fills in a caller with temporary credentials, other than those of
// sts:GetSessionToken, which keep the user's ARN.
func (c *Caller) readSTS(resource string) (problem string) {
	kind, rest, _ := strings.Cut(resource, "/")
	switch kind {
	case "assumed-role":
		return c.readAssumedRole(rest)
	case "federated-user":
		c.Kind, c.Name = FederatedUser, rest
		// 2-32 characters: STS API reference, GetFederationToken, Name.
		if want := checkName(rest, 2, 32); want != "" {
			return fmt.Sprintf("has the federated user name %s: %s", quote(rest, partLimit), want)
		}
		return ""
	case "user", "role", "group", "root":
		// IAM's own. As Other they would pass a slip for something new.
		return fmt.Sprintf("is of the service sts, but %s is of iam", quote(resource, partLimit))
	}
	c.Kind, c.Name = Other, resource[strings.LastIndex(resource, "/")+1:]
	switch {
	case strings.ContainsAny(resource, "*?"):
		return "contains a wildcard: want one caller"
	case c.Name == "":
		return "ends with a slash: want a name behind it"
	}
	return ""
}

// readAssumedRole reads ROLE/SESSION. Neither can hold a slash, so a further
// segment is a fault of the session name.
func (c *Caller) readAssumedRole(s string) (problem string) {
	role, session, ok := strings.Cut(s, "/")
	if !ok {
		return "has no session name: want assumed-role/ROLE/SESSION"
	}
	if want := checkName(role, 1, 64); want != "" {
		return fmt.Sprintf("has the role name %s: %s", quote(role, partLimit), want)
	}
	if want := checkName(session, 2, 64); want != "" {
		return fmt.Sprintf("has the role session name %s: %s", quote(session, partLimit), want)
	}
	c.Kind, c.Name, c.Session = AssumedRole, role, session
	return ""
}
