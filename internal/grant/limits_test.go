package grant

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"karikagi/internal/iam"
)

// holdDocuments wants each document to be taken, or refused, as is said of it.
func holdDocuments(t *testing.T, all map[string]bool) {
	t.Helper()
	for document, want := range all {
		if d, err := Parse("f", []byte(document)); (err == nil) != want || (d != nil) != want {
			t.Errorf("taken %t, want %t: %v\n%s", err == nil, want, err, document)
		}
	}
}

// TestLimitsOfCallers: what is near to a rule that may be written is none.
func TestLimitsOfCallers(t *testing.T) {
	const roleR = "role: 'arn:aws:iam::123456789012:role/R'"
	all := map[string]bool{
		"user: 'xarn:aws:iam::123456789012:user/a'":                                               false,
		"user: 'aws:iam::123456789012:user/a'":                                                    false,
		"user: 'arn:aws:sts::123456789012:user/a'":                                                false,
		"user: 'arn:aws:iam:us-east-1:123456789012:user/a'":                                       false,
		"user: 'arn:aws:iam::12345678901x:user/a'":                                                false,
		"user: 'arn:aws:iam::1234567890123:user/a'":                                               false,
		"user: 'arn:aws:iam::123456789012:user/'":                                                 false,
		"user: 'arn:aws:iam::123456789012:user//a'":                                               false,
		"user: 'arn:aws:iam::123456789012:user/a//b'":                                             false,
		"user: 'arn:aws:iam::123456789012:user/a/b'":                                              true,
		"user: 'arn:aws:iam::123456789012:user/" + a64 + "'":                                      true,
		"user: 'arn:aws:iam::123456789012:user/*" + a64 + "*'":                                    true,
		"user: 'arn:aws:iam::123456789012:user/" + strings.Repeat("a", 511) + "/b'":               true,
		"user: 'arn:aws:iam::123456789012:user/" + strings.Repeat("a", 512) + "/b'":               false,
		"role: 'arn:aws:iam::123456789012:role/*'":                                                true,
		"role: 'arn:aws:iam::123456789012:role/a/**'":                                             false,
		"principal: 'arn:aws:sts::123456789012:assumed-role/R/alice'":                             false,
		roleR + ", id: AROAEXAMPLE12345":                                                          true,
		roleR + ", id: AROAEXAMPLE1234":                                                           false,
		roleR + ", id: AROA" + strings.Repeat("A", 124):                                           true,
		roleR + ", id: AROA" + strings.Repeat("A", 125):                                           false,
		roleR + ", id: AROAEXAMPLE123456789a":                                                     false,
		roleR + ", id: AROAEXAMPLE12345678-A":                                                     false,
		roleR + ", id: 'AROAEXAMPLE123456789A:alice'":                                             false,
		roleR + ", session_name: '**', trust_session_name: true":                                  false,
		roleR + ", session_name: 'a**', trust_session_name: true":                                 false,
		roleR + ", session_name: '', trust_session_name: true":                                    false,
		roleR + ", session_name: 'a?', trust_session_name: true":                                  false,
		roleR + ", session_name: 'a*', trust_session_name: true":                                  true,
		"user: 'arn:aws:iam::123456789012:user/a', trust_session_name: true":                      false,
		"user: 'arn:aws:iam::123456789012:user/a', session_name: b":                               false,
		"principal: 'arn:aws:iam::123456789012:root', trust_session_name: true":                   false,
		"principal: 'arn:aws:iam::123456789012:root', session_name: b, trust_session_name: false": false,
	}
	for c := rune(0); c <= 'Ā'; c++ { // in a name, and in a path, where more may stand
		name := fmt.Sprintf(`user: "arn:aws:iam::123456789012:user/a\u%04xb"`, c)
		path := fmt.Sprintf(`user: "arn:aws:iam::123456789012:user/a\u%04xb/c"`, c)
		all[name] = strings.ContainsRune(letters+digits+"_+=,.@-*/", c)
		all[path] = c > ' ' && c <= '~' && !strings.ContainsRune(`?[]{}\|$^`, c)
		all[fmt.Sprintf(`user: "arn:aws:iam::123456789012:user/\u%04xb/c"`, c)] = all[path] && c != '/'
	}
	for rule, want := range all {
		holdDocuments(t, map[string]bool{withGrant("callers: [{" + rule + "}]"): want})
		if !strings.Contains(rule, ", id") { // that of nobody in the other list
			holdDocuments(t, map[string]bool{withGrant("deny: [{" + rule + "}]"): want})
		}
	}
	// The external ID may be left out only where each of the callers is of the role's own account.
	holdDocuments(t, map[string]bool{
		withGrant("callers: [{user: 'arn:aws:iam::210987654321:user/a'}, {user: 'arn:aws:iam::210987654321:user/b'}]", "-external_id"): true,
		withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/a'}, {user: 'arn:aws:iam::210987654321:user/b'}]", "-external_id"): false,
		withGrant("callers: [{user: 'arn:aws:iam::210987654321:user/a'}, {user: 'arn:aws:iam::123456789012:user/b'}]", "-external_id"): false,
		// Only a role that is named wholly, and no user, is one whose sessions are vended.
		withGrant("callers: [{user: 'arn:aws:iam::210987654321:user/reader'}]"):  true,
		withGrant("callers: [{role: 'arn:aws:iam::210987654321:role/reader*'}]"): true,
		withGrant("callers: [{role: 'arn:aws:iam::210987654321:role/READER'}]"):  false,
	})
}

