package grant

import (
	"testing"

	"karikagi/internal/iam"
)

const executionRole = "arn:aws:iam::123456789012:role/karikagi-function"

// TestPermissions decides every call that the function makes for a grant, and calls near to it, by the policies that
// are printed for its operator.
func TestPermissions(t *testing.T) {
	d := mustParse(t, withGrant("tags: {a: b}", "source_identity: '${caller.name}'")+
		"  second:"+withGrant("external_id: second")[len("version: 1\ngrants:\n  g:"):]+
		"  own: {callers: [{user: '"+alice+"'}], role_arn: 'arn:aws:iam::123456789012:role/a/own', full_role: true}\n")
	identity, err := iam.ParsePolicy(d.ExecutionRolePolicy())
	if err != nil {
		t.Fatalf("%v\n%s", err, d.ExecutionRolePolicy())
	}
	trusts := d.TrustPolicies(executionRole)
	if len(trusts) != 2 {
		t.Fatalf("%d roles", len(trusts))
	}
	const reader, own = "arn:aws:iam::210987654321:role/reader", "arn:aws:iam::123456789012:role/a/own"
	for _, test := range []struct {
		name, role, action, externalID, by string
		want                               bool
	}{
		{"first ID", reader, "sts:AssumeRole", "karikagi", executionRole, true},
		{"second ID", reader, "sts:AssumeRole", "second", executionRole, true},
		{"another ID", reader, "sts:AssumeRole", "third", executionRole, false},
		{"no ID", reader, "sts:AssumeRole", "", executionRole, false},
		{"tags", reader, "sts:TagSession", "", executionRole, true},
		{"source identity", reader, "sts:SetSourceIdentity", "", executionRole, true},
		{"another role", reader, "sts:AssumeRole", "karikagi", "arn:aws:iam::123456789012:role/another", false},
		{"own account", own, "sts:AssumeRole", "", executionRole, true},
		{"tags nobody sets", own, "sts:TagSession", "", executionRole, false},
		{"source identity nobody sets", own, "sts:SetSourceIdentity", "", executionRole, false},
		{"SAML", own, "sts:AssumeRoleWithSAML", "", executionRole, false},
	} {
		trust, err := iam.ParseTrust(trusts[test.role])
		if err != nil {
			t.Fatalf("%v\n%s", err, trusts[test.role])
		}
		keys := iam.Context{}
		if test.externalID != "" {
			keys["sts:externalid"] = []string{test.externalID}
		}
		r := iam.Request{Action: test.action, Resource: test.role, Context: keys, Principal: iam.Principal{
			Kind: iam.AssumedRole, ARN: "arn:aws:sts::123456789012:assumed-role/" + test.by[len("arn:aws:iam::123456789012:role/"):] + "/f", RoleARN: test.by, Account: "123456789012", Partition: "aws"}}
		if got := iam.Authorize(r, iam.Policies{Identity: []iam.Document{identity}, Trust: &trust}, test.role == own); got.Allowed != test.want {
			t.Errorf("%s: %+v", test.name, got)
		}
		// Each side alone is as narrow: the identity policy knows no external ID.
		if got := identity.Evaluate(r).Effect == iam.Allow; got != (test.want || test.externalID != "" || test.name == "no ID") {
			t.Errorf("%s: identity policy %v", test.name, got)
		}
	}
	if got := identity.Evaluate(iam.Request{Action: "sts:AssumeRole", Resource: "arn:aws:iam::210987654321:role/reader2", Principal: request("", "", nil).Principal}); got.Effect == iam.Allow {
		t.Error("may assume another role")
	}
}
