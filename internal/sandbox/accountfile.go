package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// maxAccountFile bounds an account file.
const maxAccountFile = 1 << 20

// LoadAccount reads an account file, of which account.yaml in this folder is one with comments. It is strict: a key that is unknown
// or there twice, a value of the wrong type, a policy that IAM would not take are errors that begin with name:line:column.
func LoadAccount(name string, data []byte) (*Account, error) {
	root, err := readYAML(name, data)
	if err != nil {
		return nil, err
	}
	a := &Account{}
	s := root.section("account file", "accounts")
	s.need("accounts")
	s.each("accounts", a.readAccount)
	if len(a.accounts) == 0 {
		s.fail("accounts", "want at least one account")
	}
	if s.err != nil {
		return nil, s.err
	}
	return a, nil
}

// readYAML reads the one document of a file.
func readYAML(name string, data []byte) (value, error) {
	whole := value{name, &yaml.Node{Line: 1, Column: 1}}
	if len(data) > maxAccountFile {
		return whole, whole.errorf("account file of %d bytes: want at most %d", len(data), maxAccountFile)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	err := d.Decode(&document)
	if errors.Is(err, io.EOF) {
		return whole, whole.errorf("account file is empty: want the key %q", "accounts")
	}
	if err != nil {
		return whole, whole.syntaxError(err, data)
	}
	if err := d.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return whole, whole.errorf("account file has several documents, or more after the first: want one")
	}
	return whole.with(document.Content[0]), nil
}

// syntaxError places what the YAML parser says, whose own line numbers are missing or one off as often as not. The mistake is in the
// first line with which the file cannot be read any more, or in what begins there.
func (v value) syntaxError(err error, data []byte) error {
	const tries = 500 // of a file with more lines behind the mistake, the first line is named
	lines, line := bytes.SplitAfter(data, []byte("\n")), 1
	for n := len(lines) - 1; n > 0 && len(lines)-n < tries; n-- {
		if yaml.Unmarshal(bytes.Join(lines[:n], nil), &yaml.Node{}) == nil {
			line = n + 1
			break
		}
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		_, text, _ = strings.Cut(rest, ": ")
	}
	return v.with(&yaml.Node{Line: line, Column: 1}).errorf("%s", text)
}

// readAccount reads one account. Its number and partition come first, because every ARN begins with them.
func (a *Account) readAccount(v value) error {
	s := v.section("account", "id", "partition", "org_id", "root", "users", "roles", "policies")
	s.need("id")
	of := &awsAccount{
		id:        s.text("id", "", wantAccount),
		partition: s.text("partition", "aws", wantPartition),
		org:       s.text("org_id", "", wantOrganization),
		policies:  map[string]iam.Document{},
	}
	if slices.ContainsFunc(a.accounts, func(other *awsAccount) bool { return other.id == of.id }) {
		s.fail("id", "account %s is there twice", of.id)
	}
	arn := "arn:" + of.partition + ":iam::" + of.id + ":"
	of.root = &user{account: of, name: "root", arn: arn + "root", id: of.id, root: true}
	s.each("policies", of.readPolicy) // before the users and roles that they are attached to
	if r, ok := s.take("root"); ok {
		s.err = of.root.readRoot(r)
	}
	s.each("users", of.readUser)
	s.each("roles", of.readRole)
	a.accounts = append(a.accounts, of)
	return s.err
}

// readPolicy reads a managed policy.
func (a *awsAccount) readPolicy(v value) error {
	s := v.section("policy", "name", "path", "document")
	name, path := s.name(), s.path()
	arn := "arn:" + a.partition + ":iam::" + a.id + ":policy" + path + name
	for other := range a.policies {
		if strings.EqualFold(other[strings.LastIndex(other, "/")+1:], name) {
			s.fail("name", "policy %q is there twice", name)
		}
	}
	if document, ok := s.need("document"); ok {
		a.policies[arn], s.err = document.policy("document", iam.ParsePolicy)
	}
	return s.err
}

// attached reads the policies of a user or role: inline ones, or the ARNs of managed ones.
func (a *awsAccount) attached(s *section) []iam.Document {
	var all []iam.Document
	s.each("policies", func(v value) error {
		if arn := v.node.Value; v.node.Kind == yaml.ScalarNode && strings.HasPrefix(arn, "arn:") {
			d, ok := a.managedPolicy(arn)
			if !ok {
				return v.errorf("%s: policies: no managed policy %q in account %s", s.what, shorten(arn, 200), a.id)
			}
			all = append(all, d)
			return nil
		}
		d, err := v.policy(s.what+": policies", iam.ParsePolicy)
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
func (s *section) name() string {
	s.need("name")
	return s.text("name", "", func(name string) string {
		if len(name) > 0 && len(name) <= 64 && strings.IndexFunc(name, func(r rune) bool { return !isNameRune(r) }) < 0 {
			return ""
		}
		return "1 to 64 letters, digits and _+=,.@-"
	})
}

// path reads a path: IAM API reference, Path.
func (s *section) path() string {
	return s.text("path", "/", func(path string) string {
		printable := strings.IndexFunc(path, func(r rune) bool { return r < '!' || r > '~' }) < 0
		if printable && strings.HasPrefix(path, "/") && strings.HasSuffix(path, "/") && !strings.Contains(path, "//") && len(path) <= 512 {
			return ""
		}
		return fmt.Sprintf("a path such as %q", "/team/blue/")
	})
}