// TestLimitsOfGrants is the same of what else a grant says.
func TestLimitsOfGrants(t *testing.T) {
	const n256 = a64 + a64 + a64 + a64
	named := func(name string) string { return strings.Replace(withGrant(), "  g:", "  "+name+":", 1) }
	all := map[string]bool{
		named(a64): true, named(a64 + "a"): false, named("a.b-c_D"): true, named("a~"): false, named("'.'"): false, named("'...'"): false, named("'..a'"): true,
		withGrant("session_policy: {Version: '2008-10-17', Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}"):     false,
		withGrant("session_policy: {Version: '2012-10-17', Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}"):     true,
		withGrant("session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: \"arn:aws:s3:::\u00ff\"}}"):        true,
		withGrant("session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: \"arn:aws:s3:::\u0100\"}}"):        false,
		withGrant("session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::a${?}b${*}c${$}'}}"): true,
		withGrant("session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${user.name}'}}"):    false,
		withGrant("session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${name}'}}"):         false,
		withGrant("tags: {a: '${?}'}"): false, withGrant("tags: {a: '${user.name}'}"): false, withGrant("tags: {a: ''}"): true, withGrant("tags: {'': a}"): false,
		withGrant("tags: {" + a64 + a64 + ": a}"): true, withGrant("tags: {" + a64 + a64 + "a: a}"): false,
		withGrant("tags: {a: " + n256 + "}"): true, withGrant("tags: {a: " + n256 + "a}"): false, withGrant("tags: {" + manyTags(50) + "}"): true,
		withGrant("tags: {é: ü 仮鍵²}"): true, withGrant("tags: {a: '仮！'}"): false, withGrant(`tags: {a: "\xe9\u200b"}`): false,
		withGrant("policy_arns: [" + manyPolicies(10) + "]"): true,
		withGrant("parameters: {" + a64 + ": {enum: [a]}}"):  true, withGrant("parameters: {" + a64 + "a: {enum: [a]}}"): false, withGrant("parameters: {1a: {enum: [a]}}"): false, withGrant("parameters: {_a: {enum: [a]}}"): false,
		withGrant("parameters: {a: {enum: [" + n256 + "]}}"): true, withGrant("parameters: {a: {enum: [" + n256 + "a]}}"): false, withGrant("parameters: {a: {enum: ['~!']}}"): true, withGrant(`parameters: {a: {enum: ["a\x7f"]}}`): false, withGrant("parameters: {a: {enum: [' a']}}"): false,
		withGrant("parameters: {a: {pattern: name, max_length: 256}}"): true, withGrant("parameters: {a: {pattern: name, max_length: 257}}"): false, withGrant("parameters: {a: {pattern: account_id, max_length: 13}}"): false, withGrant("parameters: {a: {pattern: ticket, max_length: 2}}"): false,
		withGrant("require: {org_id: o-0123456789}"): true, withGrant("require: {org_id: o-012345678}"): false, withGrant("require: {org_id: o-" + strings.Repeat("a", 32) + "}"): true, withGrant("require: {org_id: o-" + strings.Repeat("a", 33) + "}"): false,
		withGrant("require: {org_id: o-Example0rg1}"): false, withGrant("require: {org_id: o-example-org1}"): false, withGrant("require: {org_id: example0rg1}"): false, withGrant("require: {org_id: o-exampleorg~}"): false,
		withGrant("external_id: ab"): true, withGrant("external_id: " + strings.Repeat("a", 1224)): true, withGrant("external_id: " + strings.Repeat("a", 1225)): false,
		withGrant("description: " + strings.Repeat("é", 1000)): true, withGrant("description: " + strings.Repeat("é", 1001)): false, withGrant(`description: "a\nb"`): true, withGrant(`description: "a\x1b"`): false, withGrant(`description: "\x1b"`): false,
		withGrant() + "tests: [{caller: " + alice + ", expect: deny}]":                                      false,
		withGrant() + "tests: [{grant: g, expect: deny}]":                                                   false,
		withGrant() + "tests: [{caller: " + alice + ", source_ip: 'fe80::1%eth0', grant: g, expect: deny}]": false,
		withGrant() + "tests: [{caller: " + alice + ", duration: 61m, grant: g, expect: deny}]":             false,
		withGrant() + `tests: [{description: "a\x1b", caller: '` + alice + `', grant: g, expect: allow}]`:   false,
	}
	for _, arn := range []string{"arn:aws:iam::aws:policy/a/b", "arn:aws:iam::210987654321:policy/a", "arn:aws:iam::aws:policy/" + strings.Repeat("a", 2024)} {
		all[withGrant("session_policy: {Statement: {Effect: Allow, Action: '*', Resource: '*'}}", "policy_arns: ['"+arn+"']")] = len(arn) < 1800 // more is no room for the policy
	}
	for _, arn := range []string{
		"arn:aws:iam::aws:policy", "arn:aws:iam::aws", "ARN:aws:iam::aws:policy/a", "xrn:aws:iam::aws:policy/a", "arn:aws:sts::aws:policy/a", "arn:aws:iam:us-east-1:aws:policy/a", "arn:aws:iam::aws:role/a",
		"arn:aws:iam::aws:policy/", "arn:aws:iam::aws:policy/a/", "arn:aws:iam::aws:policy//a", "arn:aws:iam::aws:policy/a b", "arn:aws:iam::aws:policy/a?", "arn:aws:iam::aws:policy/é", "arn:aws:iam::AWS:policy/a", "arn:aws:iam:::policy/a", "arn:aws:iam::21098765432:policy/a",
	} {
		all[withGrant("policy_arns: ['"+arn+"']")] = false
	}
	for text, want := range map[string]bool{
		"15m": true, "60m": true, "900s": true, "3600s": true, "1h": true,
		"": false, "m": false, "h": false, "0m": false, "015m": false, "+15m": false, "-15m": false, "15": false, "15M": false, "15 m": false, " 15m": false, "15m ": false, "1h0m": false, "1e1m": false, "0x1fm": false,
		"61m": false, "3601s": false, "899s": false, "14m": false, "65551s": false, "1d": false, "900ms": false, "15m\\n": false, "１５m": false, "1_5m": false,
	} {
		all[withGrant(`duration: {max: "`+text+`"}`)] = want
	}
	holdDocuments(t, all)
}

