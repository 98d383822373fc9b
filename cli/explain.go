package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"karikagi/internal/caller"
	"karikagi/internal/grant"
	"karikagi/internal/session"
)

// explainGrant prints what a document decides. A refusal is the answer that was
// asked for, and status 1 says it to programs.
func explainGrant(c *cli.Context) error {
	document, err := readGrants(c, 2, "FILE GRANT --caller ARN")
	if err != nil {
		return err
	}
	who, err := readWho(c)
	if err != nil {
		return err
	}
	ask, err := readExplained(c)
	if err != nil {
		return err
	}
	d := document.Decide(who, ask)
	text, err := describeDecision(d)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(c.App.Writer, text); err != nil {
		return wrote(err)
	}
	if !d.Allowed {
		return fmt.Errorf("refused: %s", d.Reason)
	}
	return nil
}

// readWho takes the caller that is asked about.
func readWho(c *cli.Context) (grant.Caller, error) {
	arn, given := value(c, "caller")
	if !given {
		return grant.Caller{}, misuse("", "no caller named: want --caller ARN")
	}
	principal, err := caller.Parse(arn)
	if err != nil {
		return grant.Caller{}, &usageError{err: err}
	}
	who := grant.Caller{Principal: principal}
	who.UserID, _ = value(c, "caller-id")
	who.OrgID, _ = value(c, "org-id")
	if address, given := value(c, "source-ip"); given {
		if who.SourceIP, err = netip.ParseAddr(address); err != nil {
			return grant.Caller{}, misuse("", "source ip %q: want an address such as 203.0.113.7", clip(address))
		}
	}
	return who, nil
}

// readExplained takes what is asked of the grant.
func readExplained(c *cli.Context) (grant.Ask, error) {
	parameters, err := readParameters(c)
	if err != nil {
		return grant.Ask{}, err
	}
	ask := grant.Ask{Grant: c.Args().Get(1), Parameters: parameters}
	ask.Reason, _ = value(c, "reason")
	if text, given := value(c, "duration"); given {
		if ask.Duration, err = session.ParseDuration(text); err != nil {
			return grant.Ask{}, &usageError{err: err}
		}
	}
	return ask, nil
}

// readParameters takes the --parameter flags.
func readParameters(c *cli.Context) (map[string]string, error) {
	parameters := map[string]string{}
	for _, pair := range values(c, "parameter") {
		key, v, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return nil, misuse("", "parameter %q: want KEY=VALUE", clip(pair))
		}
		if _, twice := parameters[key]; twice {
			return nil, misuse("", "parameter %q: given twice", clip(key))
		}
		parameters[key] = v
	}
	return parameters, nil
}

// describeDecision is a decision for people.
func describeDecision(d grant.Decision) (string, error) {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	row := func(name, text string) {
		if text != "" {
			_, _ = fmt.Fprintf(table, "%s\t%s\n", name, oneLine(text))
		}
	}
	verdict := "refuse"
	if d.Allowed {
		verdict = "allow"
	}
	row("decision", verdict)
	row("rule", d.Rule)
	row("why", d.Reason)
	if s := d.Session; s != nil {
		row("role ARN", s.RoleARN)
		row("role session name", s.RoleSessionName)
		row("external ID", s.ExternalID)
		row("source identity", s.SourceIdentity)
		row("duration", session.FormatDuration(s.Duration))
		row("policy ARNs", strings.Join(s.PolicyARNs, " "))
		for _, t := range s.Tags {
			row("tag", t.Key+"="+t.Value)
		}
		row("transitive tag keys", strings.Join(s.TransitiveTagKeys, " "))
	}
	_ = table.Flush()
	if d.Session == nil || d.Session.Policy == "" {
		return b.String(), nil
	}
	var policy bytes.Buffer
	if err := json.Indent(&policy, []byte(d.Session.Policy), "", "  "); err != nil {
		return "", fmt.Errorf("session policy: %w", err)
	}
	fmt.Fprintf(&b, "session policy, %d of 2048 characters\n%s\n", len(d.Session.Policy), policy.String())
	return b.String(), nil
}
