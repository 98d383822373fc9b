package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/urfave/cli/v2"
)

// What is written into a profile comes out as it was, at all who take the line
// apart: a shell, as for the Go SDK, and Python's shlex, as for botocore.
func TestQuoteWord(t *testing.T) {
	words := []string{"plain", "", "a b", "it's", `"`, `\`, `a\'b`, "$HOME", "`id`", "$(id)", "~", "!x", "*", "#a", "a #b", "a ;b", "; #", " # ", "' #'", "a  ##", "%d %", "é 鍵",
		`{"Version":"2012-10-17", "Statement":[]}`, "-x", "a=b", "&", "|", "<>", "(", "'", "''", "' ' #"}
	quoted := make([]string, len(words))
	for i, word := range words {
		var err error
		if quoted[i], err = quoteWord("linux", word); err != nil {
			t.Fatal(err)
		}
	}
	line := strings.Join(quoted, " ")
	if strings.Contains(line, " #") || strings.Contains(line, " ;") {
		t.Errorf("the Go SDK would end the value within %s", line)
	}
	for name, command := range map[string][]string{
		"sh":    {"sh", "-c", `printf '%s\0' ` + line},
		"shlex": {"python3", "-c", "import shlex, sys; sys.stdout.buffer.write(b''.join(w.encode() + b'\\0' for w in shlex.split(sys.argv[1])))", line},
	} {
		if _, err := exec.LookPath(command[0]); err != nil {
			t.Logf("%s is not installed", command[0])
			continue
		}
		out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).Output()
		if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); err != nil || !slices.Equal(got, words) {
			t.Errorf("%s: %q, want %q (%v)", name, got, words, err)
		}
	}
	for _, word := range []string{"a\nb", "\t", "\x00", "\xff", "\x1b[31m"} {
		if got, err := quoteWord("linux", word); err == nil {
			t.Errorf("%q was written as %s", word, got)
		}
	}
	for word, want := range map[string]string{`C:\Program Files\karikagi.exe`: `"C:\Program Files\karikagi.exe"`, "a": "a", "": `""`, "a&b": `"a&b"`, `a"b`: "", "%PATH%": "", `a b\`: "", "a #b": ""} {
		if got, _ := quoteWord("windows", word); got != want {
			t.Errorf("%q became %s, want %s", word, got, want)
		}
	}
}

// Every flag that shapes a session is written into the profile.
func TestConfigureWritesEveryFlag(t *testing.T) {
	for _, flags := range sessionFlags() {
		for _, f := range flags {
			name := f.Names()[0]
			if slices.Contains(append(notConfigured(), "timeout"), name) {
				continue
			}
			args := []string{"dev", "--" + name}
			if g, ok := f.(*cli.GenericFlag); !ok || g.Value == nil {
				t.Fatalf("--%s is of another kind", name)
			} else if _, plain := g.Value.(*switched); !plain {
				args = append(args, map[string]string{
					"duration": "30m", "tags": "k=v", "parameter": "k=v", "policy": "{}", "url": "https://a.lambda-url.us-east-1.on.aws/", "timeout": "30s",
					"serial-number": "arn:aws:iam::123456789012:mfa/a", "policy-arns": "arn:aws:iam::aws:policy/A", "region": "us-east-1", "via": "hop",
				}[name])
				if args[2] == "" {
					args[2] = "word"
				}
			}
			var line string
			app := &cli.App{Name: "karikagi"}
			command := configureCommand()
			command.Action = func(c *cli.Context) error {
				words, err := flagWords(c, name)
				line = strings.Join(words, " ")
				return err
			}
			if err := runCommand(t.Context(), app, command, args); err != nil || !strings.HasPrefix(line, "--"+name) {
				t.Errorf("--%s: %q, %v", name, line, err)
			}
		}
	}
}
