package iam

import "testing"

func TestVariables(t *testing.T) {
	person := Context{
		"aws:username": {"ueno"}, "aws:userid": {"AIDAX"}, "aws:principaltag/team": {"blue"}, "aws:principaltag/cost-center": {"7"},
		"aws:principaltag/empty": {""}, "aws:tagkeys": {"a", "b"},
	}
	for _, c := range []struct {
		operator, value, got string
		want                 truth
	}{
		{"StringEquals", "${aws:username}", "ueno", yes},
		{"StringEquals", "${AWS:UserName}", "ueno", yes},
		{"StringEquals", "x-${aws:username}-${aws:userid}", "x-ueno-AIDAX", yes},
		{"StringEquals", "${aws:username}${aws:username}", "uenoueno", yes},
		{"StringEquals", "${aws:PrincipalTag/Team}", "blue", yes},
		{"StringEquals", "${aws:PrincipalTag/cost-center}", "7", yes},
		{"StringEquals", "${aws:username}", "${aws:username}", no},
		{"StringEquals", "$aws:username", "$aws:username", yes},
		{"StringEquals", "{aws:username}", "{aws:username}", yes},
		{"StringEquals", "$${*}", "$*", yes},
		{"StringEquals", "${$}{aws:username}", "${aws:username}", yes},
		{"StringLike", "${aws:username}*", "ueno-2", yes},
		{"StringLike", "${*}${aws:username}", "xueno", no},
		{"StringNotEquals", "${aws:username}", "alice", yes},
		{"StringNotEquals", "${aws:username}", "ueno", no},

		// "the value is effectively null. There is no equal or like value"; inverted operators "do match against a null value".
		{"StringEquals", "${aws:PrincipalTag/none}", "x", no},
		{"StringEquals", "${aws:PrincipalTag/none}", "", no},
		{"StringLike", "${aws:PrincipalTag/none}*", "x", no},
		{"StringLike", "*${aws:PrincipalTag/none}", "x", no},
		{"StringNotEquals", "${aws:PrincipalTag/none}", "x", yes},
		{"StringNotLike", "*${aws:PrincipalTag/none}", "x", yes},
		{"StringEqualsIfExists", "${aws:PrincipalTag/none}", "x", no},

		{"StringEquals", "${aws:PrincipalTag/none, 'company-wide'}", "company-wide", yes},
		{"StringEquals", "${aws:PrincipalTag/none, ''}", "", yes},
		{"StringEquals", "${aws:PrincipalTag/team, 'company-wide'}", "company-wide", no},
		{"StringEquals", "${aws:PrincipalTag/team, 'company-wide'}", "blue", yes},

		// An empty tag value would turn ${...}* into *, several values are no variable.
		{"StringLike", "${aws:PrincipalTag/empty}*", "anything", unsure},
		{"StringEquals", "${aws:PrincipalTag/empty, 'x'}", "x", unsure},
		{"StringEquals", "${aws:TagKeys}", "a", unsure},
		{"StringNotEquals", "${aws:TagKeys}", "a", unsure},

		{"ArnEquals", "arn:aws:iam::111122223333:user/${aws:username}", "arn:aws:iam::111122223333:user/ueno", yes},
		{"ArnEquals", "arn:aws:iam::111122223333:user/${aws:username}", "arn:aws:iam::111122223333:user/alice", no},
		{"ArnEquals", "arn:aws:iam::111122223333:user/${aws:PrincipalTag/none}", "arn:aws:iam::111122223333:user/alice", no},
		{"ArnNotEquals", "arn:aws:iam::111122223333:user/${aws:PrincipalTag/none}", "arn:aws:iam::111122223333:user/alice", yes},
		{"ArnNotEquals", "arn:aws:iam::111122223333:user/${aws:TagKeys}", "arn:aws:iam::111122223333:user/alice", unsure},
	} {
		person["my:key"] = []string{c.got}
		if got := holds(t, `{"`+c.operator+`":{"my:key":"`+c.value+`"}}`, person); got != c.want {
			t.Errorf("%s %q with %q: got %v, want %v", c.operator, c.value, c.got, got, c.want)
		}
	}
}

