package format

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"karikagi/internal/api"
)

func product() Product {
	return Product{
		Credentials: api.Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "wJalr/XUtn+FEMI=", SessionToken: "IQoJ+b3/Jp=",
			Expiration: time.Date(2026, 3, 4, 14, 6, 7, 890, time.FixedZone("JST", 9*3600)), AccountID: "123456789012"},
		Region: "ap-northeast-1",
	}
}

func render(t *testing.T, name string, p Product) string {
	t.Helper()
	text, err := Render(name, p)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestEnv(t *testing.T) {
	want := `export AWS_ACCESS_KEY_ID='ASIAEXAMPLE'
export AWS_SECRET_ACCESS_KEY='wJalr/XUtn+FEMI='
export AWS_SESSION_TOKEN='IQoJ+b3/Jp='
export AWS_CREDENTIAL_EXPIRATION='2026-03-04T05:06:07Z'
export AWS_REGION='ap-northeast-1'
export AWS_DEFAULT_REGION='ap-northeast-1'
unset AWS_SECURITY_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ACCOUNT_ID
`
	if got := render(t, "env", product()); got != want {
		t.Errorf("got:\n%s", got)
	}
	p := product()
	p.ForTerminal = true
	if got := render(t, "env", p); got != " "+strings.ReplaceAll(strings.TrimSuffix(want, "\n"), "\n", "\n ")+"\n" {
		t.Errorf("for a terminal:\n%s", got)
	}
	p.Region = ""
	if got := render(t, "env", p); strings.Contains(got, "REGION") {
		t.Errorf("without a Region:\n%s", got)
	}
}

func TestProcess(t *testing.T) {
	p := product()
	p.ForTerminal = true // JSON is not for a shell's history
	text := render(t, "process", p)
	var got map[string]any
	if err := json.Unmarshal([]byte(text), &got); err != nil || text[0] != '{' {
		t.Fatalf("%v:\n%s", err, text)
	}
	want := map[string]any{"Version": 1.0, "AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "wJalr/XUtn+FEMI=",
		"SessionToken": "IQoJ+b3/Jp=", "Expiration": "2026-03-04T05:06:07Z", "AccountId": "123456789012"}
	for key, value := range want {
		if got[key] != value {
			t.Errorf("%s = %v, want %v", key, got[key], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("more than was asked for: %v", got)
	}
}

func TestUnknownFormat(t *testing.T) {
	if text, err := Render("yaml", product()); err == nil || text != "" {
		t.Errorf("err %v, text %q", err, text)
	}
}

// Nothing can be quoted where docker reads a line literally, so what would need
// quotes is refused.
func TestEnvNoExportRefusesWhatItCannotQuote(t *testing.T) {
	for _, value := range []string{"a b", "a\nB=c", "a'b", `a"b`, "a$b", "a#b", "a`b", `a\b`, "仮", "a!b"} {
		p := product()
		p.Credentials.SessionToken = value
		text, err := Render("env-no-export", p)
		if err == nil || text != "" {
			t.Errorf("%q: err %v, text %q", value, err, text)
		} else if strings.Contains(err.Error(), value) {
			t.Errorf("%q: the error quotes the value: %v", value, err)
		}
	}
}

// hostile values would do harm, or come out changed, where quoting is wrong.
func hostile() []string {
	return []string{
		"plain", "", " ", "a b", "'", "''", "'\\''", `"`, `\`, `\\`, "$HOME", "$(touch pwned)", "`touch pwned`", "a;touch pwned", "a|b&c", "a\nb", "a\n",
		"\t", "#no comment", "~", "*", "?", "[a]", "{a,b}", "!", "!!", "!history", "%s", "%%", "仮鍵", "é", "\x7f", "\x01", "-n", "a=b", "<>", "\r\n",
	}
}

// Real shells read the real lines back.
func TestPOSIXShellsReadTheValuesBack(t *testing.T) {
	for _, shell := range [][]string{{"sh"}, {"dash"}, {"bash", "--norc"}, {"bash", "--norc", "--posix"}, {"zsh", "-f"}} {
		t.Run(strings.Join(shell, " "), func(t *testing.T) {
			if _, err := exec.LookPath(shell[0]); err != nil {
				t.Skipf("%s is not installed", shell[0])
			}
			for _, value := range hostile() {
				if got := readBack(t, shell, value); got != value {
					t.Errorf("%q came back as %q", value, got)
				}
			}
		})
	}
}

// readBack lets a shell run the lines for a value and print the variable.
func readBack(t *testing.T, shell []string, value string) string {
	t.Helper()
	p := product()
	p.Credentials.SessionToken = value
	folder := t.TempDir()
	script := render(t, "env", p) + `printf %s. "$AWS_SESSION_TOKEN"`
	command := exec.CommandContext(t.Context(), shell[0], append(shell[1:], "-c", script)...)
	command.Dir, command.Env = folder, []string{"HOME=" + folder, "PATH=" + os.Getenv("PATH")}
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%q: %v", value, err)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) != 0 {
		t.Fatalf("%q was run: %v", value, left)
	}
	return strings.TrimSuffix(string(out), ".")
}

func FuzzQuotePOSIX(f *testing.F) {
	for _, value := range hostile() {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if strings.ContainsRune(value, 0) {
			if _, err := QuotePOSIX(value); err == nil {
				t.Fatal("a NUL was quoted")
			}
			return
		}
		for _, shell := range [][]string{{"sh"}, {"bash", "--norc"}} {
			if got := readBack(t, shell, value); got != value {
				t.Fatalf("%v: %q came back as %q", shell, value, got)
			}
		}
	})
}
