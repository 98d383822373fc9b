package iam

import "testing"

// policiesFor are the documents of the combination table, all about sts:AssumeRole.
func trustFor(kind string, p Principal) string {
	const allow = `{"Sid":"t","Effect":"Allow","Action":"sts:AssumeRole","Principal":`
	switch kind {
	case "direct":
		return statements(allow + `{"AWS":"` + p.ARN + `"}}`)
	case "account":
		return statements(allow + `{"AWS":"` + home + `"}}`)
	case "star":
		return statements(allow + `{"AWS":"*"}}`)
	case "none":
		return statements(allow + `{"Service":"ec2.amazonaws.com"}}`)
	}
	return statements(allow+`{"AWS":"*"}}`, `{"Sid":"d","Effect":"Deny","Action":"sts:AssumeRole","Principal":{"AWS":"`+p.ARN+`"}}`)
}

func identityFor(kind string) string {
	switch kind {
	case "allow":
		return statements(`{"Sid":"i","Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::*:role/toy-role"}`)
	case "none":
		return statements(allowIAM)
	}
	return statements(allowAll, denyAll)
}

// TestAuthorize is the combination rule in full: 3 identity-based policies x 5 trust policies x own or other account x 4 session
// policies x user or role session.
func TestAuthorize(t *testing.T) {
	type key struct{ identity, trust, where string }
	// A ! marks an explicit deny.
	base := map[key]string{
		{"allow", "direct", "same"}: "", {"allow", "account", "same"}: "", {"allow", "star", "same"}: "",
		{"allow", "none", "same"}: "role trust policy", {"allow", "deny", "same"}: "role trust policy!",
		{"none", "direct", "same"}: "", {"none", "account", "same"}: "identity-based policy", {"none", "star", "same"}: "",
		{"none", "none", "same"}: "identity-based policy", {"none", "deny", "same"}: "role trust policy!",
		{"deny", "direct", "same"}: "identity-based policy!", {"deny", "account", "same"}: "identity-based policy!",
		{"deny", "star", "same"}: "identity-based policy!", {"deny", "none", "same"}: "identity-based policy!", {"deny", "deny", "same"}: "identity-based policy!",

		{"allow", "direct", "cross"}: "", {"allow", "account", "cross"}: "", {"allow", "star", "cross"}: "",
		{"allow", "none", "cross"}: "role trust policy", {"allow", "deny", "cross"}: "role trust policy!",
		{"none", "direct", "cross"}: "identity-based policy", {"none", "account", "cross"}: "identity-based policy",
		{"none", "star", "cross"}: "identity-based policy", {"none", "none", "cross"}: "identity-based policy", {"none", "deny", "cross"}: "role trust policy!",
		{"deny", "direct", "cross"}: "identity-based policy!", {"deny", "account", "cross"}: "identity-based policy!",
		{"deny", "star", "cross"}: "identity-based policy!", {"deny", "none", "cross"}: "identity-based policy!", {"deny", "deny", "cross"}: "identity-based policy!",
	}
	if len(base) != 3*5*2 {
		t.Fatalf("%d rows", len(base))
	}
	withSession := func(want, session string) string {
		switch {
		case session == "deny" && want != "identity-based policy!":
			return "session policy!"
		case session == "none" && (want == "" || want == "role trust policy"):
			return "session policy"
		}
		return want
	}
	for k, want := range base {
		for _, session := range []string{"", "allow", "deny", "none"} {
			for _, p := range []Principal{userCalled("ueno"), sessionOf("p/caller", "ueno")} {
				r := assume(p, nil)
				if k.where == "cross" {
					r.Resource = "arn:aws:iam::" + other + ":role/toy-role"
				}
				d := mustTrust(t, trustFor(k.trust, p))
				policies := Policies{Identity: []Document{mustPolicy(t, identityFor(k.identity))}, Trust: &d}
				if session != "" {
					policies.Session = []Document{mustPolicy(t, identityFor(session))}
				}
				v := Authorize(r, policies, k.where == "same")
				got := v.Which
				if v.Explicit {
					got += "!"
				}
				if want := withSession(want, session); got != want || v.Allowed != (want == "") {
					t.Errorf("%+v, session policy %q, %s: got %+v, want %q", k, session, p.Kind, v, want)
				}
				if !v.Allowed && (len(v.Why) == 0 || v.Suffix() == "") || v.Allowed && (len(v.Why) != 0 || v.Suffix() != "") {
					t.Errorf("%+v, session policy %q: got %+v", k, session, v)
				}
			}
		}
	}
}

