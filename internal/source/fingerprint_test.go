package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What is digested has no key in it that could sign anything, and what cannot
// be known without asking has no fingerprint.
func TestFingerprint(t *testing.T) {
	folder := t.TempDir()
	for name, value := range map[string]string{
		"HOME": folder, "AWS_CONFIG_FILE": filepath.Join(folder, "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(folder, "credentials"), "AWS_PROFILE": "",
		"AWS_ACCESS_KEY_ID": "AKIAENV", "AWS_SECRET_ACCESS_KEY": "SECRET-1", "AWS_SESSION_TOKEN": "SECRET-2",
	} {
		t.Setenv(name, value)
	}
	for name, text := range map[string]string{
		"config":      "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = keys\n[profile loop]\nrole_arn = arn:aws:iam::123456789012:role/a\nsource_profile = loop\n",
		"credentials": "[keys]\naws_access_key_id = AKIAFILE\naws_secret_access_key = SECRET-3\naws_session_token = SECRET-4\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	list, err := Fingerprint(t.Context(), Options{Profile: "role"})
	all := strings.Join(list, "\n")
	if err != nil || !strings.Contains(all, "AKIAENV") || !strings.Contains(all, "AKIAFILE") || !strings.Contains(all, "role/a") {
		t.Errorf("%s (%v)", all, err)
	}
	if strings.Contains(all, "SECRET") {
		t.Errorf("a secret is in %s", all)
	}
	for _, profile := range []string{"missing", "loop"} {
		if list, err := Fingerprint(t.Context(), Options{Profile: profile}); err == nil {
			t.Errorf("profile %s: %q", profile, list)
		}
	}
	t.Setenv("AWS_PROFILE", "missing")
	if list, err := Fingerprint(t.Context(), Options{}); err == nil {
		t.Errorf("AWS_PROFILE=missing: %q", list)
	}
	for name, value := range map[string]string{"AWS_PROFILE": "", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": os.DevNull} {
		t.Setenv(name, value)
	}
	if list, err := Fingerprint(t.Context(), Options{}); err == nil {
		t.Errorf("a token that can be read once: %q", list)
	}
}
