package setup

import (
	"errors"
	"strings"
	"testing"

	"karikagi/internal/caller"
)

const (
	ueno    = "arn:aws:iam::123456789012:user/ueno"
	alice   = "arn:aws:iam::123456789012:user/team/blue/alice"
	session = "arn:aws:sts::123456789012:assumed-role/first-hop/ueno"
	sso     = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Dev_0123456789abcdef/ueno@example.com"
	own     = "arn:aws:iam::123456789012:role/toy-role"
	other   = "arn:aws:iam::210987654321:role/a/b/toy-role"
)

func setupOf(t testing.TB, arn, role string) Setup {
	t.Helper()
	p, err := ParsePrincipal(arn)
	if err != nil {
		t.Fatal(err)
	}
	reference, err := caller.ParseRoleReference(role)
	if err != nil {
		t.Fatal(err)
	}
	return Setup{Principal: p, Role: reference.Role(p.Caller)}
}

func TestPolicies(t *testing.T) {
	const head = `{"Version":"2012-10-17","Statement":[`
	identity := func(action, role string) string {
		return head + `{"Sid":"AssumeTheRole","Effect":"Allow","Action":` + action + `,"Resource":"` + role + `"}]}`
	}
	trust := func(who, action, condition string) string {
		return `{"Sid":"` + map[string]string{"AssumeRole": "TrustTheCaller", "TagSession": "LetTagTheSession", "SetSourceIdentity": "LetSetTheSourceIdentity"}[action] +
			`","Effect":"Allow","Principal":{"AWS":"` + who + `"},"Action":"sts:` + action + `"` + condition + `}`
	}
	const root, mine = "arn:aws:iam::123456789012:root", `"ArnEquals":{"aws:PrincipalArn":"` + ueno + `"}`
	when := func(conditions ...string) string { return `,"Condition":{` + strings.Join(conditions, ",") + `}` }
	for name, c := range map[string]struct {
		caller, role    string
		change          func(*Setup)
		identity, trust string
	}{
		"a user":                    {ueno, own, nil, identity(`"sts:AssumeRole"`, own), head + trust(root, "AssumeRole", when(mine)) + `]}`},
		"a user of another account": {ueno, other, nil, identity(`"sts:AssumeRole"`, other), head + trust(ueno, "AssumeRole", "") + `]}`},
		"a user with a path":        {alice, other, nil, identity(`"sts:AssumeRole"`, other), head + trust(alice, "AssumeRole", "") + `]}`},
		"a short form": {"arn:aws-cn:iam::123456789012:user/ueno", "210987654321/x/y", nil, identity(`"sts:AssumeRole"`, "arn:aws-cn:iam::210987654321:role/x/y"),
			head + trust("arn:aws-cn:iam::123456789012:user/ueno", "AssumeRole", "") + `]}`},
		"another partition's role session": {"arn:aws-us-gov:sts::123456789012:assumed-role/r/s1", "210987654321/x", nil, identity(`"sts:AssumeRole"`, "arn:aws-us-gov:iam::210987654321:role/x"),
			head + trust("arn:aws-us-gov:iam::123456789012:role/r", "AssumeRole", "") + `]}`},
		"a role session": {session, own, nil, identity(`"sts:AssumeRole"`, own),
			head + trust(root, "AssumeRole", when(`"ArnEquals":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/first-hop"}`)) + `]}`},
		"a role with a path": {"arn:aws:iam::123456789012:role/x/first-hop", other, nil, identity(`"sts:AssumeRole"`, other),
			head + trust("arn:aws:iam::123456789012:role/x/first-hop", "AssumeRole", "") + `]}`},
		"Identity Center": {sso, other, nil, identity(`"sts:AssumeRole"`, other), head + trust(root, "AssumeRole", when(
			`"ArnLike":{"aws:PrincipalArn":["arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_0123456789abcdef",`+
				`"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Dev_0123456789abcdef"]}`)) + `]}`},
		"everything of a user": {ueno, own, func(s *Setup) {
			s.MFA, s.ExternalID, s.RequireSourceIdentity, s.SessionNameIsUser, s.Tags = true, "a:b", true, true, true
		}, identity(`["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]`, own), head + trust(root, "AssumeRole", when(mine, `"Bool":{"aws:MultiFactorAuthPresent":"true"}`,
			`"StringEquals":{"sts:ExternalId":"a:b","sts:RoleSessionName":"${aws:username}"}`, `"StringLike":{"sts:SourceIdentity":"${aws:username}"}`)) + "," +
			trust(root, "TagSession", when(mine)) + "," + trust(root, "SetSourceIdentity", when(mine, `"StringLike":{"sts:SourceIdentity":"${aws:username}"}`)) + `]}`},
		"everything of a role session": {session, other, func(s *Setup) { s.ExternalID, s.RequireSourceIdentity, s.Tags = "<&>", true, true },
			identity(`["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]`, other),
			head + trust("arn:aws:iam::123456789012:role/first-hop", "AssumeRole", when(`"StringEquals":{"sts:ExternalId":"<&>"}`, `"StringLike":{"sts:SourceIdentity":"*"}`)) + "," +
				trust("arn:aws:iam::123456789012:role/first-hop", "TagSession", "") + "," +
				trust("arn:aws:iam::123456789012:role/first-hop", "SetSourceIdentity", when(`"StringLike":{"sts:SourceIdentity":"*"}`)) + `]}`},
	} {
		t.Run(name, func(t *testing.T) {
			s := setupOf(t, c.caller, c.role)
			if c.change != nil {
				c.change(&s)
			}
			p, err := s.Policies()
			if err != nil {
				t.Fatal(err)
			}
			if got := p.Identity.JSON(); got != c.identity {
				t.Errorf("identity policy\ngot  %s\nwant %s", got, c.identity)
			}
			if got := p.Trust.JSON(); got != c.trust {
				t.Errorf("trust policy\ngot  %s\nwant %s", got, c.trust)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for name, c := range map[string]struct {
		caller, role string
		change       func(*Setup)
		want         string
	}{
		"root":                             {"arn:aws:iam::123456789012:root", own, nil, "is the root user, who cannot assume roles"},
		"a federated one":                  {"arn:aws:sts::123456789012:federated-user/bob", own, nil, "is a federated user, who cannot assume roles"},
		"an odd one":                       {"arn:aws:sts::123456789012:cloud9", own, nil, "is neither a user nor a role session"},
		"itself":                           {"arn:aws:sts::123456789012:assumed-role/toy-role/ueno", own, nil, "is a session of role toy-role already"},
		"itself, in another case and path": {"arn:aws:sts::123456789012:assumed-role/Toy-role/ueno", "x/toy-role", nil, "already"},
		"another partition":                {"arn:aws-cn:iam::123456789012:user/ueno", own, nil, "no role can be assumed across partitions"},
		"a role of AWS's":                  {ueno, "aws-service-role/x.amazonaws.com/AWSServiceRoleForX", nil, "is AWS's own"},
		"a role of AWS's without its path": {ueno, "AWSServiceRoleForX", nil, "is AWS's own"},
		"a service-linked caller":          {"arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForX/s1", own, nil, "is of a service-linked role"},
		"a path with a wildcard":           {"arn:aws:iam::123456789012:user/te*m/ueno", own, nil, `path "/te*m/"`},
		"a path with a variable":           {"arn:aws:iam::123456789012:role/${aws:username}/r", own, nil, `path "/${aws:username}/"`},
		"MFA of a role":                    {session, own, func(s *Setup) { s.MFA = true }, "never carries MFA on"},
		"the user name of a role":          {session, own, func(s *Setup) { s.SessionNameIsUser = true }, "aws:username"},
		"a name too short":                 {"arn:aws:iam::123456789012:user/x", own, func(s *Setup) { s.SessionNameIsUser = true }, `user name "x" is none`},
		"a source identity too short":      {"arn:aws:iam::123456789012:user/x", own, func(s *Setup) { s.RequireSourceIdentity = true }, `source identity: the user name "x" is none`},
		"too long":                         {ueno, own, func(s *Setup) { s.ExternalID = strings.Repeat("a", 1900) }, "trust policy of 2"},
		"too long a role": {ueno, strings.Repeat("p", 500) + "/r", func(s *Setup) {
			s.Role.Path, s.CloudShell = "/"+strings.Repeat("p", 1700)+"/", true
		}, "identity policy of 2"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setupOf(t, c.caller, c.role)
			if c.change != nil {
				c.change(&s)
			}
			p, err := s.Policies()
			if err == nil || !strings.Contains(err.Error(), c.want) || p.Trust.root != nil {
				t.Errorf("got %v, want %q", err, c.want)
			}
			if errors.As(err, new(*ProofError)) {
				t.Error("is no fault of this package's")
			}
		})
	}
}

func TestCloudShell(t *testing.T) {
	s := setupOf(t, ueno, own)
	s.CloudShell = true
	p, err := s.Policies()
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Identity.JSON(); !strings.Contains(got, `{"Sid":"OpenCloudShell","Effect":"Allow","Action":["cloudshell:CreateEnvironment",`) || strings.Contains(got, "cloudshell:*") {
		t.Error(got)
	}
}

// What stands in a policy means itself: every character is tried, up to the first
// beyond Latin-1.
func TestIsLiteral(t *testing.T) {
	for c := rune(0); c <= 'Ā'; c++ {
		want := c > ' ' && c <= '~' && !strings.ContainsRune("*?$", c)
		if got := isLiteral("a" + string(c) + "b"); got != want {
			t.Errorf("%q: %t", c, got)
		}
	}
}

// Whatever is changed in a document that makes it allow more, or less, the proof sees it.
func TestProofSeesThrough(t *testing.T) {
	all := func(s *Setup) {
		s.MFA, s.ExternalID, s.RequireSourceIdentity, s.SessionNameIsUser, s.Tags, s.CloudShell = true, "ID-1", true, true, true, true
	}
	none := func(*Setup) {}
	for name, c := range map[string]struct {
		caller, role       string
		change             func(*Setup)
		identity           bool
		old, new, complain string
	}{
		"no MFA":                 {ueno, own, all, false, `"Bool":{"aws:MultiFactorAuthPresent":"true"},`, "", "without MFA"},
		"MFA if it exists":       {ueno, own, all, false, `"Bool"`, `"BoolIfExists"`, "without MFA"},
		"no external ID":         {ueno, own, all, false, `"sts:ExternalId":"ID-1",`, "", "without the external ID"},
		"a wrong external ID":    {ueno, own, all, false, `ID-1`, `ID-2`, "sts:AssumeRole is refused"},
		"two external IDs":       {ueno, own, all, false, `"ID-1"`, `["ID-1","ID-1x"]`, "with another external ID"},
		"any session name":       {ueno, own, all, false, `,"sts:RoleSessionName":"${aws:username}"`, "", "in a session of another name"},
		"any source identity":    {ueno, own, all, false, `"sts:SourceIdentity":"${aws:username}"`, `"sts:SourceIdentity":"*"`, "with another source identity"},
		"any account's":          {ueno, own, all, false, `arn:aws:iam::123456789012:root`, `*`, "without the identity policy"},
		"the whole account":      {ueno, own, none, false, `,"Condition":{"ArnEquals":{"aws:PrincipalArn":"` + ueno + `"}}`, "", "to another"},
		"the user itself":        {ueno, own, none, false, `"arn:aws:iam::123456789012:root"`, `"` + ueno + `"`, "without the identity policy"},
		"a prefix":               {ueno, own, none, false, `user/ueno`, `user/ueno*`, "to another name"},
		"any path":               {ueno, own, none, false, `user/ueno`, `*/ueno`, "to another"},
		"another role, too":      {ueno, own, none, true, `role/toy-role`, `role/toy-*`, "for another role"},
		"another role":           {ueno, own, none, true, `role/toy-role`, `role/toy`, "sts:AssumeRole is refused"},
		"a denial":               {ueno, own, none, true, `"Allow"`, `"Deny"`, "sts:AssumeRole is refused"},
		"no tags":                {ueno, own, all, true, `,"sts:TagSession"`, "", "sts:TagSession is refused"},
		"all of the account":     {ueno, own, none, true, own, `*`, "for another role"},
		"CloudShell cut short":   {ueno, own, all, true, `"cloudshell:PutCredentials",`, "", "cloudshell:PutCredentials: allowed is false"},
		"a trusted account":      {ueno, other, none, false, `user/ueno`, `root`, "to another"},
		"all of Identity Center": {sso, other, none, false, `*/AWSReservedSSO_Dev_0123456789abcdef`, `*`, "to another name"},
	} {
		t.Run(name, func(t *testing.T) {
			s := setupOf(t, c.caller, c.role)
			c.change(&s)
			p, err := s.Policies()
			if err != nil {
				t.Fatal(err)
			}
			identity, trust := p.Identity.JSON(), p.Trust.JSON()
			before := &trust
			if c.identity {
				before = &identity
			}
			after := strings.ReplaceAll(*before, c.old, c.new)
			if after == *before {
				t.Fatalf("nothing to spoil in %s", after)
			}
			*before = after
			err = s.prove(identity, trust)
			if err == nil || !strings.Contains(err.Error(), c.complain) {
				t.Errorf("got %v, want %q", err, c.complain)
			}
		})
	}
}
