package grant

import (
	"strings"
	"testing"
)

// TestCallers holds rules against callers, from both sides: who is meant, and who is near to them.
func TestCallers(t *testing.T) {
	const account = "123456789012"
	user := func(path string) string { return "arn:aws:iam::" + account + ":user/" + path }
	session := func(role, name string) string {
		return "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + name
	}
	for _, test := range []struct {
		name, rule string
		may, not   []string
	}{
		{"one user", "{user: " + alice + "}", []string{alice},
			[]string{ueno, user("team/alice"), user("Alice"), user("alice2"), "arn:aws:iam::999999999999:user/alice", session("alice", "alice"), "arn:aws:sts::" + account + ":federated-user/alice", "arn:aws-cn:iam::" + account + ":user/alice"}},
		{"users of a path", "{user: 'arn:aws:iam::123456789012:user/team/*'}", []string{user("team/alice")},
			[]string{user("alice"), user("team/blue/alice"), user("teams/alice"), user("x/team/alice"), "arn:aws:iam::999999999999:user/team/alice"}},
		{"users under a path", "{user: 'arn:aws:iam::123456789012:user/team/**'}", []string{user("team/alice"), user("team/blue/alice")}, []string{user("alice"), user("a/team/alice")}},
		{"a path with a colon", "{user: 'arn:aws:iam::123456789012:user/*/alice'}", []string{user("x/alice")}, []string{user("a:b/alice"), user("a/b/alice")}},
		{"one role", "{role: 'arn:aws:iam::123456789012:role/Developer'}", []string{session("Developer", "alice"), session("Developer", "anybody")},
			[]string{session("Developer2", "alice"), session("developer", "alice"), session("alice", "Developer"), user("Developer"), "arn:aws:sts::999999999999:assumed-role/Developer/alice", "arn:aws-us-gov:sts::" + account + ":assumed-role/Developer/alice"}},
		{"a role with a path", "{role: 'arn:aws:iam::123456789012:role/team/Developer'}", []string{session("Developer", "alice")}, []string{session("team", "Developer"), session("Developer2", "alice")}},
		{"Identity Center", "{role: 'arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Dev_*'}",
			[]string{session("AWSReservedSSO_Dev_0123456789abcdef", "alice@example.com")},
			[]string{session("AWSReservedSSO_Developer_0123456789abcdef", "alice@example.com"), session("xAWSReservedSSO_Dev_0123456789abcdef", "alice@example.com"), session("Developer", "AWSReservedSSO_Dev_0123456789abcdef")}},
		{"a session name", "{role: 'arn:aws:iam::123456789012:role/R', session_name: '*@example.com', trust_session_name: true}",
			[]string{session("R", "alice@example.com")}, []string{session("R", "alice"), session("R", "alice@example.com.evil"), session("S", "alice@example.com")}},
		{"every role", "{role: 'arn:aws:iam::123456789012:role/*'}", []string{session("R", "alice"), session("S", "alice")},
			[]string{alice, session("OriginAccessControlRole", "OriginAccessSession"), "arn:aws:sts::999999999999:assumed-role/R/alice"}},
		{"CloudFront by name", "{role: 'arn:aws:iam::123456789012:role/OriginAccessControlRole'}", []string{session("OriginAccessControlRole", "OriginAccessSession")}, []string{session("R", "OriginAccessControlRole")}},
		{"CloudFront by a pattern", "{role: 'arn:aws:iam::123456789012:role/Origin*'}", []string{session("Origin", "x2")}, []string{session("OriginAccessControlRole", "OriginAccessSession")}},
		{"every user", "{user: 'arn:aws:iam::123456789012:user/**'}", []string{alice, user("a/b/c")},
			[]string{"arn:aws:iam::123456789012:root", "arn:aws:sts::123456789012:federated-user/alice", session("R", "alice"), "arn:aws:sts::123456789012:cloud9-alice"}},
		{"root by name", "{principal: 'arn:aws:iam::123456789012:root'}", []string{"arn:aws:iam::123456789012:root"}, []string{user("root"), "arn:aws:iam::999999999999:root"}},
		{"federated by name", "{principal: 'arn:aws:sts::123456789012:federated-user/alice'}", []string{"arn:aws:sts::123456789012:federated-user/alice"}, []string{alice, "arn:aws:sts::123456789012:federated-user/alice2"}},
		{"other by name", "{principal: 'arn:aws:sts::123456789012:cloud9-alice'}", []string{"arn:aws:sts::123456789012:cloud9-alice"}, []string{"arn:aws:sts::123456789012:cloud9-alice2", "arn:aws:sts::123456789012:x/cloud9-alice"}},
		{"id of a user", "{user: " + alice + ", id: AIDAEXAMPLE123456789A}", []string{alice}, nil},
		{"another user of the name", "{user: " + alice + ", id: AIDAEXAMPLE123456789C}", nil, []string{alice}},
		{"id of a role", "{role: 'arn:aws:iam::123456789012:role/R', id: AROAEXAMPLE123456789B}", []string{session("R", "alice")}, nil},
		{"another role of the name", "{role: 'arn:aws:iam::123456789012:role/R', id: AROAEXAMPLE123456789A}", nil, []string{session("R", "alice")}},
	} {
		allow, deny := mustParse(t, withGrant("callers: ["+test.rule+"]")), mustParse(t, withGrant(
			`callers: [{user: 'arn:aws:iam::123456789012:user/**'}, {role: 'arn:aws:iam::123456789012:role/*'}, {role: 'arn:aws:iam::123456789012:role/OriginAccessControlRole'},
        {principal: 'arn:aws:iam::123456789012:root'}, {principal: 'arn:aws:sts::123456789012:federated-user/alice'}, {principal: 'arn:aws:sts::123456789012:cloud9-alice'}]`,
			"deny: ["+test.rule+"]"))
		for _, arn := range test.may {
			if got := allow.Decide(who(t, arn), Ask{Grant: "g"}); !got.Allowed || len(allow.For(who(t, arn))) != 1 {
				t.Errorf("%s: %s may not: %s", test.name, arn, got.Reason)
			}
			if got := deny.Decide(who(t, arn), Ask{Grant: "g"}); got.Allowed || got.Code != AccessDenied || got.Session != nil || len(deny.For(who(t, arn))) != 0 {
				t.Errorf("%s: %s is not denied: %+v", test.name, arn, got)
			}
		}
		for _, arn := range test.not {
			got := allow.Decide(who(t, arn), Ask{Grant: "g"})
			if got.Allowed || got.Session != nil || got.Code != AccessDenied || got.Message != notYours || allow.For(who(t, arn)) != nil {
				t.Errorf("%s: %s may: %+v", test.name, arn, got)
			}
		}
	}
}

