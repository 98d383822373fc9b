package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/format"
	"karikagi/internal/terminal/terminaltest"
)

// complete are the values of candidates for a line whose last word is begun.
func complete(line string) []string {
	words := strings.Split(line, " ")
	var values []string
	for _, c := range candidates(tree(), words[:len(words)-1], words[len(words)-1]) {
		values = append(values, c.value)
	}
	return values
}

func writeText(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Every command and flag that there is can be completed, because they are read
// from the tree that runs them.
func TestCompletionKnowsTheWholeTree(t *testing.T) {
	var walk func(path string, commands []*cli.Command)
	walk = func(path string, commands []*cli.Command) {
		offered := complete(path)
		for _, c := range commands {
			if !slices.Contains(offered, c.Name) {
				t.Errorf("%q offers %q and not %s", path, offered, c.Name)
			}
			flags := complete(path + c.Name + " --")
			for _, f := range c.Flags {
				if name := "--" + f.Names()[0]; !slices.Contains(flags, name) {
					t.Errorf("%s%s: %s is not offered", path, c.Name, name)
				}
			}
			walk(path+c.Name+" ", c.Subcommands)
		}
	}
	walk("", tree())
}

func TestCandidates(t *testing.T) {
	config := filepath.Join(t.TempDir(), "config")
	t.Setenv("AWS_CONFIG_FILE", config)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", config+"none")
	t.Setenv("KARIKAGI_ROLE", "toy-role")
	writeText(t, config, "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/dev\n[profile $(touch pwned)]\n[profile prod]\n")
	for line, want := range map[string][]string{
		"exp": {"export"}, "no-such ": nil, "export --form": {"--format"}, "export --formx": nil,
		"--": {"--help", "--version"}, "whoami ": nil,
		"export --format ": format.Names(), "export --format=env-": {"--format=env-no-export"}, "whoami --format j": {"json"},
		"status --format ": {"text", "json", "prompt"}, "export --duration ": nil, "export --region ": nil,
		"export --profile ": {"dev", "prod"}, "export --profile d": {"dev"}, "export --quiet --profile=p": {"--profile=prod"},
		"export ": {"arn:aws:iam::123456789012:role/dev", "toy-role"}, "export t": {"toy-role"}, "export toy-role ": nil,
		"export --duration 1h toy": {"toy-role"}, "export -- t": {"toy-role"}, "export --via ": {"arn:aws:iam::123456789012:role/dev", "toy-role"},
		"grants c": {"check"}, "grants check ": {files}, "grants explain file ": nil, "sandbox --grants ": {files},
		"sandbox -- ": {files}, "sandbox sh -": {files}, "completion z": {"zsh"}, "help cl": {"cloudshell"}, "help grants ": {"check", "explain", "policy"},
		"help mf": {"mfa"}, "help no-such ": nil,
	} {
		if got := complete(line); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

// missing skips what needs a program; in CI it must be there.
func missing(t *testing.T, program string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed, and CI must have it", program)
	}
	t.Skipf("%s is not installed", program)
}

// typed sits at a real shell's terminal: it types each line at a prompt, with
// tabs, and gives what the terminal showed.
func typed(t *testing.T, lines []string, shell ...string) string {
	t.Helper()
	if _, err := exec.LookPath(shell[0]); err != nil {
		missing(t, shell[0])
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	home := t.TempDir()
	command := exec.CommandContext(ctx, "sh", append([]string{"-c", `exec "$@" </dev/tty >/dev/tty 2>&1`, "sh"}, shell...)...)
	writeText(t, filepath.Join(home, "config"), "[profile dev]\nrole_arn = arn:aws:iam::123456789012:role/team/dev\n")
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "ZDOTDIR=" + home, "TERM=dumb", "PS1=READY> ", "AWS_CONFIG_FILE=" + filepath.Join(home, "config")}
	command.Dir = home
	writeText(t, filepath.Join(home, "grants-of-mine.yaml"), "")
	result, err := terminaltest.Run(command, func(since string) string {
		if !strings.HasSuffix(strings.TrimRight(since, "\x1b[?204hJmK "), "READY>") || len(lines) == 0 {
			return ""
		}
		next := lines[0]
		lines = lines[1:]
		return next + "\r"
	})
	if err != nil || len(lines) > 0 {
		t.Fatalf("%v; not typed: %q; the terminal showed:\n%s", err, lines, result.Shown)
	}
	return result.Shown
}

func TestBash(t *testing.T) {
	shown := typed(t, []string{`eval "$(karikagi completion bash)"`, "karikagi stat\t--for\tj\t--at-l\tsoon", "karikagi expo\tarn:aws:iam::1234\t--timeo\tnonsense", "karikagi grants che\tgran\t", "exit 0"}, "bash", "--norc", "--noprofile", "-i")
	wantTerminal(t, shown)
}

func TestZsh(t *testing.T) {
	shown := typed(t, []string{`eval "$(karikagi completion zsh)"`, "karikagi stat\t--for\tj\t--at-l\tsoon", "karikagi expo\tarn:aws:iam::1234\t--timeo\tnonsense", "karikagi grants che\tgran\t", "exit 0"}, "zsh", "-f", "-i")
	wantTerminal(t, shown)
}

// wantTerminal looks for what the completed lines do, which the lines as they
// were typed do not.
func wantTerminal(t *testing.T, shown string) {
	t.Helper()
	for _, want := range []string{
		`karikagi: error: at-least: duration "soon"`, // of status --format json --at-least=soon
		`karikagi: error: timeout "nonsense"`,        // of export ARN --timeout nonsense, whose ARN is read first
		"grants-of-mine.yaml:1:1: ",                  // of grants check, on a file
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("the terminal does not show %q:\n%s", want, shown)
		}
	}
}

// fish says by itself what it would complete.
func TestFish(t *testing.T) {
	if _, err := exec.LookPath("fish"); err != nil {
		missing(t, "fish")
	}
	home := t.TempDir()
	writeText(t, filepath.Join(home, "config"), "[profile dev]\n")
	writeText(t, filepath.Join(home, "grants-of-mine.yaml"), "")
	for line, want := range map[string]string{
		"karikagi expo": "export\tassume a role", "karikagi status --format ": "prompt\n", "karikagi export --profile ": "dev\n",
		"karikagi export --format=en": "--format=env-no-export\n", "karikagi grants check gran": "grants-of-mine.yaml\n", "karikagi help ": "docker\t",
	} {
		command := exec.CommandContext(t.Context(), "fish", "--no-config", "-c", "karikagi completion fish | source; complete -C '"+line+"'")
		command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "AWS_CONFIG_FILE=" + filepath.Join(home, "config"), "XDG_CONFIG_HOME=" + home, "XDG_DATA_HOME=" + home}
		command.Dir = home
		var out bytes.Buffer
		command.Stdout, command.Stderr = &out, &out
		if err := command.Run(); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%q: %v, offers\n%swhich has no %q", line, err, out.String(), want)
		}
	}
}

