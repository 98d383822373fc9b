package grant

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// policyOf is the session policy that a document gives to alice.
func policyOf(t testing.TB, document string, parameters map[string]string) string {
	t.Helper()
	got := decide(t, document, alice, Ask{Parameters: parameters})
	if !got.Allowed {
		t.Fatalf("%+v\n%s", got, document)
	}
	return got.Session.Policy
}

// statement makes a session policy of one statement.
func withStatement(statement string, keys ...string) string {
	return withGrant(append([]string{"parameters: {p: {enum: [blue, green]}, q: {pattern: account_id, max_length: 12}, e: {enum: [us-east-1, eu-west-1]}, r: {pattern: name, max_length: 20}}",
		"session_policy: {Statement: [" + statement + "]}"}, keys...)...)
}

var three = map[string]string{"p": "blue", "q": "111122223333", "e": "us-east-1", "r": "x"}

// places is where a placeholder may stand, and what becomes of it.
func places() []struct{ name, statement, want string } {
	return []struct{ name, statement, want string }{
		{"resource", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::data/${parameter.p}/*'}", `"arn:aws:s3:::data/blue/*"`},
		{"resources", "{Effect: Allow, Action: 's3:*', Resource: ['arn:aws:s3:::a/${caller.name}/*', 'arn:aws:s3:::b/${parameter.p}']}", `["arn:aws:s3:::a/alice/*","arn:aws:s3:::b/blue"]`},
		{"two in one", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::data/${parameter.p}${caller.name}'}", `"arn:aws:s3:::data/bluealice"`},
		{"account", "{Effect: Allow, Action: 's3:*', Resource: 'arn:${caller.partition}:iam::${caller.account}:role/${parameter.p}'}", `"arn:aws:iam::123456789012:role/blue"`},
		{"account of a parameter", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:iam::${parameter.q}:role/x'}", `"arn:aws:iam::111122223333:role/x"`},
		{"Region of an enum", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:sqs:${parameter.e}:123456789012:x'}", `"arn:aws:sqs:us-east-1:123456789012:x"`},
		{"condition", "{Effect: Allow, Action: 's3:*', Resource: '*', Condition: {StringEquals: {'s3:prefix': '${parameter.p}'}}}", `"s3:prefix":"blue"`},
		{"condition of any value", "{Effect: Allow, Action: 's3:*', Resource: '*', Condition: {'ForAnyValue:StringLikeIfExists': {'aws:TagKeys': ['${caller.id}*']}}}", `["AIDAEXAMPLE123456789A*"]`},
		{"condition on ARNs", "{Effect: Allow, Action: 's3:*', Resource: '*', Condition: {ArnLike: {'aws:SourceArn': 'arn:aws:sns:*:${caller.account}:${parameter.p}*'}}}", `"arn:aws:sns:*:123456789012:blue*"`},
		{"IAM's own variables", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${aws:username}/${*}/${parameter.p}${$}'}", `"arn:aws:s3:::${aws:username}/${*}/blue${$}"`},
		{"excepted from a Deny", "{Effect: Allow, Action: 's3:*', Resource: '*'}, {Effect: Deny, Action: 's3:*', NotResource: 'arn:aws:s3:::data/${parameter.p}/*'}", `"NotResource":"arn:aws:s3:::data/blue/*"`},
		{"excepted from a Deny's condition", "{Effect: Allow, Action: 's3:*', Resource: '*'}, {Effect: Deny, Action: 's3:*', Resource: '*', Condition: {StringNotEquals: {'s3:prefix': '${parameter.p}'}}}", `"StringNotEquals":{"s3:prefix":"blue"}`},
		{"what the caller is, in a Deny", "{Effect: Allow, Action: 's3:*', Resource: '*'}, {Effect: Deny, Action: 's3:*', Resource: 'arn:aws:s3:::data/${caller.name}/*'}", `"Resource":"arn:aws:s3:::data/alice/*"`},
		{"as YAML likes it", "{Effect: Allow, Action: ['s3:*'], Resource: '*', Sid: 1, Condition: {NumericLessThan: {'s3:max-keys': 10}, Bool: {'aws:SecureTransport': true}}}", `"Sid":"1"`},
		{"characters of JSON", `{Effect: Allow, Action: ['s3:*'], Resource: "arn:aws:s3:::a\"b\\c<>&é"}`, `"arn:aws:s3:::a\"b\\c<>&é"`},
	}
}

func TestPlaces(t *testing.T) {
	for _, test := range places() {
		t.Run(test.name, func(t *testing.T) {
			got := policyOf(t, withStatement(test.statement), three)
			if !strings.Contains(got, test.want) {
				t.Errorf("%s\nwant %s", got, test.want)
			}
			if _, err := iam.ParsePolicy([]byte(got)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNotPlaces: where none may, and what is no policy, all of it found when the document is read and at its place.
func TestNotPlaces(t *testing.T) {
	const rest = ", Action: 's3:*', Resource: '*'}"
	for _, test := range []struct{ name, statement, text string }{
		{"action", "{Effect: Allow, Resource: '*', Action: 's3:${parameter.p}'}", "${parameter.p} in Action: want a placeholder only in Resource"},
		{"not action", "{Effect: Allow, Resource: '*', NotAction: ['${caller.name}']}", "in NotAction"},
		{"effect", "{Effect: '${parameter.p}'" + rest, "in Effect"},
		{"sid", "{Sid: '${parameter.p}', Effect: Allow" + rest, "in Sid"},
		{"principal", "{Principal: {AWS: '${caller.account}'}, Effect: Allow" + rest, "in Principal AWS"},
		{"key", "{Effect: Allow, Condition: {StringEquals: {'aws:RequestTag/${parameter.p}': x}}" + rest, "no placeholder in a name"},
		{"operator", "{Effect: Allow, Condition: {'${parameter.p}': {'a:b': x}}" + rest, "no placeholder in a name"},
		{"element", "{Effect: Allow, '${parameter.p}': x" + rest, "no placeholder in a name"},
		{"mark as an element", "{Effect: Allow, \"\\uE000\": x" + rest, "beyond U+00FF"},
		{"mark as a value", "{Effect: Allow, Action: 's3:*', Resource: \"arn:aws:s3:::\\uE000\"}", "beyond U+00FF"},
		{"number", "{Effect: Allow, Condition: {NumericLessThan: {'s3:max-keys': '${parameter.p}'}}" + rest, "only with String and Arn operators"},
		{"address", "{Effect: Allow, Condition: {IpAddress: {'aws:SourceIp': '${parameter.p}'}}" + rest, "only with String and Arn operators"},
		{"undeclared", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${parameter.nobody}'}", "the grant has no parameter of this name"},
		{"misspelt source", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${params.p}'}", "want ${parameter.NAME} or ${caller.NAME}"},
		{"misspelt field", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${caller.nme}'}", "where NAME is one of name, account"},
		{"not closed", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${parameter.p'}", "want a } behind its name"},
		{"inside a variable", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${aws:PrincipalTag/${parameter.p}}'}", "want a } behind its name"},
		{"behind a dollar", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::$${parameter.p}'}", "want no $ before a placeholder"},
		{"session name", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${caller.session}'}", "trust_session_name: true"},
		{"whole resource", "{Effect: Allow, Action: 's3:*', Resource: '${parameter.p}'}", "before the fifth colon"},
		{"part of an account", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:iam::1${parameter.q}:role/x'}", "before the fifth colon"},
		{"name as an account", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:iam::${parameter.r}:role/x'}", "before the fifth colon"},
		{"enum as an account", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:iam::${parameter.p}:role/x'}", `account "green"`},
		{"caller as a service", "{Effect: Allow, Action: 's3:*', Resource: 'arn:aws:${caller.name}:::x'}", "before the fifth colon"},
		{"in an ARN's condition", "{Effect: Allow, Condition: {ArnLike: {'aws:SourceArn': 'arn:aws:sns:${parameter.r}:123456789012:x'}}" + rest, "before the fifth colon"},
		{"excepted from an Allow", "{Effect: Allow, Action: 's3:*', NotResource: 'arn:aws:s3:::data/${parameter.p}'}", "a caller could choose another value"},
		{"negated in an Allow", "{Effect: Allow, Condition: {StringNotEquals: {'s3:prefix': '${parameter.p}'}}" + rest, "a caller could choose another value"},
		{"negated ARN in an Allow", "{Effect: Allow, Condition: {'ForAnyValue:ArnNotLike': {'aws:x': 'arn:aws:s3:::${parameter.p}'}}" + rest, "a caller could choose another value"},
		{"denied", "{Effect: Allow, Action: 's3:*', Resource: '*'}, {Effect: Deny, Action: 's3:*', Resource: 'arn:aws:s3:::data/${parameter.p}'}", "a caller could choose another value"},
		{"denied by a condition", "{Effect: Allow, Action: 's3:*', Resource: '*'}, {Effect: Deny, Condition: {StringEquals: {'s3:prefix': '${parameter.p}'}}" + rest, "a caller could choose another value"},
		{"ForAllValues", "{Effect: Allow, Condition: {'ForAllValues:StringEquals': {'aws:TagKeys': a}}" + rest, "also holds for a request without the key"},
		{"forallvalues", "{Effect: Allow, Condition: {'forallvalues:StringEquals': {'aws:TagKeys': a}}" + rest, "also holds for a request without the key"},
		{"no allow", "{Effect: Deny" + rest, "want at least one Allow"},
		{"unknown element", "{Efect: Allow" + rest, `"Efect"`},
		{"unknown operator", "{Effect: Allow, Condition: {StringEqual: {'a:b': c}}" + rest, `"StringEqual": unknown condition operator`},
		{"no service", "{Effect: Allow, Action: GetObject, Resource: '*'}", `Action: "GetObject"`},
		{"no ARN", "{Effect: Allow, Action: 's3:*', Resource: data}", `Resource "data"`},
		{"Sid twice", "{Sid: A, Effect: Allow" + rest + ", {Sid: A, Effect: Allow" + rest, "used twice"},
		{"nothing", "", "want at least one statement"},
		{"null", "null", "want a mapping, not nothing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			document := withStatement(test.statement)
			_, err := Parse("grants.yaml", []byte(document))
			if err == nil || !strings.HasPrefix(err.Error(), "grants.yaml:5:") || !strings.Contains(err.Error(), test.text) {
				t.Errorf("%s\n got %v\nwant %s", document, err, test.text)
			}
		})
	}
}

// TestPolicyPlaces: the columns of what IAM's rules find, in front of and behind placeholders that became longer.
func TestPolicyPlaces(t *testing.T) {
	const longValue = "parameters: {p: {enum: [aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, b]}}"
	for statement, column := range map[string]int{
		"{Effect: Allow, Resource: 'arn:aws:s3:::${parameter.p}/x', Action: 's3'}":                                                  102,
		"{Effect: Alow, Resource: 'arn:aws:s3:::${parameter.p}/x', Action: 's3:*'}":                                                 44,
		"{Effect: Allow, Resource: ['arn:aws:s3:::${parameter.p}', 'arn:aws:s3:::${parameter.p}/x', 'arn:aws:s3'], Action: 's3:*'}": 126,
		"{Effect: Allow, Resource: 'arn:aws:S3:::${parameter.p}/x', Action: 's3:*'}":                                                61,
		"{Effect: Allow, Resource: 'arn:aws:s3:::${parameter.p}/x', Action: 's3:*', Conditions: {}}":                                110,
	} {
		_, err := Parse("grants.yaml", []byte(withGrant(longValue, "session_policy: {Statement: [ "+statement+"]}")))
		if err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("grants.yaml:5:%d: session_policy: ", column)) {
			t.Errorf("%s\n got %v\nwant column %d", statement, err, column)
		}
	}
}

// TestWorstCase: a policy that may become too long is refused when the document is read, and not before.
func TestWorstCase(t *testing.T) {
	document := func(literal, length int, keys ...string) string {
		return withGrant(append([]string{fmt.Sprintf("parameters: {p: {pattern: name, max_length: %d}}", length),
			"session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::" + strings.Repeat("é", literal) + "/${parameter.p}/${parameter.p}'}}"}, keys...)...)
	}
	frame := mustParse(t, document(1, 1)).Sizes()[0].Worst - 3
	exact := 2048 - frame - 2*256
	d := mustParse(t, document(exact, 256))
	if got := d.Sizes()[0].Worst; got != 2048 {
		t.Errorf("worst case %d", got)
	}
	got := d.Decide(who(t, alice), Ask{Grant: "g", Parameters: map[string]string{"p": strings.Repeat("a", 256)}})
	if !got.Allowed || len([]rune(got.Session.Policy)) != 2048 {
		t.Errorf("%d characters, %+v", len([]rune(got.Session.Policy)), got)
	}
	for _, long := range []string{document(exact+1, 256), document(exact, 256, "policy_arns: [arn:aws:iam::aws:policy/P]")} {
		if _, err := Parse("grants.yaml", []byte(long)); err == nil || !strings.Contains(err.Error(), "STS takes at most 2048") {
			t.Error(err)
		}
	}
	mustParse(t, document(exact-len("arn:aws:iam::aws:policy/P"), 256, "policy_arns: [arn:aws:iam::aws:policy/P]"))
	// A value is counted as it is written, escaped: 100 asterisks are 400 characters; so is the longest name of a caller.
	stars := mustParse(t, withGrant("parameters: {p: {enum: ['"+strings.Repeat("*", 100)+"']}}", "session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${parameter.p}'}}"))
	one := mustParse(t, withGrant("session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::a'}}"))
	if got, want := stars.Sizes()[0].Worst, one.Sizes()[0].Worst+399; got != want {
		t.Errorf("worst case %d, want %d", got, want)
	}
	for callers, want := range map[string]int{
		"[{user: " + alice + "}]": 5, "[{user: 'arn:aws:iam::123456789012:user/a*'}]": 64, "[{user: " + alice + "}, {role: 'arn:aws:iam::123456789012:role/a/b/Developer'}]": 9,
		`[{principal: "arn:aws:sts::123456789012:x/$\""}]`: 6,
	} {
		d := mustParse(t, withGrant("callers: "+callers, "session_policy: {Statement: {Effect: Allow, Action: 's3:*', Resource: 'arn:aws:s3:::${caller.name}'}}"))
		if got := d.Sizes()[0].Worst - one.Sizes()[0].Worst + 1; got != want {
			t.Errorf("%s: %d, want %d", callers, got, want)
		}
	}
}

// FuzzRender: whatever the value of a parameter and the name of a caller, the rendered policy is the template with other
// strings in its places, valid, and about nothing but what the value names.
func FuzzRender(f *testing.F) {
	for _, value := range []string{"blue", "*", "?", "$", "${aws:username}", "{aws:username}", `"`, `\`, `a"}]}`, `","Action":"*`, "a/b", "a:b:c:d:e:f", "..", "<&>", "${*}", "}", "a b", "$$", "\\u002a", "%2a", "é", "\n"} {
		f.Add(value, "alice", "x")
		f.Add("blue", value, value)
	}
	f.Fuzz(func(t *testing.T, value, name, other string) {
		if len(value) > maxValue || len(name)+len(other) > 200 {
			return
		}
		document := func(value string) string {
			return `{"version":1,"grants":{"g":{"callers":[{"principal":` + quoteYAML("arn:aws:sts::123456789012:x/"+name) + `}],"role_arn":"arn:aws:iam::123456789012:role/r",
"parameters":{"p":{"enum":[` + quoteYAML(value) + `]}},"session_policy":{"Statement":[
{"Effect":"Allow","Action":"s3:GetObject","Resource":["arn:aws:s3:::data/${parameter.p}/a*","arn:aws:s3:::home/${caller.name}"]},
{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{"StringLike":{"s3:prefix":"x${parameter.p}y*"},"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:${caller.account}:${parameter.p}"}}},
{"Effect":"Deny","Action":"s3:GetObject","NotResource":["arn:aws:s3:::data/${parameter.p}/*","arn:aws:s3:::home/*"]}]}}}}`
		}
		d, err := Parse("grants.yaml", []byte(document(value)))
		if err != nil {
			return // not a value that can be declared, or not a principal
		}
		c, err := caller.Parse("arn:aws:sts::123456789012:x/" + name)
		if err != nil {
			t.Fatal(err)
		}
		got := d.Decide(Caller{Principal: c}, Ask{Grant: "g", Parameters: map[string]string{"p": value}})
		if !got.Allowed {
			t.Fatalf("%q, %q: %+v", value, name, got)
		}
		policy, err := iam.ParsePolicy([]byte(got.Session.Policy))
		if err != nil {
			t.Fatalf("%q, %q: %v: %s", value, name, err, got.Session.Policy)
		}
		if n := len(got.Session.Policy); n > d.Sizes()[0].Worst {
			t.Errorf("%q, %q: %d characters, at worst %d", value, name, n, d.Sizes()[0].Worst)
		}
		plain := mustParse(t, strings.ReplaceAll(document("blue"), quoteYAML("arn:aws:sts::123456789012:x/"+name), `"arn:aws:sts::123456789012:x/alice"`))
		alice, _ := caller.Parse("arn:aws:sts::123456789012:x/alice")
		template := plain.Decide(Caller{Principal: alice}, Ask{Grant: "g", Parameters: map[string]string{"p": "blue"}}).Session.Policy
		if a, b := shape(t, got.Session.Policy), shape(t, template); !reflect.DeepEqual(a, b) {
			t.Errorf("%q, %q: the structure changed:\n%s\n%s", value, name, got.Session.Policy, template)
		}
		probe(t, policy, value, c.Name, other)
	})
}

// probe asks the rendered policy about what is near to the value.
func probe(t *testing.T, policy iam.Document, value, name, other string) {
	for _, s := range []string{value, other, value + other, other + value, "blue", "green", "*", "a", "", "x/y", name} {
		for _, resource := range []string{"arn:aws:s3:::data/" + s + "/a", "arn:aws:s3:::data/" + s + "/ab", "arn:aws:s3:::data/" + s + "/b", "arn:aws:s3:::home/" + s, "arn:aws:s3:::home/" + s + "/a", "arn:aws:s3:::" + s} {
			allowed := policy.Evaluate(request("s3:GetObject", resource, nil)).Effect == iam.Allow
			meant := strings.HasPrefix(resource, "arn:aws:s3:::data/"+value+"/a") || resource == "arn:aws:s3:::home/"+name
			if allowed && !meant || !allowed && meant && !strings.Contains(resource[len("arn:aws:s3:::"):], ":") {
				t.Errorf("%q, %q: s3:GetObject on %q: %v", value, name, resource, allowed)
			}
		}
		keys := iam.Context{"s3:prefix": {"x" + s + "yz"}, "aws:sourcearn": {"arn:aws:sns:us-east-1:123456789012:" + s}}
		if got := policy.Evaluate(request("s3:ListBucket", "arn:aws:s3:::data", keys)).Effect == iam.Allow; got != (s == value) && (!strings.HasPrefix(s, value+"y") || got) {
			t.Errorf("%q: s3:ListBucket with %v: %v", value, keys, got)
		}
	}
	for _, action := range []string{"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoot", "iam:CreateUser", "s3:PutObject"} {
		if got := policy.Evaluate(request(action, "*", nil)); got.Effect == iam.Allow || strings.HasPrefix(action, "sts:") && got.Effect != iam.Deny {
			t.Errorf("%q: %s: %v", value, action, got.Effect)
		}
	}
}

// request is one of a vended session.
func request(action, resource string, keys iam.Context) iam.Request {
	return iam.Request{Action: action, Resource: resource, Context: keys, Principal: iam.Principal{
		Kind: iam.AssumedRole, ARN: "arn:aws:sts::123456789012:assumed-role/r/alice", RoleARN: "arn:aws:iam::123456789012:role/r", Account: "123456789012", Partition: "aws",
	}}
}

// shape is JSON without its strings, other than the names.
func shape(t *testing.T, text string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	var strip func(any) any
	strip = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			for k := range v {
				if k != "Resource" && k != "NotResource" && k != "StringLike" && k != "ArnLike" {
					v[k] = strip(v[k])
					continue
				}
				v[k] = count(v[k])
			}
		case []any:
			for i := range v {
				v[i] = strip(v[i])
			}
		}
		return v
	}
	return strip(v)
}

func count(v any) any {
	switch v := v.(type) {
	case []any:
		return len(v)
	case map[string]any:
		for k := range v {
			v[k] = count(v[k])
		}
		return v
	}
	return "a string"
}

// quoteYAML quotes for YAML, which knows JSON's strings.
func quoteYAML(s string) string {
	q := strconv.QuoteToASCII(s)
	return strings.ReplaceAll(q, `\x7f`, `\u007f`)
}
