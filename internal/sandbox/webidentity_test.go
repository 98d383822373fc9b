package sandbox

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

const (
	gitHub  = "https://token.actions.githubusercontent.com"
	cluster = "https://oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
)

// token is a good one of GitHub's, to be changed.
func (w *world) token(change ...func(*IdentityToken)) string {
	w.t.Helper()
	now := time.Now()
	in := IdentityToken{Issuer: gitHub, Audience: "sts.amazonaws.com", Subject: "repo:example/site:ref:refs/heads/main", Issued: now, Expiration: now.Add(5 * time.Minute)}
	for _, c := range change {
		c(&in)
	}
	text, err := w.IdentityToken(in)
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

func byToken(token string) *sts.AssumeRoleWithWebIdentityInput {
	return &sts.AssumeRoleWithWebIdentityInput{RoleArn: aws.String(roleARN("site-deploy")), RoleSessionName: aws.String("build-7"), WebIdentityToken: &token}
}

func TestWebIdentity(t *testing.T) {
	w := newWorld(t, Options{})
	pod := func(in *IdentityToken) { in.Issuer, in.Subject = cluster, "system:serviceaccount:web:site" }
	for _, token := range []string{w.token(), w.token(pod)} {
		out, err := w.client(nil).AssumeRoleWithWebIdentity(t.Context(), byToken(token))
		if err != nil {
			t.Fatal(err)
		}
		arn := arnOf(t, w.with(out.Credentials))
		if arn != "arn:aws:sts::123456789012:assumed-role/site-deploy/build-7" || *out.AssumedRoleUser.Arn != arn || *out.Audience != "sts.amazonaws.com" {
			t.Errorf("got %s, %s, %s", arn, *out.AssumedRoleUser.Arn, *out.Audience)
		}
		// The session is a role session like any other: the next role is a chained one.
		_, err = w.with(out.Credentials).AssumeRole(t.Context(), assume("toy-role"))
		if err != nil {
			t.Error(err)
		}
		if strings.Contains(w.log.String(), token) {
			t.Error("the log has the token")
		}
	}
	if log := w.log.String(); !strings.Contains(log, "event=AssumeRoleWithWebIdentity") || !strings.Contains(log, "caller=token.actions.githubusercontent.com:repo:example/site") {
		t.Error(log)
	}
}

// What STS refuses, with its codes. The order is STS's: the token before the policy.
func TestWebIdentityRefused(t *testing.T) {
	w := newWorld(t, Options{})
	good := w.token()
	parts := strings.Split(good, ".")
	_, kid, _ := strings.Cut(string(mustDecode(t, parts[0])), `"kid":"`)
	kid, _, _ = strings.Cut(kid, `"`)
	unsigned := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","kid":"`+kid+`"}`)) + "." + parts[1] + "."
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + parts[1] + "."
	other := strings.Split(w.token(func(in *IdentityToken) { in.Subject = "repo:example/site:ref:refs/tags/v1" }), ".")
	with := func(change func(*sts.AssumeRoleWithWebIdentityInput)) *sts.AssumeRoleWithWebIdentityInput {
		in := byToken(good)
		change(in)
		return in
	}
	const (
		key = "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"
		jwt = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
	)
	for _, test := range []struct {
		name          string
		in            *sts.AssumeRoleWithWebIdentityInput
		status        int
		code, message string
	}{
		{"no token of this kind", byToken("ghs_0123456789"), 400, "InvalidIdentityToken", jwt},
		{"a token with a line end", byToken(good + "\n"), 400, "InvalidIdentityToken", jwt},
		{"not base64", byToken("a.b.%"), 400, "InvalidIdentityToken", jwt},
		{"no subject", byToken(w.token(func(in *IdentityToken) { in.Subject = "" })), 400, "InvalidIdentityToken", "Missing a required claim: sub"},
		{"issuer", byToken(w.token(func(in *IdentityToken) { in.Issuer = "https://gitlab.com" })), 400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://gitlab.com"},
		{"provider of another account", with(func(in *sts.AssumeRoleWithWebIdentityInput) {
			in.RoleArn = aws.String(roleARN("210987654321/in-second-account"))
		}), 400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for " + gitHub},
		{"algorithm none with the key's ID", byToken(unsigned), 400, "InvalidIdentityToken", key},
		{"algorithm none", byToken(none), 400, "InvalidIdentityToken", key},
		{"claims of another token", byToken(parts[0] + "." + other[1] + "." + parts[2]), 400, "InvalidIdentityToken", "The ID Token provided has an invalid signature"},
		{"another sandbox's", byToken(newWorld(t, Options{}).token()), 400, "InvalidIdentityToken", key},
		{"expired", byToken(w.token(func(in *IdentityToken) { in.Expiration = time.Now().Add(-time.Second) })), 400, "ExpiredTokenException", ""},
		{"from the future", byToken(w.token(func(in *IdentityToken) { in.Issued = time.Now().Add(time.Hour) })), 403, "IDPRejectedClaim", ""},
		{"audience", byToken(w.token(func(in *IdentityToken) { in.Audience = "sigstore" })), 400, "InvalidIdentityToken", "Incorrect token audience"},
		{"subject", byToken(w.token(func(in *IdentityToken) { in.Subject = "repo:example/site2:ref:refs/heads/main" })), 403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"},
		{"the pod's subject from GitHub", byToken(w.token(func(in *IdentityToken) { in.Subject = "system:serviceaccount:web:site" })), 403, "AccessDenied", ""},
		{"a role without trust in it", with(func(in *sts.AssumeRoleWithWebIdentityInput) { in.RoleArn = aws.String(roleARN("toy-role")) }), 403, "AccessDenied", ""},
		{"no such role", with(func(in *sts.AssumeRoleWithWebIdentityInput) { in.RoleArn = aws.String(roleARN("nothing")) }), 403, "AccessDenied", ""},
		{"session name", with(func(in *sts.AssumeRoleWithWebIdentityInput) { in.RoleSessionName = aws.String("a b") }), 400, "ValidationError", ""},
		{"too long", with(func(in *sts.AssumeRoleWithWebIdentityInput) { in.DurationSeconds = aws.Int32(7200) }), 400, "ValidationError", ""},
		{"session policy", with(func(in *sts.AssumeRoleWithWebIdentityInput) { in.Policy = aws.String("{}") }), 400, "ValidationError", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := w.client(nil).AssumeRoleWithWebIdentity(t.Context(), test.in)
			wantError(t, err, test.status, test.code, test.message)
		})
	}
	if strings.Contains(w.log.String(), good) {
		t.Error("the log has a token")
	}
}

func mustDecode(t *testing.T, part string) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.DecodeString(part)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func (i Issued) sdk() *types.Credentials {
	return &types.Credentials{AccessKeyId: &i.AccessKeyID, SecretAccessKey: &i.SecretAccessKey, SessionToken: &i.SessionToken}
}

// Whatever is sent, nothing passes that the server did not sign.
func FuzzIdentityToken(f *testing.F) {
	s, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	now := time.Now()
	good, err := s.IdentityToken(IdentityToken{Issuer: gitHub, Audience: "sts.amazonaws.com", Subject: "repo:example/site:x", Issued: now, Expiration: now.Add(time.Hour)})
	if err != nil {
		f.Fatal(err)
	}
	parts := strings.Split(good, ".")
	for _, seed := range []string{good, "", "..", "a.b.c", parts[0] + "." + parts[1] + ".", "e30.e30.", "e30.eyJhdWQiOltdfQ.", "e30.eyJhdWQiOlsxXX0.", "bnVsbA.bnVsbA.bnVsbA"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		header, _, fault := readIdentityToken(token)
		// The last character of base64 has bits that count for nothing.
		signed := strings.HasPrefix(token, parts[0]+"."+parts[1]+".")
		if fault == nil && s.checkIdentityToken(header, token) == nil && !signed {
			t.Errorf("%q passes", token)
		}
	})
}

func TestIdentityProviderFile(t *testing.T) {
	provider := func(text string) string {
		return account1("id: 123456789012\n    identity_providers:\n      - " + text + "\n")
	}
	for _, test := range []struct{ file, want string }{
		{provider("{url: http://a.example, client_ids: [a]}"), `f:4:15: identity provider: url: want a URL such as https://token.actions.githubusercontent.com, not "http://a.example"`},
		{provider("{url: \"https://a.example:8443\", client_ids: [a]}"), `f:4:15: identity provider: url: want a URL such as https://token.actions.githubusercontent.com, not "https://a.example:8443"`},
		{provider("{url: https://a.example}"), `f:4:9: identity provider: want the key "client_ids"`},
		{provider("{url: https://a.example, client_ids: ['']}"), "f:4:47: identity provider: client_ids: want 1 to 255 characters"},
		{provider("{url: https://a.example, client_ids: [a]}\n      - {url: https://a.example, client_ids: [b]}"), `f:5:15: identity provider: url: identity provider "a.example" is there twice`},
	} {
		if _, err := LoadAccount("f", []byte(test.file)); err == nil || err.Error() != test.want {
			t.Errorf("%s\n got %v\nwant %s", test.file, err, test.want)
		}
	}
}

// Credentials of a role are handed out by the services that its trust policy names, and by no other.
func TestMachineSession(t *testing.T) {
	w := newWorld(t, Options{})
	const reserved = "AWSReservedSSO_Developer_0123456789abcdef"
	for _, test := range []struct {
		service, role, name string
		want                string // the ARN; "" for a refusal
	}{
		{"ec2.amazonaws.com", "machine", "i-0123456789abcdef0", "assumed-role/machine/i-0123456789abcdef0"},
		{"pods.eks.amazonaws.com", "machine", "eks-web-site-0123", "assumed-role/machine/eks-web-site-0123"},
		{"sso.amazonaws.com", "123456789012" + identityCenter + reserved, "ueno@example.com", "assumed-role/" + reserved + "/ueno@example.com"},
		{"ec2.amazonaws.com", "toy-role", "i-0123456789abcdef0", ""},
		{"ec2.amazonaws.com", "karikagi-function", "i-0123456789abcdef0", ""},
		{"sso.amazonaws.com", "machine", "ueno", ""},
		{"ec2.amazonaws.com", "nothing", "i-0", ""},
		{"ec2.amazonaws.com", "machine", "a b", ""},
		{"s3.amazonaws.com", "machine", "bucket", ""},
	} {
		got, err := w.MachineSession(test.service, roleARN(test.role), test.name, time.Hour)
		if test.want == "" {
			if err == nil {
				t.Errorf("%+v: got credentials", test)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		arn := arnOf(t, w.with(got.sdk()))
		if arn != "arn:aws:sts::123456789012:"+test.want {
			t.Errorf("%+v: %s", test, arn)
		}
	}
	in, err := w.SignIn("ueno")
	if err != nil {
		t.Fatal(err)
	}
	if arn := arnOf(t, w.with(in.sdk())); arn != "arn:aws:iam::123456789012:user/ueno" {
		t.Error(arn)
	}
	if _, err := w.SignIn("testuser"); err == nil {
		t.Error("a user without console access signs in")
	}
}
