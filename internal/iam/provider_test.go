package iam

import "testing"

const hostedBuilds = "arn:aws:iam::" + home + ":oidc-provider/builds.example.com/id/A1"

// builder is whoever shows a token of an identity provider.
func builder(subject string) Request {
	return Request{
		Principal: Principal{Kind: WebIdentity, ARN: hostedBuilds, Account: home, Partition: "aws"},
		Action:    "sts:AssumeRoleWithWebIdentity",
		Resource:  "arn:aws:iam::" + home + ":role/toy-role",
		Context: Context{
			"builds.example.com/id/a1:aud": {"sts.amazonaws.com"},
			"builds.example.com/id/a1:sub": {subject},
		},
	}
}

// A token's bearer is trusted by provider, action and claims, and never as somebody of the account.
func TestWebIdentity(t *testing.T) {
	const provider = `"Principal":{"Federated":"` + hostedBuilds + `"}`
	const condition = `"Condition":{"StringEquals":{"builds.example.com/id/A1:aud":"sts.amazonaws.com"},"StringLike":{"builds.example.com/id/A1:sub":"repo:example/*"}}`
	const action = `"Action":"sts:AssumeRoleWithWebIdentity"`
	for _, c := range []struct {
		name, trust, subject string
		want                 Effect
	}{
		{"trusted", `{"Effect":"Allow",` + provider + `,` + action + `,` + condition + `}`, "repo:example/site", Allow},
		{"another subject", `{"Effect":"Allow",` + provider + `,` + action + `,` + condition + `}`, "repo:examples/site", NoMatch},
		{"another action", `{"Effect":"Allow",` + provider + `,"Action":"sts:AssumeRole"}`, "repo:example/site", NoMatch},
		{"another provider", `{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::` + other + `:oidc-provider/builds.example.com/id/A1"},` + action + `}`, "repo:example/site", NoMatch},
		{"a SAML provider", `{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::` + home + `:saml-provider/builds"},` + action + `}`, "repo:example/site", NoMatch},
		{"its ARN as a service", `{"Effect":"Allow","Principal":{"Service":"` + hostedBuilds + `"},` + action + `}`, "repo:example/site", NoMatch},
		{"its account", `{"Effect":"Allow","Principal":{"AWS":"` + home + `"},` + action + `}`, "repo:example/site", NoMatch},
		{"everyone", `{"Effect":"Allow","Principal":{"AWS":"*"},` + action + `}`, "repo:example/site", NoMatch},
	} {
		if got := mustTrust(t, statements(c.trust)).Evaluate(builder(c.subject)); got.Effect != c.want || got.Direct != (c.want == Allow) {
			t.Errorf("%s: got %+v, want %v", c.name, got, c.want)
		}
	}
	refused := mustTrust(t, statements(`{"Effect":"Allow",`+provider+`,`+action+`}`, `{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:*"}`))
	if got := refused.Evaluate(builder("repo:example/site")); got.Effect != Deny {
		t.Errorf("a Deny for everyone does not apply: %+v", got)
	}
	if got := mustTrust(t, statements(`{"Effect":"Allow",`+provider+`,"Action":"sts:AssumeRole"}`)).Evaluate(assume(userCalled("ueno"), nil)); got.Effect != NoMatch {
		t.Errorf("a user is taken for the provider: %+v", got)
	}
}

// The ARN of a provider is a principal in Federated only, and of a request only with that kind.
func TestProviderInItsPlace(t *testing.T) {
	if _, err := ParseTrust([]byte(statements(`{"Effect":"Allow","Principal":{"AWS":"` + hostedBuilds + `"},"Action":"sts:AssumeRole"}`))); err == nil {
		t.Error("a provider is taken for an AWS principal")
	}
	trust := mustTrust(t, statements(`{"Effect":"Allow","Principal":{"Federated":"`+hostedBuilds+`"},"Action":"sts:AssumeRoleWithWebIdentity"}`))
	for _, p := range []Principal{
		{Kind: User, ARN: hostedBuilds, Account: home, Partition: "aws"},
		{Kind: WebIdentity, ARN: userCalled("ueno").ARN, Account: home, Partition: "aws"},
		{Kind: WebIdentity, ARN: "arn:aws:iam::" + home + ":oidc-provider/", Account: home, Partition: "aws"},
		{Kind: WebIdentity, ARN: "arn:aws:sts::" + home + ":oidc-provider/builds.example.com/id/A1", Account: home, Partition: "aws"},
		{Kind: WebIdentity, ARN: hostedBuilds, Account: other, Partition: "aws"},
		{Kind: WebIdentity, ARN: hostedBuilds, RoleARN: "arn:aws:iam::" + home + ":role/a", Account: home, Partition: "aws"},
	} {
		r := builder("repo:example/site")
		r.Principal = p
		if got := trust.Evaluate(r); got.Effect != NoMatch || got.Mismatches[0].Element != "Request" {
			t.Errorf("%+v: %+v", p, got)
		}
	}
}
