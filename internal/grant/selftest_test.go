package grant

import (
	"strings"
	"testing"
)

// TestRunTests: a test that does not hold is named by its line; what it leaves out is as the grant wants it.
func TestRunTests(t *testing.T) {
	document := withGrant("require: {org_id: o-exampleorg1, source_ip: [203.0.113.0/24], reason: true}",
		"parameters: {p: {enum: [blue]}, q: {pattern: name, max_length: 5, required: true}}", "tags: {p: '${parameter.p}'}", "deny: [{user: '"+ueno+"'}]",
		"callers: [{user: 'arn:aws:iam::123456789012:user/*'}, {role: 'arn:aws:iam::123456789012:role/R', id: AROAEXAMPLE123456789A}]") + "tests:\n"
	for _, test := range []struct{ test, problem string }{
		{"caller: " + alice + ", expect: allow", ""},
		{"caller: " + alice + ", expect: deny", "want deny, got allow: iam::123456789012:user/alice may take g by grants.yaml:8:15: callers"},
		{"caller: " + ueno + ", expect: deny", ""},
		{"caller: " + ueno + ", expect: allow", "want allow, got deny: iam::123456789012:user/ueno may not take g by grants.yaml:7:12: deny: the caller is named"},
		{"caller: 'arn:aws:iam::999999999999:user/alice', expect: allow", "no rule names the caller"},
		{"caller: " + alice + ", org_id: o-another0org, expect: allow", "the caller is of organization \"o-another0org\""},
		{"caller: " + alice + ", source_ip: 198.51.100.7, expect: deny", ""},
		{"caller: " + alice + ", source_ip: 198.51.100.7, expect: allow", "the caller's address is 198.51.100.7"},
		{"caller: " + alice + ", reason: '', expect: allow", "reason: want one"},
		{"caller: " + alice + ", reason: 'x', expect: allow", ""},
		{"caller: " + alice + ", parameters: {p: red}, expect: deny", ""},
		{"caller: " + alice + ", parameters: {p: red}, expect: allow", "want one of blue"},
		{"caller: " + alice + ", parameters: {p: blue, q: abcde}, expect: allow", ""},
		{"caller: " + alice + ", parameters: {q: abcdef}, expect: allow", "at most 5 characters"},
		{"caller: " + alice + ", duration: 1h, expect: allow", ""},
		{"caller: 'arn:aws:sts::123456789012:assumed-role/R/alice', id: AROAEXAMPLE123456789A, expect: allow", ""},
		{"caller: 'arn:aws:sts::123456789012:assumed-role/R/alice', id: AROAEXAMPLE123456789B, expect: allow", "no rule names the caller"},
		{"caller: 'arn:aws:sts::123456789012:assumed-role/R/alice', expect: deny, description: nobody knows the id", ""},
		// Nothing else than the caller is wrong here, and were they let in, the test would fail.
		{"caller: 'arn:aws:iam::123456789012:user/team/alice', expect: deny", ""},
	} {
		failures := mustParse(t, document+"  - {grant: g, "+test.test+"}\n").RunTests()
		switch {
		case test.problem == "" && failures != nil:
			t.Errorf("%s: %v", test.test, failures)
		case test.problem != "" && (len(failures) != 1 || failures[0].Place != "grants.yaml:13:5" || !strings.Contains(failures[0].Problem, test.problem) || !strings.HasPrefix(failures[0].String(), "grants.yaml:13:5: test: want ")):
			t.Errorf("%s: %v, want %s", test.test, failures, test.problem)
		}
	}
}
