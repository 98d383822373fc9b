package session

import (
	"errors"
	"strings"
	"testing"
	"time"

	"karikagi/internal/caller"
)

func mustCaller(t *testing.T, arn string) caller.Caller {
	t.Helper()
	c, err := caller.Parse(arn)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// What STS would refuse is refused by rule; what it takes passes.
func TestCheck(t *testing.T) {
	const user, role, root, federated = "arn:aws:iam::123456789012:user/alice", "arn:aws:sts::123456789012:assumed-role/R/alice",
		"arn:aws:iam::123456789012:root", "arn:aws:sts::123456789012:federated-user/bob"
	good := Plan{Role: caller.Role{Partition: "aws", Account: "123456789012", Path: "/", Name: "R"}, RoleSessionName: "alice"}
	foreign := good
	foreign.Role.Partition = "aws-cn"
	with := func(change func(*Plan)) Plan { p := good; change(&p); return p }
	for name, test := range map[string]struct {
		plan      Plan
		caller    string
		temporary bool
		rule, use string
	}{
		"a user":                          {good, user, false, "", ""},
		"a role":                          {good, role, true, "", ""},
		"nobody asked":                    {good, "", false, "", ""},
		"root":                            {good, root, false, RulePrincipal, ""},
		"a federated user":                {good, federated, true, RulePrincipal, ""},
		"another partition":               {foreign, user, false, RulePartition, ""},
		"another partition, nobody asked": {foreign, "", false, "", ""},
		"no session name":                 {with(func(p *Plan) { p.RoleSessionName = "" }), user, false, RuleRoleSessionName, ""},
		"a one-letter session name":       {with(func(p *Plan) { p.RoleSessionName = "x" }), user, false, RuleRoleSessionName, ""},
		"a long session name":             {with(func(p *Plan) { p.RoleSessionName = strings.Repeat("x", 65) }), user, false, RuleRoleSessionName, ""},
		"the longest session name":        {with(func(p *Plan) { p.RoleSessionName = strings.Repeat("x", 64) }), user, false, "", ""},
		"899 s":                           {with(func(p *Plan) { p.Duration = 899 * time.Second }), user, false, RuleDuration, "15m"},
		"899 s with an external ID":       {with(func(p *Plan) { p.Duration, p.ExternalID = 899*time.Second, "good-id" }), user, false, RuleDuration, "15m"},
		"a serial number before a code":   {with(func(p *Plan) { p.SerialNumber, p.TokenCode = "short", "123456" }), user, false, RuleSerialNumber, ""},
		"a role's MFA":                    {with(func(p *Plan) { p.SerialNumber, p.TokenCode = "123456789", "123456" }), role, true, RuleMFA, ""},
		"the shortest external ID":        {with(func(p *Plan) { p.ExternalID = "ab" }), user, false, "", ""},
		"900 s":                           {with(func(p *Plan) { p.Duration = 900 * time.Second }), user, false, "", ""},
		"12 h":                            {with(func(p *Plan) { p.Duration = 12 * time.Hour }), user, false, "", ""},
		"12 h 1 s":                        {with(func(p *Plan) { p.Duration = 12*time.Hour + time.Second }), user, false, RuleDuration, "12h"},
		"chained 1 h":                     {with(func(p *Plan) { p.Duration = time.Hour }), role, true, "", ""},
		"chained 1 h 1 s":                 {with(func(p *Plan) { p.Duration = time.Hour + time.Second }), role, true, RuleChaining, "1h"},
		"a user's temporary credentials":  {with(func(p *Plan) { p.Duration = 2 * time.Hour }), user, true, RuleChaining, "1h"},
		"an external ID":                  {with(func(p *Plan) { p.ExternalID = "a_b+c=d,e.f@g:h/i-9" }), user, false, "", ""},
		"a one-letter external ID":        {with(func(p *Plan) { p.ExternalID = "x" }), user, false, RuleExternalID, ""},
		"an external ID with a space":     {with(func(p *Plan) { p.ExternalID = "a b" }), user, false, RuleExternalID, ""},
		"the longest external ID":         {with(func(p *Plan) { p.ExternalID = strings.Repeat("x", 1224) }), user, false, "", ""},
		"too long an external ID":         {with(func(p *Plan) { p.ExternalID = strings.Repeat("x", 1225) }), user, false, RuleExternalID, ""},
	} {
		t.Run(name, func(t *testing.T) {
			base := Base{Temporary: test.temporary}
			if test.caller != "" {
				base.Caller = mustCaller(t, test.caller)
			}
			err := test.plan.Check(base)
			refusal, _ := errors.AsType[*Refusal](err)
			switch {
			case test.rule == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.rule != "" && (refusal == nil || refusal.Rule != test.rule || refusal.Use != test.use):
				t.Errorf("got %#v, want rule %q with %q", err, test.rule, test.use)
			}
		})
	}
}

func TestCheckRegion(t *testing.T) {
	role := caller.Role{Partition: "aws-cn", Account: "123456789012", Path: "/", Name: "R"}
	for region, want := range map[string]string{"cn-north-1": "", "cn-northwest-1": "", "us-east-1": "cn-north-1", "us-gov-west-1": "cn-north-1", "mars-north-1": "", "": ""} {
		refusal, _ := errors.AsType[*Refusal](CheckRegion(role, region))
		if got := refusal != nil; got != (want != "") || got && refusal.Use != want {
			t.Errorf("%q: %#v", region, refusal)
		}
	}
}

func TestParseDuration(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"45m": 45 * time.Minute, "1h": time.Hour, "1h30m": 90 * time.Minute, "3600": time.Hour, "900": 15 * time.Minute, "3600s": time.Hour, "43200": 12 * time.Hour,
		"": 0, "soon": 0, "-1h": 0, "-900": 0, "0": 0, "0s": 0, "1.5": 0, "900.5s": 0, "1ms": 0, "99999999999999999999": 0, "1 h": 0, "1d": 0, "٩٠٠": 0,
	} {
		got, err := ParseDuration(text)
		if got != want || (err == nil) != (want != 0) {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, text := range []string{"45m", "3600", "-1", "1h30m", "9999999999h"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, err := ParseDuration(text)
		if err != nil {
			return
		}
		if d < time.Second || d%time.Second != 0 {
			t.Fatalf("%q gave %v", text, d)
		}
		if again, err := ParseDuration(FormatDuration(d)); err != nil || again != d {
			t.Fatalf("%q: %v is written %q, which reads %v, %v", text, d, FormatDuration(d), again, err)
		}
	})
}