// TestPatterns holds each pattern against values that it takes and values near to them.
func TestPatterns(t *testing.T) {
	const uuid = "01234567-89ab-cdef-0123-456789abcdef"
	for name, values := range map[string]struct{ takes, refuses []string }{
		"name":         {[]string{"a", "Z", "0", "a.b", "a-b_c", "9-"}, []string{"", "_a", ".a", "-a", "a@b", "a b", "a/b", "a:b", "a+b", "a=b", "é"}},
		"path_segment": {[]string{"a", ".a", "...", "-", "_.@+=-", "dt=2026-01-31"}, []string{"", ".", "..", "a/b", "a,b", "a:b", "a b", "*", "é"}},
		"ticket":       {[]string{"A-1", "OPS-42", "A1B-10"}, []string{"", "A", "A-", "-1", "A-0", "A-01", "1A-1", "a-1", "A-1a", "A-1-2", "A_1", "A-1 ", "A--1"}},
		"account_id":   {[]string{"123456789012", "000000000000"}, []string{"", "12345678901", "1234567890123", "12345678901x", "1234-5678901", "１23456789012"}},
		"uuid": {[]string{uuid}, []string{"", strings.ToUpper(uuid), uuid[:35], uuid + "0", strings.ReplaceAll(uuid, "-", "0"), strings.Repeat("-", 36), "0123456-789ab-cdef-0123-456789abcdef", "01234567-89a-bcdef-0123-456789abcdef",
			"01234567-89ab-cde-f0123-456789abcdef", "01234567-89ab-cdef-012-3456789abcdef", "01234567089ab-cdef-0123-456789abcdef", "01234567-89ab0cdef-0123-456789abcdef", "01234567-89ab-cdef00123-456789abcdef", "01234567-89ab-cdef-01230456789abcdef", "{0123456-89ab-cdef-0123-456789abcdef", "g1234567-89ab-cdef-0123-456789abcdef"}},
		"number": {[]string{"0", "1", "10", "907"}, []string{"", "00", "01", "-1", "+1", "1.0", "1e3", " 1", "1_0", "0x1", "١"}},
	} {
		length := 40
		switch name {
		case "account_id":
			length = 12
		case "uuid":
			length = 36
		}
		d := mustParse(t, withGrant(fmt.Sprintf("parameters: {p: {pattern: %s, max_length: %d}}", name, length)))
		for _, value := range values.takes {
			allowed(t, d.Decide(who(t, alice), Ask{Grant: "g", Parameters: map[string]string{"p": value}}))
		}
		for _, value := range append(values.refuses, "a\x00", "1\n", "\xff", strings.Repeat("1", length+1)) {
			bad(t, d.Decide(who(t, alice), Ask{Grant: "g", Parameters: map[string]string{"p": value}}), `parameter "p": want`)
		}
	}
	if got := len(valuePatterns()); got != 6 {
		t.Errorf("%d patterns: the table above has six", got)
	}
}

