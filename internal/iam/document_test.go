package iam

import (
	"errors"
	"strings"
	"testing"
)

const soundPolicy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}}`

func TestParsePolicyAccepts(t *testing.T) {
	for name, text := range map[string]string{
		"statement object":    soundPolicy,
		"statement list":      statements(`{"Effect":"Deny","Action":["sts:*","iam:Get?ser"],"Resource":["*"]}`),
		"no version":          `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
		"old version":         `{"Version":"2008-10-17","Id":"some id, with spaces","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`,
		"not elements":        statements(`{"Sid":"a1","Effect":"Allow","NotAction":"iam:*","NotResource":"arn:aws:iam::111122223333:role/admin"}`),
		"empty sids":          statements(`{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"}`, `{"Sid":"","Effect":"Allow","Action":"*","Resource":"*"}`),
		"empty condition":     statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{}}`),
		"any order and space": " \r\n\t{ \"Statement\" : [ { \"Resource\":\"*\" , \"Action\":\"*\", \"Effect\":\"Allow\" } ] , \"Version\":\"2012-10-17\" }\n",
		"latin-1 in a value":  statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/ville":"Orl\u00e9ans é"}}}`),
		"values of all types": statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericEquals":{"a:b":[1,"2",-0.5]},"Bool":{"a:c":true},"StringEquals":{"a:d":[1,true,"x"]}}}`),
		"arns":                statements(`{"Effect":"Allow","Action":"*","Resource":["arn:*:iam::*:role/aws-service-role/*","arn:aws-cn:s3:::b/k:with:colons","arn:aws:iam::aws:policy/x","arn:aws:iam::11112222????:role/${aws:username}"]}`),
	} {
		if _, err := ParsePolicy([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestParsePolicyRefuses(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{``, `line 1, column 1: the policy document ends too early`},
		{` `, `line 1, column 2: the policy document ends too early`},
		{`{"Version":"2012-10-17"`, `line 1, column 24: the policy document ends too early`},
		{`[]`, `line 1, column 1: policy document: want an object, got a list`},
		{`"x"`, `line 1, column 1: policy document: want an object, got a string`},
		{`null`, `line 1, column 1: policy document: want an object, got null`},
		{soundPolicy + ` x`, `line 1, column 98: text after the end of the policy document`},
		{soundPolicy + "\n{}", `line 2, column 1: text after the end of the policy document`},
		{"{\n \"Statement\": [\n  oops\n ]\n}", `line 3, column 3: not JSON: invalid character 'o'`},
		{`{"Statement":[],}`, `line 1, column 17: not JSON: invalid character '}'`},
		{`{"Statement":{}]`, `line 1, column 16: not JSON: invalid character ']'`},
		{`{"Version":"2012-10-17"}`, `line 1, column 1: want a "Statement", got none`},
		{`{"Version":"2012-10-17","Statement":[]}`, `line 1, column 37: Statement: want at least one value, got an empty list`},
		{`{"Version":"2012-10-17","Statement":"x"}`, `column 37: Statement: want an object or a list of them, got a string`},
		{`{"Version":"2012-10-17","Statement":[[]]}`, `column 38: Statement: want an object or a list of them, got a list`},
		{`{"Version":"2012-10-17","Statement":[null]}`, `got null`},
		{`{"Version":"2012-10-18","Statement":{}}`, `column 12: Version "2012-10-18": want "2012-10-17" or "2008-10-17"`},
		{`{"Version":20121017,"Statement":{}}`, `column 12: Version: want a string, got a number`},
		{`{"version":"2012-10-17","Statement":{}}`, `column 2: "version": unknown element, did you mean "Version"?`},
		{`{"Id":1,"Statement":{}}`, `column 7: Id: want a string, got a number`},
		{`{"Satement":{}}`, `column 2: "Satement": unknown element, did you mean "Statement"?`},
		{`{"Principals":{},"Statement":{}}`, `column 2: "Principals": unknown element`},
		{`{"Statement":{},"Statement":{}}`, `column 17: "Statement": used twice, first as "Statement"`},
		{`{"Statement":{},"statement":{}}`, `column 17: "statement": used twice, first as "Statement"`},
		{"{\"Statement\":{\"Acton\":\"*\"}}", `column 15: "Acton": unknown element, did you mean "Action"?`},
		{`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Conditions":{}}}`, `did you mean "Condition"?`},
		{`{"Statement":{"Action":"*","Resource":"*"}}`, `column 14: statement: want an "Effect", got none`},
		{`{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}`, `column 24: Effect: want "Allow" or "Deny", got "allow"`},
		{`{"Statement":{"Effect":["Allow"],"Action":"*","Resource":"*"}}`, `Effect: want "Allow" or "Deny", got a list`},
		{`{"Statement":{"Effect":"Allow","Resource":"*"}}`, `statement: want "Action" or "NotAction", got neither`},
		{`{"Statement":{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}}`, `column 57: statement: want "Action" or "NotAction", got both`},
		{`{"Statement":{"Effect":"Allow","Action":[],"Resource":"*"}}`, `column 41: Action: want at least one value, got an empty list`},
		{`{"Statement":{"Effect":"Allow","Action":[1],"Resource":"*"}}`, `Action: want a string or a list of them, got a number`},
		{`{"Statement":{"Effect":"Allow","Action":{},"Resource":"*"}}`, `Action: want a string or a list of them, got an object`},
		{`{"Statement":{"Effect":"Allow","Action":"AssumeRole","Resource":"*"}}`, `Action: "AssumeRole": want service:Name, such as sts:AssumeRole, or *`},
		{`{"Statement":{"Effect":"Allow","Action":"","Resource":"*"}}`, `Action: "": want service:Name`},
		{`{"Statement":{"Effect":"Allow","Action":"*:AssumeRole","Resource":"*"}}`, `Action: "*:AssumeRole": want service:Name`},
		{`{"Statement":{"Effect":"Allow","Action":"sts:Assume Role","Resource":"*"}}`, `want service:Name`},
		{`{"Statement":{"Effect":"Allow","Action":"sts:a:b","Resource":"*"}}`, `want service:Name`},
		{`{"Statement":{"Effect":"Allow","Action":"sts:${aws:username}","Resource":"*"}}`, `want service:Name`},
		{`{"Statement":{"Effect":"Allow","Action":"*"}}`, `statement: want "Resource" or "NotResource", got neither`},
		{`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","NotResource":"*"}}`, `got both`},
		{`{"Statement":{"Effect":"Allow","Action":"*","Resource":[]}}`, `Resource: want at least one value, got an empty list`},
		{`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}`, `column 60: "Principal": not an element of an identity-based policy or session policy`},
		{`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","NotPrincipal":{"AWS":"*"}}}`, `"NotPrincipal": not an element of an identity-based policy or session policy`},
		{`{"Statement":{"Sid":"a b","Effect":"Allow","Action":"*","Resource":"*"}}`, `column 21: Sid: want a string of letters and digits, got "a b"`},
		{`{"Statement":{"Sid":"é","Effect":"Allow","Action":"*","Resource":"*"}}`, `Sid: want a string of letters and digits, got "é"`},
		{`{"Statement":{"Sid":7,"Effect":"Allow","Action":"*","Resource":"*"}}`, `Sid: want a string of letters and digits, got a number`},
		{statements(`{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"}`, `{"Sid":"a","Effect":"Allow","Action":"*","Resource":"*"}`), `Sid "a": used twice`},
		{statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":[]}`), `Condition: want an object, got a list`},
	} {
		refused(t, ParsePolicy, c.text, c.want)
	}
}

func TestParseResourceRefuses(t *testing.T) {
	for resource, want := range map[string]string{
		"":                                            "want * or an ARN of six parts",
		"role/x":                                      "want * or an ARN of six parts",
		"arn:aws:iam::111122223333":                   "want * or an ARN of six parts",
		"arn:aws:iam*":                                "want * or an ARN of six parts",
		"*:aws:iam::111122223333:role/x":              "want * or an ARN of six parts",
		"ARN:aws:iam::111122223333:role/x":            "want * or an ARN of six parts",
		"${aws:PrincipalArn}":                         "want * or an ARN of six parts",
		"arn:aws:iam::111122223333:":                  "want a resource behind the fifth colon",
		"arn::iam::111122223333:role/x":               `partition "": want one such as aws`,
		"arn:AWS:iam::111122223333:role/x":            `partition "AWS"`,
		"arn:aws:*::111122223333:role/x":              `service "*": want a service such as iam, without wildcards`,
		"arn:aws:IAM::111122223333:role/x":            `service "IAM"`,
		"arn:aws:iam:us east:1:role/x":                `region "us east"`,
		"arn:aws:iam::1111:role/x":                    `account "1111": want 12 digits`,
		"arn:aws:iam::1111-2222-3333:role/x":          `account "1111-2222-3333"`,
		"arn:aws:iam::11112222333x:role/x":            `account "11112222333x"`,
		"arn:aws:iam::1111*x:role/x":                  `account "1111*x"`,
		"arn:aws:iam::${aws:userid}:role/x":           "want variables only behind the fifth colon",
		"arn:aws:iam::${*}:role/x":                    "want variables only behind the fifth colon",
		"arn:aws:iam::*:role/${aws:username":          "variable without a closing brace",
		"arn:aws:iam::*:role/${}":                     "empty variable",
		"arn:aws:iam::*:role/${aws:user name}":        "want no space in its name",
		"arn:aws:iam::*:role/${username}":             "want service:name, such as aws:username",
		"arn:aws:iam::*:role/${aws:PrincipalTag}":     "want a tag key, as in aws:PrincipalTag/team",
		"arn:aws:iam::*:role/${aws:username,'x'}":     "want its default value as in",
		"arn:aws:iam::*:role/${aws:username,x'}":      "want its default value as in",
		"arn:aws:iam::*:role/${aws:username, x}":      "want its default value as in",
		"arn:aws:iam::*:role/${aws:username, 'x}":     "want its default value as in",
		"arn:aws:iam::*:role/${aws:username, 'x'y'}":  "want its default value as in",
		"arn:aws:iam::*:role/${aws:username, '*'}":    "want its default value as in",
		"arn:aws:iam::*:role/${aws:username, '${?}'}": "want its default value as in",
	} {
		refused(t, ParsePolicy, statements(`{"Effect":"Allow","Action":"*","Resource":"`+resource+`"}`), want)
	}
}

func TestParseTrustRefuses(t *testing.T) {
	const allow = `"Effect":"Allow","Action":"sts:AssumeRole"`
	for _, c := range []struct{ statement, want string }{
		{`{` + allow + `}`, `statement: want a "Principal", got none`},
		{`{` + allow + `,"Principal":{"AWS":"*"},"Resource":"*"}`, `"Resource": not an element of a role trust policy, the resource is the role`},
		{`{` + allow + `,"Principal":{"AWS":"*"},"NotResource":"*"}`, `"NotResource": not an element of a role trust policy`},
		{`{` + allow + `,"NotPrincipal":{"AWS":"111122223333"}}`, `"NotPrincipal": IAM does not accept it in a role trust policy`},
		{`{` + allow + `,"Principal":"*"}`, `Principal "*": IAM does not accept it in a role trust policy, want {"AWS": "*"}`},
		{`{` + allow + `,"Principal":"111122223333"}`, `Principal: want an object such as {"AWS": "123456789012"}, got a string`},
		{`{` + allow + `,"Principal":["*"]}`, `Principal: want an object`},
		{`{` + allow + `,"Principal":{}}`, `Principal: want at least one principal, got none`},
		{`{` + allow + `,"Principal":{"AWS":[]}}`, `Principal AWS: want at least one value, got an empty list`},
		{`{` + allow + `,"Principal":{"AWS":1}}`, `Principal AWS: want a string or a list of them, got a number`},
		{`{` + allow + `,"Principal":{"aws":"*"}}`, `"aws": unknown element, did you mean "AWS"?`},
		{`{` + allow + `,"Principal":{"AWS":"*","aws":"*"}}`, `"aws": used twice, first as "AWS"`},
		{`{` + allow + `,"Principal":{"AWS":"11112222333"}}`, `want an account ID, or the ARN`},
		{`{` + allow + `,"Principal":{"AWS":"alice"}}`, `want an account ID, or the ARN`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::*:root"}}`, `want no wildcard in a principal`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::111122223333:user/*"}}`, `want no wildcard in a principal`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/toy-role/*"}}`, `want no wildcard in a principal`},
		{`{` + allow + `,"Principal":{"Service":"*"}}`, `want no wildcard in a principal`},
		{`{` + allow + `,"Principal":{"Service":"ec2 amazonaws"}}`, `want a name such as ec2.amazonaws.com or an ARN`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::111122223333:group/g"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::111122223333:user/"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::111122223333:user/a b"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::111122223333:assumed-role/r/s"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/r"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/p/r/s"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam:us-east-1:111122223333:user/a"}}`, `want an account ID, or the ARN`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::111122223333:user/ a"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::111122223333:user/aé"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn::iam::111122223333:user/a"}}`, `want an account ID, or the ARN`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::11112222333:user/a"}}`, `want an account ID, or the ARN`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::11112222333x:user/a"}}`, `want an account ID, or the ARN`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:sts::111122223333:root"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:s3::111122223333:root"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:sts::111122223333:user/a"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:sts::111122223333:role/a"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:sts::111122223333:session/r/s"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:iam::111122223333:federated-user/a"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"arn:aws:sts::111122223333:federated-user/a/b"}}`, `want root, user/name, role/name`},
		{`{` + allow + `,"Principal":{"AWS":"AKIAEXAMPLE123456789A"}}`, `want an account ID, or the ARN`},
		{`{` + allow + `,"Principal":{"AWS":"AIDAEXAMPLE1234"}}`, `want an account ID, or the ARN`},
		{`{` + allow + `,"Principal":{"AWS":"AROA` + strings.Repeat("A", 125) + `"}}`, `want an account ID, or the ARN`},
		{`{` + allow + `,"Principal":{"AWS":"AIDAEXAMPLE12345678-A"}}`, `want an account ID, or the ARN`},
		{`{` + allow + `,"Principal":{"AWS":"AIDAEXAMPLE123456789a"}}`, `want an account ID, or the ARN`},
		{`{"Effect":"Allow","Action":"iam:*","Principal":{"AWS":"*"}}`, `Action: "iam:*": not an action of a role trust policy`},
		{`{"Effect":"Allow","Action":"*","Principal":{"AWS":"*"}}`, `Action: "*": not an action of a role trust policy`},
		{`{"Effect":"Allow","Action":"s3:*","Principal":{"AWS":"*"}}`, `Action: "s3:*": not an action of a role trust policy`},
		{`{"Effect":"Allow","Action":"sts:AsumeRole","Principal":{"AWS":"*"}}`, `did you mean "sts:AssumeRole"?`},
		{`{"Effect":"Allow","Action":"sts:GetCallerIdentity","Principal":{"AWS":"*"}}`, `not an action of a role trust policy`},
	} {
		refused(t, ParseTrust, statements(c.statement), c.want)
	}
}

