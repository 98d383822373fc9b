package sandbox

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func TestEnvironment(t *testing.T) {
	w := newWorld(t, Options{})
	if got, want := w.Users(), []string{"ueno", "testuser", "alice", "x", "fido-only", "root"}; !slices.Equal(got, want) {
		t.Errorf("users %q, want %q", got, want)
	}
	for user, arn := range map[string]string{
		"ueno": ":user/ueno", "testuser": ":user/testuser", "alice": ":user/team/blue/alice", "x": ":user/x", "root": ":root",
		"123456789012/alice": ":user/team/blue/alice",
	} {
		t.Run(user, func(t *testing.T) {
			lines, err := w.Environment(w.url+"/", user)
			if err != nil {
				t.Fatal(err)
			}
			emptyHome(t)
			for name, value := range environ(lines) {
				t.Setenv(name, value)
			}
			if got := fromSDK(t); got != "arn:aws:iam::123456789012"+arn {
				t.Errorf("the SDK is %s", got)
			}
			console := slices.Contains(lines, "AWS_EXECUTION_ENV=CloudShell")
			hasKey := strings.Contains(strings.Join(lines, "\n"), "AWS_SECRET_ACCESS_KEY=")
			if console == hasKey || console != (user == "ueno") {
				t.Errorf("console %t, access key %t", console, hasKey)
			}
		})
	}
}

// emptyHome takes away what the SDK would find on this machine.
func emptyHome(t *testing.T) {
	t.Helper()
	for _, line := range os.Environ() {
		if name, _, _ := strings.Cut(line, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Setenv("HOME", t.TempDir())
}

// fromSDK is who the unmodified SDK is with the environment as it is.
func fromSDK(t *testing.T, options ...func(*config.LoadOptions) error) string {
	t.Helper()
	c, err := config.LoadDefaultConfig(t.Context(), options...)
	if err != nil {
		t.Fatal(err)
	}
	return arnOf(t, sts.NewFromConfig(c))
}

func TestProfiles(t *testing.T) {
	w := newWorld(t, Options{})
	emptyHome(t)
	dir := t.TempDir()
	configFile, credentialsFile := filepath.Join(dir, "config"), filepath.Join(dir, "credentials")
	c, k := w.Profiles(w.url)
	for name, text := range map[string]string{configFile: c, credentialsFile: k} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("AWS_CONFIG_FILE", configFile)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", credentialsFile)
	for user, arn := range map[string]string{"testuser": ":user/testuser", "alice": ":user/team/blue/alice", "root": ":root"} {
		if got := fromSDK(t, config.WithSharedConfigProfile(user)); got != "arn:aws:iam::123456789012"+arn {
			t.Errorf("profile %s is %s", user, got)
		}
	}
	if strings.Contains(c, "ueno") || strings.Count(c, "[profile ") != 5 || strings.Count(k, "[") != 5 {
		t.Errorf("profiles:\n%s", c)
	}
}

func TestEnvironmentRefused(t *testing.T) {
	w := loaded(t, `
accounts:
  - id: "111111111111"
    partition: aws-cn
    users: [{name: me, access_key: true}, {name: nothing}]
  - id: "222222222222"
    users: [{name: me, access_key: true}]
`)
	for _, test := range []struct{ url, user, want string }{
		{"http://127.0.0.1:1", "nobody", `sandbox user "nobody": want one of me, 222222222222/me`},
		{"http://127.0.0.1:1", "nothing", `sandbox user "nothing": has neither an access key nor console access`},
		{"127.0.0.1:1", "me", `sandbox URL "127.0.0.1:1": want one such as http://127.0.0.1:8080`},
		{"ftp://127.0.0.1:1", "me", "sandbox URL"}, {"http://127.0.0.1:1/x", "me", "sandbox URL"}, {"http://a\nb", "me", "sandbox URL"},
		{"http://u:p@127.0.0.1:1", "me", "sandbox URL"},
	} {
		_, err := w.Environment(test.url, test.user)
		if err == nil || !strings.HasPrefix(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v: got %v", test, err)
		}
	}
	for user, region := range map[string]string{"me": "cn-north-1", "222222222222/me": "us-east-1"} {
		lines, err := w.Environment("http://127.0.0.1:1", user)
		if err != nil || !slices.Contains(lines, "AWS_REGION="+region) {
			t.Errorf("%s: %q %v", user, lines, err)
		}
	}
}
