package session

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"karikagi/internal/caller"
)

func planned(name string, duration time.Duration) Plan {
	return Plan{Role: caller.Role{Partition: "aws", Account: "123456789012", Path: "/", Name: name}, RoleSessionName: "alice", Duration: duration}
}

// The first role is assumed with the caller's credentials, each other one with a
// session: what STS would refuse of any of them is found before the first call.
func TestChainCheck(t *testing.T) {
	with := func(p Plan, change func(*Plan)) Plan { change(&p); return p }
	foreign := with(planned("B", 0), func(p *Plan) { p.Role.Partition = "aws-cn" })
	device := with(planned("B", 0), func(p *Plan) { p.SerialNumber = "arn:aws:iam::123456789012:mfa/alice" })
	marked := with(planned("A", 0), func(p *Plan) {
		p.SourceIdentity, p.Tags, p.TransitiveTagKeys = "alice", []Tag{{"team", "blue"}, {"day", "1"}}, []string{"Team"}
	})
	for name, test := range map[string]struct {
		chain     Chain
		temporary bool
		rule, at  string
	}{
		"two":                         {Chain{planned("A", 0), planned("B", time.Hour)}, false, "", ""},
		"a long first":                {Chain{planned("A", 12*time.Hour), planned("B", 0)}, false, "", ""},
		"a long first, temporary":     {Chain{planned("A", 12*time.Hour), planned("B", 0)}, true, RuleChaining, "role 1 of 2, arn:aws:iam::123456789012:role/A: "},
		"a long second":               {Chain{planned("A", 0), planned("B", 2*time.Hour)}, false, RuleChaining, "role 2 of 2, arn:aws:iam::123456789012:role/B: "},
		"one alone":                   {Chain{planned("A", 13*time.Hour)}, false, RuleDuration, "duration 13h"},
		"another partition":           {Chain{planned("A", 0), foreign}, false, RulePartition, "role 2 of 2"},
		"MFA first":                   {Chain{device, planned("B", 0)}, false, "", ""},
		"MFA second":                  {Chain{planned("A", 0), device}, false, RuleMFA, "role 2 of 2"},
		"inherited":                   {Chain{marked, planned("B", 0)}, false, "", ""},
		"a tag that is not passed on": {Chain{marked, with(planned("B", 0), func(p *Plan) { p.Tags = []Tag{{"day", "2"}} })}, false, "", ""},
		"a transitive tag again":      {Chain{marked, with(planned("B", 0), func(p *Plan) { p.Tags = []Tag{{"TEAM", "red"}} })}, false, RuleTransitive, "role 2 of 2"},
		"a transitive tag, third":     {Chain{marked, planned("B", 0), with(planned("C", 0), func(p *Plan) { p.Tags = []Tag{{"team", "red"}} })}, false, RuleTransitive, "role 3 of 3"},
		"the same identity":           {Chain{marked, with(planned("B", 0), func(p *Plan) { p.SourceIdentity = "alice" })}, false, "", ""},
		"another identity":            {Chain{marked, with(planned("B", 0), func(p *Plan) { p.SourceIdentity = "eve" })}, false, RuleSourceIdentity, "role 2 of 2"},
		"an identity in another case": {Chain{marked, with(planned("B", 0), func(p *Plan) { p.SourceIdentity = "Alice" })}, false, RuleSourceIdentity, "role 2 of 2"},
	} {
		t.Run(name, func(t *testing.T) {
			err := test.chain.Check(Base{Caller: mustCaller(t, "arn:aws:iam::123456789012:user/alice"), Temporary: test.temporary})
			refusal, ok := errors.AsType[*Refusal](err)
			if ok != (test.rule != "") || ok && (refusal.Rule != test.rule || !strings.HasPrefix(err.Error(), test.at)) {
				t.Errorf("got %v, want %q at %q", err, test.rule, test.at)
			}
			early, found := errors.AsType[*Refusal](test.chain.CheckDurations(test.temporary))
			if found != (test.rule == RuleChaining) || found && early.Use != "1h" {
				t.Errorf("of the durations alone: %v", early)
			}
		})
	}
}

// What is passed on is given to the first, the rest to the last.
func TestMark(t *testing.T) {
	c := Chain{planned("A", 0), planned("B", 0), planned("C", 0)}
	c.Mark("alice", []Tag{{"team", "blue"}, {"day", "1"}}, []string{"TEAM"})
	if c[0].SourceIdentity != "alice" || !slices.Equal(c[0].Tags, []Tag{{"team", "blue"}}) || !slices.Equal(c[0].TransitiveTagKeys, []string{"TEAM"}) {
		t.Errorf("first: %+v", c[0])
	}
	if c[1].SourceIdentity != "" || c[1].Tags != nil {
		t.Errorf("second: %+v", c[1])
	}
	if c[2].SourceIdentity != "" || !slices.Equal(c[2].Tags, []Tag{{"day", "1"}}) || c[2].TransitiveTagKeys != nil {
		t.Errorf("last: %+v", c[2])
	}
	base := c[0].After(Base{})
	if base.Caller.ARN != "arn:aws:sts::123456789012:assumed-role/A/alice" || !base.Temporary || base.SourceIdentity != "alice" || !slices.Equal(base.Tags, []Tag{{"team", "blue"}}) {
		t.Errorf("after the first: %+v", base)
	}
	if got := c[1].Actions(base); !slices.Equal(got, []string{"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"}) {
		t.Errorf("the second wants %v", got)
	}
	if got := planned("A", 0).Actions(Base{}); !slices.Equal(got, []string{"sts:AssumeRole"}) {
		t.Errorf("a plain one wants %v", got)
	}
	one := Chain{planned("A", 0)}
	one.Mark("alice", []Tag{{"team", "blue"}, {"day", "1"}}, []string{"team"})
	if !slices.Equal(one[0].Tags, []Tag{{"team", "blue"}, {"day", "1"}}) || one[0].SourceIdentity != "alice" {
		t.Errorf("one alone: %+v", one[0])
	}
}

// What a plan needs beside sts:AssumeRole follows from what it sends and from
// what its base passes on.
func TestActions(t *testing.T) {
	tags := []Tag{{"team", "blue"}}
	for want, of := range map[string][]struct {
		p Plan
		b Base
	}{
		"sts:AssumeRole":                       {{Plan{}, Base{}}},
		"sts:AssumeRole sts:TagSession":        {{Plan{Tags: tags}, Base{}}, {Plan{}, Base{Tags: tags}}},
		"sts:AssumeRole sts:SetSourceIdentity": {{Plan{SourceIdentity: "alice"}, Base{}}, {Plan{}, Base{SourceIdentity: "alice"}}},
	} {
		for _, one := range of {
			if got := strings.Join(one.p.Actions(one.b), " "); got != want {
				t.Errorf("%+v: %s", one, got)
			}
		}
	}
}