func TestParseTrustAccepts(t *testing.T) {
	for _, principal := range []string{
		`{"AWS":"*"}`, `{"AWS":["111122223333","arn:aws:iam::444455556666:root"]}`, `{"AWS":"arn:aws:iam::111122223333:user/team/blue/alice"}`,
		`{"AWS":"arn:aws:iam::111122223333:role/toy-role"}`, `{"AWS":"arn:aws:sts::111122223333:assumed-role/toy-role/ueno@example.com"}`,
		`{"AWS":"arn:aws:sts::111122223333:federated-user/ueno"}`, `{"AWS":"AIDAEXAMPLE123456789A"}`, `{"AWS":"AROAEXAMPLE123456789B"}`,
		`{"AWS":"AIDAEXAMPLE12345"}`, `{"AWS":"AROA` + strings.Repeat("A", 124) + `"}`, `{"AWS":"arn:aws:iam::111122223333:user/!~/a"}`,
		`{"Service":["ec2.amazonaws.com","lambda.amazonaws.com"]}`, `{"Federated":"arn:aws:iam::111122223333:saml-provider/ADFS"}`,
		`{"Federated":"arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}`,
		`{"CanonicalUser":"79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}`,
	} {
		for _, action := range []string{`"sts:AssumeRole"`, `["sts:AssumeRole","sts:TagSession","STS:setsourceidentity"]`, `"sts:*"`, `"sts:Assume*"`} {
			mustTrust(t, statements(`{"Sid":"","Effect":"Allow","Principal":`+principal+`,"Action":`+action+`}`))
		}
	}
	mustTrust(t, statements(`{"Effect":"Deny","Principal":{"AWS":"*"},"NotAction":"sts:AssumeRole"}`))
}

