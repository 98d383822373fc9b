package setup

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	yamlreader "go.yaml.in/yaml/v3"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

func FuzzPolicies(f *testing.F) {
	for _, arn := range []string{ueno, alice, session, sso, "arn:aws:iam::123456789012:user/x", "arn:aws:iam::123456789012:root", "arn:aws-cn:iam::123456789012:user/a\"b/c", "arn:aws:iam::123456789012:role/x:y/z"} {
		for _, role := range []string{own, other, "toy-role", "210987654321/a/b", "arn:aws-cn:iam::123456789012:role/r"} {
			f.Add(arn, role, "ID-1", uint8(0))
			f.Add(arn, role, "", uint8(0xff))
		}
	}
	f.Fuzz(func(t *testing.T, arn, role, externalID string, flags uint8) {
		p, err := ParsePrincipal(arn)
		reference, wrong := caller.ParseRoleReference(role)
		if err != nil || wrong != nil {
			return
		}
		s := Setup{Principal: p, Role: reference.Role(p.Caller), ExternalID: externalID, MFA: flags&1 != 0, RequireSourceIdentity: flags&2 != 0,
			SessionNameIsUser: flags&4 != 0, Tags: flags&8 != 0, CloudShell: flags&16 != 0}
		policies, err := s.Policies()
		if err != nil {
			if errors.As(err, new(*ProofError)) {
				t.Fatalf("%s, %s, %q, %b: %v", arn, role, externalID, flags, err)
			}
			return
		}
		if _, err := iam.ParsePolicy([]byte(policies.Identity.JSON())); err != nil {
			t.Errorf("identity policy %s: %v", policies.Identity.JSON(), err)
		}
		e, err := Explain([]byte(policies.Trust.JSON()), p, s.Role, s.ask())
		if err != nil || !e.Allowed {
			t.Errorf("trust policy %s: %v, %+v", policies.Trust.JSON(), err, e)
		}
		sameInTemplate(t, s.CloudFormation(policies), policies)
	})
}

// sameInTemplate reads a template with another's reader: what it says must be what was proved.
func sameInTemplate(t *testing.T, text string, p Policies) {
	t.Helper()
	var template struct {
		Resources struct {
			Role, CallerPolicy struct {
				Properties struct {
					AssumeRolePolicyDocument, PolicyDocument any
				}
			}
		}
	}
	// The library would look for names in lower case.
	lower := strings.NewReplacer("\nResources:", "\nresources:", " Role:", " role:", " CallerPolicy:", " callerpolicy:", " Properties:", " properties:",
		" AssumeRolePolicyDocument:", " assumerolepolicydocument:", " PolicyDocument:", " policydocument:")
	if err := yamlreader.Unmarshal([]byte(lower.Replace(text)), &template); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
	r := template.Resources
	for want, got := range map[string]any{p.Trust.JSON(): r.Role.Properties.AssumeRolePolicyDocument, p.Identity.JSON(): r.CallerPolicy.Properties.PolicyDocument} {
		var wanted any
		if err := json.Unmarshal([]byte(want), &wanted); err != nil {
			t.Fatal(err)
		}
		if got != nil && !reflect.DeepEqual(got, wanted) || got == nil && !strings.Contains(p.Trust.JSON(), "AWSReservedSSO_") {
			t.Errorf("got %v, want %v in\n%s", got, wanted, text)
		}
	}
}

// Whatever the document, there is an error with its place or an answer, which is iam's.
func FuzzExplain(f *testing.F) {
	const head = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"`
	f.Add(head+`123456789012"},"Action":"sts:AssumeRole"}]}`, session)
	f.Add(head+`arn:aws:iam::123456789012:role/a/first-hop"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}]}`, session)
	f.Add(head+`*"},"Action":"sts:*"},{"Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:role/a/first-hop"},"Action":"sts:*"}]}`, session)
	f.Add(`{"Statement":{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:*","Condition":{}}}`, ueno)
	f.Add(`{"Statement":[]}`, sso)
	f.Fuzz(func(t *testing.T, text, arn string) {
		p, err := ParsePrincipal(arn)
		if err != nil || p.Check() != nil {
			return
		}
		role := caller.Role{Partition: p.Caller.Partition, Account: "123456789012", Path: "/", Name: "toy-role"}
		ask := Ask{RoleSessionName: "ueno", ExternalID: "ID-1", SourceIdentity: "ueno", Tags: true}
		e, err := Explain([]byte(text), p, role, ask)
		if err != nil {
			if !errors.As(err, new(*iam.SyntaxError)) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		trust, err := iam.ParseTrust([]byte(text))
		if err != nil {
			t.Fatalf("%q: explained, but %v", text, err)
		}
		allowed := false
		for _, from := range p.rolesIn([]byte(text)) {
			all := true
			for _, action := range markers() {
				all = all && trust.Evaluate(p.request(from, role, action, ask)).Effect == iam.Allow
			}
			allowed = allowed || all
		}
		if e.Allowed && !allowed {
			t.Errorf("%q to %s: allowed, and iam refuses", text, arn)
		}
		if !e.Allowed && e.Action == "" {
			t.Errorf("%q to %s: refused without a word: %+v", text, arn, e)
		}
	})
}
