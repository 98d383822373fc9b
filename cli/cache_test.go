package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
	kept "karikagi/internal/cache"
	"karikagi/internal/claim"
	"karikagi/internal/session"
	"karikagi/internal/source"
	"karikagi/internal/terminal"
)

// keyFor is the cache's key for a command line of export.
func keyFor(t *testing.T, args ...string) string {
	t.Helper()
	key, err := tryKey(t, args...)
	if err != nil {
		t.Fatalf("%q: %v", args, err)
	}
	return key
}

func tryKey(t *testing.T, args ...string) (key string, err error) {
	t.Helper()
	verb := command("export", "", "", "", func(c *cli.Context) error {
		w, err := readWant(c)
		if err != nil {
			return err
		}
		var k kept.Key
		if k, err = w.(keepable).key(c.Context); err == nil {
			key = fmt.Sprint(k)
		}
		return err
	}, exportFlags()...)
	err = runCommand(t.Context(), newApp(nil, io.Discard, io.Discard), verb, args)
	return key, err
}

// alone takes everything of this machine's AWS settings away.
func alone(t *testing.T) (folder string) {
	t.Helper()
	for _, line := range os.Environ() {
		if name, _, _ := strings.Cut(line, "="); isOurs(name) {
			t.Setenv(name, "")
			_ = os.Unsetenv(name)
		}
	}
	folder = t.TempDir()
	t.Setenv("HOME", folder)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(folder, "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(folder, "credentials"))
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAONE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	return folder
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// T16: every flag that shapes a session is a part of its key, and what does not
// shape it is none.
func TestKeyOfFlags(t *testing.T) {
	folder := alone(t)
	write(t, filepath.Join(folder, "config"), "[profile p]\nregion = us-east-1\n[profile q]\nregion = us-east-1\n")
	write(t, filepath.Join(folder, "credentials"), "[p]\naws_access_key_id = AKIAP\naws_secret_access_key = s\n[q]\naws_access_key_id = AKIAP\naws_secret_access_key = s\n")
	const arn = "arn:aws:iam::123456789012:role/"
	policy := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	seen := map[string]string{}
	for _, args := range [][]string{
		{arn + "a"}, {arn + "b"}, {arn + "x/a"}, {"arn:aws:iam::210987654321:role/a"}, {"arn:aws-cn:iam::123456789012:role/a"}, {"a"}, {"123456789012/a"},
		{"--via", arn + "v", arn + "a"}, {"--via", arn + "v", "--via", arn + "w", arn + "a"}, {"--via", arn + "w", "--via", arn + "v", arn + "a"},
		{"--role-session-name", "me", arn + "a"}, {"--duration", "30m", arn + "a"}, {"--external-id", "me", arn + "a"},
		{"--policy", policy, arn + "a"}, {"--policy-arns", "arn:aws:iam::aws:policy/A", arn + "a"}, {"--policy-arns", "arn:aws:iam::aws:policy/B", arn + "a"},
		{"--read-only", arn + "a"}, {"--tags", "k=v", arn + "a"}, {"--tags", "k=w", arn + "a"}, {"--tags", "k=v", "--tags", "l=w", arn + "a"},
		{"--tags", "k=v", "--transitive-tag-keys", "k", arn + "a"}, {"--source-identity", "me", arn + "a"},
		{"--serial-number", "arn:aws:iam::123456789012:mfa/a", arn + "a"}, {"--token-code", "123456", arn + "a"},
		{"--region", "eu-west-1", arn + "a"}, {"--profile", "p", arn + "a"}, {"--profile", "q", arn + "a"},
		{"--grant", "g", "--url", "https://a.lambda-url.us-east-1.on.aws/"}, {"--grant", "h", "--url", "https://a.lambda-url.us-east-1.on.aws/"},
		{"--grant", "g", "--url", "https://b.lambda-url.us-east-1.on.aws/"}, {"--grant", "g", "--url", "https://a.lambda-url.us-east-1.on.aws/", "--parameter", "k=v"},
		{"--grant", "g", "--url", "https://a.lambda-url.us-east-1.on.aws/", "--parameter", "k=w"}, {"--grant", "g", "--url", "https://a.lambda-url.us-east-1.on.aws/", "--reason", "r"},
		{"--grant", "g", "--url", "https://a.lambda-url.us-east-1.on.aws/", "--duration", "30m"}, {"--grant", "g", "--url", "https://a.lambda-url.us-east-1.on.aws/", "--policy", policy},
		{"--grant", "g", "--url", "https://a.lambda-url.us-east-1.on.aws/", "--profile", "p"},
	} {
		key := keyFor(t, args...)
		if other, ok := seen[key]; ok {
			t.Errorf("%q has the key of %s", args, other)
		}
		seen[key] = fmt.Sprintf("%q", args)
		if keyFor(t, args...) != key {
			t.Errorf("%q has two keys", args)
		}
	}
	if keyFor(t, arn+"a") != keyFor(t, "--timeout", "5s", "--quiet", "--no-cache", "--called-by", "x", arn+"a") {
		t.Error("a flag that shapes no session is a part of the key")
	}
	if keyFor(t, "--token-code", "123456", arn+"a") != keyFor(t, "--token-code", "654321", arn+"a") {
		t.Error("the code, which is another each time, is a part of the key")
	}
}

// T16: whose credentials get a session is a part of its key.
func TestKeyOfSources(t *testing.T) {
	folder := alone(t)
	const arn = "arn:aws:iam::123456789012:role/a"
	config, credentials := filepath.Join(folder, "config"), filepath.Join(folder, "credentials")
	seen := map[string]string{}
	check := func(what string, args ...string) {
		t.Helper()
		key := keyFor(t, append(args, arn)...)
		if other, ok := seen[key]; ok {
			t.Errorf("%s: the key of %s", what, other)
		}
		seen[key] = what
	}
	check("an access key")
	for _, v := range [][2]string{
		{"AWS_ACCESS_KEY_ID", "AKIATWO"}, {"AWS_ENDPOINT_URL_STS", "http://127.0.0.1:1"}, {"AWS_ENDPOINT_URL", "http://127.0.0.1:2"}, {"AWS_REGION", "eu-west-1"},
		{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1338/x"}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "one"}, {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "two"},
		{"AWS_ROLE_ARN", arn}, {"AWS_USE_FIPS_ENDPOINT", "true"},
	} {
		t.Setenv(v[0], v[1])
		check(v[0] + "=" + v[1])
	}
	write(t, config, "[profile p]\nrole_arn = "+arn+"\nsource_profile = base\n[profile sso]\nsso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = r\n")
	write(t, credentials, "[base]\naws_access_key_id = AKIATHREE\naws_secret_access_key = s\n")
	check("a profile", "--profile", "p")
	write(t, credentials, "[base]\naws_access_key_id = AKIAFOUR\naws_secret_access_key = s\n")
	check("another access key of the source profile", "--profile", "p")
	write(t, credentials, "[base]\naws_access_key_id = AKIAFOUR\naws_secret_access_key = s\n[other]\n")
	if key := keyFor(t, "--profile", "p", arn); seen[key] == "" {
		t.Error("a profile that is not used is a part of the key")
	}
	write(t, config, "[profile p]\nrole_arn = "+arn+"2\nsource_profile = base\n[profile sso]\nsso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = r\n")
	check("another role of the profile", "--profile", "p")

	// Whose credentials a process gives, or an instance has, nobody knows before.
	write(t, config, "[profile run]\ncredential_process = x\n[profile over]\nrole_arn = "+arn+"\nsource_profile = run\n[profile on]\nrole_arn = "+arn+"\ncredential_source = Ec2InstanceMetadata\n[profile empty]\nregion = eu-west-1\n[profile sso]\nsso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = r\n")
	for _, profile := range []string{"run", "over", "on"} {
		if _, err := tryKey(t, "--profile", profile, arn); err == nil {
			t.Errorf("profile %s has a key", profile)
		}
	}

	// Who signed in is in the sign-in's file, and without it nobody is.
	if _, err := tryKey(t, "--profile", "sso", arn); err == nil {
		t.Error("a sign-in that is none has a key")
	}
	write(t, ssoToken(t, "https://x"), "one")
	check("a sign-in", "--profile", "sso")
	write(t, ssoToken(t, "https://x"), "two")
	check("another sign-in", "--profile", "sso")

	web := filepath.Join(folder, "token")
	write(t, config, "[profile web]\nrole_arn = "+arn+"\nweb_identity_token_file = "+web+"\n[profile chained]\nrole_arn = "+arn+"\nsource_profile = web\n[profile login]\nlogin_session = arn:aws:iam::123456789012:user/alice\n")
	for _, profile := range []string{"web", "chained", "login"} { // whose token, or sign-in, is not there
		if _, err := tryKey(t, "--profile", profile, arn); err == nil {
			t.Errorf("profile %s has a key", profile)
		}
	}
	for _, token := range []string{"one of the profile's", "another of the profile's"} {
		write(t, web, token)
		check("a web identity token, "+token, "--profile", "web")
		check("below another role, "+token, "--profile", "chained")
	}
	if err := os.Remove(web); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", web)
	if _, err := tryKey(t, arn); err == nil {
		t.Error("a token that cannot be read has a key")
	}
	write(t, web, "one")
	check("a web identity token")
	write(t, web, "two")
	check("another web identity token")

	// With nothing set it would be an instance's.
	for _, name := range []string{"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		t.Setenv(name, "")
	}
	if _, err := tryKey(t, arn); err == nil {
		t.Error("an instance's credentials have a key")
	}
}

// ssoToken is where a sign-in's token is.
func ssoToken(t *testing.T, key string) string {
	t.Helper()
	path, err := ssocreds.StandardCachedTokenFilepath(key)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Who was refused is told so; what is nobody's answer leaves the last session.
func TestIsExcused(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&session.Error{Problem: session.ProblemRefused, Code: "AccessDenied"}, false},
		{&session.Error{Problem: session.ProblemRefused, Code: "Throttling"}, true},
		{&session.Error{Problem: session.ProblemUnreachable}, true},
		{&session.Error{Problem: session.ProblemTimeout}, true},
		{&session.Error{Problem: session.ProblemCanceled}, false},
		{&session.Refusal{}, false},
		{&source.Error{Problem: source.ProblemRetrieve}, true},
		{&source.Error{Problem: source.ProblemProfile}, false},
		{&source.Error{Problem: source.ProblemCanceled}, false},
		{&claim.Error{Answer: &api.Error{Code: api.AccessDenied}}, false},
		{&claim.Error{Answer: &api.Error{Code: api.Unavailable}}, true},
		{&claim.Error{Reach: &session.Error{Problem: session.ProblemUnreachable}}, true},
		{terminal.ErrNoTerminal, true},
		{context.Canceled, false},
		{errors.New("else"), false},
	} {
		if got := isExcused(fmt.Errorf("x: %w", c.err)); got != c.want {
			t.Errorf("%#v: %t", c.err, got)
		}
	}
}
