package iam

import (
	"strings"
	"testing"
)

// holds evaluates one condition as an Allow and a Deny statement would meet it.
func holds(t *testing.T, block string, c Context) truth {
	t.Helper()
	d := mustPolicy(t, statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":`+block+`}`))
	return allOf(d.statements[0].conditions, func(x condition) truth { return x.holds(c) })
}

func TestOperators(t *testing.T) {
	for _, c := range []struct {
		operator, want string   // want is the document's value, as JSON
		yes, no        []string // single values of the request
		unsure         []string
	}{
		{"StringEquals", `"Ueno"`, []string{"Ueno"}, []string{"ueno", "Ueno ", "", "Uen"}, nil},
		{"StringEquals", `["a","b"]`, []string{"a", "b"}, []string{"c", "ab"}, nil},
		{"StringEquals", `"a*"`, []string{"a*"}, []string{"ab", "a"}, nil},
		{"StringEquals", `"${*}${?}${$}"`, []string{"*?$"}, []string{"${*}${?}${$}", "abc"}, nil},
		{"StringEquals", `""`, []string{""}, []string{"a"}, nil},
		{"StringEquals", `1.0`, []string{"1.0"}, []string{"1", "1.00"}, nil},
		{"StringEquals", `true`, []string{"true"}, []string{"True"}, nil},
		{"StringNotEquals", `"a"`, []string{"A", "b", ""}, []string{"a"}, nil},
		{"StringNotEquals", `["a","b"]`, []string{"c"}, []string{"a", "b"}, nil},
		{"StringEqualsIgnoreCase", `"Kü"`, []string{"kü", "Kü"}, []string{"k", "ku"}, []string{"kÜ", "\u212aü"}},
		{"StringNotEqualsIgnoreCase", `"Kü"`, []string{"k"}, []string{"kü"}, []string{"kÜ"}},
		{"StringLike", `"a*c?"`, []string{"acd", "abbbcd", "a/:cx"}, []string{"ac", "Acd", "xacd"}, nil},
		{"StringLike", `["","home/","home/*"]`, []string{"", "home/", "home/x"}, []string{"home"}, nil},
		{"StringLike", `"a${*}c${?}"`, []string{"a*c?"}, []string{"abc?", "a*cd"}, nil},
		{"StringNotLike", `"a*"`, []string{"b", ""}, []string{"a", "ab"}, nil},

		{"NumericEquals", `10`, []string{"10", "10.0", "+10"}, []string{"11", "-10"}, []string{"", "x", "0x0a", "1e1", "10 "}},
		{"NumericNotEquals", `"10"`, []string{"11", "10.000000000000000000001"}, []string{"10"}, []string{"x"}},
		{"NumericLessThan", `"3600"`, []string{"3599", "-1", "0.5"}, []string{"3600", "3601"}, []string{"abc"}},
		{"NumericLessThanEquals", `3600`, []string{"3600", "3599.99"}, []string{"3600.01"}, []string{"abc"}},
		{"NumericGreaterThan", `[5,10]`, []string{"6", "11"}, []string{"5"}, []string{"abc"}},
		{"NumericGreaterThanEquals", `"9007199254740993"`, []string{"9007199254740993"}, []string{"9007199254740992"}, []string{"1/2"}},

		{"DateEquals", `"2026-01-31T12:00:00Z"`, []string{"2026-01-31T12:00:00Z", "2026-01-31T13:00:00+01:00", "2026-01-31T12:00Z", "1769860800"},
			[]string{"2026-01-31T12:00:01Z", "2026-01-31", "1769860801"}, []string{"", "2026", "now", "2026-01-31T12:00:00"}},
		{"DateNotEquals", `"2026-01-31"`, []string{"2026-01-31T12:00:00Z"}, []string{"2026-01-31T00:00:00Z"}, []string{"never"}},
		{"DateLessThan", `"2026-01-31T12:00:00Z"`, []string{"2026-01-31T11:59:59.999Z", "2026-01"}, []string{"2026-01-31T12:00:00Z", "2027-01-01"}, []string{"2026"}},
		{"DateLessThanEquals", `1769860800`, []string{"1769860800", "1769860799"}, []string{"1769860801"}, []string{"-1"}},
		{"DateGreaterThan", `"2020-01-01T00:00:01Z"`, []string{"2020-01-01T00:00:02Z"}, []string{"2020-01-01T00:00:01Z", "2019-12-31"}, []string{"x"}},
		{"DateGreaterThanEquals", `"2020-01"`, []string{"2020-01-01T00:00:00Z"}, []string{"2019-12-31T23:59:59Z"}, []string{"x"}},

		{"Bool", `"true"`, []string{"true"}, []string{"false"}, []string{"", "TRUE", "1", "yes"}},
		{"Bool", `false`, []string{"false"}, []string{"true"}, []string{"no"}},

		{"BinaryEquals", `"QmluYXJ5VmFsdWVJbkJhc2U2NA=="`, []string{"BinaryValueInBase64"}, []string{"QmluYXJ5VmFsdWVJbkJhc2U2NA==", ""}, nil},

		{"IpAddress", `["203.0.113.0/24","2001:DB8:1234:5678::/64"]`, []string{"203.0.113.0", "203.0.113.255", "2001:db8:1234:5678::1", "::ffff:203.0.113.7"},
			[]string{"203.0.114.0", "2001:db8:1234:5679::1", "127.0.0.1"}, []string{"", "203.0.113", "203.0.113.1/32", "fe80::1%eth0", "localhost"}},
		{"IpAddress", `"203.0.113.77/24"`, []string{"203.0.113.1"}, []string{"203.0.112.77"}, nil},
		{"IpAddress", `"203.0.113.7"`, []string{"203.0.113.7"}, []string{"203.0.113.8"}, nil},
		{"IpAddress", `"2001:db8::1"`, []string{"2001:db8::1", "2001:db8:0:0:0:0:0:1"}, []string{"2001:db8::2"}, nil},
		{"NotIpAddress", `"203.0.113.0/24"`, []string{"198.51.100.1", "::1"}, []string{"203.0.113.9"}, []string{"x"}},

		{"ArnEquals", `"arn:aws:iam::111122223333:role/Dev*"`, []string{"arn:aws:iam::111122223333:role/Dev", "arn:aws:iam::111122223333:role/DevAdmin/x"},
			[]string{"arn:aws:iam::444455556666:role/Dev", "arn:aws:iam::111122223333:role/dev", "arn:aws-cn:iam::111122223333:role/Dev"}, []string{"", "role/Dev", "arn:aws:iam"}},
		{"ArnLike", `"arn:aws:someservice:*:111122223333:finance/*"`, []string{"arn:aws:someservice:us-east-2:111122223333:finance/document.txt"},
			[]string{"arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt"}, nil}, // the page's own example
		{"ArnLike", `"arn:*:iam::*:role/*/x?"`, []string{"arn:aws-cn:iam::1:role/a/b/x1", "arn:aws:iam::1:role/a:b/xy"}, []string{"arn:aws:sts::1:role/a/x1"}, nil},
		{"ArnNotEquals", `"arn:aws:iam::111122223333:role/Dev"`, []string{"arn:aws:iam::111122223333:role/Dev2"}, []string{"arn:aws:iam::111122223333:role/Dev"}, []string{"garbage"}},
		{"ArnNotLike", `["arn:aws:iam::111122223333:role/a*","arn:aws:iam::111122223333:role/b"]`, []string{"arn:aws:iam::111122223333:role/c"},
			[]string{"arn:aws:iam::111122223333:role/ab", "arn:aws:iam::111122223333:role/b"}, []string{"garbage"}},
	} {
		for want, values := range map[truth][]string{yes: c.yes, no: c.no, unsure: c.unsure} {
			for _, v := range values {
				for _, operator := range []string{c.operator, strings.ToUpper(c.operator), c.operator + "IfExists"} {
					if got := holds(t, `{"`+operator+`":{"My:Key":`+c.want+`}}`, Context{"my:key": {v}}); got != want {
						t.Errorf("%s %s with %q: got %v, want %v", operator, c.want, v, got, want)
					}
				}
			}
		}
	}
}

// TestStringLikeCrossesParts holds the two operators against each other: T5 of the threats.
func TestStringLikeCrossesParts(t *testing.T) {
	c := Context{"aws:principalarn": {"arn:aws:iam::444455556666:role/x:111122223333:role/Dev"}}
	if got := holds(t, `{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*:111122223333:role/Dev"}}`, c); got != yes {
		t.Errorf("StringLike: got %v, want yes", got)
	}
	if got := holds(t, `{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam:*:111122223333:role/Dev"}}`, c); got != no {
		t.Errorf("ArnLike: got %v, want no", got)
	}
}

func TestAbsentKeys(t *testing.T) {
	for condition, want := range map[string]truth{
		`{"StringEquals":{"a:b":"x"}}`:                      no,
		`{"StringNotEquals":{"a:b":"x"}}`:                   yes,
		`{"StringLike":{"a:b":"*"}}`:                        no,
		`{"StringNotLike":{"a:b":"*"}}`:                     yes,
		`{"StringEqualsIfExists":{"a:b":"x"}}`:              yes,
		`{"StringNotEqualsIfExists":{"a:b":"x"}}`:           yes,
		`{"StringEqualsIgnoreCase":{"a:b":"x"}}`:            no,
		`{"StringNotEqualsIgnoreCase":{"a:b":"x"}}`:         yes,
		`{"NumericEquals":{"a:b":0}}`:                       no,
		`{"NumericNotEquals":{"a:b":0}}`:                    yes,
		`{"NumericLessThan":{"a:b":"3600"}}`:                no,
		`{"NumericLessThanIfExists":{"a:b":"3600"}}`:        yes,
		`{"DateLessThan":{"a:b":"2026-01-31"}}`:             no,
		`{"DateNotEquals":{"a:b":"2026-01-31"}}`:            yes,
		`{"Bool":{"a:b":"true"}}`:                           no,
		`{"Bool":{"a:b":"false"}}`:                          no,
		`{"BoolIfExists":{"a:b":"false"}}`:                  yes,
		`{"BinaryEquals":{"a:b":""}}`:                       no,
		`{"IpAddress":{"a:b":"0.0.0.0/0"}}`:                 no,
		`{"NotIpAddress":{"a:b":"0.0.0.0/0"}}`:              yes,
		`{"ArnLike":{"a:b":"arn:*:*:*:*:*"}}`:               no,
		`{"ArnNotLike":{"a:b":"arn:*:*:*:*:*"}}`:            yes,
		`{"ArnNotEquals":{"a:b":"arn:aws:iam::1:role/x"}}`:  yes,
		`{"Null":{"a:b":"true"}}`:                           yes,
		`{"Null":{"a:b":false}}`:                            no,
		`{"ForAllValues:StringEquals":{"a:b":"x"}}`:         yes,
		`{"ForAllValues:StringNotEquals":{"a:b":"x"}}`:      yes,
		`{"ForAllValues:StringLikeIfExists":{"a:b":"x"}}`:   yes,
		`{"ForAnyValue:StringEquals":{"a:b":"x"}}`:          no,
		`{"ForAnyValue:StringNotEquals":{"a:b":"x"}}`:       no,
		`{"ForAnyValue:StringEqualsIfExists":{"a:b":"x"}}`:  unsure,
		`{"StringEquals":{"a:b":"x","a:c":"y"}}`:            no,
		`{"StringEquals":{"a:c":"y"},"Null":{"a:b":true}}`:  yes,
		`{"StringEquals":{"a:c":"y"},"Null":{"a:b":false}}`: no,
	} {
		for name, c := range map[string]Context{"absent": {"a:c": {"y"}}, "empty list": {"a:c": {"y"}, "a:b": {}}, "nil": {"a:c": {"y"}, "a:b": nil}} {
			if got := holds(t, condition, c); got != want {
				t.Errorf("%s, %s: got %v, want %v", condition, name, got, want)
			}
		}
	}
}

func TestSeveralValues(t *testing.T) {
	for _, c := range []struct {
		condition string
		values    []string
		want      truth
	}{
		{`{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`, []string{"a"}, yes},
		{`{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`, []string{"a", "b", "a"}, yes},
		{`{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`, []string{"a", "c"}, no},
		{`{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`, []string{"c"}, no},
		{`{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`, []string{""}, yes},
		{`{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`, []string{"", "a"}, no},
		{`{"ForAllValues:StringNotEquals":{"aws:TagKeys":["a","b"]}}`, []string{"c", "d"}, yes},
		{`{"ForAllValues:StringNotEquals":{"aws:TagKeys":["a","b"]}}`, []string{"c", "a"}, no},
		{`{"forallvalues:stringlike":{"AWS:tagkeys":"key1*"}}`, []string{"key1:a", "key1"}, yes},
		{`{"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]}}`, []string{"c", "b"}, yes},
		{`{"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]}}`, []string{"c"}, no},
		{`{"ForAnyValue:StringEquals":{"aws:TagKeys":["a",""]}}`, []string{""}, no},
		{`{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a","b"]}}`, []string{"a", "b"}, no},
		{`{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["a","b"]}}`, []string{"a", "c"}, yes},
		{`{"ForAnyValue:StringLikeIfExists":{"aws:TagKeys":"a*"}}`, []string{"b", "ab"}, yes},
		{`{"ForAnyValue:NumericLessThan":{"aws:TagKeys":5}}`, []string{"7", "x"}, unsure},
		{`{"ForAnyValue:NumericLessThan":{"aws:TagKeys":5}}`, []string{"3", "x"}, yes},
		{`{"ForAllValues:NumericLessThan":{"aws:TagKeys":5}}`, []string{"3", "x"}, unsure},
		{`{"ForAllValues:NumericLessThan":{"aws:TagKeys":5}}`, []string{"7", "x"}, no},
		// Without a set operator nothing is documented for several values.
		{`{"StringEquals":{"aws:TagKeys":"a"}}`, []string{"a", "a"}, unsure},
		{`{"StringNotEquals":{"aws:TagKeys":"a"}}`, []string{"b", "c"}, unsure},
		{`{"StringEqualsIfExists":{"aws:TagKeys":"a"}}`, []string{"b", "c"}, unsure},
		{`{"Null":{"aws:TagKeys":"false"}}`, []string{"a", "b"}, yes},
		{`{"Null":{"aws:TagKeys":"true"}}`, []string{"a", "b"}, no},
		{`{"Null":{"aws:TagKeys":"true"}}`, []string{""}, unsure},
		{`{"Null":{"aws:TagKeys":"false"}}`, []string{""}, unsure},
	} {
		if got := holds(t, c.condition, Context{"aws:tagkeys": c.values}); got != c.want {
			t.Errorf("%s with %q: got %v, want %v", c.condition, c.values, got, c.want)
		}
	}
}

// T10 of the threats: ForAllValues in an Allow is true without the key, as AWS documents; Null is what closes it.
func TestForAllValuesWithoutKey(t *testing.T) {
	open := mustPolicy(t, statements(`{"Effect":"Allow","Action":"sts:*","Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}}`))
	closed := mustPolicy(t, statements(`{"Effect":"Allow","Action":"sts:*","Resource":"*","Condition":{
		"ForAllValues:StringEquals":{"aws:TagKeys":["team"]},"Null":{"aws:TagKeys":"false"}}}`))
	for _, c := range []struct {
		d    Document
		c    Context
		want Effect
	}{
		{open, nil, Allow},
		{open, Context{"aws:tagkeys": {"team"}}, Allow},
		{open, Context{"aws:tagkeys": {"team", "admin"}}, NoMatch},
		{closed, nil, NoMatch},
		{closed, Context{"aws:tagkeys": {""}}, NoMatch},
		{closed, Context{"aws:tagkeys": {"team"}}, Allow},
	} {
		if got := c.d.Evaluate(assume(userCalled("ueno"), c.c)); got.Effect != c.want {
			t.Errorf("%v: got %v, want %v", c.c, got.Effect, c.want)
		}
	}
}

func TestConditionDetails(t *testing.T) {
	for _, c := range []struct {
		condition string
		context   Context
		element   string
		want      string
	}{
		{`{"StringEquals":{"sts:ExternalId":"12345"}}`, nil, "Condition StringEquals sts:ExternalId", `want "12345", the request has no sts:ExternalId`},
		{`{"StringEquals":{"sts:ExternalId":["1","2"]}}`, Context{"sts:externalid": {"3"}}, "Condition StringEquals sts:ExternalId", `want "1" or "2", got "3"`},
		{`{"StringLike":{"a:b":["1","2","3","4","5","6"]}}`, Context{"a:b": {"x"}}, "Condition StringLike a:b", `want "1" or "2" or "3" or "4" or 2 more, got "x"`},
		{`{"StringNotEquals":{"a:b":"1"}}`, Context{"a:b": {"1"}}, "Condition StringNotEquals a:b", `want other than "1", got "1"`},
		{`{"StringEquals":{"sts:RoleSessionName":"${aws:username}"}}`, Context{"aws:username": {"ueno"}, "sts:rolesessionname": {"x"}}, "Condition StringEquals sts:RoleSessionName", `want "${aws:username}" ("ueno"), got "x"`},
		{`{"StringEquals":{"sts:RoleSessionName":"${aws:username}"}}`, Context{"sts:rolesessionname": {"x"}}, "Condition StringEquals sts:RoleSessionName", `want "${aws:username}" (which the request does not say), got "x"`},
		{`{"StringEquals":{"a:b":"${aws:TagKeys}"}}`, Context{"a:b": {"x"}, "aws:tagkeys": {"a", "b"}}, "Condition StringEquals a:b", `want "${aws:TagKeys}" (which has no single value in the request), got "x", which cannot be decided`},
		{`{"Null":{"a:b":"true"}}`, Context{"a:b": {"x", "y"}}, "Condition Null a:b", `want none, got "x" and "y"`},
		{`{"Null":{"a:b":"false"}}`, nil, "Condition Null a:b", `want any value, the request has no a:b`},
		{`{"Bool":{"aws:MultiFactorAuthPresent":true}}`, Context{"aws:multifactorauthpresent": {"maybe"}}, "Condition Bool aws:MultiFactorAuthPresent", `want "true", got "maybe", which cannot be decided`},
		{`{"ForAnyValue:StringEquals":{"aws:TagKeys":"a"}}`, Context{"aws:tagkeys": {"b", "c"}}, "Condition ForAnyValue:StringEquals aws:TagKeys", `want "a", got "b" and "c"`},
	} {
		d := mustPolicy(t, statements(`{"Sid":"s","Effect":"Allow","Action":"*","Resource":"*","Condition":`+c.condition+`}`))
		got := d.Evaluate(assume(userCalled("ueno"), c.context))
		if got.Effect != NoMatch || len(got.Mismatches) != 1 {
			t.Errorf("%s: got %+v", c.condition, got)
			continue
		}
		if m := got.Mismatches[0]; m.Sid != "s" || m.Statement != 0 || m.Element != c.element || m.Detail != c.want {
			t.Errorf("%s:\n got %+v\nwant %s: %s", c.condition, m, c.element, c.want)
		}
	}
}
