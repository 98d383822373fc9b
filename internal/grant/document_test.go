package grant

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"karikagi/internal/caller"
)

// The base of every small document. A key that a test gives takes the place of the base's.
var base = []struct{ key, text string }{
	{"callers", "[{user: arn:aws:iam::123456789012:user/alice}]"},
	{"role_arn", "arn:aws:iam::210987654321:role/reader"},
	{"external_id", "karikagi"},
	{"session_policy", "{Statement: [{Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*'}]}"},
}

// withGrant makes a document of one grant, g, with these keys and the base's; "-key" leaves one of the base's out. The
// first given key is in line 4.
func withGrant(keys ...string) string {
	var b strings.Builder
	b.WriteString("version: 1\ngrants:\n  g:\n")
	var left, given []string
	for _, k := range keys {
		if name, out := strings.CutPrefix(k, "-"); out {
			left = append(left, name)
			continue
		}
		name, _, _ := strings.Cut(k, ":")
		given = append(given, name)
		b.WriteString("    " + k + "\n")
	}
	for _, d := range base {
		if !contains(left, d.key) && !contains(given, d.key) {
			b.WriteString("    " + d.key + ": " + d.text + "\n")
		}
	}
	return b.String()
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

func mustParse(t testing.TB, text string) *Document {
	t.Helper()
	d, err := Parse("grants.yaml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, text)
	}
	return d
}

// who is a caller of the example's organization and network.
func who(t testing.TB, arn string) Caller {
	t.Helper()
	c, err := caller.Parse(arn)
	if err != nil {
		t.Fatal(err)
	}
	w := Caller{Principal: c, OrgID: "o-exampleorg1", SourceIP: netip.MustParseAddr("203.0.113.7")}
	switch c.Kind {
	case caller.User:
		w.UserID = "AIDAEXAMPLE123456789A"
	case caller.AssumedRole:
		w.UserID = "AROAEXAMPLE123456789B:" + c.Session
	}
	return w
}

const (
	alice = "arn:aws:iam::123456789012:user/alice"
	ueno  = "arn:aws:iam::123456789012:user/ueno"
)

// decide asks for the grant g of a document.
func decide(t testing.TB, document, arn string, ask Ask) Decision {
	t.Helper()
	if ask.Grant == "" {
		ask.Grant = "g"
	}
	return mustParse(t, document).Decide(who(t, arn), ask)
}

func TestExample(t *testing.T) {
	d := mustParse(t, example)
	if failures := d.RunTests(); failures != nil {
		t.Error(failures)
	}
	got := d.Decide(who(t, "arn:aws:iam::123456789012:user/team/alice"),
		Ask{Grant: "team-data-reader", Parameters: map[string]string{"team": "blue", "ticket": "OPS-42"}, Reason: "looking"})
	if !got.Allowed || got.Rule != "grants.yaml:6:9: callers" || got.Code != "" || got.Message != "" || got.Grant != "team-data-reader" {
		t.Fatalf("%+v", got)
	}
	s := got.Session
	const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::data/blue/*"},` +
		`{"Effect":"Deny","Action":["sts:AssumeRole*","sts:AssumeRoot"],"Resource":"*"}]}`
	if s.Policy != policy || s.RoleARN != "arn:aws:iam::210987654321:role/data-reader" || s.RoleSessionName != "alice" || s.ExternalID != "karikagi-210987654321" ||
		s.Duration != minDuration || s.PolicyARNs != nil || len(s.Tags) != 2 || s.Tags[0] != (Tag{"caller", "alice"}) || s.Tags[1] != (Tag{"team", "blue"}) ||
		len(s.TransitiveTagKeys) != 1 || s.TransitiveTagKeys[0] != "caller" {
		t.Errorf("%+v", s)
	}
	// printf %s arn:aws:iam::123456789012:user/team/alice | sha256sum | cut -c1-16
	if s.SourceIdentity != "alice-f604f106281ad4d2" {
		t.Errorf("source identity %q", s.SourceIdentity)
	}
	// printf as in the example, and sha256sum
	if len(d.Digest()) != 64 {
		t.Errorf("digest %q", d.Digest())
	}
	if other := mustParse(t, example+"\n"); other.Digest() == d.Digest() {
		t.Error("another document, the same digest")
	}
	if sizes := d.Sizes(); len(sizes) != 1 || sizes[0] != (Size{"team-data-reader", len(policy) + len("green") - len("blue")}) {
		t.Errorf("%+v", sizes)
	}
}

// TestNothing: no document and no grants are refusals, not a crash and not an opening.
func TestNothing(t *testing.T) {
	for name, d := range map[string]*Document{"nil": nil, "zero": {}, "no grants": mustParse(t, "version: 1\ngrants: {}\n")} {
		got := d.Decide(who(t, alice), Ask{Grant: "g"})
		if got.Allowed || got.Session != nil || got.Code != AccessDenied || got.Message != notYours {
			t.Errorf("%s: %+v", name, got)
		}
		if d.For(who(t, alice)) != nil {
			t.Errorf("%s: grants are listed", name)
		}
		if d == nil {
			continue // a function without a document; the rest is for people with one
		}
		if d.RunTests() != nil || len(d.TrustPolicies(ueno)) != 0 || d.Sizes() != nil {
			t.Errorf("%s: there is something", name)
		}
		if got := string(d.ExecutionRolePolicy()); got != "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": []\n}\n" {
			t.Errorf("%s: %s", name, got)
		}
	}
}