func TestParseConditionRefuses(t *testing.T) {
	for condition, want := range map[string]string{
		`{"StringMatches":{"a:b":"x"}}`:                               `"StringMatches": unknown condition operator`,
		`{"StringEqual":{"a:b":"x"}}`:                                 `"StringEqual": unknown condition operator, did you mean "StringEquals"?`,
		`{"StringEqualIfExists":{"a:b":"x"}}`:                         `did you mean "StringEquals"?`,
		`{"StringLikeIgnoreCase":{"a:b":"x"}}`:                        `"StringLikeIgnoreCase": unknown condition operator`,
		`{"IfExists":{"a:b":"x"}}`:                                    `"IfExists": unknown condition operator`,
		`{"":{"a:b":"x"}}`:                                            `"": unknown condition operator`,
		`{"ForAllValue:StringEquals":{"a:b":"x"}}`:                    `unknown condition operator, did you mean "ForAllValues"?`,
		`{"ForAnyValue:StringEqals":{"a:b":"x"}}`:                     `unknown condition operator, did you mean "StringEquals"?`,
		`{"ForAnyValue:ForAllValues:StringEquals":{"a:b":"x"}}`:       `unknown condition operator`,
		`{"NullIfExists":{"a:b":"true"}}`:                             `want Null alone`,
		`{"ForAnyValue:Null":{"a:b":"true"}}`:                         `want Null alone`,
		`{"StringEquals":"x"}`:                                        `StringEquals: want an object of condition keys, got a string`,
		`{"StringEquals":{}}`:                                         `StringEquals: want at least one condition key, got none`,
		`{"StringEquals":{"a:b":[]}}`:                                 `StringEquals a:b: want at least one value, got an empty list`,
		`{"StringEquals":{"a:b":null}}`:                               `StringEquals a:b: want a string or a list of them, got null`,
		`{"StringEquals":{"a:b":{"c":1}}}`:                            `StringEquals a:b: want a string or a list of them, got an object`,
		`{"StringEquals":{"ab":"x"}}`:                                 `condition key "ab": want service:name, such as aws:username`,
		`{"StringEquals":{":b":"x"}}`:                                 `want service:name`,
		`{"StringEquals":{"aws:":"x"}}`:                               `want service:name`,
		`{"StringEquals":{"aws:*":"x"}}`:                              `character '*' is not part of a key`,
		`{"StringEquals":{"aws:PrincipalTag":"x"}}`:                   `want a tag key, as in aws:PrincipalTag/team`,
		`{"StringEquals":{"aws:requesttag/":"x"}}`:                    `want a tag key, as in aws:RequestTag/team`,
		`{"StringEquals":{"aws:username":"x","AWS:UserName":"y"}}`:    `"AWS:UserName": used twice, first as "aws:username"`,
		`{"StringEquals":{"a:b":"x"},"stringequals":{"a:b":"y"}}`:     `"stringequals": used twice, first as "StringEquals"`,
		`{"StringLike":{"a:b":"${aws:username"}}`:                     `StringLike a:b: variable without a closing brace`,
		`{"ArnLike":{"a:b":"${}"}}`:                                   `ArnLike a:b: empty variable`,
		`{"ArnLike":{"a:b":"*"}}`:                                     `ArnLike a:b: want an ARN of six parts`,
		`{"ArnEquals":{"a:b":"arn:aws:iam::1:"}}`:                     ``,
		`{"NumericEquals":{"a:b":"x"}}`:                               `NumericEquals a:b: want a number such as 3600 or 0.5, got "x"`,
		`{"NumericEquals":{"a:b":"${aws:MultiFactorAuthAge}"}}`:       `want a number`,
		`{"NumericEquals":{"a:b":"+-1"}}`:                             `want a number`,
		`{"NumericEquals":{"a:b":"` + strings.Repeat("1", 41) + `"}}`: `want a number`,
		`{"NumericEquals":{"a:b":"` + strings.Repeat("1", 40) + `"}}`: ``,
		`{"NumericLessThan":{"a:b":"1e9"}}`:                           `want a number`,
		`{"NumericLessThan":{"a:b":1e9}}`:                             `want a number`,
		`{"NumericLessThan":{"a:b":true}}`:                            `want a number`,
		`{"NumericLessThan":{"a:b":"1/3"}}`:                           `want a number`,
		`{"NumericLessThan":{"a:b":"."}}`:                             `want a number`,
		`{"NumericLessThan":{"a:b":"1.2.3"}}`:                         `want a number`,
		`{"DateLessThan":{"aws:CurrentTime":"tomorrow"}}`:             `want a date such as 2026-01-31T12:00:00Z`,
		`{"DateLessThan":{"aws:CurrentTime":"1234567890123"}}`:        `want a date`,
		`{"DateLessThan":{"aws:CurrentTime":"123456789012"}}`:         ``,
		`{"Null":{"a:b":["true","false"]}}`:                           `Null a:b: want one value, true or false, got a list of 2`,
		`{"DateLessThan":{"aws:CurrentTime":"2026"}}`:                 `want a date`,
		`{"DateLessThan":{"aws:CurrentTime":"2026-01-31T12:00:00"}}`:  `want a date`,
		`{"Bool":{"a:b":"yes"}}`:                                      `Bool a:b: want true or false, got "yes"`,
		`{"Bool":{"a:b":"True"}}`:                                     `want true or false`,
		`{"Bool":{"a:b":["true","false"]}}`:                           `Bool a:b: want one value, true or false, got a list of 2`,
		`{"Null":{"a:b":"x"}}`:                                        `Null a:b: want true or false`,
		`{"BinaryEquals":{"a:b":"?"}}`:                                `BinaryEquals a:b: want base64`,
		`{"IpAddress":{"aws:SourceIp":"203.0.113.0/33"}}`:             `want an address or a range`,
		`{"IpAddress":{"aws:SourceIp":"203.0.113.*"}}`:                `want an address or a range`,
		`{"IpAddress":{"aws:SourceIp":"fe80::1%eth0"}}`:               `want an address or a range`,
		`{"IpAddress":{"aws:SourceIp":"::ffff:203.0.113.1"}}`:         `want an address or a range`,
	} {
		text := statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":` + condition + `}`)
		if want == "" {
			mustPolicy(t, text)
			continue
		}
		refused(t, ParsePolicy, text, want)
	}
}

