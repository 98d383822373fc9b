package format

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode"
)

// hostile values would do harm, or come out changed, where quoting is wrong.
func hostile() []string {
	return []string{
		"plain", "", " ", "a b", "  a  b  ", "'", "''", "'\\''", `"`, `""`, `\`, `\\`, `\'`, `a\`, `\n`, `\x41`, "$HOME", "${HOME}", "$(touch pwned)", "(touch pwned)", "`touch pwned`",
		"a;touch pwned", "a|b&c", "a\nb", "a\n", "\t", "#no comment", "a #b", "~", "~/x", "*", "?", "[a]", "{a,b}", "!", "!!", "!history", "a!b", `\!`, "!$", "^a^b", "%s", "%%", "%PATH%",
		"仮鍵", "é", "\u2018", "\u2019; touch pwned; \u2019", "\x7f", "\x01", "-n", "-e", "a=b", "<>", ">pwned", "\r\n", "@x", "(date)", "$(date)", `"; touch pwned; "`, `'; touch pwned; '`, "r#'a'#", `$"(1 + 1)"`,
		strings.Repeat("x", 3000),
	}
}

// shell is a real shell, and how it is made to read lines.
type shell struct {
	format  string
	command []string // the script's name goes behind it
	stdin   bool     // or is its standard input, as of one who pastes
	before  string   // what its user has set
}

func shells() map[string]shell {
	return map[string]shell{
		"sh":               {"env", []string{"sh"}, false, ""},
		"dash":             {"env", []string{"dash"}, false, ""},
		"bash":             {"env", []string{"bash", "--norc"}, false, ""},
		"bash, POSIX mode": {"env", []string{"bash", "--norc", "--posix"}, false, ""},
		"bash, pasted":     {"env", []string{"bash", "--norc", "--noediting", "-i"}, true, ""},
		"bash, one line":   {"oneline", []string{"bash", "--norc", "--noediting", "-i"}, true, ""},
		"dash, one line":   {"oneline", []string{"dash"}, false, ""},
		"zsh":              {"env", []string{"zsh", "-f"}, false, ""},
		"zsh, pasted":      {"env", []string{"zsh", "-f", "-i"}, true, ""},
		"zsh, one line":    {"oneline", []string{"zsh", "-f", "-i"}, true, ""},
		"fish":             {"fish", []string{"fish", "--no-config"}, false, ""},
		"fish, pasted":     {"fish", []string{"fish", "--no-config"}, true, ""},
		"tcsh":             {"csh", []string{"tcsh", "-f"}, false, ""},
		"tcsh, pasted":     {"csh", []string{"tcsh", "-f", "-i"}, true, ""},
		// tcsh then takes a backslash between quotes for an escape.
		"tcsh, backslash_quote": {"csh", []string{"tcsh", "-f"}, false, "set backslash_quote\n"},
		"csh":                   {"csh", []string{"bsd-csh", "-f"}, false, ""},
		"csh, pasted":           {"csh", []string{"bsd-csh", "-f", "-i"}, true, ""},
		"nushell":               {"nushell", []string{"nu", "--no-config-file"}, false, ""},
	}
}

// here tells whether a shell is on this machine. On Linux CI must have it: there
// a missing one is an error and no reason to skip.
func here(t testing.TB, name string) bool {
	_, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") != "" && runtime.GOOS == "linux" {
		t.Fatalf("%s is not installed, and CI must have it", name)
	}
	return err == nil
}

// Real shells read the real lines back, and have forgotten what they should.
func TestShellsReadTheValuesBack(t *testing.T) {
	for name, s := range shells() {
		t.Run(name, func(t *testing.T) {
			if !here(t, s.command[0]) {
				t.Skipf("%s is not installed", s.command[0])
			}
			var values []string
			for _, value := range hostile() {
				if !strings.ContainsFunc(value, unicode.IsControl) {
					values = append(values, value)
				}
			}
			got := readBack(t, s, values)
			for i, value := range values {
				if i < len(got) && got[i] != value {
					t.Errorf("%q came back as %q", value, got[i])
				}
			}
		})
	}
}

// readBack lets a shell read the lines for each value, and a program that it
// starts print the variable.
func readBack(t testing.TB, s shell, values []string) []string {
	t.Helper()
	const show = `sh -c 'printf "\001%s\001%s\001\n" "$AWS_SESSION_TOKEN" "$AWS_PROFILE$AWS_DEFAULT_PROFILE$AWS_SECURITY_TOKEN$AWS_ACCOUNT_ID"'` + "\n"
	var script strings.Builder
	script.WriteString(s.before)
	for i, value := range values {
		p := product()
		p.Credentials.SessionToken, p.ForTerminal = value, i%2 == 0
		script.WriteString(render(t, s.format, p) + show)
	}
	folder := t.TempDir()
	file := filepath.Join(t.TempDir(), "lines.nu") // nushell wants the name
	if err := os.WriteFile(file, []byte(script.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), s.command[0], s.command[1:]...)
	if s.stdin {
		command.Stdin = strings.NewReader(script.String())
	} else {
		command.Args = append(command.Args, file)
	}
	command.Dir = folder
	command.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "LC_ALL=C.UTF-8",
		"AWS_PROFILE=old", "AWS_DEFAULT_PROFILE=old", "AWS_SECURITY_TOKEN=old", "AWS_ACCOUNT_ID=old"}
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	parts := strings.Split(string(out), "\x01")
	var got []string
	for i := 2; i < len(parts); i += 3 {
		got = append(got, parts[i-1])
		if parts[i] != "" {
			t.Errorf("%q: a variable was not forgotten", parts[i-1])
		}
	}
	if len(got) != len(values) {
		t.Fatalf("%v: %d values of %d came back\n%s%s", err, len(got), len(values), out, stderr.String())
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*")); len(left) != 0 {
		t.Fatalf("a value was run: %v", left)
	}
	return got
}

// QuotePOSIX is for other texts, too, and they may have several lines.
func FuzzQuotePOSIX(f *testing.F) {
	for _, value := range hostile() {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		quoted, err := QuotePOSIX(value)
		if strings.ContainsRune(value, 0) {
			if err == nil {
				t.Fatal("a NUL was quoted")
			}
			return
		}
		for _, shell := range [][]string{{"sh"}, {"bash", "--norc"}} {
			if !here(t, shell[0]) {
				continue
			}
			out, err := exec.CommandContext(t.Context(), shell[0], append(shell[1:], "-c", "printf %s. "+quoted)...).Output()
			if got := strings.TrimSuffix(string(out), "."); got != value || err != nil {
				t.Fatalf("%v: %v: %q came back as %q", shell, err, value, got)
			}
		}
	})
}

// Whatever the formats do not refuse, the shells give back.
func FuzzShells(f *testing.F) {
	for _, value := range []string{"'", `\`, "!", "$(a)", "`", `"`, "é"} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		p := product()
		p.Credentials.SessionToken = value
		for _, name := range []string{"fish", "tcsh", "tcsh, pasted", "csh", "nushell", "zsh, pasted", "bash, pasted"} {
			s := shells()[name]
			if _, err := Render(s.format, p); err != nil || !here(t, s.command[0]) {
				continue
			}
			if got := readBack(t, s, []string{value}); got[0] != value {
				t.Fatalf("%s: %q came back as %q", name, value, got[0])
			}
		}
	})
}
