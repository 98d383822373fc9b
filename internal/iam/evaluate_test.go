package iam

import (
	"strings"
	"testing"
)

const (
	allowAll  = `{"Sid":"all","Effect":"Allow","Action":"*","Resource":"*"}`
	denyAll   = `{"Sid":"none","Effect":"Deny","Action":"*","Resource":"*"}`
	allowIAM  = `{"Sid":"iam","Effect":"Allow","Action":"iam:*","Resource":"*"}`
	denyOther = `{"Sid":"other","Effect":"Deny","Action":"*","Resource":"arn:aws:iam::111122223333:role/other"}`
)

func TestExplicitDenyFirst(t *testing.T) {
	for _, c := range []struct {
		statements []string
		effect     Effect
		statement  int
		sid        string
		mismatches int
	}{
		{[]string{allowIAM}, NoMatch, -1, "", 1},
		{[]string{allowAll}, Allow, 0, "all", 0},
		{[]string{allowIAM, allowAll}, Allow, 1, "all", 1},
		{[]string{denyAll}, Deny, 0, "none", 0},
		{[]string{allowAll, denyAll}, Deny, 1, "none", 0},
		{[]string{denyAll, allowAll}, Deny, 0, "none", 0},
		{[]string{denyOther, allowAll, allowIAM}, Allow, 1, "all", 2},
		{[]string{denyOther, allowIAM}, NoMatch, -1, "", 2},
		{[]string{denyAll, denyOther, `{"Effect":"Deny","Action":"sts:*","Resource":"*"}`}, Deny, 0, "none", 1},
	} {
		got := mustPolicy(t, statements(c.statements...)).Evaluate(assume(userCalled("ueno"), nil))
		if got.Effect != c.effect || got.Statement != c.statement || got.Sid != c.sid || len(got.Mismatches) != c.mismatches {
			t.Errorf("%v: got %+v", c.statements, got)
		}
	}
}

// T35 of the threats: a Deny whose condition makes no sense in the request applies; an Allow does not.
func TestUndecidableDenyApplies(t *testing.T) {
	for _, condition := range []string{
		`{"NumericLessThan":{"aws:MultiFactorAuthAge":"3600"}}`,
		`{"NumericNotEquals":{"aws:MultiFactorAuthAge":"3600"}}`,
		`{"DateGreaterThan":{"aws:MultiFactorAuthAge":"2026-01-01"}}`,
		`{"Bool":{"aws:MultiFactorAuthAge":"false"}}`,
		`{"IpAddress":{"aws:MultiFactorAuthAge":"203.0.113.0/24"}}`,
		`{"NotIpAddress":{"aws:MultiFactorAuthAge":"203.0.113.0/24"}}`,
		`{"ArnLike":{"aws:MultiFactorAuthAge":"arn:aws:iam::*:role/x"}}`,
		`{"StringEquals":{"aws:TagKeys":"x"}}`,
		`{"StringEquals":{"sts:RoleSessionName":"${aws:TagKeys}"}}`,
	} {
		ctx := Context{"aws:multifactorauthage": {"garbage"}, "aws:tagkeys": {"a", "b"}, "sts:rolesessionname": {"ueno"}}
		deny := mustPolicy(t, statements(allowAll, `{"Sid":"d","Effect":"Deny","Action":"*","Resource":"*","Condition":`+condition+`}`))
		got := deny.Evaluate(assume(userCalled("ueno"), ctx))
		if got.Effect != Deny || got.Statement != 1 || len(got.Mismatches) != 1 || !strings.HasSuffix(got.Mismatches[0].Detail, "which cannot be decided") {
			t.Errorf("Deny %s: got %+v", condition, got)
		}
		allow := mustPolicy(t, statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":`+condition+`}`))
		if got := allow.Evaluate(assume(userCalled("ueno"), ctx)); got.Effect != NoMatch {
			t.Errorf("Allow %s: got %+v", condition, got)
		}
	}
	// What fails for certain elsewhere need not be decided here.
	d := mustPolicy(t, statements(`{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true"},"StringEquals":{"a:c":"x"}}}`))
	got := d.Evaluate(assume(userCalled("ueno"), Context{"a:b": {"garbage"}, "a:c": {"y"}}))
	if got.Effect != NoMatch || got.Mismatches[0].Element != "Condition StringEquals a:c" {
		t.Errorf("got %+v", got)
	}
}

// TestMismatchIsTheFirst: Principal before Action before Condition, and only what failed.
func TestMismatchIsTheFirst(t *testing.T) {
	d := mustTrust(t, statements(
		`{"Sid":"a","Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:TagSession","Condition":{"Bool":{"a:b":"true"}}}`,
		`{"Sid":"b","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:TagSession","Condition":{"Bool":{"a:b":"true"}}}`,
		`{"Sid":"c","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole","Condition":{"Bool":{"a:c":"true","a:b":"true"}}}`,
		`{"Sid":"d","Effect":"Deny","Principal":{"AWS":"111122223333"},"NotAction":"sts:AssumeRole"}`,
	))
	got := d.Evaluate(assume(userCalled("ueno"), Context{"a:c": {"true"}}))
	want := []Mismatch{
		{Statement: 0, Sid: "a", Element: "Principal", Detail: `want "444455556666", got "arn:aws:iam::111122223333:user/ueno"`},
		{Statement: 1, Sid: "b", Element: "Action", Detail: `want "sts:TagSession", got "sts:AssumeRole"`},
		{Statement: 2, Sid: "c", Element: "Condition Bool a:b", Detail: `want "true", the request has no a:b`},
		{Statement: 3, Sid: "d", Element: "NotAction", Detail: `want other than "sts:AssumeRole", got "sts:AssumeRole"`},
	}
	if got.Effect != NoMatch || len(got.Mismatches) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got.Mismatches[i] != want[i] {
			t.Errorf("got %+v\nwant %+v", got.Mismatches[i], want[i])
		}
	}
}

