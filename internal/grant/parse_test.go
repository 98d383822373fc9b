package grant

import (
	"fmt"
	"strings"
	"testing"
)

type mistake struct{ name, document, place, text string }

// mistakes are documents with one each.
func mistakes() []mistake {
	return []mistake{
		{"empty", "", "1:1", `grants document is empty: want the key "grants"`},
		{"a list", "[]", "1:1", "grants document: want a mapping, not a list"},
		{"no version", "grants: {}", "1:1", `want the key "version"`},
		{"another version", "version: 2\ngrants: {}", "1:10", "version: want 1, not 2"},
		{"version as text", "version: '1'\ngrants: {}", "1:10", `version: want a number, not "1"`},
		{"no grants", "version: 1", "1:1", `want the key "grants"`},
		{"unknown key", "version: 1\ngrant: {}", "2:1", `unknown key "grant": did you mean "grants"?`},
		{"two documents", "version: 1\ngrants: {}\n---\n{}", "1:1", "want one"},
		{"grant's name", "version: 1\ngrants: {a/b: {}}", "2:10", `name "a/b"`},
		{"dots", "version: 1\ngrants: {..: {}}", "2:10", "not dots alone"},
		{"grant twice", "version: 1\ngrants: {a: {}, a: {}}", "2:13", `want the key "callers"`}, // the first one's mistake comes first
		{"grants in two cases", withGrant() + strings.Replace(strings.SplitN(withGrant(), "\n", 3)[2], "  g:", "  G:", 1), "8:3", `"g" and "G" differ in case only`},

		{"unknown key of a grant", withGrant("caller: []"), "4:5", `grant g: unknown key "caller": did you mean "callers"?`},
		{"twice", withGrant("onward: true", "onward: true"), "5:5", `key "onward" is there twice`},
		{"no callers", withGrant("-callers"), "4:5", `grant g: want the key "callers"`},
		{"empty callers", withGrant("callers: []"), "4:14", "callers: want at least one"},
		{"callers are a mapping", withGrant("callers: {}"), "4:14", "want a list, not a mapping"},
		{"caller is a text", withGrant("callers: [" + alice + "]"), "4:15", "callers: want a mapping"},
		{"no form", withGrant("callers: [{}]"), "4:15", "want one of the keys user, role, principal, not 0 of them"},
		{"two forms", withGrant("callers: [{user: " + alice + ", role: 'arn:aws:iam::123456789012:role/R'}]"), "4:15", "not 2 of them"},
		{"account wildcard", withGrant("callers: [{user: 'arn:aws:iam::*:user/alice'}]"), "4:22", `account "*": want 12 digits, no wildcard`},
		{"account pattern", withGrant("callers: [{role: 'arn:aws:iam::12345678901*:role/R'}]"), "4:22", "want 12 digits"},
		{"partition wildcard", withGrant("callers: [{user: 'arn:aws*:iam::123456789012:user/alice'}]"), "4:22", `partition "aws*": want one such as aws, no wildcard`},
		{"no partition", withGrant("callers: [{user: 'arn:aws-mars:iam::123456789012:user/alice'}]"), "4:15", `partition "aws-mars": want the role's, "aws"`},
		{"user is a role", withGrant("callers: [{user: 'arn:aws:iam::123456789012:role/R'}]"), "4:22", "want arn:PARTITION:iam::ACCOUNT:user/NAME"},
		{"role is a session", withGrant("callers: [{role: 'arn:aws:sts::123456789012:assumed-role/R/alice'}]"), "4:22", "want arn:PARTITION:iam::ACCOUNT:role/NAME"},
		{"user is root", withGrant("callers: [{user: 'arn:aws:iam::123456789012:root'}]"), "4:22", "user/NAME"},
		{"user is an account", withGrant("callers: [{user: '123456789012'}]"), "4:22", "user/NAME"},
		{"everybody", withGrant("callers: [{user: '*'}]"), "4:22", "user/NAME"},
		{"question mark", withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/al?ce'}]"), "4:22", "letters, digits"},
		{"question mark in a path", withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/t?am/alice'}]"), "4:22", `not "?"`},
		{"alternation", withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/a|b/c'}]"), "4:22", `not "|"`},
		{"three stars", withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/***'}]"), "4:22", "not ***"},
		{"path without a name", withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/team/'}]"), "4:22", "want a name"},
		{"long name", withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/" + strings.Repeat("a", 65) + "'}]"), "4:22", "1-64"},
		{"blank in a name", withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/a b'}]"), "4:22", "blanks"},
		{"not ASCII", withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/аlice'}]"), "4:22", "ASCII"},
		{"every role of a path", withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/team/*'}]"), "4:22", "the path is not compared"},
		{"two stars in a role's name", withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/team/D**'}]"), "4:22", "not **"},
		{"number", withGrant("callers: [{user: 123456789012}]"), "4:22", "want a text, which 123456789012 is in quotes only"},
		{"session name untrusted", withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/R', session_name: alice}]"), "4:72", "chooses its session name"},
		{"session name distrusted", withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/R', session_name: alice, trust_session_name: false}]"), "4:72", "chooses its session name"},
		{"session name of a user", withGrant("callers: [{user: " + alice + ", session_name: alice, trust_session_name: true}]"), "4:15", "are for a role"},
		{"session name with a colon", withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/R', session_name: 'a:b', trust_session_name: true}]"), "4:72", "letters, digits"},
		{"id", withGrant("callers: [{user: " + alice + ", id: AROAEXAMPLE123456789A}]"), "4:64", "want a unique ID such as AIDA"},
		{"id of root", withGrant("callers: [{principal: 'arn:aws:iam::123456789012:root', id: AIDAEXAMPLE123456789A}]"), "4:65", "only users and roles have one"},
		{"principal is a user", withGrant("callers: [{principal: " + alice + "}]"), "4:27", "want user: or role:"},
		{"principal with a wildcard", withGrant("callers: [{principal: 'arn:aws:sts::123456789012:federated-user/*'}]"), "4:27", "federated user name"},
		{"deny is as strict", withGrant("deny: [{user: 'arn:aws:iam::*:user/alice'}]"), "4:19", "no wildcard"},
		{"other partitions", withGrant("callers: [{user: 'arn:aws-cn:iam::123456789012:user/alice'}]"), "4:15", "no role can be assumed across partitions"},
		{"deny of another partition", withGrant("deny: [{user: 'arn:aws-cn:iam::123456789012:user/alice'}]"), "4:12", "no role can be assumed across partitions"},
		{"org_id", withGrant("require: {org_id: '*'}"), "4:23", "o- and 10 to 32"},
		{"source_ip", withGrant("require: {source_ip: [203.0.113.7/24]}"), "4:27", "no bits set behind the prefix"},
		{"source_ip is an address", withGrant("require: {source_ip: [203.0.113.7]}"), "4:27", "want a range"},
		{"source_ip mapped", withGrant("require: {source_ip: ['::ffff:203.0.113.0/120']}"), "4:27", "want a range"},
		{"no source_ip", withGrant("require: {source_ip: []}"), "4:26", "at least one"},
		{"reason is a text", withGrant("require: {reason: 'true'}"), "4:23", "want true or false"},

		{"no role", withGrant("-role_arn"), "4:5", `want the key "role_arn"`},
		{"role with a wildcard", withGrant("role_arn: arn:aws:iam::210987654321:role/reader-*"), "4:15", "contains a wildcard"},
		{"role name", withGrant("role_arn: reader"), "4:15", "want arn:PARTITION:iam::ACCOUNT:role/NAME"},
		{"role is a user", withGrant("role_arn: " + alice), "4:15", "is a user"},
		{"no external ID", withGrant("-external_id"), "4:5", `want the key "external_id"`},
		{"short external ID", withGrant("external_id: x"), "4:18", "2 to 1224"},
		{"external ID with a blank", withGrant("external_id: 'a b'"), "4:18", "2 to 1224"},
		{"long", withGrant("duration: {max: 2h}"), "4:21", "want 15m to 1h"},
		{"short", withGrant("duration: {default: 14m}"), "4:25", "want 15m to 1h"},
		{"short in seconds", withGrant("duration: {default: 899s}"), "4:25", "want 15m to 1h"},
		{"default beyond max", withGrant("duration: {default: 31m, max: 30m}"), "4:25", "want at most the max of 30m, not 31m"},
		{"two units", withGrant("duration: {max: 0h45m}"), "4:21", "want 15m to 1h"},
		{"no unit", withGrant("duration: {max: 900}"), "4:21", "in quotes only"},
		{"duration is a text", withGrant("duration: 1h"), "4:15", "want a mapping"},

		{"parameter's name", withGrant("parameters: {a.b: {enum: [a]}}"), "4:18", `name "a.b"`},
		{"parameters in two cases", withGrant("parameters: {a: {enum: [a]}, A: {enum: [a]}}"), "4:34", "differ in case only"},
		{"no form of parameter", withGrant("parameters: {a: {}}"), "4:21", "want one of the keys enum and pattern"},
		{"both forms", withGrant("parameters: {a: {enum: [a], pattern: name, max_length: 3}}"), "4:21", "want one of the keys enum and pattern"},
		{"regular expression", withGrant("parameters: {a: {pattern: '^a|b$', max_length: 3}}"), "4:31", "want one of name, path_segment, ticket, account_id, uuid, number"},
		{"no length", withGrant("parameters: {a: {pattern: name}}"), "4:21", `want the key "max_length"`},
		{"length of nothing", withGrant("parameters: {a: {pattern: name, max_length: 0}}"), "4:49", "want 1 to 256"},
		{"length as text", withGrant("parameters: {a: {pattern: name, max_length: '3'}}"), "4:49", "want a number"},
		{"length in octal", withGrant("parameters: {a: {pattern: name, max_length: 010}}"), "4:49", "want a number"},
		{"short uuid", withGrant("parameters: {a: {pattern: uuid, max_length: 35}}"), "4:49", "want 36 to 36"},
		{"length of an enum", withGrant("parameters: {a: {enum: [a], max_length: 3}}"), "4:45", "beside pattern only"},
		{"empty enum", withGrant("parameters: {a: {enum: []}}"), "4:28", "at least one value"},
		{"enum twice", withGrant("parameters: {a: {enum: [a, a]}}"), "4:32", "there twice"},
		{"enum of a number", withGrant("parameters: {a: {enum: [2024]}}"), "4:29", "in quotes only"},
		{"enum of nothing", withGrant("parameters: {a: {enum: ['']}}"), "4:29", "printable ASCII"},
		{"enum with a blank end", withGrant("parameters: {a: {enum: ['a ']}}"), "4:29", "no blank first or last"},
		{"enum not ASCII", withGrant("parameters: {a: {enum: ['ａ']}}"), "4:29", "printable ASCII"},
		{"enum with a line feed", withGrant(`parameters: {a: {enum: ["a\nb"]}}`), "4:29", "printable ASCII"},

		{"no policy at all", withGrant("-session_policy"), "4:5", "full_role: true"},
		{"no policy, full_role false", withGrant("-session_policy", "full_role: false"), "4:5", "full_role: true"},
		{"no policy but an empty list", withGrant("-session_policy", "policy_arns: []"), "4:5", "full_role: true"},
		{"policy and full_role", withGrant("full_role: true"), "4:16", "want none beside session_policy"},
		{"ARNs and full_role", withGrant("-session_policy", "full_role: true", "policy_arns: [arn:aws:iam::aws:policy/ReadOnlyAccess]"), "4:16", "want none beside"},
		{"policy in another account", withGrant("policy_arns: [arn:aws:iam::123456789012:policy/P]"), "4:19", "of the role's account 210987654321"},
		{"policy of another partition", withGrant("policy_arns: [arn:aws-cn:iam::aws:policy/P]"), "4:19", "in partition aws"},
		{"policy with a wildcard", withGrant("policy_arns: ['arn:aws:iam::aws:policy/*']"), "4:19", "policy/NAME"},
		{"policy with a placeholder", withGrant("policy_arns: ['arn:aws:iam::aws:policy/${caller.name}']"), "4:19", "policy/NAME"},
		{"policy twice", withGrant("policy_arns: [arn:aws:iam::aws:policy/P, arn:aws:iam::aws:policy/P]"), "4:46", "there twice"},
		{"eleven policies", withGrant("policy_arns: [" + manyPolicies(11) + "]"), "4:18", "want at most 10, not 11"},
		{"tag twice", withGrant("tags: {Team: a, team: b}"), "4:21", "without regard to case"},
		{"tag of AWS", withGrant("tags: {'Aws:x': b}"), "4:12", "not beginning with aws:"},
		{"tag key", withGrant("tags: {'a,b': b}"), "4:12", "letters, digits"},
		{"tag value", withGrant("tags: {a: 'b,c'}"), "4:15", "letters, digits"},
		{"tag value of a parameter", withGrant("parameters: {p: {enum: ['a,b']}}", "tags: {a: '${parameter.p}'}"), "5:15", `can be "a,b"`},
		{"long tag", withGrant("parameters: {p: {pattern: name, max_length: 250}}", "tags: {a: 'team-of-${parameter.p}'}"), "5:15", "can become 258 characters"},
		{"tag of an undeclared parameter", withGrant("tags: {a: '${parameter.p}'}"), "4:15", "no parameter of this name"},
		{"tag of a variable", withGrant("tags: {a: '${aws:username}'}"), "4:15", "want ${parameter.NAME} or ${caller.NAME}"},
		{"tag value is a number", withGrant("tags: {a: 1}"), "4:15", "in quotes only"},
		{"51 tags", withGrant("tags: {" + manyTags(51) + "}"), "4:11", "want at most 50, not 51"},
		{"transitive tag", withGrant("tags: {a: b}", "transitive_tag_keys: [A]"), "5:27", "want the key of a tag of this grant"},
		{"transitive twice", withGrant("tags: {a: b}", "transitive_tag_keys: [a, a]"), "5:30", "there twice"},
		{"identity of a parameter", withGrant("parameters: {p: {enum: [a]}}", "source_identity: '${parameter.p}'"), "5:22", "nothing that the caller chooses"},
		{"identity of nobody", withGrant("source_identity: karikagi"), "4:22", "want a placeholder of the caller"},
		{"identity of AWS", withGrant("source_identity: 'aws:${caller.name}'"), "4:22", "letters, digits"},
		{"identity of an untrusted session", withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/R'}]", "source_identity: '${caller.session}'"), "5:22", "trust_session_name: true"},
		{"identity of a user's session", withGrant("source_identity: '${caller.session}'"), "4:22", "trust_session_name: true"},

		{"caller that is vended", withGrant("callers: [{role: 'arn:aws:iam::210987654321:role/other/Reader'}]"), "4:15", "a session that was vended here gets no further one"},
		{"external ID for one of two", withGrant("callers: [{user: 'arn:aws:iam::210987654321:user/alice'}]", "-external_id") + "  h:" + strings.SplitN(withGrant(), "g:", 2)[1], "9:15", "want one in both or in none"},
		{"test of no grant", withGrant() + "tests: [{caller: " + alice + ", grant: h, expect: deny}]", "8:63", "want a grant of this document"},
		{"test of no caller", withGrant() + "tests: [{caller: alice, grant: g, expect: deny}]", "8:18", "is not an ARN"},
		{"test of nothing", withGrant() + "tests: [{caller: " + alice + ", grant: g}]", "8:9", `want the key "expect"`},
		{"test of perhaps", withGrant() + "tests: [{caller: " + alice + ", grant: g, expect: perhaps}]", "8:74", "want allow or deny"},
		{"test of no parameter", withGrant() + "tests: [{caller: " + alice + ", grant: g, parameters: {p: a}, expect: deny}]", "8:79", "has no parameter"},
		{"test of another's id", withGrant() + "tests: [{caller: " + alice + ", id: AROAEXAMPLE123456789A, grant: g, expect: deny}]", "8:60", "AIDA"},
		{"test of no address", withGrant() + "tests: [{caller: " + alice + ", source_ip: here, grant: g, expect: deny}]", "8:67", "want an address"},
	}
}

// TestMistakes: each mistake is found when the document is read, at its place, and in words that say what was wanted.
func TestMistakes(t *testing.T) {
	for _, test := range mistakes() {
		t.Run(test.name, func(t *testing.T) {
			d, err := Parse("grants.yaml", []byte(test.document))
			if err == nil || d != nil || !strings.HasPrefix(err.Error(), "grants.yaml:"+test.place+": ") || !strings.Contains(err.Error(), test.text) {
				t.Errorf("%s\n got %v\nwant grants.yaml:%s: ... %s", test.document, err, test.place, test.text)
			}
		})
	}
}

func manyPolicies(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("arn:aws:iam::aws:policy/P%d", i))
	}
	return strings.Join(all, ", ")
}

func manyTags(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("k%d: v", i))
	}
	return strings.Join(all, ", ")
}

// forms is what may be written, and what the mistakes are near to.
func forms() map[string]string {
	all := map[string]string{
		"the example":             example,
		"base":                    withGrant(),
		"JSON":                    "{\"version\": 1,\n\t\"grants\": {\"g\": {\"callers\": [{\"user\": \"" + alice + "\"}],\n\t\t\"role_arn\": \"arn:aws:iam::123456789012:role/r\", \"full_role\": true}}}",
		"no grants":               "version: 1\ngrants: {}",
		"own account":             withGrant("callers: [{user: 'arn:aws:iam::210987654321:user/alice'}, {role: 'arn:aws:iam::210987654321:role/R'}]", "-external_id"),
		"every user":              withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/**'}]"),
		"every role":              withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/*'}]"),
		"ids":                     withGrant("callers: [{user: " + alice + ", id: AIDAEXAMPLE123456789A}, {role: 'arn:aws:iam::123456789012:role/R', id: AROAEXAMPLE123456789A}]"),
		"root":                    withGrant("callers: [{principal: 'arn:aws:iam::123456789012:root'}]"),
		"full role":               withGrant("-session_policy", "full_role: true"),
		"managed policies":        withGrant("-session_policy", "policy_arns: [arn:aws:iam::aws:policy/job-function/ViewOnlyAccess, arn:aws:iam::210987654321:policy/P]"),
		"only a Deny, ARNs":       withGrant("session_policy: {Statement: {Effect: Deny, Action: 'iam:*', Resource: '*'}}", "policy_arns: [arn:aws:iam::aws:policy/ReadOnlyAccess]"),
		"China":                   withGrant("callers: [{user: 'arn:aws-cn:iam::123456789012:user/alice'}]", "role_arn: arn:aws-cn:iam::210987654321:role/reader"),
		"empty lists":             withGrant("deny: []", "require: {}", "duration: {}", "parameters: {}", "policy_arns: []", "tags: {}", "transitive_tag_keys: []") + "tests: []\n",
		"durations":               withGrant("duration: {default: 900s, max: 60m}"),
		"session names":           withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/R', session_name: '*@example.com', trust_session_name: true}]", "source_identity: 'x-${caller.session}'"),
		"trusted names":           withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/R', trust_session_name: true}]", "tags: {who: '${caller.session}'}"),
		"two external IDs":        withGrant() + "  h:" + strings.Replace(strings.SplitN(withGrant(), "g:", 2)[1], "karikagi", "another", 1),
		"external ID of a number": withGrant("external_id: '123456'"),
	}
	for _, p := range places() {
		all["place: "+p.name] = withStatement(p.statement)
	}
	return all
}

func TestForms(t *testing.T) {
	for name, document := range forms() {
		t.Run(name, func(t *testing.T) { mustParse(t, document) })
	}
}
