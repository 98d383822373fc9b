package grant

import (
	"fmt"
	"maps"
	"net/netip"
	"strings"

	"karikagi/internal/caller"
	"karikagi/internal/strictyaml"
)

// selfTest is a test in the document.
type selfTest struct {
	place      strictyaml.Place
	who        Caller
	ask        Ask
	allow      bool
	hasOrg     bool
	hasAddress bool
	hasReason  bool
}

// TestFailure is a test of the document that does not hold.
type TestFailure struct {
	Place   string // "grants.yaml:40:5"
	Problem string
}

func (f TestFailure) String() string { return f.Place + ": " + f.Problem }

// readTest reads a test. A name of a grant or a parameter that is not there is an error, lest a slip of the pen be
// what is refused.
func (d *Document) readTest(v strictyaml.Value, known map[string]caller.Caller) error {
	s := v.Section("test", "description", "caller", "id", "org_id", "source_ip", "grant", "parameters", "duration", "reason", "expect")
	t := selfTest{place: v.Place(), hasOrg: s.Has("org_id"), hasAddress: s.Has("source_ip"), hasReason: s.Has("reason")}
	s.Need("caller")
	s.Need("grant")
	s.Need("expect")
	s.Quoted("description", "", wantDescription)
	arn := s.Quoted("caller", "", accept)
	var ok bool
	var err error
	if t.who.Principal, ok = known[arn]; !ok {
		if t.who.Principal, err = caller.Parse(arn); err != nil {
			s.Fail("caller", "%v", err)
		}
		known[arn] = t.who.Principal
	}
	t.who.UserID = s.Quoted("id", "", wantUniqueID(t.who.Principal.Kind))
	if t.who.UserID != "" && t.who.Principal.Kind == caller.AssumedRole {
		t.who.UserID += ":" + t.who.Principal.Session
	}
	t.who.OrgID = s.Quoted("org_id", "", wantOrganization)
	s.Quoted("source_ip", "", func(text string) string {
		if t.who.SourceIP, err = netip.ParseAddr(text); err != nil || t.who.SourceIP.Zone() != "" {
			return "an address such as 203.0.113.7"
		}
		return ""
	})
	t.ask.Grant = s.Quoted("grant", "", func(name string) string {
		if d.grants[name] == nil {
			return "a grant of this document"
		}
		return ""
	})
	t.ask.Duration = duration(s, "duration", 0)
	t.ask.Reason = s.Quoted("reason", "", accept)
	t.allow = s.Quoted("expect", "", func(word string) string {
		if word != "allow" && word != "deny" {
			return "allow or deny"
		}
		return ""
	}) == "allow"
	if v, ok := s.Take("parameters"); ok {
		t.ask.Parameters = map[string]string{}
		s.Keep(d.grants[t.ask.Grant].readTestParameters(v, t.ask.Parameters))
	}
	d.tests = append(d.tests, t)
	return s.Err()
}

func (g *grant) readTestParameters(v strictyaml.Value, into map[string]string) error {
	return v.Pairs("test: parameters", func(key, of strictyaml.Value) error {
		if g.parameters[key.Raw()] == nil {
			return key.Errorf("test: parameters: grant %s has no parameter %.100q", g.name, key.Raw())
		}
		text, err := of.Quoted("test: parameters: " + key.Raw())
		into[key.Raw()] = text
		return err
	})
}

// RunTests runs the tests in the document. What a test leaves out is as the grant wants it: the organization, an
// address, a reason, the values of parameters. A test that expects a refusal thus cannot hold merely because it is not
// complete.
func (d *Document) RunTests() []TestFailure {
	var failures []TestFailure
	for _, t := range d.tests {
		if problem := d.run(t); problem != "" {
			failures = append(failures, TestFailure{t.place.String(), "test: " + problem})
		}
	}
	return failures
}

// complete gives a value to the parameters that are wanted and not there.
func (g *grant) complete(given map[string]string) map[string]string {
	all := given
	for name, p := range g.parameters {
		if _, ok := given[name]; ok || !p.required {
			continue
		}
		if len(all) == len(given) {
			if all = maps.Clone(given); all == nil {
				all = map[string]string{}
			}
		}
		all[name] = p.samples()[0]
	}
	return all
}

func (d *Document) run(t selfTest) (problem string) {
	g := d.grants[t.ask.Grant]
	if !t.hasOrg {
		t.who.OrgID = g.require.orgID
	}
	if !t.hasAddress && len(g.require.sourceIP) > 0 {
		t.who.SourceIP = g.require.sourceIP[0].Addr()
	}
	if !t.hasReason && g.require.reason {
		t.ask.Reason = "a test"
	}
	t.ask.Parameters = g.complete(t.ask.Parameters)
	got := d.Decide(t.who, t.ask)
	who := strings.TrimPrefix(t.who.Principal.ARN, "arn:"+t.who.Principal.Partition+":")
	switch {
	case got.Allowed && !t.allow:
		return fmt.Sprintf("want deny, got allow: %s may take %s by %s", who, t.ask.Grant, got.Rule)
	case !got.Allowed && t.allow:
		return fmt.Sprintf("want allow, got deny: %s may not take %s by %s: %s", who, t.ask.Grant, got.Rule, got.Reason)
	}
	return ""
}