func TestClosestStatementDecides(t *testing.T) {
	const account, anyone, direct = `{"AWS":"111122223333"}`, `{"AWS":"*"}`, `{"AWS":"arn:aws:iam::111122223333:user/ueno"}`
	for _, c := range []struct {
		principals       []string
		statement        int
		direct, everyone bool
	}{
		{[]string{account, account}, 0, false, false},
		{[]string{account, anyone}, 1, false, true},
		{[]string{anyone, account}, 0, false, true},
		{[]string{account, anyone, direct}, 2, true, false},
		{[]string{direct, anyone}, 0, true, false},
		{[]string{`{"AWS":["111122223333","*","arn:aws:iam::111122223333:user/ueno"]}`}, 0, true, false},
	} {
		var all []string
		for _, p := range c.principals {
			all = append(all, `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":`+p+`}`)
		}
		got := mustTrust(t, statements(all...)).Evaluate(assume(userCalled("ueno"), nil))
		if got.Effect != Allow || got.Statement != c.statement || got.Direct != c.direct || got.Everyone != c.everyone {
			t.Errorf("%v: got %+v", c.principals, got)
		}
	}
}

func TestRequestThatMakesNoSense(t *testing.T) {
	good := assume(sessionOf("team/toy-role", "ueno"), Context{"aws:username": {"x"}})
	d := mustPolicy(t, statements(allowAll))
	if got := d.Evaluate(good); got.Effect != Allow {
		t.Fatalf("the premise fails: %+v", got)
	}
	for name, change := range map[string]func(*Request){
		"no principal":                 func(r *Request) { r.Principal = Principal{} },
		"no kind":                      func(r *Request) { r.Principal.Kind = "" },
		"other kind":                   func(r *Request) { r.Principal.Kind = User },
		"unknown kind":                 func(r *Request) { r.Principal.Kind = "service" },
		"no ARN":                       func(r *Request) { r.Principal.ARN = "" },
		"other account":                func(r *Request) { r.Principal.Account = other },
		"user of another account":      func(r *Request) { r.Principal = userCalled("ueno"); r.Principal.Account = other },
		"user of another partition":    func(r *Request) { r.Principal = userCalled("ueno"); r.Principal.Partition = "aws-cn" },
		"other partition, no resource": func(r *Request) { r.Principal, r.Resource = userCalled("ueno"), "*"; r.Principal.Partition = "aws-cn" },
		"account of letters": func(r *Request) {
			r.Principal.Account, r.Principal.ARN, r.Principal.RoleARN = "home", "arn:aws:sts::home:assumed-role/toy-role/ueno", "arn:aws:iam::home:role/toy-role"
		},
		"role in a Region":              func(r *Request) { r.Principal.RoleARN = "arn:aws:iam:us-east-1:111122223333:role/team/toy-role" },
		"federated user that is a user": func(r *Request) { r.Principal = userCalled("ueno"); r.Principal.Kind = FederatedUser },
		"user that is federated": func(r *Request) {
			r.Principal = userCalled("ueno")
			r.Principal.ARN = "arn:aws:sts::111122223333:federated-user/ueno"
		},
		"root that is a user":       func(r *Request) { r.Principal = userCalled("ueno"); r.Principal.Kind = Root },
		"user that is root":         func(r *Request) { r.Principal = userCalled("ueno"); r.Principal.ARN = "arn:aws:iam::111122223333:root" },
		"no account":                func(r *Request) { r.Principal.Account = "" },
		"other partition":           func(r *Request) { r.Principal.Partition = "aws-cn" },
		"region":                    func(r *Request) { r.Principal.ARN = "arn:aws:sts:us-east-1:111122223333:assumed-role/toy-role/ueno" },
		"no role ARN":               func(r *Request) { r.Principal.RoleARN = "" },
		"role of another name":      func(r *Request) { r.Principal.RoleARN = "arn:aws:iam::111122223333:role/toy-role/x" },
		"role of another account":   func(r *Request) { r.Principal.RoleARN = "arn:aws:iam::444455556666:role/team/toy-role" },
		"role of another partition": func(r *Request) { r.Principal.RoleARN = "arn:aws-cn:iam::111122223333:role/team/toy-role" },
		"role that is a user":       func(r *Request) { r.Principal.RoleARN = "arn:aws:iam::111122223333:user/toy-role" },
		"user with a role":          func(r *Request) { r.Principal = userCalled("ueno"); r.Principal.RoleARN = good.Principal.RoleARN },
		"session with a slash":      func(r *Request) { r.Principal.ARN += "/x" },
		"control character":         func(r *Request) { r.Principal.ARN += "\n" },
		"no action":                 func(r *Request) { r.Action = "" },
		"action pattern":            func(r *Request) { r.Action = "sts:*" },
		"any action":                func(r *Request) { r.Action = "*" },
		"action without a service":  func(r *Request) { r.Action = "AssumeRole" },
		"no resource":               func(r *Request) { r.Resource = "" },
		"resource that is a name":   func(r *Request) { r.Resource = "toy-role" },
		"resource in aws-cn":        func(r *Request) { r.Resource = "arn:aws-cn:iam::111122223333:role/toy-role" }, // T42
		"key in capitals":           func(r *Request) { r.Context = Context{"sts:ExternalId": {"1"}} },
	} {
		r := good
		change(&r)
		for kind, d := range map[string]Document{
			"policy": d, "trust": mustTrust(t, statements(`{"Effect":"Allow","Action":"sts:*","Principal":{"AWS":"*"}}`)),
		} {
			got := d.Evaluate(r)
			if got.Effect != NoMatch || got.Statement != -1 || len(got.Mismatches) != 1 || got.Mismatches[0].Element != "Request" {
				t.Errorf("%s, %s: got %+v", name, kind, got)
			}
		}
		if v := Authorize(r, Policies{Identity: []Document{d}}, true); v.Allowed || v.Suffix() != "" || len(v.Why) != 1 {
			t.Errorf("%s: got %+v", name, v)
		}
	}
}

func TestZeroDocument(t *testing.T) {
	got := Document{}.Evaluate(assume(userCalled("ueno"), nil))
	if got.Effect != NoMatch || got.Statement != -1 || len(got.Mismatches) != 1 {
		t.Errorf("got %+v", got)
	}
}
