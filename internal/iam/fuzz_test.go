package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
)

func FuzzParsePolicy(f *testing.F) {
	for _, s := range []string{
		soundPolicy, mfaPermissions, teamPermissions, ipPermissions, identityFor("deny"), identityFor("none"),
		statements(`{"Effect":"Allow","NotAction":["iam:*"],"NotResource":"arn:*:iam::*:role/${aws:username, 'x'}/${*}","Condition":{
			"ForAnyValue:StringNotLikeIfExists":{"aws:TagKeys":["${aws:userid}*","?"]},"Null":{"a:b":true},"NumericLessThan":{"a:c":[1,"2.5"]},
			"DateGreaterThan":{"aws:CurrentTime":"2026-01-31T12:00:00Z"},"BinaryEquals":{"a:d":"QQ=="},"ArnLike":{"aws:PrincipalArn":"${aws:PrincipalArn}"},
			"StringEqualsIgnoreCase":{"aws:PrincipalTag/a b":"\u00e9"},"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}}`),
		`{"Statement":[{`, `{"a":{"a":{"a":`, "\ufeff{}", `{"Version":"2008-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"arn:aws:iam::*:role/${"}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzParse(t, data, ParsePolicy) })
}

func FuzzParseTrust(f *testing.F) {
	user := userCalled("ueno")
	for _, s := range []string{
		externalIDTrust, mfaTrust, orgTrust, sessionNameTrust, ssoTrust, sourceIdentityTrust, tagsTrust,
		trustFor("direct", user), trustFor("account", user), trustFor("deny", user),
		statements(`{"Effect":"Deny","NotAction":"sts:Tag*","Principal":{"AWS":["AIDAEXAMPLE123456789A","arn:aws:sts::111122223333:assumed-role/toy-role/ueno"],
			"Service":["ec2.amazonaws.com"],"Federated":"accounts.google.com","CanonicalUser":"79a5"}}`),
		`{"Statement":{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { fuzzParse(t, data, ParseTrust) })
}

// fuzzParse: a document is refused with a place in it, or it can be evaluated, and means the same when another writer spells it.
func fuzzParse(t *testing.T, data []byte, parse func([]byte) (Document, error)) {
	d, err := parse(data)
	if err != nil {
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Line < 1 || syntax.Column < 1 || syntax.Msg == "" {
			t.Fatalf("%q: got %#v", data, err)
		}
		return
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%q: was accepted and is not JSON: %v", data, err)
	}
	again, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if len(again) > maxDocument {
		return // escapes made it longer
	}
	d2, err := parse(again)
	if err != nil {
		t.Fatalf("%q: accepted, but not as %q: %v", data, again, err)
	}
	for _, r := range fuzzRequests() {
		one, two := d.Evaluate(r), d2.Evaluate(r)
		if one.Effect != two.Effect || one.Statement != two.Statement || one.Sid != two.Sid || one.Direct != two.Direct || one.Everyone != two.Everyone {
			t.Errorf("%q: got %+v, as %q %+v", data, one, again, two)
		}
		p := Policies{Identity: []Document{d}, Session: []Document{d}, Trust: &d}
		if d.kind == trust {
			p.Identity, p.Session = nil, nil
		} else {
			p.Trust = nil
		}
		if v := Authorize(r, p, true); v.Allowed && one.Effect != Allow {
			t.Errorf("%q: allowed although the document says %v", data, one.Effect)
		}
	}
}

func fuzzRequests() []Request {
	full := Context{
		"aws:username": {"ueno"}, "aws:userid": {"AIDAX"}, "aws:principaltag/team": {"*"}, "aws:tagkeys": {"a", "b"}, "a:b": {""},
		"aws:currenttime": {"2026-01-31T12:00:00Z"}, "aws:sourceip": {"203.0.113.7"}, "sts:externalid": {"12345"}, "a:c": {"x"},
		"aws:multifactorauthpresent": {"true"}, "aws:multifactorauthage": {"60"}, "aws:principalarn": {"arn:aws:iam::111122223333:user/ueno"},
	}
	requests := []Request{
		assume(userCalled("ueno"), nil), assume(userCalled("ueno"), full), assume(sessionOf("p/toy-role", "ueno"), full), {},
	}
	tag := assume(userCalled("alice"), full)
	tag.Action, tag.Resource = "sts:TagSession", "arn:aws:iam::444455556666:role/ueno/*"
	return append(requests, tag)
}
