package iam

import (
	"strings"
	"testing"
)

func TestActions(t *testing.T) {
	for _, c := range []struct {
		element string
		action  string
		want    Effect
	}{
		{`"Action":"sts:AssumeRole"`, "sts:AssumeRole", Allow},
		{`"Action":"STS:assumerole"`, "sts:AssumeRole", Allow},
		{`"Action":"sts:AssumeRole"`, "STS:ASSUMEROLE", Allow},
		{`"Action":"sts:AssumeRole"`, "sts:AssumeRoleWithSAML", NoMatch},
		{`"Action":"sts:Assume*"`, "sts:AssumeRoleWithSAML", Allow},
		{`"Action":"sts:AssumeRol?"`, "sts:AssumeRole", Allow},
		{`"Action":"sts:AssumeRol?"`, "sts:AssumeRol", NoMatch},
		{`"Action":"sts:*"`, "iam:GetRole", NoMatch},
		{`"Action":["iam:*","sts:TagSession"]`, "sts:TagSession", Allow},
		{`"Action":"*"`, "iam:GetRole", Allow},
		{`"NotAction":"iam:*"`, "sts:AssumeRole", Allow},
		{`"NotAction":"iam:*"`, "iam:GetRole", NoMatch},
		{`"NotAction":["iam:*","sts:*"]`, "sts:AssumeRole", NoMatch},
		{`"NotAction":"*"`, "sts:AssumeRole", NoMatch},
	} {
		d := mustPolicy(t, statements(`{"Effect":"Allow","Resource":"*",`+c.element+`}`))
		r := assume(userCalled("ueno"), nil)
		r.Action = c.action
		got := d.Evaluate(r)
		if got.Effect != c.want {
			t.Errorf("%s with %s: got %v, want %v", c.element, c.action, got.Effect, c.want)
		}
		element, _, _ := strings.Cut(strings.TrimPrefix(c.element, `"`), `"`)
		if c.want == NoMatch && (len(got.Mismatches) != 1 || got.Mismatches[0].Element != element) {
			t.Errorf("%s with %s: got mismatches %+v", c.element, c.action, got.Mismatches)
		}
	}
}

func TestResources(t *testing.T) {
	const role = "arn:aws:iam::111122223333:role/team/toy-role"
	for _, c := range []struct {
		element, resource string
		want              truth
	}{
		{`"Resource":"*"`, role, yes},
		{`"Resource":"*"`, "*", yes},
		{`"Resource":"` + role + `"`, role, yes},
		{`"Resource":"` + role + `"`, "*", no},
		{`"Resource":"arn:aws:iam::111122223333:role/team/Toy-role"`, role, no},
		{`"Resource":"arn:aws:iam::444455556666:role/team/toy-role"`, role, no},
		{`"Resource":"arn:aws:iam::111122223333:role/toy-role"`, role, no},
		{`"Resource":"arn:aws:iam::111122223333:role/*"`, role, yes},
		{`"Resource":"arn:aws:iam::111122223333:role/team/toy-???e"`, role, yes},
		{`"Resource":"arn:aws:iam::111122223333:*"`, role, yes},
		{`"Resource":"arn:aws:iam::*:role/team/toy-role"`, role, yes},
		{`"Resource":"arn:aws:iam::1111????3333:role/team/*"`, role, yes},
		{`"Resource":"arn:*:iam:*:*:role/*/toy-role"`, role, yes},
		{`"Resource":"arn:aws:sts::*:*"`, role, no},
		{`"Resource":["arn:aws:s3:::b","arn:aws:iam::*:role/team/*"]`, role, yes},
		{`"Resource":"arn:aws:s3:::b/*/test/*"`, "arn:aws:s3:::b/1///test///object.jpg", yes},
		{`"Resource":"arn:aws:s3:::b/*/test/*"`, "arn:aws:s3:::b/1-test/object.jpg", no},
		{`"Resource":"arn:aws:s3:::b/k:*"`, "arn:aws:s3:::b/k:x:y", yes},
		// A * in a part that is not the last "can expand to match beyond the colon boundaries", it is not said when.
		{`"Resource":"arn:aws:iam::*:toy-role"`, "arn:aws:iam::111122223333:role:toy-role", unsure},
		{`"Resource":"arn:aws:s3:*:*:x"`, "arn:aws:s3:::y:x", unsure},
		{`"NotResource":"arn:aws:s3:*:*:x"`, "arn:aws:s3:::y:x", unsure},

		{`"NotResource":"*"`, role, no},
		{`"NotResource":"` + role + `"`, role, no},
		{`"NotResource":"arn:aws:iam::111122223333:role/admin"`, role, yes},
		{`"NotResource":["arn:aws:iam::111122223333:role/admin","arn:aws:iam::*:role/team/*"]`, role, no},
		{`"NotResource":"arn:aws:iam::111122223333:role/admin"`, "*", yes},

		{`"Resource":"arn:aws:iam::111122223333:role/${aws:PrincipalTag/Team}/*"`, role, yes},
		{`"Resource":"arn:aws:iam::111122223333:role/${aws:PrincipalTag/other}/*"`, role, no},
		{`"Resource":"arn:aws:iam::111122223333:role/${aws:PrincipalTag/empty}*"`, role, unsure},
		{`"Resource":"arn:aws:iam::111122223333:role/${aws:PrincipalTag/star}"`, role, no},
		{`"Resource":"arn:aws:iam::111122223333:role/${aws:PrincipalTag/other, 'team'}/toy-role"`, role, yes},
		{`"NotResource":"arn:aws:iam::111122223333:role/${aws:PrincipalTag/Team}/*"`, role, no},
		{`"NotResource":"arn:aws:iam::111122223333:role/${aws:PrincipalTag/other}/*"`, role, unsure},
		{`"NotResource":"arn:aws:iam::111122223333:role/${aws:PrincipalTag/empty}*"`, role, unsure},
	} {
		for effect, want := range map[string]map[truth]Effect{
			"Allow": {yes: Allow, unsure: NoMatch, no: NoMatch}, "Deny": {yes: Deny, unsure: Deny, no: NoMatch},
		} {
			d := mustPolicy(t, statements(`{"Effect":"`+effect+`","Action":"*",`+c.element+`}`))
			r := assume(userCalled("ueno"), Context{"aws:principaltag/team": {"team"}, "aws:principaltag/empty": {""}, "aws:principaltag/star": {"*"}})
			r.Resource = c.resource
			if got := d.Evaluate(r); got.Effect != want[c.want] {
				t.Errorf("%s %s with %s: got %v, want %v", effect, c.element, c.resource, got.Effect, want[c.want])
			}
		}
	}
}

