package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
	"karikagi/internal/session"
	"karikagi/internal/setup"
)

// explainTrust prints what a trust policy answers. A refusal is the answer that was asked for, and status 1 says it to
// programs.
func explainTrust(c *cli.Context, s setup.Setup, text string) error {
	if err := s.Principal.Check(); err != nil {
		return err
	}
	ask, err := readAskOfTrust(c, s)
	if err != nil {
		return err
	}
	name, data, err := fileOrJSON(c, "trust policy", text)
	if err != nil {
		return err
	}
	e, err := setup.Explain(data, s.Principal, s.Role, ask)
	if wrong, ok := errors.AsType[*iam.SyntaxError](err); ok {
		return trustSyntax(name, wrong)
	} else if err != nil {
		return err
	}
	if _, err := io.WriteString(c.App.Writer, describeTrust(s, e)); err != nil {
		return wrote(err)
	}
	if !e.Allowed {
		return fmt.Errorf("refused: %s", reasons(e))
	}
	return nil
}

// readAskOfTrust takes what the flags say is sent to STS.
func readAskOfTrust(c *cli.Context, s setup.Setup) (setup.Ask, error) {
	if s.MFA && s.Principal.Caller.Kind == caller.AssumedRole {
		return setup.Ask{}, misuse("", "flag --mfa: MFA proves a user, and %s is a role", clip(s.Principal.Caller.Name))
	}
	ask := setup.Ask{RoleSessionName: s.Principal.Caller.RoleSessionName(), ExternalID: s.ExternalID, MFA: s.MFA, Tags: s.Tags}
	if name, given := value(c, "role-session-name"); given {
		if err := caller.ValidateRoleSessionName(name); err != nil {
			return ask, &usageError{err: err}
		}
		ask.RoleSessionName = name
	}
	if identity, given := value(c, "source-identity"); given {
		if identity == "" {
			return ask, misuse("", "flag --source-identity: want a source identity")
		}
		if err := session.CheckSourceIdentity(identity); err != nil {
			return ask, &usageError{err: err}
		}
		ask.SourceIdentity = identity
	}
	return ask, nil
}

// trustSyntax places what is wrong in the document. What `aws iam get-role` prints has the document inside.
func trustSyntax(name string, wrong *iam.SyntaxError) error {
	text := wrong.Msg
	if strings.HasPrefix(text, `"Role":`) {
		text += "; want the trust policy alone, as aws iam get-role --query Role.AssumeRolePolicyDocument prints it"
	}
	return fmt.Errorf("%s:%d:%d: %s", clip(name), wrong.Line, wrong.Column, text)
}

// describeTrust is the explanation for people.
func describeTrust(s setup.Setup, e setup.Explanation) string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	row := func(name, text string) { _, _ = fmt.Fprintf(table, "%s\t%s\n", name, oneLine(text)) }
	verdict := "refuse"
	if e.Allowed {
		verdict = "allow"
	}
	row("decision", verdict)
	row("caller", s.Principal.Caller.ARN)
	if e.RoleARN != "" {
		note := ""
		if s.Principal.Role.Path == "" {
			note = " (STS does not show its path: this is taken to be it)"
		}
		row("caller's role", e.RoleARN+note)
	}
	row("role", s.Role.ARN())
	if e.Decided >= 0 {
		row("decided by", statementName(e.Decided, e.Sid))
	}
	for _, m := range e.Why {
		row("why", reason(m))
	}
	if !e.Allowed && len(e.Why) == 0 {
		row("why", reasons(e))
	}
	if len(e.Unknown) > 0 {
		row("not known here", strings.Join(e.Unknown, ", ")+": taken as not in the request")
	}
	switch {
	case e.Allowed && e.Alone:
		row("your policy", "need not allow it: the trust policy names you yourself")
	case e.Allowed:
		row("your policy", "must allow it, too: karikagi policy prints one that does")
	}
	_ = table.Flush()
	return b.String()
}

// reasons are those of all statements in one line, the first few of them.
func reasons(e setup.Explanation) string {
	const most = 3
	var words []string
	for _, m := range e.Why[:min(len(e.Why), most)] {
		words = append(words, reason(m))
	}
	if n := len(e.Why) - most; n > 0 {
		words = append(words, fmt.Sprintf("%d statements more", n))
	}
	if len(words) == 0 {
		words = append(words, "no statement allows "+e.Action)
	}
	return strings.Join(words, "; ")
}

func reason(m iam.Mismatch) string {
	text := m.Element + ": " + m.Detail
	if m.Statement >= 0 {
		text = statementName(m.Statement, m.Sid) + ": " + text
	}
	return text
}

// statementName counts from one, as people do.
func statementName(index int, sid string) string {
	if sid == "" {
		return fmt.Sprintf("statement %d", index+1)
	}
	return fmt.Sprintf("statement %d (%s)", index+1, sid)
}
