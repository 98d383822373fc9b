package setup

import (
	"slices"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	const (
		allow = `{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"`
		deny  = `{"Effect":"Deny","Action":"sts:*","Principal":{"AWS":"`
		path  = "arn:aws:iam::123456789012:role/a/b/first-hop"
		ssoIn = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Dev_0123456789abcdef"
	)
	for name, c := range map[string]struct {
		statements, caller string
		ask                Ask
		want               string // allowed, alone, or the reason
		unknown, role      string
	}{
		"the account":                     {allow + `123456789012"}}`, ueno, Ask{}, "allowed", "", ""},
		"the user":                        {allow + ueno + `"}}`, ueno, Ask{}, "alone", "", ""},
		"another user":                    {allow + alice + `"}}`, ueno, Ask{}, `Principal: want "` + alice + `", got "` + ueno + `"`, "", ""},
		"the role by a path":              {allow + path + `"}}`, session, Ask{}, "alone", "", path},
		"the role by a path in a Deny":    {allow + `123456789012"}},` + deny + path + `"}}`, session, Ask{}, "Effect: Deny", "", path},
		"a role of another name":          {allow + path + `s"}}`, session, Ask{}, `Principal: want "` + path + `s"`, "", "arn:aws:iam::123456789012:role/first-hop"},
		"a path that is known":            {allow + path + `"}}`, "arn:aws:iam::123456789012:role/first-hop", Ask{}, "Principal: want", "", "arn:aws:iam::123456789012:role/first-hop"},
		"Identity Center in a Region":     {allow + `123456789012"},"Condition":{"ArnEquals":{"aws:PrincipalArn":"` + ssoIn + `"}}}`, sso, Ask{}, "allowed", "", ssoIn},
		"Identity Center, any":            {allow + `123456789012"},"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Dev_*"}}}`, sso, Ask{}, "allowed", "", strings.Replace(ssoIn, "eu-west-1", "us-east-1", 1)},
		"an external ID":                  {allow + `123456789012"},"Condition":{"StringEquals":{"sts:ExternalId":"x1"}}}`, ueno, Ask{ExternalID: "x2"}, `Condition StringEquals sts:ExternalId: want "x1", got "x2"`, "", ""},
		"a Deny that does not apply":      {deny + alice + `"}},` + allow + alice + `"}}`, ueno, Ask{}, `Principal: want "` + alice + `"`, "", ""},
		"an organization":                 {allow + `*"},"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}`, ueno, Ask{}, "the request has no aws:PrincipalOrgID", "aws:PrincipalOrgID", ""},
		"what nobody knows, and an Allow": {allow + `123456789012"},"Condition":{"StringNotEquals":{"aws:SourceVpc":"v"}}}`, ueno, Ask{}, "allowed", "aws:SourceVpc", ""},
		"tags":                            {allow + `123456789012"}}`, ueno, Ask{Tags: true}, `Action: want "sts:AssumeRole", got "sts:TagSession"`, "", ""},
		"a source identity":               {allow + `123456789012"}}`, ueno, Ask{SourceIdentity: "ueno"}, `got "sts:SetSourceIdentity"`, "", ""},
		"no MFA":                          {allow + `123456789012"},"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`, session, Ask{}, `want "true", got "false"`, "", "arn:aws:iam::123456789012:role/first-hop"},
		"no MFA with a long-term key":     {allow + `123456789012"},"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`, ueno, Ask{}, `the request has no aws:MultiFactorAuthPresent`, "", ""},
		"fresh MFA":                       {allow + `123456789012"},"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"NumericLessThan":{"aws:MultiFactorAuthAge":"300"}}}`, ueno, Ask{MFA: true}, "allowed", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := setupOf(t, c.caller, own)
			e, err := Explain([]byte(`{"Version":"2012-10-17","Statement":[`+c.statements+`]}`), s.Principal, s.Role, c.ask)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, m := range e.Why {
				got += m.Element + ": " + m.Detail + "\n"
			}
			switch {
			case e.Allowed && e.Alone:
				got = "alone"
			case e.Allowed:
				got = "allowed"
			}
			if !strings.Contains(got, c.want) || strings.Count(got, "\n") > 1 {
				t.Errorf("got %q, want %q", got, c.want)
			}
			if !slices.Equal(e.Unknown, strings.Fields(c.unknown)) || e.RoleARN != c.role {
				t.Errorf("got %q and role %q, want %q and %q", e.Unknown, e.RoleARN, c.unknown, c.role)
			}
		})
	}
}