func TestPrincipals(t *testing.T) {
	user, pathed := userCalled("ueno"), userCalled("team/blue/alice")
	session, deep := sessionOf("toy-role", "ueno"), sessionOf("team/toy-role", "ueno")
	federated := Principal{Kind: FederatedUser, ARN: "arn:aws:sts::" + home + ":federated-user/ueno", Account: home, Partition: "aws", UserID: home + ":ueno"}
	root := Principal{Kind: Root, ARN: "arn:aws:iam::" + home + ":root", Account: home, Partition: "aws", UserID: home}
	nameless := user
	nameless.UserID = ""
	everybody := []Principal{user, pathed, session, deep, federated, root}
	for _, c := range []struct {
		principal string
		match     []Principal
		direct    bool
	}{
		{`{"AWS":"*"}`, everybody, false},
		{`{"AWS":"` + home + `"}`, everybody, false},
		{`{"AWS":"arn:aws:iam::` + home + `:root"}`, everybody, false},
		{`{"AWS":"arn:aws-cn:iam::` + home + `:root"}`, nil, false},
		{`{"AWS":"` + other + `"}`, nil, false},
		{`{"AWS":"arn:aws:iam::` + other + `:root"}`, nil, false},
		{`{"AWS":"` + user.ARN + `"}`, []Principal{user}, true},
		{`{"AWS":"arn:aws:iam::` + home + `:user/Ueno"}`, nil, true},
		{`{"AWS":"arn:aws:iam::` + other + `:user/ueno"}`, nil, true},
		{`{"AWS":"` + pathed.ARN + `"}`, []Principal{pathed}, true},
		{`{"AWS":"arn:aws:iam::` + home + `:user/alice"}`, nil, true},
		{`{"AWS":"` + session.RoleARN + `"}`, []Principal{session}, true},
		{`{"AWS":"` + deep.RoleARN + `"}`, []Principal{deep}, true},
		{`{"AWS":"arn:aws:iam::` + home + `:role/Toy-Role"}`, nil, true},
		{`{"AWS":"arn:aws:iam::` + other + `:role/toy-role"}`, nil, true}, // T4: same role name, other account
		{`{"AWS":"` + session.ARN + `"}`, []Principal{session, deep}, true},
		{`{"AWS":"arn:aws:sts::` + home + `:assumed-role/toy-role/uen"}`, nil, true},
		{`{"AWS":"arn:aws:sts::` + other + `:assumed-role/toy-role/ueno"}`, nil, true},
		{`{"AWS":"` + federated.ARN + `"}`, []Principal{federated}, true},
		{`{"AWS":"AIDAEXAMPLE123456789A"}`, []Principal{user, pathed}, true},
		{`{"AWS":"AROAEXAMPLE123456789B"}`, []Principal{session, deep}, true},
		{`{"AWS":"AROAEXAMPLE123456789C"}`, nil, true},
		{`{"Service":"ec2.amazonaws.com"}`, nil, false},
		{`{"Federated":"arn:aws:iam::` + home + `:saml-provider/ADFS"}`, nil, false},
		{`{"Federated":"` + user.ARN + `"}`, nil, false},
		{`{"CanonicalUser":"` + home + `"}`, nil, false},
		{`{"Service":"ec2.amazonaws.com","AWS":["` + other + `","` + user.ARN + `"]}`, []Principal{user}, true},
		// Of several entries the closest counts, wherever it stands.
		{`{"AWS":["` + user.ARN + `","` + other + `"]}`, []Principal{user}, true},
		{`{"AWS":["` + user.ARN + `","AIDAEXAMPLE123456789A"],"Service":"ec2.amazonaws.com"}`, []Principal{user, pathed}, true},
	} {
		d := mustTrust(t, statements(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":`+c.principal+`}`))
		deny := mustTrust(t, statements(`{"Effect":"Deny","Action":"sts:AssumeRole","Principal":`+c.principal+`}`))
		for _, p := range everybody {
			want, wantDeny := NoMatch, NoMatch
			for _, m := range c.match {
				if m == p {
					want, wantDeny = Allow, Deny
				}
			}
			r := assume(p, nil)
			got := d.Evaluate(r)
			if got.Effect != want || got.Direct != (c.direct && want == Allow) || got.Everyone != (c.principal == `{"AWS":"*"}`) {
				t.Errorf("%s, %s: got %+v, want %v", c.principal, p.ARN, got, want)
			}
			if want == NoMatch && (len(got.Mismatches) != 1 || got.Mismatches[0].Element != "Principal") {
				t.Errorf("%s, %s: got %+v", c.principal, p.ARN, got.Mismatches)
			}
			if got := deny.Evaluate(r); got.Effect != wantDeny || got.Direct {
				t.Errorf("Deny %s, %s: got %+v, want %v", c.principal, p.ARN, got, wantDeny)
			}
		}
	}
	for _, principals := range []string{`["` + user.ARN + `","` + home + `","*"]`, `["*","` + home + `","` + user.ARN + `"]`, `["` + home + `","` + user.ARN + `","*"]`} {
		d := mustTrust(t, statements(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":`+principals+`}}`))
		if got := d.Evaluate(assume(user, nil)); got.Effect != Allow || !got.Direct || got.Everyone {
			t.Errorf("%s: got %+v", principals, got)
		}
	}
	// An entry that cannot be decided takes nothing from one that can.
	d := mustTrust(t, statements(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["`+home+`","AIDAEXAMPLE123456789Z"]}}`))
	if got := d.Evaluate(assume(nameless, nil)); got.Effect != Allow || got.Direct {
		t.Errorf("got %+v", got)
	}
	// A Deny for a unique ID applies where the request does not say the principal's.
	for effect, want := range map[string]Effect{"Allow": NoMatch, "Deny": Deny} {
		d := mustTrust(t, statements(`{"Effect":"`+effect+`","Action":"sts:AssumeRole","Principal":{"AWS":"AIDAEXAMPLE123456789Z"}}`))
		if got := d.Evaluate(assume(nameless, nil)); got.Effect != want {
			t.Errorf("%s for a unique ID: got %+v, want %v", effect, got, want)
		}
	}
}

func TestPrincipalDetail(t *testing.T) {
	d := mustTrust(t, statements(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":["444455556666","arn:aws:iam::111122223333:role/other"]}}`))
	got := d.Evaluate(assume(sessionOf("p/toy-role", "ueno"), nil)).Mismatches[0].Detail
	want := `want "444455556666" or "arn:aws:iam::111122223333:role/other", got "arn:aws:sts::111122223333:assumed-role/toy-role/ueno" of role "arn:aws:iam::111122223333:role/p/toy-role"`
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