// PowerShell cannot be had here, so its script is read: each line is one of its
// own words, quotes and brackets are closed, and nothing stands in double quotes
// but what is meant to be expanded.
func TestPowerShellScript(t *testing.T) {
	script := completionScript("powershell")
	for _, pair := range []string{"{}", "()", "[]"} {
		if strings.Count(script, pair[:1]) != strings.Count(script, pair[1:]) {
			t.Errorf("%s: not balanced", pair)
		}
	}
	for i, line := range strings.Split(script, "\n") {
		if strings.Count(line, `'`)%2 != 0 || strings.Count(line, `"`)%2 != 0 {
			t.Errorf("line %d: a quote is open: %s", i+1, line)
		}
	}
	for _, want := range []string{
		"Register-ArgumentCompleter -Native -CommandName 'karikagi', 'karikagi.exe' -ScriptBlock {",
		"param($wordToComplete, $commandAst, $cursorPosition)",
		`"--current=$wordToComplete" '--' @before`, // an empty argument would be dropped before PowerShell 7.3
		"[System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $about)",
	} {
		if !strings.Contains(script, want) {
			t.Errorf("the script has no %s", want)
		}
	}
}

// FuzzCandidates: whatever is half-typed, what is offered begins with it and is
// nothing that a shell would expand.
func FuzzCandidates(f *testing.F) {
	for _, line := range []string{"", "export --format=", "export --", "grants check", "x\x00y", "sandbox -- sh -c", "export -- --", "--=", "completion words -- a", "help help"} {
		f.Add(line, "")
		f.Add(line, "-")
	}
	f.Setenv("AWS_CONFIG_FILE", "none")
	f.Setenv("AWS_SHARED_CREDENTIALS_FILE", "none")
	commands := tree()
	f.Fuzz(func(t *testing.T, before, current string) {
		for _, c := range candidates(commands, strings.Fields(before), current) {
			if c.value != files && (!strings.HasPrefix(c.value, current) || !isPlainWord(c.value)) {
				t.Errorf("%q %q: %q", before, current, c.value)
			}
		}
	})
}

// A verb is found by the name that its command has.
func TestVerbs(t *testing.T) {
	for _, v := range verbs() {
		if c := v.make(); c.Name != v.name || c.HelpName != v.name {
			t.Errorf("the verb %s makes the command %s (%s)", v.name, c.Name, c.HelpName)
		}
	}
}