// TestFieldsOfARNs: before the fifth colon of an ARN a placeholder is one whole part, and one that cannot shift the parts
// or name more than the document does.
func TestFieldsOfARNs(t *testing.T) {
	for arn, want := range map[string]bool{
		"arn:${caller.partition}:iam::${caller.account}:role/x": true,
		"arn:aws:iam::${parameter.q}:role/x":                    true,
		"arn:aws:sqs:${parameter.e}:123456789012:x":             true,
		"arn:aws:sqs:us-east-1:${caller.account}:x":             true,

		"arn:aws:iam::1${caller.account}:role/x":                 false,
		"arn:aws:iam::${caller.account}1:role/x":                 false,
		"arn:aws:iam::${caller.account}${caller.account}:role/x": false,
		"arn:aws:iam::${caller.account}":                         false,
		"arn:aws:iam:${caller.account}:123456789012:role/x":      false,
		"arn:${caller.account}:iam::123456789012:role/x":         false,
		"arn:aws:${caller.account}::123456789012:role/x":         false,
		"arn:${caller.partition}x:iam::123456789012:role/x":      false,
		"arn:x${caller.partition}:iam::123456789012:role/x":      false,
		"arn:aws:iam::${caller.partition}:role/x":                false,
		"arn:aws:${caller.partition}::123456789012:role/x":       false,
		"arn:${caller.name}:iam::123456789012:role/x":            false,
		"arn:aws:iam::${caller.name}:role/x":                     false,
		"arn:aws:iam::${caller.id}:role/x":                       false,
		"${caller.partition}:aws:iam::123456789012:role/x":       false,
		"arn:aws:sqs:${parameter.q}:123456789012:x":              false,
		"arn:aws:${parameter.q}::123456789012:x":                 false,
		"arn:${parameter.q}:sqs::123456789012:x":                 false,
		"arn:aws:iam::1${parameter.q}:role/x":                    false,
		"arn:aws:iam::${parameter.q}1:role/x":                    false,
		"arn:aws:iam::${parameter.r}:role/x":                     false,
		"arn:aws:sqs:x${parameter.e}:123456789012:x":             false,
		"arn:aws:sqs:${parameter.e}x:123456789012:x":             false,
		"arn:aws:iam::${parameter.accounts}:role/x":              true,
		"arn:aws:sqs:${parameter.star}:123456789012:x":           false,
		"arn:aws:sqs:${parameter.mark}:123456789012:x":           false,
		"arn:aws:sqs:${parameter.dollar}:123456789012:x":         false,
		"arn:aws:sqs:${parameter.colon}:123456789012:x":          false,
		"arn:aws:sqs:${parameter.slash}:123456789012:x":          false,
		"arn:aws:sqs:${parameter.braces}:123456789012:x":         false,
		"arn:aws:sqs:${aws:a:b:c}:${parameter.r}:x":              false,
		"arn:aws:s3:::${parameter.star}/${parameter.colon}/x":    true,
		"arn:aws:s3:::${aws:username}/${parameter.r}":            true,
	} {
		const more = "parameters: {p: {enum: [blue]}, q: {pattern: account_id, max_length: 12}, e: {enum: [us-east-1, eu-west-1]}, r: {pattern: name, max_length: 20}, accounts: {enum: ['111122223333', '444455556666']}, " +
			"star: {enum: [us-east-1, 'us-*']}, mark: {enum: [us-east-1, 'us-east-?']}, dollar: {enum: [us-east-1, 'a$b']}, colon: {enum: [us-east-1, 'a:b']}, slash: {enum: [us-east-1, 'a/b']}, braces: {enum: [us-east-1, 'a{}b']}}"
		holdDocuments(t, map[string]bool{
			withGrant(more, "session_policy: {Statement: {Effect: Allow, Action: '*', Resource: '"+arn+"'}}"):                                                 want,
			withGrant(more, "session_policy: {Statement: {Effect: Allow, Action: '*', Resource: '*', Condition: {ArnEquals: {'aws:SourceArn': '"+arn+"'}}}}"): want,
			withGrant(more, "session_policy: {Statement: {Effect: Allow, Action: '*', Resource: ['arn:aws:s3:::a', '"+arn+"']}}"):                             want,
		})
	}
}

