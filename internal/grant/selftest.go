package grant

import (
	"fmt"
	"net/netip"
	"strings"

	"karikagi/internal/caller"
	"karikagi/internal/strictyaml"
)

// selfTest is a test in the document.
type selfTest struct {
	place      strictyaml.Place
	who        Caller
	ask        Ask        // without its parameters
	parameters []argument // a map for each test would take more than all the rest
	allow      bool
	hasOrg     bool
	hasAddress bool
	hasReason  bool
}

// argument is what a test says of a parameter.
type argument struct{ name, value string }

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
	t.who.UserID = s.Quoted("id", "", func(id string) string { return wantUniqueID(t.who.Principal.Kind, id) })
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
		t.parameters = make([]argument, 0, v.Len())
		s.Keep(t.readParameters(d.grants[t.ask.Grant], v))
	}
	d.tests = append(d.tests, t)
	return s.Err()
}

func (t *selfTest) readParameters(g *grant, v strictyaml.Value) error {
	return v.Pairs("test: parameters", func(key, of strictyaml.Value) error {
		if g.parameter(key.Raw()) == nil {
			return key.Errorf("test: parameters: grant %s has no parameter %.100q", g.name, key.Raw())
		}
		text, err := of.Quoted("test: parameters", key.Raw())
		t.parameters = append(t.parameters, argument{key.Raw(), text})
		return err
	})
}

// RunTests runs the tests in the document. What a test leaves out is as the grant wants it: the organization, an
// address, a reason, the values of parameters. A test that expects a refusal thus cannot hold merely because it is not
// complete.
func (d *Document) RunTests() []TestFailure {
	var failures []TestFailure
	parameters := map[string]string{} // of one test after the other
	for i := range d.tests {
		t := &d.tests[i]
		if problem := d.run(t, parameters); problem != "" {
			failures = append(failures, TestFailure{t.place.String(), "test: " + problem})
		}
	}
	return failures
}

// complete is what a test says of parameters, and a value for each of the others that is wanted.
func (g *grant) complete(given []argument, into map[string]string) {
	clear(into)
	for _, p := range g.parameters {
		if p.required {
			into[p.name] = p.samples()[0]
		}
	}
	for _, a := range given {
		into[a.name] = a.value
	}
}

func (d *Document) run(t *selfTest, parameters map[string]string) (problem string) {
	g, who, ask := d.grants[t.ask.Grant], t.who, t.ask
	if !t.hasOrg {
		who.OrgID = g.require.orgID
	}
	if !t.hasAddress && len(g.require.sourceIP) > 0 {
		who.SourceIP = g.require.sourceIP[0].Addr()
	}
	if !t.hasReason && g.require.reason {
		ask.Reason = "a test"
	}
	g.complete(t.parameters, parameters)
	ask.Parameters = parameters
	got := d.Decide(who, ask)
	name := strings.TrimPrefix(t.who.Principal.ARN, "arn:"+t.who.Principal.Partition+":")
	switch {
	case got.Allowed && !t.allow:
		return fmt.Sprintf("want deny, got allow: %s may take %s by %s", name, t.ask.Grant, got.Rule)
	case !got.Allowed && t.allow:
		return fmt.Sprintf("want allow, got deny: %s may not take %s by %s: %s", name, t.ask.Grant, got.Rule, got.Reason)
	}
	return ""
}
