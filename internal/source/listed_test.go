package source

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestListed(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"AWS_CONFIG_FILE":             "[default]\nregion = us-east-1\n[profile b]\nrole_arn=arn:aws:iam::123456789012:role/b\n[profile a]\n  role_arn  =  arn:aws:iam::123456789012:role/a\n# role_arn = x\n[sso-session s]\nrole_arns = y\n",
		"AWS_SHARED_CREDENTIALS_FILE": "[c]\naws_access_key_id = AKIA\nrole_arn = arn:aws:iam::123456789012:role/b\n",
	} {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv(name, file)
	}
	if got, want := Profiles(), []string{"a", "b", "c", "default"}; !slices.Equal(got, want) {
		t.Errorf("profiles %q, want %q", got, want)
	}
	if got, want := RoleARNs(), []string{"arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/b"}; !slices.Equal(got, want) {
		t.Errorf("roles %q, want %q", got, want)
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(folder, "none"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", folder)
	if Profiles() != nil || RoleARNs() != nil {
		t.Errorf("%q, %q where there is no file", Profiles(), RoleARNs())
	}
}