// A condition key holds neither what steers a reader nor what means something
// else in a policy: every character of ASCII is tried.
func TestConditionKeyCharacters(t *testing.T) {
	for c := range rune(0x80) {
		want := c >= ' ' && c != 0x7f && !strings.ContainsRune(`*?${}'"`, c)
		if err := checkConditionKey("aws:RequestTag/a" + string(c) + "b"); (err == nil) != want {
			t.Errorf("%q: %v", c, err)
		}
	}
	for _, key := range []string{"aws:PrincipalTag", "aws:RequestTag", "aws:ResourceTag"} {
		for after, want := range map[string]bool{"": false, "/": false, "/a": true, "s": true} {
			if err := checkConditionKey(key + after); (err == nil) != want {
				t.Errorf("%s%s: %v", key, after, err)
			}
		}
	}
}

// T9 of the threats, and what a decoder would change silently.
func TestParseRefusesCharacters(t *testing.T) {
	quote := func(s string) string {
		return statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":"` + s + `"}}}`)
	}
	mustPolicy(t, quote(`\u0009 \u000a \u000d \u00ff`))
	for text, want := range map[string]string{
		"\ufeff" + soundPolicy: "line 1, column 1: character U+FEFF",
		quote("\x00"):          "character U+0000: want tab, line feed, carriage return or U+0020 to U+00FF",
		quote("\x1f"):          "character U+001F",
		quote("\u0100"):        "character U+0100",
		quote("\u202e"):        "character U+202E",
		quote("\xff"):          "byte 0xff: want UTF-8",
		quote("\xc3"):          "byte 0xc3: want UTF-8",
		quote("\ufffd"):        "character U+FFFD",
		quote(`\u0000`):        "escape for character U+0000",
		quote(`\u0100`):        "escape for character U+0100",
		quote(`\ud800`):        "escape for character U+FFFD",
		`{"\u017ftatement":1}`: "escape for character U+017F",
	} {
		refused(t, ParsePolicy, text, want)
	}
}

