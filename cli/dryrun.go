package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"

	"karikagi/internal/session"
)

// dryRun prints what would be asked of STS, role by role, and assumes none. Who
// calls is asked, because names and accounts depend on it.
func dryRun(c *cli.Context, r request) error {
	a := &attempt{}
	run := newPatience(c.Context, r.timeout)
	defer run.end()
	if err := r.plan(run.ctx, a); err != nil {
		return a.failed(err)
	}
	_, err := io.WriteString(c.App.Writer, r.describePlan(a))
	return wrote(err)
}

// describePlan is the chain for people.
func (r request) describePlan(a *attempt) string {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	row := func(name, text string) {
		if text != "" {
			_, _ = fmt.Fprintf(table, "%s\t%s\n", name, oneLine(text))
		}
	}
	kind := "a long-term access key"
	if a.source.Temporary() {
		kind = "temporary"
	}
	row("credentials from", a.source.String()+", "+kind)
	row("caller", a.identity.Caller.ARN)
	row("STS in", a.region)
	base := a.base()
	for i, p := range a.chain {
		row(fmt.Sprintf("role %d of %d", i+1, len(a.chain)), p.Role.ARN())
		row("  named by", a.from[i])
		r.describeRole(row, p, base)
		base = p.After(base)
	}
	_ = table.Flush()
	return b.String()
}

func (r request) describeRole(row func(name, text string), p session.Plan, base session.Base) {
	row("  role session name", p.RoleSessionName)
	duration := session.FormatDuration(p.Duration)
	switch {
	case p.Duration == 0:
		duration = "1h, which STS gives where nothing is asked"
	case p.Duration == session.MaxChained && base.Temporary:
		duration += ", the most with temporary credentials"
	}
	row("  duration", duration)
	if p.ExternalID != "" {
		row("  external ID", p.ExternalID)
	}
	if p.SerialNumber != "" {
		code := ", its code asked for on the terminal"
		if r.proof.tokenCode != "" {
			code = ", its code given"
		}
		row("  MFA device", p.SerialNumber+code)
	}
	row("  source identity", orInherited(p.SourceIdentity, base.SourceIdentity))
	for _, t := range p.Tags {
		row("  session tag", t.Key+"="+t.Value)
	}
	for _, t := range base.Tags {
		row("  session tag", t.Key+"="+t.Value+", inherited")
	}
	row("  transitive tag keys", strings.Join(p.TransitiveTagKeys, " "))
	if p.Policy != "" {
		row("  session policy", fmt.Sprintf("%d of %d characters", len([]rune(p.Policy)), session.MaxPolicy))
	}
	for _, arn := range p.PolicyARNs {
		row("  session policy", arn)
	}
	row("  wants", strings.Join(p.Actions(base), ", ")+": in the caller's policy and in the role's trust policy")
}

// orInherited is a value, or the one that the session before passes on.
func orInherited(own, before string) string {
	if own == "" && before != "" {
		return before + ", inherited"
	}
	return own
}