// TestDenyFolds: to IAM, names that differ in case only are the same; a slip in it must not undo a deny.
func TestDenyFolds(t *testing.T) {
	document := withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/**'}]", "deny: [{user: 'arn:aws:iam::123456789012:user/Team/Al*'}]")
	for arn, allowed := range map[string]bool{"arn:aws:iam::123456789012:user/team/ALICE": false, "arn:aws:iam::123456789012:user/team/ueno": true} {
		if got := decide(t, document, arn, Ask{}); got.Allowed != allowed {
			t.Errorf("%s: %+v", arn, got)
		}
	}
}

// TestUnknownID: a rule that cannot be decided is a refusal, in callers as in deny.
func TestUnknownID(t *testing.T) {
	nobody := who(t, alice)
	nobody.UserID = ""
	if got := mustParse(t, withGrant("tags: {by: '${caller.id}'}")).Decide(nobody, Ask{Grant: "g"}); got.Allowed || !strings.Contains(got.Message, "${caller.id} has no value for this caller") {
		t.Errorf("%+v", got)
	}
	for _, document := range []string{
		withGrant("callers: [{user: " + alice + ", id: AIDAEXAMPLE123456789A}]"),
		withGrant("deny: [{user: " + alice + ", id: AIDAEXAMPLE123456789C}]"),
	} {
		d := mustParse(t, document)
		if got := d.Decide(nobody, Ask{Grant: "g"}); got.Allowed || got.Code != AccessDenied {
			t.Errorf("%s%+v", document, got)
		}
		if got := d.Decide(who(t, alice), Ask{Grant: "g"}); !got.Allowed {
			t.Errorf("%s%+v", document, got)
		}
	}
}
