package main

import (
	"strings"
	"testing"

	"karikagi/internal/iam"
)

// documentPolicy is the policy of a page that has this Sid.
func documentPolicy(t *testing.T, file, sid string) iam.Document {
	t.Helper()
	for _, b := range blocks(t, file) {
		if b.language == "json" && strings.Contains(b.text, `"`+sid+`"`) {
			document, err := iam.ParsePolicy([]byte(b.text))
			if err != nil {
				t.Fatal(err)
			}
			return document
		}
	}
	t.Fatalf("%s has no policy %s", file, sid)
	return iam.Document{}
}

// What the pages say of revoking is what the policies do: to a session from
// before the time, in whichever way it is written, all is denied; to one from
// after it, and to a long-term key, nothing is.
func TestRevocation(t *testing.T) {
	everything, err := iam.ParsePolicy([]byte(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`))
	if err != nil {
		t.Fatal(err)
	}
	const alice, bob = "alice-f604f106281ad4d2", "bob-0123456789abcdef"
	older := documentPolicy(t, "../docs/security.md", "RevokeOlderSessions")
	persons := documentPolicy(t, "../docs/operations.md", "RevokeOnePersonsSessions")
	for name, test := range map[string]struct {
		context                iam.Context
		byTime, byTimeAndWhose bool // denied
	}{
		"long before":            {iam.Context{"aws:tokenissuetime": {"2025-06-01T12:00:00Z"}, "aws:sourceidentity": {alice}}, true, true},
		"a second before":        {iam.Context{"aws:tokenissuetime": {"2025-12-31T23:59:59Z"}, "aws:sourceidentity": {alice}}, true, true},
		"that very second":       {iam.Context{"aws:tokenissuetime": {"2026-01-01T00:00:00Z"}, "aws:sourceidentity": {alice}}, false, false},
		"a second after":         {iam.Context{"aws:tokenissuetime": {"2026-01-01T00:00:01Z"}, "aws:sourceidentity": {alice}}, false, false},
		"another's before":       {iam.Context{"aws:tokenissuetime": {"2025-12-31T23:59:59Z"}, "aws:sourceidentity": {bob}}, true, false},
		"in capitals, before":    {iam.Context{"aws:tokenissuetime": {"2025-12-31T23:59:59Z"}, "aws:sourceidentity": {strings.ToUpper(alice)}}, true, false},
		"nobody's, before":       {iam.Context{"aws:tokenissuetime": {"2025-12-31T23:59:59Z"}}, true, false},
		"a long-term access key": {nil, false, false},
	} {
		for _, r := range []iam.Request{
			{Principal: sessionOf("arn:aws:iam::210987654321:role/data-reader"), Action: "s3:GetObject", Resource: "arn:aws:s3:::data/blue/1", Context: test.context},
			{Principal: sessionOf("arn:aws:iam::210987654321:role/data-reader"), Action: "iam:DeleteRolePolicy", Resource: "arn:aws:iam::210987654321:role/data-reader", Context: test.context},
		} {
			if !allows(r, everything) {
				t.Fatal("the premise is gone: it is denied without the policy")
			}
			if denied := !allows(r, everything, older); denied != test.byTime {
				t.Errorf("%s: RevokeOlderSessions denies %s: %t", name, r.Action, denied)
			}
			if denied := !allows(r, everything, persons); denied != test.byTimeAndWhose {
				t.Errorf("%s: RevokeOnePersonsSessions denies %s: %t", name, r.Action, denied)
			}
		}
	}
}

// Revoked, the execution role's old credentials take no role any more, whatever
// the downstream role trusts.
func TestRevokedExecutionRole(t *testing.T) {
	grants, roles := deployedGrants(t)
	older := documentPolicy(t, "../docs/security.md", "RevokeOlderSessions")
	trust, err := iam.ParseTrust(grants.TrustPolicies(sampleRole)[roles[0]])
	if err != nil {
		t.Fatal(err)
	}
	for issued, want := range map[string]bool{"2025-12-31T23:00:00Z": false, "2026-01-01T01:00:00Z": true} {
		r := iam.Request{Principal: sessionOf(sampleRole), Action: "sts:AssumeRole", Resource: roles[0],
			Context: iam.Context{"aws:tokenissuetime": {issued}, "sts:externalid": {"karikagi-210987654321"}}}
		identity := append(executionPolicies(t, roles), older)
		if got := iam.Authorize(r, iam.Policies{Identity: identity, Trust: &trust}, false); got.Allowed != want {
			t.Errorf("issued %s: %+v", issued, got)
		}
	}
}
