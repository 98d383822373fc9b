package sandbox

import (
	_ "embed"
	"fmt"
	"iter"
	"strings"
	"time"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// builtIn is the account of a sandbox that is given none.
//
//go:embed account.yaml
var builtIn []byte

// Account is everything that an account file says: one AWS account or several, with their users, roles and policies. It holds no
// secret and does not change, so that several Servers may share it.
type Account struct{ accounts []*awsAccount }

// awsAccount is one of the 12-digit accounts.
type awsAccount struct {
	id, partition string
	org           string // "" where it is in no organization
	root          *user  // every account has one, with or without an access key
	users         []*user
	roles         []*role
	policies      map[string]iam.Document // managed policies by ARN
	providers     []*identityProvider
}

// user is an IAM user or the root user.
type user struct {
	account    *awsAccount
	name, path string
	arn        string // with the path
	id         string // AIDA..., or the root user's account ID
	root       bool
	accessKey  bool // long-term keys are made for him in New
	console    bool // signs in to the console: CloudShell
	consoleMFA bool // with MFA
	mfa        *mfaDevice
	fido       string // the serial number of a passkey or security key; "" without one
	tags       []sessionTag
	policies   []iam.Document
}

// role is an IAM role.
type role struct {
	caller.Role
	account    *awsAccount
	id         string        // AROA...
	maxSession time.Duration // MaxSessionDuration: what a session may last when no roles are chained
	trust      iam.Document
	forLambda  bool     // the trust policy lets the Lambda service assume it
	machines   []string // the other services that it lets
	policies   []iam.Document
	tags       []sessionTag
}

// DefaultAccount is the account of the table in the package comment.
func DefaultAccount() *Account {
	a, err := LoadAccount("account.yaml", builtIn)
	if err != nil {
		panic(err) // built in: a test loads it
	}
	return a
}

// empty is true of what was not loaded: an Account that is not the zero one has an account.
func (a *Account) empty() bool { return a == nil || len(a.accounts) == 0 }

// Users lists who can be named in Environment: every user with an access key or console access, as briefly as is unambiguous.
func (a *Account) Users() []string {
	var names []string
	for u := range a.allUsers() {
		if u.accessKey || u.console {
			names = append(names, a.reference(u))
		}
	}
	return names
}

// allUsers are the users of every account and then its root user, in the file's order.
func (a *Account) allUsers() iter.Seq[*user] {
	return func(yield func(*user) bool) {
		for _, account := range a.accounts {
			for _, u := range append(account.users[:len(account.users):len(account.users)], account.root) {
				if !yield(u) {
					return
				}
			}
		}
	}
}

// reference names a user: by his name, or as ACCOUNT/NAME where an account before has a user of that name.
func (a *Account) reference(u *user) string {
	for other := range a.allUsers() {
		if other == u {
			return u.name
		}
		if other.name == u.name {
			return u.account.id + "/" + u.name
		}
	}
	return u.name
}

// user finds who a reference names; a full ACCOUNT/NAME is always understood.
func (a *Account) user(reference string) (*user, error) {
	for u := range a.allUsers() {
		if reference == a.reference(u) || reference == u.account.id+"/"+u.name {
			return u, nil
		}
	}
	return nil, fmt.Errorf("sandbox user %q: want one of %s", reference, strings.Join(a.Users(), ", "))
}

// role finds a role by its exact ARN; nil where there is none.
func (a *Account) role(arn string) *role {
	for _, account := range a.accounts {
		for _, r := range account.roles {
			if r.ARN() == arn {
				return r
			}
		}
	}
	return nil
}

// managedPolicy finds a policy that may be attached in this account: its own, or one of the two of AWS's that are known here.
func (a *awsAccount) managedPolicy(arn string) (iam.Document, bool) {
	if d, ok := a.policies[arn]; ok {
		return d, true
	}
	name, ok := strings.CutPrefix(arn, "arn:"+a.partition+":iam::aws:policy/")
	if !ok {
		return iam.Document{}, false
	}
	return awsPolicy(name)
}

// awsPolicy is one of AWS's own managed policies, as far as a sandbox with nothing but STS and IAM in it can tell them apart.
// The real ReadOnlyAccess lists many hundred actions; what counts here is that AssumeRole is none of them.
func awsPolicy(name string) (iam.Document, bool) {
	actions := map[string]string{
		"AdministratorAccess": `"*"`,
		"ReadOnlyAccess":      `["iam:Get*", "iam:List*", "s3:Get*", "s3:List*", "sts:Get*"]`,
	}[name]
	d, err := iam.ParsePolicy([]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":` + actions + `,"Resource":"*"}]}`))
	return d, actions != "" && err == nil
}
