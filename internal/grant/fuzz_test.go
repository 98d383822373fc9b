package grant

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// FuzzParse: a document is refused with a place in it, or it decides every request without a crash, tells everybody
// the same as it does, and gives nothing that STS would not take.
func FuzzParse(f *testing.F) {
	for _, document := range slices.Sorted(maps.Values(forms())) {
		f.Add([]byte(document), "arn:aws:iam::123456789012:user/alice", "g", "p", "blue")
	}
	for _, m := range mistakes() {
		f.Add([]byte(m.document), "arn:aws:sts::123456789012:assumed-role/R/alice", "g", "p", "*")
	}
	f.Fuzz(func(t *testing.T, data []byte, arn, name, parameter, value string) {
		if len(data) > 20_000 {
			return
		}
		d, err := Parse("grants.yaml", data)
		if err != nil {
			if d != nil || !strings.HasPrefix(err.Error(), "grants.yaml:") || strings.Contains(err.Error(), "\n") && !strings.Contains(string(data), "\n") {
				t.Errorf("%v %v", d, err)
			}
			return
		}
		d.RunTests()
		if _, err := iam.ParsePolicy(d.ExecutionRolePolicy()); err != nil && len(d.names) > 0 {
			t.Error(err)
		}
		for _, trust := range d.TrustPolicies("arn:aws:iam::123456789012:role/function") {
			if _, err := iam.ParseTrust(trust); err != nil {
				t.Errorf("%v: %s", err, trust)
			}
		}
		c, err := caller.Parse(arn)
		if err != nil {
			c = caller.Caller{}
		}
		for _, w := range []Caller{{Principal: c}, {Principal: c, UserID: "AIDAEXAMPLE123456789A", OrgID: "o-exampleorg1", SourceIP: netip.MustParseAddr("203.0.113.7")}} {
			var listed []string
			for _, s := range d.For(w) {
				listed = append(listed, s.Name)
			}
			for _, ask := range append(d.names, name) {
				got := d.Decide(w, Ask{Grant: ask, Parameters: map[string]string{parameter: value}, Reason: value, Duration: time.Hour})
				if mayTake := slices.Contains(listed, ask); mayTake == (got.Code == AccessDenied) {
					t.Errorf("%q: listed %v, got %+v", ask, mayTake, got)
				}
				checkDecision(t, got, w)
			}
		}
	})
}

// checkDecision wants an answer without contradictions, and a session that STS takes.
func checkDecision(t *testing.T, got Decision, w Caller) {
	t.Helper()
	if got.Allowed != (got.Session != nil) || got.Allowed != (got.Code == "") || got.Allowed != (got.Message == "") || got.Rule == "" || got.Reason == "" || got.Code == AccessDenied && got.Message != notYours {
		t.Errorf("%+v", got)
	}
	if !got.Allowed {
		return
	}
	s := got.Session
	if s.Policy != "" {
		if _, err := iam.ParsePolicy([]byte(s.Policy)); err != nil || len([]rune(s.Policy)) > maxPolicy {
			t.Errorf("%v: %s", err, s.Policy)
		}
	}
	if s.RoleSessionName != w.Principal.RoleSessionName() || caller.ValidateRoleSessionName(s.RoleSessionName) != nil || s.Duration < minDuration || s.Duration > maxDuration || w.Principal.Kind == "" {
		t.Errorf("%+v", s)
	}
	if s.SourceIdentity != "" && caller.ValidateRoleSessionName(s.SourceIdentity) != nil { // the same characters and lengths
		t.Errorf("source identity %q", s.SourceIdentity)
	}
	for _, tag := range s.Tags {
		if !isTagText(tag.Key) || !isTagText(tag.Value) || len([]rune(tag.Value)) > 256 || tag.Key == "" {
			t.Errorf("tag %q", tag)
		}
	}
}
