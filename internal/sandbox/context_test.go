package sandbox

import (
	"maps"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"karikagi/internal/iam"
)

// TestContext is the condition keys of each kind of caller, in full: a key too many would let policies pass that AWS refuses.
func TestContext(t *testing.T) {
	a, err := LoadAccount("test.yaml", []byte(tagging))
	if err != nil {
		t.Fatal(err)
	}
	u, err := a.user("me")
	if err != nil {
		t.Fatal(err)
	}
	r := a.role(roleARN("tagged"))
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	base := iam.Context{
		"aws:currenttime": {"2026-03-01T12:00:00Z"}, "aws:epochtime": {"1772366400"}, "aws:requestedregion": {"eu-central-1"},
		"aws:securetransport": {"true"}, "aws:viaawsservice": {"false"}, "aws:principalisawsservice": {"false"},
		"aws:sourceip": {"192.0.2.1"}, "aws:useragent": {"agent"}, "sts:rolesessionname": {"some-session"},
		"aws:principalaccount": {account}, "aws:principalorgid": {"o-a1b2c3d4e5"},
		"aws:resourceaccount": {account}, "aws:resourceorgid": {"o-a1b2c3d4e5"},
		"aws:resourcetag/team": {"role"}, "iam:resourcetag/team": {"role"}, "aws:resourcetag/stage": {"test"}, "iam:resourcetag/stage": {"test"},
	}
	user := iam.Context{
		"aws:principalarn": {u.arn}, "aws:userid": {u.id}, "aws:principaltype": {"User"}, "aws:username": {"me"}, "aws:principaltag/team": {"blue"},
	}
	role := iam.Context{
		"aws:principalarn": {r.ARN()}, "aws:userid": {r.id + ":one"}, "aws:principaltype": {"AssumedRole"},
		"aws:principaltag/team": {"red"}, "aws:principaltag/stage": {"test"}, "aws:tokenissuetime": {"2026-03-01T11:00:00Z"},
		"aws:multifactorauthpresent": {"false"}, "aws:sourceidentity": {"ueno"},
	}
	issued := now.Add(-time.Hour)
	for _, test := range []struct {
		name   string
		caller principal
		in     assumption
		want   []iam.Context
	}{
		{"user", principal{user: u}, assumption{}, []iam.Context{user}},
		{"user with MFA now", principal{user: u}, assumption{mfa: now}, []iam.Context{user, {"aws:multifactorauthpresent": {"true"}, "aws:multifactorauthage": {"0"}}}},
		{"session without MFA", principal{user: u, session: &session{user: u, issued: issued}}, assumption{},
			[]iam.Context{user, {"aws:tokenissuetime": {"2026-03-01T11:00:00Z"}, "aws:multifactorauthpresent": {"false"}}}},
		{"session with MFA", principal{user: u, session: &session{user: u, issued: issued, mfa: issued}}, assumption{},
			[]iam.Context{user, {"aws:tokenissuetime": {"2026-03-01T11:00:00Z"}, "aws:multifactorauthpresent": {"true"}, "aws:multifactorauthage": {"3600"}}}},
		{"role", principal{role: r, session: &session{role: r, name: "one", issued: issued, sourceIdentity: "ueno", tags: []sessionTag{{"Team", "red", true}}}},
			assumption{sourceIdentity: "ueno"}, []iam.Context{role, {"sts:sourceidentity": {"ueno"}}}},
		{"parameters", principal{user: u}, assumption{externalID: "ex", sourceIdentity: "src", tags: []sessionTag{{"Team", "red", true}, {"Cost", "1", false}}, duration: time.Hour},
			[]iam.Context{user, {"sts:externalid": {"ex"}, "sts:sourceidentity": {"src"}, "aws:requesttag/team": {"red"}, "aws:requesttag/cost": {"1"},
				"aws:tagkeys": {"Team", "Cost"}, "sts:transitivetagkeys": {"Team"}}}},
		{"root", principal{user: a.accounts[0].root}, assumption{},
			[]iam.Context{{"aws:principalarn": {"arn:aws:iam::123456789012:root"}, "aws:userid": {account}, "aws:principaltype": {"Account"}}}},
	} {
		request := httptest.NewRequestWithContext(t.Context(), "POST", "/", nil)
		request.Header.Set("User-Agent", "agent")
		c := &call{http: request, now: now, today: now, caller: test.caller, scope: scope{region: "eu-central-1"}}
		test.in.sessionName = "some-session"
		want := maps.Clone(base)
		for _, more := range test.want {
			maps.Copy(want, more)
		}
		if got := c.context(test.in, r); !maps.EqualFunc(got, want, slices.Equal) {
			t.Errorf("%s:\n got %v\nwant %v", test.name, got, want)
		}
	}
}