// TestEveryValueIsTried: of the values that an enum lists for the account of a resource each must be one.
func TestEveryValueIsTried(t *testing.T) {
	for values, want := range map[string]bool{"'111122223333', '444455556666'": true, "'111122223333', prod": false, "prod, '111122223333'": false, "'111122223333', '44445555666'": false} {
		document := withGrant("parameters: {p: {enum: ["+values+"]}}", "session_policy: {Statement: {Effect: Allow, Action: '*', Resource: ['arn:aws:s3:::a', 'arn:aws:iam::${parameter.p}:role/x']}}")
		if _, err := Parse("f", []byte(document)); (err == nil) != want || err != nil && !strings.Contains(err.Error(), "f:5:") {
			t.Errorf("%s: %v", values, err)
		}
	}
}

// TestOnwardKeepsThePolicy: onward takes away nothing but karikagi's own Deny.
func TestOnwardKeepsThePolicy(t *testing.T) {
	for _, onward := range []bool{true, false} {
		s := allowed(t, decide(t, withGrant("session_policy: {Statement: {Effect: Allow, Action: ['s3:GetObject', 'sts:AssumeRole'], Resource: '*'}}", fmt.Sprintf("onward: %t", onward)), alice, Ask{}))
		policy := parsed(t, s.Policy)
		for action, want := range map[string]bool{"s3:GetObject": true, "s3:PutObject": false, "sts:AssumeRole": onward, "iam:CreateUser": false} {
			if got := policy.Evaluate(request(action, "arn:aws:s3:::data/x", nil)).Effect == iam.Allow; got != want {
				t.Errorf("onward %t: %s: %t", onward, action, got)
			}
		}
	}
}

// TestNoValueNoSession: where a placeholder has no value for a caller there is no session, wherever it stands.
func TestNoValueNoSession(t *testing.T) {
	for _, keys := range [][]string{
		{"session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${caller.id}'}}"},
		{"tags: {who: '${caller.id}'}"},
		{"source_identity: '${caller.id}'"},
	} {
		d := mustParse(t, withGrant(keys...))
		w := who(t, alice)
		allowed(t, d.Decide(w, Ask{Grant: "g"}))
		w.UserID = ""
		bad(t, d.Decide(w, Ask{Grant: "g"}), "${caller.id} has no value for this caller")
		bad(t, d.Decide(w, Ask{Grant: "g", Policy: []byte(policyDocument(allowAll))}), "${caller.id} has no value for this caller")
	}
	// The unique ID is counted at its longest where no rule says it.
	size := func(rule string) int {
		return mustParse(t, withGrant("callers: [{user: "+alice+rule+"}]", "session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${caller.id}'}}")).Sizes()[0].Worst
	}
	if got := size("") - size(", id: AIDAEXAMPLE123456789A"); got != 128-len("AIDAEXAMPLE123456789A") {
		t.Errorf("%d", got)
	}
}