// T8 of the threats: what a request says is never a wildcard, a variable, or a colon of an ARN.
func TestVariableInjection(t *testing.T) {
	for _, c := range []struct {
		operator, pattern, tag, got string
		want                        truth
	}{
		{"StringLike", "team-${aws:PrincipalTag/x}", "*", "team-admin", no},
		{"StringLike", "team-${aws:PrincipalTag/x}", "*", "team-*", yes},
		{"StringLike", "team-${aws:PrincipalTag/x}", "????", "team-blue", no},
		{"StringLike", "${aws:PrincipalTag/x}", "${aws:username}", "ueno", no},
		{"StringEquals", "${aws:PrincipalTag/x}", "${aws:username}", "ueno", no},
		{"StringEquals", "${aws:PrincipalTag/x}", "${*}", "*", no},
		{"StringLike", "${aws:PrincipalTag/x}", `a"}`, `a"}`, yes},
		{"ArnLike", "arn:aws:iam::${aws:PrincipalTag/x}:role/dev", "111122223333", "arn:aws:iam::111122223333:role/dev", yes},
		{"ArnLike", "arn:aws:iam::${aws:PrincipalTag/x}:role/dev", "*", "arn:aws:iam::111122223333:role/dev", no},
		{"ArnLike", "arn:aws:iam::${aws:PrincipalTag/x}:role/dev", "111122223333:role/admin", "arn:aws:iam::111122223333:role/admin:role/dev", unsure},
		{"ArnNotLike", "arn:aws:iam::${aws:PrincipalTag/x}:role/dev", "111122223333:role/admin", "arn:aws:iam::111122223333:role/admin:role/dev", unsure},
		{"ArnEquals", "${aws:PrincipalTag/x}", "arn:aws:iam::111122223333:role/dev", "arn:aws:iam::111122223333:role/dev", yes},
		{"ArnEquals", "${aws:PrincipalTag/x}", "arn:aws:iam::111122223333:role/*", "arn:aws:iam::111122223333:role/dev", no},
		{"ArnEquals", "${aws:PrincipalTag/none}", "x", "arn:aws:iam::111122223333:role/dev", no},
	} {
		ctx := Context{"aws:username": {"ueno"}, "aws:principaltag/x": {c.tag}, "my:key": {c.got}}
		if got := holds(t, `{"`+c.operator+`":{"my:key":"`+c.pattern+`"}}`, ctx); got != c.want {
			t.Errorf("%s %q, tag %q, with %q: got %v, want %v", c.operator, c.pattern, c.tag, c.got, got, c.want)
		}
	}
}

// TestVariablesNeedVersion: without a Version, or in the old one, ${aws:username} is text, and ${*} holds a wildcard.
func TestVariablesNeedVersion(t *testing.T) {
	const statement = `"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::111122223333:role/${aws:username}",
		"Condition":{"StringEquals":{"sts:RoleSessionName":"${aws:username}"},"StringLike":{"a:b":"${*}"}}}`
	for _, c := range []struct {
		version     string
		name, other string
		want        Effect
	}{
		{`"Version":"2012-10-17",`, "ueno", "*", Allow},
		{`"Version":"2012-10-17",`, "${aws:username}", "*", NoMatch},
		{`"Version":"2008-10-17",`, "ueno", "*", NoMatch},
		{`"Version":"2008-10-17",`, "${aws:username}", "${x}", Allow},
		{``, "ueno", "*", NoMatch},
		{``, "${aws:username}", "${}", Allow},
	} {
		d := mustPolicy(t, `{`+c.version+statement+`}`)
		r := assume(userCalled("ueno"), Context{"aws:username": {"ueno"}, "sts:rolesessionname": {c.name}, "a:b": {c.other}})
		r.Resource = "arn:aws:iam::111122223333:role/" + c.name
		if got := d.Evaluate(r); got.Effect != c.want {
			t.Errorf("%q, name %q: got %v, want %v: %v", c.version, c.name, got.Effect, c.want, got.Mismatches)
		}
	}
	// What is no variable in 2012-10-17 is text before.
	mustPolicy(t, `{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:iam::*:role/${","Condition":{"StringEquals":{"a:b":"${}"}}}}`)
}
