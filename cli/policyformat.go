package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"karikagi/internal/caller"
	"karikagi/internal/format"
	"karikagi/internal/setup"
)

// printPolicies prints both documents in the format that was asked for.
func printPolicies(c *cli.Context, s setup.Setup, p setup.Policies) error {
	formatName, _ := value(c, "format")
	var text string
	var err error
	switch formatName {
	case "cloudformation":
		text = s.CloudFormation(p)
	case "aws-cli":
		text, err = policyCommands(s, p, c.Bool("update"))
	default:
		text, err = policiesJSON(c, s, p)
	}
	if err != nil {
		return err
	}
	noticePolicies(c, s, formatName)
	_, err = io.WriteString(c.App.Writer, text)
	return wrote(err)
}

// policiesJSON is one object, in the order in which people read it.
func policiesJSON(c *cli.Context, s setup.Setup, p setup.Policies) (string, error) {
	out := struct {
		Caller   string          `json:"caller"`
		Role     string          `json:"role"`
		Identity json.RawMessage `json:"identity_policy"`
		Trust    json.RawMessage `json:"trust_policy"`
	}{s.Principal.Caller.ARN, s.Role.ARN(), json.RawMessage(p.Identity.JSON()), json.RawMessage(p.Trust.JSON())}
	if name, given := value(c, "caller"); given {
		out.Caller = name
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(out)
	return b.String(), err
}

// policyCommands are the AWS CLI's commands, to be pasted into a POSIX shell. Each half looks first whether the shell
// is in its account: the other account may have a user of the same name, who must not be given anything.
func policyCommands(s setup.Setup, p setup.Policies, update bool) (string, error) {
	var b commands
	b.open(s.Role.Account)
	if update {
		b.add("aws iam update-assume-role-policy", "--role-name", s.Role.Name, "--policy-document", p.Trust.JSON())
	} else {
		words := []string{"--role-name", s.Role.Name, "--assume-role-policy-document", p.Trust.JSON()}
		if s.Role.Path != "" && s.Role.Path != "/" {
			words = append(words, "--path", s.Role.Path)
		}
		b.add("aws iam create-role", words...)
	}
	if !s.Principal.IdentityCenter() {
		if s.CrossAccount() {
			b.close()
			b.open(s.Principal.Caller.Account)
		}
		verb, flag, name := "put-user-policy", "--user-name", s.Principal.Caller.Name
		if s.Principal.Caller.Kind == caller.AssumedRole {
			verb, flag, name = "put-role-policy", "--role-name", s.Principal.Role.Name
		}
		b.add("aws iam "+verb, flag, name, "--policy-name", policyName(s.Role), "--policy-document", p.Identity.JSON())
	}
	b.close()
	return b.text.String(), b.err
}

// commands collects commands for a POSIX shell, those of one account at a time.
type commands struct {
	text    strings.Builder
	account string
	more    bool // there is a command since open
	err     error
}

func (b *commands) open(account string) {
	b.account, b.more = account, false
	fmt.Fprintf(&b.text, "if [ \"$(aws sts get-caller-identity --query Account --output text)\" = %s ]; then\n", account)
}

// add writes a command with its flags, by turns a name and its value, which is quoted. It runs when the one before it worked.
func (b *commands) add(command string, words ...string) {
	if b.more {
		b.text.WriteString(" &&\n")
	}
	b.more = true
	b.text.WriteString("  " + command)
	for i, word := range words {
		if i%2 == 0 {
			b.text.WriteString(" \\\n    " + word + " ")
			continue
		}
		quoted, err := format.QuotePOSIX(word)
		if err != nil {
			b.err = fmt.Errorf("%s: %w", command, err)
		}
		b.text.WriteString(quoted)
	}
}

func (b *commands) close() {
	fmt.Fprintf(&b.text, "\nelse\n  echo 'these credentials are not of account %s: nothing was changed' >&2\nfi\n", b.account)
}