func TestSuffix(t *testing.T) {
	user := userCalled("ueno")
	for _, c := range []struct{ identity, trust, session, want string }{
		{"none", "account", "", "because no identity-based policy allows the sts:AssumeRole action"},
		{"allow", "none", "", "because no role trust policy allows the sts:AssumeRole action"},
		{"allow", "account", "none", "because no session policy allows the sts:AssumeRole action"},
		{"deny", "account", "", "with an explicit deny in an identity-based policy"},
		{"allow", "deny", "", "with an explicit deny in the role trust policy"},
		{"allow", "account", "deny", "with an explicit deny in a session policy"},
		{"allow", "account", "allow", ""},
	} {
		d := mustTrust(t, trustFor(c.trust, user))
		p := Policies{Identity: []Document{mustPolicy(t, identityFor(c.identity))}, Trust: &d}
		if c.session != "" {
			p.Session = []Document{mustPolicy(t, identityFor(c.session))}
		}
		if got := Authorize(assume(user, nil), p, true).Suffix(); got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}

func TestAuthorizeUnions(t *testing.T) {
	user := userCalled("ueno")
	allow, none, deny := mustPolicy(t, identityFor("allow")), mustPolicy(t, identityFor("none")), mustPolicy(t, identityFor("deny"))
	account := mustTrust(t, trustFor("account", user))
	for _, c := range []struct {
		name string
		p    Policies
		want string
	}{
		{"any identity-based policy allows", Policies{Identity: []Document{none, allow}, Trust: &account}, ""},
		{"any denies", Policies{Identity: []Document{allow, none, deny}, Trust: &account}, "identity-based policy"},
		{"no policies at all", Policies{Trust: &account}, "identity-based policy"},
		{"session policies are a union", Policies{Identity: []Document{allow}, Session: []Document{none, allow}, Trust: &account}, ""},
		{"any session policy denies", Policies{Identity: []Document{allow}, Session: []Document{allow, deny}, Trust: &account}, "session policy"},
		{"no session policy left", Policies{Identity: []Document{allow}, Session: []Document{}, Trust: &account}, "session policy"},
		{"session policy alone grants nothing", Policies{Identity: []Document{none}, Session: []Document{allow}, Trust: &account}, "identity-based policy"},
		{"role that does not exist", Policies{Identity: []Document{allow}, Trust: &Document{}}, "role trust policy"},
		{"trust policy forgotten", Policies{Identity: []Document{allow}}, "role trust policy"},
		{"policy that was not parsed", Policies{Identity: []Document{allow, {}}, Trust: &account}, "nonsense"},
		{"session policy that was not parsed", Policies{Identity: []Document{allow}, Session: []Document{{}}, Trust: &account}, "nonsense"},
		{"trust policy as identity-based", Policies{Identity: []Document{allow, account}, Trust: &account}, "nonsense"},
		{"trust policy as session policy", Policies{Identity: []Document{allow}, Session: []Document{account}, Trust: &account}, "nonsense"},
		{"identity-based policy as trust", Policies{Identity: []Document{allow}, Trust: &allow}, "nonsense"},
	} {
		v := Authorize(assume(user, nil), c.p, true)
		got := v.Which
		if !v.Allowed && got == "" {
			got = "nonsense"
		}
		if got != c.want || v.Allowed != (c.want == "") {
			t.Errorf("%s: got %+v, want %q", c.name, v, c.want)
		}
		if !v.Allowed && len(v.Why) == 0 {
			t.Errorf("%s: no reason: %+v", c.name, v)
		}
	}
}

func TestAuthorizeWhy(t *testing.T) {
	user := userCalled("ueno")
	account := mustTrust(t, trustFor("account", user))
	none, deny := mustPolicy(t, identityFor("none")), mustPolicy(t, identityFor("deny"))
	undecided := mustPolicy(t, statements(`{"Sid":"u","Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"a:b":"true"}}}`))
	for _, c := range []struct {
		name     string
		identity []Document
		want     Mismatch
		count    int
	}{
		{"every statement", []Document{none, none}, Mismatch{Document: 1, Sid: "iam", Element: "Action", Detail: `want "iam:*", got "sts:AssumeRole"`}, 2},
		{"no policy", nil, Mismatch{Statement: -1, Element: "Document", Detail: "there is no identity-based policy"}, 1},
		{"the denying statement", []Document{none, deny}, Mismatch{Document: 1, Statement: 1, Sid: "none", Element: "Effect", Detail: "Deny"}, 1},
		{"the first denying policy", []Document{deny, deny}, Mismatch{Statement: 1, Sid: "none", Element: "Effect", Detail: "Deny"}, 1},
		{"the statement that cannot be decided", []Document{none, undecided},
			Mismatch{Document: 1, Sid: "u", Element: "Condition Bool a:b", Detail: `want "true", got "x", which cannot be decided`}, 1},
	} {
		v := Authorize(assume(user, Context{"a:b": {"x"}}), Policies{Identity: c.identity, Trust: &account}, true)
		if v.Allowed || len(v.Why) != c.count || v.Why[len(v.Why)-1] != c.want {
			t.Errorf("%s: got %+v", c.name, v)
		}
	}
}

// TestAuthorizeAccounts: T4 of the threats. The ARN of the role overrules what the caller of Authorize believes about accounts.
func TestAuthorizeAccounts(t *testing.T) {
	user := userCalled("ueno")
	direct, star := mustTrust(t, trustFor("direct", user)), mustTrust(t, trustFor("star", user))
	elsewhere := assume(user, nil)
	elsewhere.Resource = "arn:aws:iam::" + other + ":role/toy-role"
	for _, d := range []Document{direct, star} {
		if v := Authorize(elsewhere, Policies{Trust: &d}, true); v.Allowed || v.Which != IdentityBasedPolicy {
			t.Errorf("got %+v", v)
		}
		if v := Authorize(assume(user, nil), Policies{Trust: &d}, true); !v.Allowed {
			t.Errorf("the premise fails: %+v", v)
		}
	}
	onlyHome := mustPolicy(t, statements(`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::`+home+`:role/*"}`))
	if v := Authorize(elsewhere, Policies{Identity: []Document{onlyHome}, Trust: &direct}, false); v.Allowed {
		t.Errorf("got %+v", v)
	}
}

// TestAuthorizeStarForOthers: "For IAM users and role principals within your account" says nothing of root and federated users.
func TestAuthorizeStarForOthers(t *testing.T) {
	star := mustTrust(t, trustFor("star", userCalled("ueno")))
	for _, p := range []Principal{
		{Kind: Root, ARN: "arn:aws:iam::" + home + ":root", Account: home, Partition: "aws"},
		{Kind: FederatedUser, ARN: "arn:aws:sts::" + home + ":federated-user/ueno", Account: home, Partition: "aws"},
	} {
		if v := Authorize(assume(p, nil), Policies{Trust: &star}, true); v.Allowed || v.Which != IdentityBasedPolicy {
			t.Errorf("%s: got %+v", p.Kind, v)
		}
	}
}

// A trust policy that is there is asked, whatever is done to the role.
func TestAuthorizeAsksTheTrustPolicy(t *testing.T) {
	all := mustPolicy(t, statements(allowAll))
	for trusted, want := range map[string]bool{`"sts:AssumeRole"`: false, `["sts:AssumeRole","sts:TagSession"]`: true} {
		trust := mustTrust(t, statements(`{"Effect":"Allow","Action":`+trusted+`,"Principal":{"AWS":"`+home+`"}}`))
		r := Request{Principal: userCalled("ueno"), Action: "sts:TagSession", Resource: "arn:aws:iam::" + home + ":role/toy-role"}
		if v := Authorize(r, Policies{Identity: []Document{all}, Trust: &trust}, true); v.Allowed != want {
			t.Errorf("%s: got %+v", trusted, v)
		}
	}
}

func TestAuthorizeWithoutTrust(t *testing.T) {
	all := mustPolicy(t, statements(allowAll))
	user := userCalled("ueno")
	for _, c := range []struct {
		action, resource string
		same             bool
		want             string
	}{
		{"iam:GetRole", "arn:aws:iam::" + home + ":role/toy-role", true, ""},
		{"sts:GetSessionToken", "*", true, ""},
		{"sts:TagSession", "arn:aws:sts::" + home + ":federated-user/ueno", true, ""},
		{"s3:GetObject", "arn:aws:s3:::bucket/key", true, ""},
		{"s3:GetObject", "arn:aws:s3:::bucket/key", false, RoleTrustPolicy},
		{"iam:GetRole", "arn:aws:iam::" + other + ":role/toy-role", true, RoleTrustPolicy},
		{"sts:AssumeRole", "arn:aws:iam::" + home + ":role/toy-role", true, RoleTrustPolicy},
		{"STS:ASSUMEROLE", "arn:aws:iam::" + home + ":role/toy-role", true, RoleTrustPolicy},
		{"sts:AssumeRoleWithSAML", "arn:aws:iam::" + home + ":role/toy-role", true, RoleTrustPolicy},
		{"sts:SetSourceIdentity", "arn:aws:iam::" + home + ":role/toy-role", true, RoleTrustPolicy},
	} {
		r := Request{Principal: user, Action: c.action, Resource: c.resource}
		if v := Authorize(r, Policies{Identity: []Document{all}}, c.same); v.Which != c.want || v.Allowed != (c.want == "") {
			t.Errorf("%s on %s: got %+v, want %q", c.action, c.resource, v, c.want)
		}
		if v := Authorize(r, Policies{}, c.same); v.Allowed || v.Which != IdentityBasedPolicy {
			t.Errorf("%s on %s without policies: got %+v", c.action, c.resource, v)
		}
	}
	// A trust policy is one of a role.
	star := mustTrust(t, trustFor("star", user))
	for _, resource := range []string{"*", "arn:aws:iam::" + home + ":user/ueno", "arn:aws:iam:::role/toy-role", "arn:aws:s3:::role/x"} {
		r := Request{Principal: user, Action: "sts:AssumeRole", Resource: resource}
		if v := Authorize(r, Policies{Identity: []Document{all}, Trust: &star}, true); v.Allowed || v.Which != "" || len(v.Why) != 1 {
			t.Errorf("%s: got %+v", resource, v)
		}
	}
}