func TestParseIsBounded(t *testing.T) {
	refused(t, ParsePolicy, strings.Repeat(" ", maxDocument)+soundPolicy, "want at most 65536")
	refused(t, ParsePolicy, strings.Repeat("[", 60000), "nested too deep: want at most 8 levels")
	refused(t, ParsePolicy, strings.Repeat(`{"a":`, 10000), "nested too deep: want at most 8 levels")
	mustPolicy(t, soundPolicy+strings.Repeat(" ", maxDocument-len(soundPolicy)))
}

func TestSyntaxErrorPosition(t *testing.T) {
	_, err := ParsePolicy([]byte("{\r\n\t\"Id\": \"é\", \"Staement\": 1}"))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) {
		t.Fatalf("got %v, want a *SyntaxError", err)
	}
	if syntax.Line != 2 || syntax.Column != 13 {
		t.Errorf("got line %d, column %d, want 2, 13", syntax.Line, syntax.Column)
	}
}

func refused(t *testing.T, parse func([]byte) (Document, error), text, want string) {
	t.Helper()
	d, err := parse([]byte(text))
	var syntax *SyntaxError
	if !errors.As(err, &syntax) {
		t.Errorf("%.200s: got %v, want a *SyntaxError", text, err)
		return
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("%.200s:\n got %q\nwant %q", text, err, want)
	}
	if d.kind != unparsed || d.statements != nil {
		t.Errorf("%.200s: got a document with the error", text)
	}
}
