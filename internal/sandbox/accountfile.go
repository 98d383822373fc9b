package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
	"karikagi/internal/strictyaml"
)

// maxAccountFile bounds an account file.
const maxAccountFile = 1 << 20

// section is a section of an account file, with the keys that several kinds of them have.
type section struct{ *strictyaml.Section }

func sectionOf(v strictyaml.Value, what string, known ...string) section {
	return section{v.Section(what, known...)}
}

// LoadAccount reads an account file, of which account.yaml in this folder is one with comments. It is strict: a key that is unknown
// or there twice, a value of the wrong type, a policy that IAM would not take are errors that begin with name:line:column.
func LoadAccount(name string, data []byte) (*Account, error) {
	root, err := strictyaml.Read(strictyaml.File{Name: name, What: "account file", Key: "accounts", Max: maxAccountFile}, data)
	if err != nil {
		return nil, err
	}
	a := &Account{}
	s := sectionOf(root, "account file", "accounts")
	s.Need("accounts")
	s.Each("accounts", a.readAccount)
	if len(a.accounts) == 0 {
		s.Fail("accounts", "want at least one account")
	}
	if s.Err() != nil {
		return nil, s.Err()
	}
	return a, nil
}

// readAccount reads one account. Its number and partition come first, because every ARN begins with them.
func (a *Account) readAccount(v strictyaml.Value) error {
	s := sectionOf(v, "account", "id", "partition", "org_id", "root", "identity_providers", "users", "roles", "policies")
	s.Need("id")
	of := &awsAccount{
		id:        s.Text("id", "", wantAccount),
		partition: s.Text("partition", "aws", wantPartition),
		org:       s.Text("org_id", "", wantOrganization),
		policies:  map[string]iam.Document{},
	}
	if slices.ContainsFunc(a.accounts, func(other *awsAccount) bool { return other.id == of.id }) {
		s.Fail("id", "account %s is there twice", of.id)
	}
	arn := "arn:" + of.partition + ":iam::" + of.id + ":"
	of.root = &user{account: of, name: "root", arn: arn + "root", id: of.id, root: true}
	s.Each("policies", of.readPolicy) // before the users and roles that they are attached to
	s.Read("root", of.root.readRoot)
	s.Each("identity_providers", of.readProvider)
	s.Each("users", of.readUser)
	s.Each("roles", of.readRole)
	a.accounts = append(a.accounts, of)
	return s.Err()
}

// readPolicy reads a managed policy.
func (a *awsAccount) readPolicy(v strictyaml.Value) error {
	s := sectionOf(v, "policy", "name", "path", "document")
	name, path := s.name(), s.path()
	arn := "arn:" + a.partition + ":iam::" + a.id + ":policy" + path + name
	for other := range a.policies {
		if strings.EqualFold(other[strings.LastIndex(other, "/")+1:], name) {
			s.Fail("name", "policy %q is there twice", name)
		}
	}
	if document, ok := s.Need("document"); ok {
		var err error
		a.policies[arn], err = readPolicy(document, "document", iam.ParsePolicy)
		s.Keep(err)
	}
	return s.Err()
}

// attached reads the policies of a user or role: inline ones, or the ARNs of managed ones.
func (a *awsAccount) attached(s section) []iam.Document {
	var all []iam.Document
	s.Each("policies", func(v strictyaml.Value) error {
		if arn := v.Raw(); strings.HasPrefix(arn, "arn:") {
			d, ok := a.managedPolicy(arn)
			if !ok {
				return v.Errorf("%s: policies: no managed policy %q in account %s", s.What, shorten(arn, 200), a.id)
			}
			all = append(all, d)
			return nil
		}
		d, err := readPolicy(v, s.What+": policies", iam.ParsePolicy)
		all = append(all, d)
		return err
	})
	return all
}

// The checks say what is wanted, and "" where they have it.

func wantAccount(s string) string {
	if len(s) == 12 && strings.Trim(s, "0123456789") == "" {
		return ""
	}
	return "12 digits"
}

func wantPartition(s string) string {
	if slices.Contains(caller.Partitions(), s) {
		return ""
	}
	return "one of " + strings.Join(caller.Partitions(), ", ")
}

// wantOrganization: o- and 10-32 lower-case letters and digits, AWS Organizations API reference, Organization.
func wantOrganization(s string) string {
	id, ok := strings.CutPrefix(s, "o-")
	if ok && len(id) >= 10 && len(id) <= 32 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789") == "" {
		return ""
	}
	return "o- and 10 to 32 lower-case letters and digits"
}

// name reads the name of a user, role or policy. [\w+=,.@-]: IAM API reference, UserName, RoleName and PolicyName; 64 characters is
// what the first two may have.
func (s section) name() string {
	s.Need("name")
	return s.Text("name", "", func(name string) string {
		if len(name) > 0 && len(name) <= 64 && strings.IndexFunc(name, func(r rune) bool { return !isNameRune(r) }) < 0 {
			return ""
		}
		return "1 to 64 letters, digits and _+=,.@-"
	})
}

// path reads a path: IAM API reference, Path.
func (s section) path() string {
	return s.Text("path", "/", func(path string) string {
		printable := strings.IndexFunc(path, func(r rune) bool { return r < '!' || r > '~' }) < 0
		if printable && strings.HasPrefix(path, "/") && strings.HasSuffix(path, "/") && !strings.Contains(path, "//") && len(path) <= 512 {
			return ""
		}
		return fmt.Sprintf("a path such as %q", "/team/blue/")
	})
}