// TestDenyFoldsSessions: a slip in the case of a session's name lets nobody pass, and in callers it does.
func TestDenyFoldsSessions(t *testing.T) {
	const rule = "{role: 'arn:aws:iam::123456789012:role/R', session_name: '*@Example.com', trust_session_name: true}"
	denied := withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/*'}]", "deny: ["+rule+"]")
	for _, session := range []string{"alice@Example.com", "alice@example.com", "ALICE@EXAMPLE.COM"} {
		refused(t, decide(t, denied, "arn:aws:sts::123456789012:assumed-role/r/"+session, Ask{}))
	}
	allowed(t, decide(t, denied, "arn:aws:sts::123456789012:assumed-role/R/alice@example.org", Ask{}))
	named := withGrant("callers: [" + rule + "]")
	allowed(t, decide(t, named, "arn:aws:sts::123456789012:assumed-role/R/alice@Example.com", Ask{}))
	refused(t, decide(t, named, "arn:aws:sts::123456789012:assumed-role/R/alice@example.com", Ask{}))
	// CloudFront's role is a role.
	allowed(t, decide(t, withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/*'}]"), "arn:aws:iam::123456789012:user/OriginAccessControlRole", Ask{}))
}

// TestAskedAtTheLimits: what is asked for is held at its limits, from both sides.
func TestAskedAtTheLimits(t *testing.T) {
	d := mustParse(t, withGrant("duration: {default: 20m, max: 30m}", "require: {org_id: o-exampleorg1, reason: true}"))
	ask := func(duration time.Duration, reason string) Decision {
		return d.Decide(who(t, alice), Ask{Grant: "g", Duration: duration, Reason: reason})
	}
	for duration, want := range map[time.Duration]bool{15 * time.Minute: true, 30 * time.Minute: true, 15*time.Minute - time.Second: false, 30*time.Minute + time.Second: false, 20*time.Minute + time.Millisecond: false} {
		if got := ask(duration, "a reason"); got.Allowed != want {
			t.Errorf("%v: %+v", duration, got)
		}
	}
	for reason, want := range map[string]bool{"a": true, "42": true, "仮": true, "OPS-7: a b": true, strings.Repeat("é", 500): true, "": false, " ": false, "---": false, "!?": false, strings.Repeat("é", 501): false,
		"a\u2028b": false, "a\u2029b": false, "a\u00adb": false, "a\tb": false, "a\x7fb": false, "a\u00a0b": true, "a\ue000b": false} {
		if got := ask(0, reason); got.Allowed != want {
			t.Errorf("reason %q: %+v", reason, got)
		}
	}
	w := who(t, alice)
	for _, org := range []string{"O-EXAMPLEORG1", "o-exampleorg2", "o-exampleorg1 ", ""} {
		w.OrgID = org
		refused(t, d.Decide(w, Ask{Grant: "g", Reason: "a"}))
	}
	// Of a policy of the caller's: four sets of resources, and no more, since each doubles what is written.
	var statements []string
	wide := mustParse(t, withGrant("session_policy: {Statement: {Effect: Allow, Action: '*', Resource: '*'}}"))
	for i := range 30 {
		statements = append(statements, fmt.Sprintf(`{"Effect":"Allow","Action":"s:A%d","Resource":"arn:a:s:::%d"}`, i, i))
	}
	for n, want := range map[int]bool{1: true, 4: true, 5: false, 30: false} {
		got := wide.Decide(who(t, alice), Ask{Grant: "g", Policy: []byte(policyDocument(statements[:n]...))})
		if got.Allowed != want || !want && !strings.Contains(got.Message, "Allow statements on different resources: want at most 4") {
			t.Errorf("%d: %+v", n, got)
		}
	}
	// The ARNs of managed policies count beside what is written.
	managed := mustParse(t, withGrant("policy_arns: ['arn:aws:iam::aws:policy/"+strings.Repeat("a", 1600)+"']", "session_policy: {Statement: {Effect: Allow, Action: '*', Resource: '*'}}"))
	for n, want := range map[int]bool{1: true, 3: false} {
		got := managed.Decide(who(t, alice), Ask{Grant: "g", Policy: []byte(policyDocument(statements[:n]...))})
		if got.Allowed != want || !want && !strings.Contains(got.Message, "STS takes at most 2048") {
			t.Errorf("%d beside a managed policy: %+v", n, got)
		}
	}
	for resource, want := range map[string]bool{"a${*}": true, "a${?}": true, "a${$}": true, "a${aws:username}": false, "${*}${aws:username}": false} {
		if got := wide.Decide(who(t, alice), Ask{Grant: "g", Policy: []byte(policyDocument(`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::` + resource + `"}`))}); got.Allowed != want {
			t.Errorf("%s: %+v", resource, got)
		}
	}
}
