package grant

import (
	"strings"
	"testing"
)

// TestApart: grants and tests are read and run one after the other, and nothing of one is left for the next.
func TestApart(t *testing.T) {
	const first = `version: 1
grants:
  first:
    callers: [{user: "arn:aws:iam::123456789012:user/alice"}]
    role_arn: arn:aws:iam::123456789012:role/first
    parameters: {p: {enum: [blue]}, a: {enum: [green], required: true}}
    session_policy: {Statement: [{Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::${parameter.p}/${parameter.a}"}]}
  second:
    callers: [{user: "arn:aws:iam::123456789012:user/alice"}]
    role_arn: arn:aws:iam::123456789012:role/second
`
	full := mustParse(t, first+`    full_role: true
tests:
  - {caller: "arn:aws:iam::123456789012:user/alice", grant: first, parameters: {p: blue}, expect: allow}
  - {caller: "arn:aws:iam::123456789012:user/alice", grant: second, expect: allow}
`)
	if failures := full.RunTests(); failures != nil {
		t.Error(failures)
	}
	who := who(t, "arn:aws:iam::123456789012:user/alice")
	if got := full.Decide(who, Ask{Grant: "second"}); got.Session == nil || got.Session.Policy != policyHead+allowAll+","+denyOnward+policyTail {
		t.Errorf("%+v", got)
	}
	own := mustParse(t, first+`    parameters: {q: {enum: [red]}}
    session_policy: {Statement: {Effect: Allow, Action: "s3:*", Resource: "arn:aws:s3:::${parameter.q}"}}
`)
	const want = policyHead + `{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::red"},` + denyOnward + policyTail
	if got := own.Decide(who, Ask{Grant: "second", Parameters: map[string]string{"q": "red"}}); got.Session == nil || got.Session.Policy != want {
		t.Errorf("%+v", got)
	}
	names := own.For(who)[0].Parameters
	if names[0].Name != "a" || names[1].Name != "p" {
		t.Errorf("%+v", names)
	}
	_, err := Parse("grants.yaml", []byte(first+`    session_policy: {Statement: {Effect: Deny, Action: "s3:*", Resource: "*"}}`))
	if err == nil || !strings.Contains(err.Error(), "want at least one Allow") {
		t.Error(err)
	}
}
