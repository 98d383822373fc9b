package main

import (
	"strings"
	"testing"

	"karikagi/internal/functionurl"
	"karikagi/internal/grant"
)

// What is measured are documents that the function takes, and decisions that
// allow.
func TestDocuments(t *testing.T) {
	alice, err := who()
	if err != nil {
		t.Fatal(err)
	}
	for what, text := range map[string][]byte{
		"1 grant": testedDocument(1), "100 grants": testedDocument(100), "10,000 grants": []byte(document(10_000, shortGrant).String()),
	} {
		d, err := grant.Parse("grants.yaml", text)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if failures := d.RunTests(); len(failures) != 0 {
			t.Errorf("%s: %v", what, failures[0])
		}
		if decision := d.Decide(alice, ask(grantName(0))); !decision.Allowed {
			t.Errorf("%s: %s", what, decision.Reason)
		}
		if decision := d.Decide(alice, ask(grantName(-1))); decision.Allowed {
			t.Errorf("%s: a grant that is not there is given", what)
		}
	}
}

// The event is one that a function may take for its URL's.
func TestCredentialsEvent(t *testing.T) {
	raw, err := credentialsEvent(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, err := functionurl.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	x := functionurl.Expectation{Region: "us-east-1", RequestIDCheck: functionurl.Enforce}
	if err := x.Verify(e, functionurl.Invocation{RequestID: requestID}); err != nil {
		t.Error(err)
	}
	if id, ok := e.Identity(); !ok || id.ARN != callerARN || !strings.Contains(e.Body, `"team"`) {
		t.Errorf("%+v, %s", id, e.Body)
	}
}
