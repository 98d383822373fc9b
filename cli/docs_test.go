package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// block is a fenced block of a document and the remark above it, which says
// what proves it.
type block struct {
	file, proof, language, text string
}

// Every command in the documents is run: a console block here, a block that
// names a test by that test.
func TestDocuments(t *testing.T) {
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, file := range append(files, "../README.md", "../CONTRIBUTING.md", "../SECURITY.md") {
		for i, b := range blocks(t, file) {
			name := fmt.Sprintf("%s/%d", filepath.Base(file), i)
			switch {
			case b.language == "":
				if b.proof != "" {
					t.Errorf("%s: a proof for what is no command: %s", name, b.proof)
				}
			case strings.HasPrefix(b.proof, "run in a "):
				ran++
				t.Run(name, func(t *testing.T) { runBlock(t, b) })
			case strings.HasPrefix(b.proof, "run by the tests: make"):
				t.Run(name, func(t *testing.T) { checkTargets(t, b) })
			case strings.HasPrefix(b.proof, "needs an AWS account: "): // TestCommandsForAWS reads what there is to read
			case strings.HasPrefix(b.proof, "run by "):
				if _, err := os.Stat(filepath.Join("..", strings.TrimPrefix(b.proof, "run by "))); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			default:
				t.Errorf("%s: nothing runs this block (say what does in a remark above it):\n%s", name, b.text)
			}
		}
	}
	if ran < 3 {
		t.Errorf("%d blocks were run", ran)
	}
}

// blocks reads the fenced blocks of a Markdown file.
func blocks(t *testing.T, file string) []block {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []block
	for _, m := range regexp.MustCompile("(?sm)(?:^<!-- ([^\n]*) -->\n)?^```(\\w*)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		list = append(list, block{file, m[1], m[2], m[3]})
	}
	return list
}

// runBlock runs a console block in one shell, inside a sandbox, and compares
// what each command prints with what stands below it. What needs a program that
// is not here is skipped by its name, behind the rest.
func runBlock(t *testing.T, b block) {
	folder := t.TempDir()
	for name, from := range map[string]string{"account.yaml": "../internal/sandbox/account.yaml", "grants.yaml": "../lambda/grants.yaml"} {
		text, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"sandbox"}
	if _, user, ok := strings.Cut(b.proof, " as "); ok {
		args = append(args, "--as", user)
	}
	if strings.Contains(b.proof, "with the function") {
		args = append(args, "--grants", "grants.yaml")
	}
	commands, wanted := splitConsole(t, b.text)
	const mark = "\x01next\x01\n"
	script := "exec 2>&1\n" + strings.Join(commands, "\nprintf '\\001next\\001\\n'\n")
	shell := exec.CommandContext(t.Context(), "karikagi", slices.Concat(args, []string{"--", "sh", "-c", script})...)
	shell.Dir = folder
	shell.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + folder}
	var out bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &out
	_ = shell.Run() // a refusal is what some commands are there to show
	printed := strings.Split(out.String(), mark)
	var absent string
	for i, want := range wanted {
		if program, _, _ := strings.Cut(commands[i], " "); i < len(printed) && strings.Contains(printed[i], ": "+program+": ") && strings.HasSuffix(printed[i], "not found\n") {
			absent = program
			continue
		}
		if i >= len(printed) || !want.MatchString(printed[i]) {
			t.Errorf("%s: $ %s\nprinted:\n%s\nwhich is not\n%s", b.file, commands[i], printed[min(i, len(printed)-1)], want)
		}
	}
	if absent != "" {
		missing(t, absent)
	}
}

// splitConsole takes a block apart into commands and what they print, in which
// … stands for anything on a line, and a line of it for any lines.
func splitConsole(t *testing.T, text string) (commands []string, wanted []*regexp.Regexp) {
	t.Helper()
	for _, part := range regexp.MustCompile(`(?m)^\$ `).Split(text, -1)[1:] {
		command, output, _ := strings.Cut(part, "\n")
		for strings.HasPrefix(output, "> ") { // as a shell prompts for the rest of a command
			var more string
			more, output, _ = strings.Cut(output[len("> "):], "\n")
			command += "\n" + more
		}
		pattern := regexp.QuoteMeta(output)
		pattern = regexp.MustCompile(`(?m)^…\n`).ReplaceAllString(pattern, `(?:.*\n)*`)
		pattern = strings.ReplaceAll(pattern, "…", `.*`)
		commands = append(commands, command)
		wanted = append(wanted, regexp.MustCompile(`^`+pattern+`$`))
	}
	if len(commands) == 0 {
		t.Fatal("no command in the block")
	}
	return commands, wanted
}

// checkTargets asks make whether it knows the targets. The tests are run by
// one of them and the demo by TestDemo.
func checkTargets(t *testing.T, b block) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("make is not installed")
	}
	for line := range strings.SplitSeq(strings.TrimSpace(b.text), "\n") {
		command, _, _ := strings.Cut(line, "#")
		words := strings.Fields(command)
		if words[0] != "make" {
			t.Errorf("%s: not a make command: %s", b.file, line)
			continue
		}
		if out, err := exec.CommandContext(t.Context(), "make", slices.Concat([]string{"-C", "..", "-n"}, words[1:])...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
	}
}

// The demo shows what it promises, to the end; and the first screen of the
// README is what it shows.
func TestDemo(t *testing.T) {
	script, err := filepath.Abs("../docs/demo.sh")
	if err != nil {
		t.Fatal(err)
	}
	grants, err := filepath.Abs("../lambda/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "karikagi", "sandbox", "--grants", grants, "--", "sh", script)
	command.Dir = t.TempDir()
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rest := string(out)
	for _, want := range []string{
		"AWS CloudShell", "role session name  ueno", "AccessDenied", "hint: two policies must agree", "export AWS_SESSION_TOKEN='",
		"user/ueno is now assumed-role/FromMyAccount/ueno", "assumed-role/FromMyAccount/ueno is now assumed-role/toy-role/ueno",
		"caller=arn:aws:sts::123456789012:assumed-role/FromMyAccount/ueno role_arn=arn:aws:iam::123456789012:role/toy-role role_session_name=ueno result=allowed",
		"result=AccessDenied reason=\"identity-based policy: statement 1 (OneRoleOnly): Resource: want ",
		"by grant team-data-reader: ASIA", "you may not take this grant", "allow team-data-reader to arn:aws:sts::123456789012:assumed-role/FromMyAccount/ueno by ",
		"deny payroll to ", "ExpiredToken", "hint: the variables of this shell hold an old session",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("the demo does not show %q behind the rest:\n%s", want, out)
		}
		rest = after
	}
	readme := blocks(t, "../README.md")[0]
	if readme.language != "console" {
		t.Fatalf("the README begins with a block of %q", readme.language)
	}
	commands, wanted := splitConsole(t, readme.text)
	rest = string(out)
	for i, command := range commands {
		_, after, found := strings.Cut(rest, "\n$ "+command+"\n")
		printed := regexp.MustCompile(`(?m)^(\n# |\$ )`).Split(after, 2)[0]
		if !found || !wanted[i].MatchString(printed) {
			t.Fatalf("README: $ %s\nthe demo prints (%t):\n%s\nwhich is not\n%s", command, found, printed, wanted[i])
		}
		rest = "\n" + after
	}
}
