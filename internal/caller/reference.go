package caller

import (
	"fmt"
	"strings"
)

// RoleReference is a role as somebody named it: in full, or by a short form
// that is completed from the caller.
type RoleReference struct {
	role Role // without Partition, and perhaps without Account, in a short form
}

// ReferenceError says why a reference names no role.
type ReferenceError struct {
	Reference string // as it was given: foreign text, of any length
	Problem   string // a clause about it, such as "is a user, not a role"
	// Meant is a reference that would be accepted and was probably meant, or
	// one with NAME in the place of a name that cannot be guessed; else "".
	Meant string
}

// Error leaves Meant out: that is a hint, for the command to print as one.
func (e *ReferenceError) Error() string {
	return fmt.Sprintf("role %s %s", quote(e.Reference, wholeLimit), e.Problem)
}

// ParseRoleReference reads a role ARN, or a short form: NAME or PATH/NAME in
// the caller's own partition and account, ACCOUNT/NAME or ACCOUNT/PATH/NAME in
// the caller's own partition. An error is a [*ReferenceError].
func ParseRoleReference(s string) (RoleReference, error) {
	role, problem := readReference(s)
	if problem != "" {
		return RoleReference{}, &ReferenceError{Reference: s, Problem: problem, Meant: meant(s)}
	}
	return RoleReference{role}, nil
}

// NeedsCaller tells whether the role depends on who asks for it.
func (r RoleReference) NeedsCaller() bool { return r.role.Partition == "" }

// Role is the role that the reference means to the caller c. Unless
// NeedsCaller, c may be the zero Caller.
func (r RoleReference) Role(c Caller) Role {
	role := r.role
	if role.Partition == "" {
		role.Partition = c.Partition
	}
	if role.Account == "" {
		role.Account = c.Account
	}
	return role
}

// readReference is strict and guesses nothing; meant.go does the guessing.
func readReference(s string) (role Role, problem string) {
	if problem := checkText(s); problem != "" {
		return Role{}, problem
	}
	if strings.ContainsAny(s, "*?") {
		return Role{}, "contains a wildcard: want one role"
	}
	if strings.HasPrefix(s, "arn:") {
		return readRoleARN(s)
	}
	return readShortForm(s)
}

func readRoleARN(s string) (role Role, problem string) {
	// What it is comes first: a policy of AWS's own has the account "aws",
	// which is not the news.
	if a, ok := splitARN(s); ok {
		if problem := notRole(a); problem != "" {
			return Role{}, problem
		}
	}
	a, problem := parseARN(s)
	if problem != "" {
		return Role{}, problem
	}
	rest, ok := strings.CutPrefix(a.resource, "role/")
	if !ok {
		return Role{}, "is not a role: want role/NAME, not " + quote(a.resource, partLimit)
	}
	role = Role{Partition: a.partition, Account: a.account}
	role.Path, role.Name, problem = splitPath("role", "/"+rest)
	return role, problem
}

// notRole names what people give instead of a role.
func notRole(a arn) (problem string) {
	kind, _, _ := strings.Cut(a.resource, "/")
	switch a.service + " " + kind {
	case "sts assumed-role":
		return "is an assumed-role session, not a role; the ARN of its role may have a path, which the session's does not show"
	case "sts federated-user":
		return "is a federated user, not a role"
	case "sts role":
		return "is of the service sts, but a role is of iam"
	case "iam user", "sts user":
		return "is a user, not a role"
	case "iam group":
		return "is a group, not a role"
	case "iam policy":
		return "is a policy, not a role"
	case "iam instance-profile":
		return "is an instance profile, not the role in it"
	case "iam root", "sts root":
		return "is an account's root user, not a role"
	}
	return ""
}

func readShortForm(s string) (role Role, problem string) {
	first, rest, more := strings.Cut(s, "/")
	switch {
	case strings.Contains(s, ":"):
		return Role{}, "is not an ARN, which begins with arn:, nor ACCOUNT/NAME nor a role name, which have no colon"
	case isAccount(first) && rest == "":
		return Role{}, "is an account with no role behind it: want ACCOUNT/NAME"
	case isAccount(first):
		role.Account, s = first, rest
	case isDigits(first):
		// IAM would allow it as a name or a path, but a digit too few or too
		// many must not lead to a role in another account.
		return Role{}, fmt.Sprintf("begins with an account of %d digits: want 12 (where it is no account, the role's ARN)", len(first))
	case resemblesAccount(first, more):
		return Role{}, fmt.Sprintf("begins with the account %s: want 12 digits (where it is no account, the role's ARN)", quote(first, partLimit))
	}
	switch first, _, more := strings.Cut(s, "/"); {
	case first == "":
		return Role{}, "has a slash before the role: want NAME or PATH/NAME"
	case more && (first == "role" || first == "assumed-role"):
		return Role{}, fmt.Sprintf("has %q before the name, which belongs in an ARN only", first+"/")
	}
	role.Path, role.Name, problem = splitPath("role", "/"+s)
	return role, problem
}

// resemblesAccount tells a mistyped account from a name or path: 12 digits
// with dashes, as the console shows them, or, with a name behind it, about 12
// characters that are nearly all digits.
func resemblesAccount(s string, more bool) bool {
	s = strings.ReplaceAll(s, "-", "")
	digits := 0
	for _, r := range s {
		if isDigit(r) {
			digits++
		}
	}
	return isAccount(s) || more && len(s) >= 11 && len(s) <= 13 && digits >= len(s)-2
}
