package iam

import (
	"strings"
	"testing"
)

const (
	home  = "111122223333" // the account of the callers
	other = "444455556666"
)

func mustPolicy(t testing.TB, text string) Document {
	t.Helper()
	d, err := ParsePolicy([]byte(text))
	if err != nil {
		t.Fatalf("ParsePolicy(%s): %v", text, err)
	}
	return d
}

func mustTrust(t testing.TB, text string) Document {
	t.Helper()
	d, err := ParseTrust([]byte(text))
	if err != nil {
		t.Fatalf("ParseTrust(%s): %v", text, err)
	}
	return d
}

// statements wraps statements into a document of the version in which variables are interpreted.
func statements(texts ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(texts, ",") + `]}`
}

func userCalled(name string) Principal {
	return Principal{
		Kind: User, ARN: "arn:aws:iam::" + home + ":user/" + name, Account: home, Partition: "aws", UserID: "AIDAEXAMPLE123456789A",
	}
}

// sessionOf is a session of a role, which may have a path.
func sessionOf(role, session string) Principal {
	name := role[strings.LastIndexByte(role, '/')+1:]
	return Principal{
		Kind: AssumedRole, ARN: "arn:aws:sts::" + home + ":assumed-role/" + name + "/" + session,
		RoleARN: "arn:aws:iam::" + home + ":role/" + role, Account: home, Partition: "aws", UserID: "AROAEXAMPLE123456789B:" + session,
	}
}

// assume is the request of a principal to assume a role of the home account.
func assume(p Principal, c Context) Request {
	return Request{Principal: p, Action: "sts:AssumeRole", Resource: "arn:aws:iam::" + home + ":role/toy-role", Context: c}
}

func (e Effect) String() string { return [...]string{"NoMatch", "Allow", "Deny"}[e] }

func (t truth) String() string { return [...]string{"no", "unsure", "yes"}[t] }
