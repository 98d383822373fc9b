package grant

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"karikagi/internal/iam"
)

func policyDocument(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// TestNarrow: the caller's policy takes away, and how.
func TestNarrow(t *testing.T) {
	document := withGrant("session_policy: {Statement: {Effect: Allow, Action: ['s3:Get*', 's3:List*'], Resource: '*'}}")
	for _, test := range []struct {
		name, policy string
		may, not     []string // action resource
	}{
		{"one action", policyDocument(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/a*"}`),
			[]string{"s3:GetObject arn:aws:s3:::data/a", "s3:GETOBJECT arn:aws:s3:::data/ab"},
			[]string{"s3:GetObject arn:aws:s3:::data/b", "s3:ListBucket arn:aws:s3:::data", "s3:GetObjectAcl arn:aws:s3:::data/a"}},
		{"more than the grant", policyDocument(`{"Effect":"Allow","Action":"*","Resource":"*"}`),
			[]string{"s3:GetObject arn:aws:s3:::data/b", "s3:ListAllMyBuckets *"}, []string{"s3:PutObject arn:aws:s3:::data/a", "sts:AssumeRole arn:aws:iam::123456789012:role/r"}},
		{"two statements", policyDocument(`{"Effect":"Allow","Action":["s3:GetObject","s3:GetObjectTagging"],"Resource":"arn:aws:s3:::data/*"}`, `{"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::data"}`),
			[]string{"s3:GetObject arn:aws:s3:::data/a", "s3:GetObjectTagging arn:aws:s3:::data/a", "s3:ListBucket arn:aws:s3:::data"},
			[]string{"s3:GetObject arn:aws:s3:::data", "s3:ListBucket arn:aws:s3:::data/a", "s3:ListAllMyBuckets *"}},
		{"the same action twice", policyDocument(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}`, `{"Effect":"Allow","Action":"S3:getObject","Resource":["arn:aws:s3:::b/*","arn:aws:s3:::a/*"]}`),
			[]string{"s3:GetObject arn:aws:s3:::a/x", "s3:GetObject arn:aws:s3:::b/x"}, []string{"s3:GetObject arn:aws:s3:::c/x"}},
		{"patterns that overlap", policyDocument(`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::a/*"}`, `{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}`),
			[]string{"s3:GetObject arn:aws:s3:::a/x", "s3:GetObjectTagging arn:aws:s3:::a/x", "s3:GetObject arn:aws:s3:::b/x"}, []string{"s3:GetObjectTagging arn:aws:s3:::b/x", "s3:GetObject arn:aws:s3:::c/x"}},
		{"a Deny of its own", policyDocument(`{"Sid":"A","Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/secret/*","Condition":{"StringLike":{"aws:userid":"*"}}}`, `{"Sid":"B","Effect":"Allow","Action":"s3:Get*","Resource":"*"}`),
			[]string{"s3:GetObject arn:aws:s3:::data/a"}, []string{"s3:GetObject arn:aws:s3:::data/secret/a", "s3:ListBucket arn:aws:s3:::data"}},
		{"a literal asterisk", policyDocument(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/${*}"}`),
			[]string{"s3:GetObject arn:aws:s3:::data/*"}, []string{"s3:GetObject arn:aws:s3:::data/a"}},
		{"without a version", `{"Statement":{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/a"}}`,
			[]string{"s3:GetObject arn:aws:s3:::data/a"}, []string{"s3:GetObject arn:aws:s3:::data/b"}},
	} {
		got := decide(t, document, alice, Ask{Policy: []byte(test.policy)})
		if !got.Allowed {
			t.Errorf("%s: %+v", test.name, got)
			continue
		}
		policy, err := iam.ParsePolicy([]byte(got.Session.Policy))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		for _, list := range []struct {
			asked []string
			want  bool
		}{{test.may, true}, {test.not, false}} {
			for _, asked := range list.asked {
				action, resource, _ := strings.Cut(asked, " ")
				if got := policy.Evaluate(request(action, resource, iam.Context{"aws:userid": {"x"}})).Effect == iam.Allow; got != list.want {
					t.Errorf("%s: %s: %v", test.name, asked, got)
				}
			}
		}
	}
}

// TestNarrowText: nothing is added that denies nothing, and names of statements do not clash.
func TestNarrowText(t *testing.T) {
	document := withGrant("session_policy: {Statement: {Sid: A, Effect: Allow, Action: 's3:*', Resource: '*'}}")
	alone := allowed(t, decide(t, document, alice, Ask{})).Policy
	everything := policyDocument(`{"Effect":"Allow","Action":["*","s3:GetObject"],"Resource":["arn:aws:s3:::a","*"]}`)
	if got := allowed(t, decide(t, document, alice, Ask{Policy: []byte(everything)})).Policy; got != alone {
		t.Errorf("%s\nwant %s", got, alone)
	}
	named := policyDocument(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Sid":"A","Effect":"Deny","Action":"s3:Put*","Resource":"*"}`)
	want := strings.TrimSuffix(alone, policyTail) + `,{"Action":"s3:Put*","Effect":"Deny","Resource":"*"}` + policyTail
	if got := allowed(t, decide(t, document, alice, Ask{Policy: []byte(named)})).Policy; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// TestNarrowRefuses: what cannot be turned into a Deny that is certain is refused, by name, and told to the caller.
func TestNarrowRefuses(t *testing.T) {
	long := policyDocument(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + strings.Repeat("a", 1800) + `"}`)
	for _, test := range []struct{ policy, text string }{
		{"", "ends too early"}, {"{", "ends too early"}, {"[]", "want an object"}, {"null", "want an object"},
		{`{"Version":"2012-10-17","Statement":[]}`, "want at least one value"},
		{policyDocument(`{"Effect":"Deny","Action":"*","Resource":"*"}`), "want at least one Allow"},
		{policyDocument(`{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}`), "statement 1: an Allow with NotAction"},
		{policyDocument(`{"Effect":"Deny","Action":"*","Resource":"*"}`, `{"Effect":"Allow","Action":"s3:*","NotResource":"*"}`), "statement 2: an Allow with NotResource"},
		{policyDocument(`{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}`), "an Allow with a Condition"},
		{policyDocument(`{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{}}`), "an Allow with a Condition"},
		{policyDocument(`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}"}`), "an Allow with a variable in Resource"},
		{policyDocument(`{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::\u0024{aws:username}"}`), "an Allow with a variable in Resource"},
		{`{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::${aws:username}"}]}`, "in which ${ has another meaning"},
		{`{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"arn:aws:s3:::\u0024{aws:username}"}]}`, "in which ${ has another meaning"},
		{policyDocument(`{"Effect":"Allow","Action":"s3:*","Resource":"*","Principal":"*"}`), "Principal"},
		{`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","effect":"Deny"}}`, "used twice"},
		{policyDocument(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`) + "{}", "text after the end"},
		{long, "session policies of "}, {strings.Repeat(" ", 3000), "policy of 3000 bytes"},
	} {
		got := decide(t, withGrant(), alice, Ask{Policy: []byte(test.policy)})
		if got.Allowed || got.Code != BadRequest || got.Session != nil || !strings.HasPrefix(got.Message, "policy: ") && !strings.HasPrefix(got.Message, "policy of") || !strings.Contains(got.Message, test.text) {
			t.Errorf("%s\n got %+v\nwant %s", test.policy, got, test.text)
		}
	}
}

// TestNarrowNothing: with full_role, and beside managed policies, where the grant sends no inline policy of its own.
func TestNarrowNothing(t *testing.T) {
	further := []byte(policyDocument(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`))
	for _, test := range []struct {
		keys    []string
		alone   string // the policy without the caller's
		inline  iam.Effect
		further string // of s3:GetObject by the inline policy, and of s3:PutObject
	}{
		{[]string{"-session_policy", "full_role: true"}, policyDocument(allowAll, denyOnward), iam.Allow, "allow deny"},
		{[]string{"-session_policy", "full_role: true", "onward: true"}, "", iam.Allow, "allow deny"},
		{[]string{"-session_policy", "policy_arns: [arn:aws:iam::aws:policy/ReadOnlyAccess]"}, policyDocument(denyOnward), iam.NoMatch, "none deny"},
		{[]string{"-session_policy", "policy_arns: [arn:aws:iam::aws:policy/ReadOnlyAccess]", "onward: true"}, "", iam.NoMatch, "none deny"},
	} {
		document := withGrant(test.keys...)
		if got := decide(t, document, alice, Ask{}); !got.Allowed || got.Session.Policy != test.alone {
			t.Errorf("%v: %+v", test.keys, got)
		}
		got := decide(t, document, alice, Ask{Policy: further})
		policy, err := iam.ParsePolicy([]byte(got.Session.Policy))
		if err != nil {
			t.Fatalf("%v: %v", test.keys, err)
		}
		words := []string{"none", "allow", "deny"}
		read, write := policy.Evaluate(request("s3:GetObject", "*", nil)).Effect, policy.Evaluate(request("s3:PutObject", "*", nil)).Effect
		if words[read]+" "+words[write] != test.further {
			t.Errorf("%v: %s %s: %s", test.keys, words[read], words[write], got.Session.Policy)
		}
	}
}

// TestNarrowOnly: what the narrowed policy allows is what the grant's policy and the caller's policy both allow,
// exactly. The policies are made of few words, so that they overlap in every way.
func TestNarrowOnly(t *testing.T) {
	const rounds = 120
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(list []string) string { return list[r.IntN(len(list))] }
	actions := []string{"s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "S3:getobject", "*", "s3:G?tObject", "sqs:SendMessage"}
	resources := []string{"*", "arn:aws:s3:::a/*", "arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:s3:::*", "arn:aws:s3:::a/b*", "arn:aws:s3:::a/${*}", "arn:aws:sqs:*:123456789012:q"}
	some := func(list []string) string {
		quoted := []string{}
		for range 1 + r.IntN(3) {
			quoted = append(quoted, `"`+pick(list)+`"`)
		}
		return "[" + strings.Join(quoted, ",") + "]"
	}
	statement := func(own bool) string {
		effect, not, condition := "Allow", "", ""
		if r.IntN(4) == 0 {
			effect = "Deny"
		}
		if (own || effect == "Deny") && r.IntN(3) == 0 {
			not = "Not"
		}
		if (own || effect == "Deny") && r.IntN(3) == 0 {
			condition = `,"Condition":{"StringLike":{"aws:userid":"` + pick([]string{"x", "*", "y*"}) + `"}}`
		}
		return fmt.Sprintf(`{"Effect":%q,"%sAction":%s,"%sResource":%s%s}`, effect, not, some(actions), pick([]string{"", not}), some(resources), condition)
	}
	policies := func(own bool) string {
		var all []string
		for range 1 + r.IntN(4) {
			all = append(all, statement(own))
		}
		return policyDocument(all...)
	}
	narrowed, allowed := 0, 0
	for range rounds {
		own, further := policies(true), policies(false)
		mine, err := iam.ParsePolicy([]byte(own))
		if err != nil {
			t.Fatalf("%v: %s", err, own)
		}
		theirs, err := iam.ParsePolicy([]byte(further))
		if err != nil {
			t.Fatalf("%v: %s", err, further)
		}
		text, err := (&grant{}).narrow(own, []byte(further))
		if err != nil {
			continue // nothing allowed, or too long
		}
		narrowed++
		both, err := iam.ParsePolicy([]byte(text))
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		for _, action := range []string{"s3:GetObject", "s3:PutObject", "s3:GetAcl", "s3:List", "sqs:SendMessage", "sqs:Other", "iam:PassRole"} {
			for _, resource := range []string{"*", "arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:s3:::a/*", "arn:aws:s3:::a/b:c", "arn:aws:s3:::b", "arn:aws:sqs:us-east-1:123456789012:q", "arn:aws:sqs:us-east-1:123456789012:other"} {
				for _, keys := range []iam.Context{nil, {"aws:userid": {"x"}}} {
					q := request(action, resource, keys)
					one, two, got := mine.Evaluate(q).Effect == iam.Allow, theirs.Evaluate(q).Effect == iam.Allow, both.Evaluate(q).Effect == iam.Allow
					if got && (!one || !two) {
						t.Fatalf("%s on %s with %v: allowed by\n%s\nwhich is\n%s\nnarrowed by\n%s", action, resource, keys, text, own, further)
					}
					if one && two && !got {
						t.Fatalf("%s on %s with %v: refused by\n%s\nalthough allowed by\n%s\nand by\n%s", action, resource, keys, text, own, further)
					}
					if got {
						allowed++
					}
				}
			}
		}
	}
	if narrowed < rounds/2 || allowed < rounds {
		t.Errorf("%d of %d narrowed, %d requests allowed: too few to tell anything", narrowed, rounds, allowed)
	}
}

// FuzzNarrow: the same with whatever a caller sends.
func FuzzNarrow(f *testing.F) {
	for _, s := range []string{
		policyDocument(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*"}`),
		policyDocument(`{"Effect":"Allow","Action":["s3:*","*"],"Resource":["*","arn:aws:s3:::a"]}`, `{"Effect":"Deny","NotAction":"s3:Get*","NotResource":"arn:aws:s3:::a/${aws:userid}","Condition":{"Null":{"a:b":true}}}`),
		`{"Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::a/\u0024{*}"}}`, `{"Version":"2008-10-17"}`, "",
	} {
		f.Add(s, "s3:GetObject", "arn:aws:s3:::a/b")
	}
	const own = `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":"s3:*","Resource":"*"},{"Effect":"Deny","Action":"s3:Put*","Resource":"*"}]}`
	mine, err := iam.ParsePolicy([]byte(own))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, further, action, resource string) {
		text, err := (&grant{}).narrow(own, []byte(further))
		if err != nil {
			if text != "" {
				t.Error("an error and a policy")
			}
			return
		}
		theirs, err := iam.ParsePolicy([]byte(further))
		if err != nil {
			t.Fatal(err)
		}
		both, err := iam.ParsePolicy([]byte(text))
		if err != nil || len([]rune(text)) > maxPolicy {
			t.Fatalf("%v: %s", err, text)
		}
		for _, q := range []iam.Request{
			request(action, resource, nil), request("s3:GetObject", resource, iam.Context{"a:b": {"c"}, "aws:userid": {"b"}}), request(action, "arn:aws:s3:::a/b", nil), request("s3:GetObject", "*", nil),
		} {
			if both.Evaluate(q).Effect == iam.Allow && (mine.Evaluate(q).Effect != iam.Allow || theirs.Evaluate(q).Effect != iam.Allow) {
				t.Errorf("%+v: allowed by %s, not by %s", q, text, further)
			}
		}
	})
}
