package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// dockerStandIn is a docker that runs no container: it takes the variables as
// docker does, and answers as the AWS CLI in the container would.
const dockerStandIn = `#!/bin/sh
case "$*" in
"build "*src=/dev/stdin*) grep -q '^AWS_SESSION_TOKEN=.' && echo built; exit;;
*--env-file*) variables=$(cat);;
*) for name; do case $name in AWS_*) variables="$variables $name=$(printenv "$name")";; esac; done;;
esac
env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_SESSION_TOKEN $variables karikagi whoami | sed -n 's/^ARN *//p'
`

// terraformStandIn plans nothing, and notes who it is.
const terraformStandIn = `#!/bin/sh
karikagi whoami | sed -n 's/^ARN *//p' >>"$0.log"
echo Plan: nothing
`

// Every page's commands are run as they stand, in one shell, inside a sandbox.
// Docker has no daemon where the tests run and Terraform no provider: something
// stands in for each, which gets what they would get.
func TestTopics(t *testing.T) {
	tools := t.TempDir()
	for name, text := range map[string]string{"docker": dockerStandIn, "terraform": terraformStandIn} {
		if err := os.WriteFile(filepath.Join(tools, name), []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", tools+string(os.PathListSeparator)+os.Getenv("PATH"))
	user := map[string]string{"cloudshell": "ueno"}
	for _, page := range topics() {
		t.Run(page.value, func(t *testing.T) {
			checkPage(t, topic(page.value))
			commands := consoleLines(topic(page.value))
			if page.value == "mfa" { // a person is asked: topics.txtar
				return
			}
			if page.value == "codecommit" {
				if ok, err := hasTool(t.Context(), "aws"); err != nil || !ok || exec.Command("git", "--version").Run() != nil { //nolint:noctx // it only looks.
					t.Skipf("git or the AWS CLI is not installed: %v", err)
				}
			}
			if commands == "" {
				t.Fatal("no command is run")
			}
			if strings.Contains(topic(page.value), "--at-least 30m") && !strings.Contains(commands, "echo renewed") {
				t.Fatal("the recipe for a session that is nearly over is not tried with one")
			}
			as := user[page.value]
			if as == "" {
				as = "testuser"
			}
			runBlock(t, block{file: page.value + ".txt", proof: "run in a sandbox as " + as, text: commands})
			if page.value == "terraform" {
				wantLog(t, filepath.Join(tools, "terraform.log"), strings.Count(commands, "terraform "))
			}
		})
	}
}

// wantLog wants that terraform had the role's session each time.
func wantLog(t *testing.T, file string, times int) {
	t.Helper()
	got, err := os.ReadFile(file)
	if want := strings.Repeat("arn:aws:sts::123456789012:assumed-role/toy-role/testuser\n", times); err != nil || times == 0 || string(got) != want {
		t.Errorf("terraform was, %d times wanted:\n%s%v", times, got, err)
	}
}

// consoleLines are a page's commands and what they print, as a console block.
// What the page puts into ~/.aws/config is put there first.
func consoleLines(page string) string {
	var b strings.Builder
	if _, profile, ok := strings.Cut(page, "  [profile deploy]\n  "); ok {
		line, _, _ := strings.Cut(profile, "\n")
		b.WriteString("$ printf '[profile deploy]\\n%s\\n' '" + line + "' >>\"$AWS_CONFIG_FILE\"\n")
	}
	// A recipe for a session that is nearly over is tried with one.
	page = regexp.MustCompile(`(?m)^  (\$ karikagi status --at-least 30m >.*--quiet (.*?)\).*)$`).ReplaceAllString(page,
		`  $$ unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN; eval "$$(karikagi export --quiet --duration 15m $2)"; karikagi status --at-least 30m || echo too short
  …
  too short
  $1
  $$ karikagi status --at-least 30m >/dev/null && echo renewed
  renewed`)
	for _, m := range regexp.MustCompile(`(?m)^  \$ .*\n(?:  .*\n)*`).FindAllString(page, -1) {
		b.WriteString(strings.ReplaceAll("\n"+m, "\n  ", "\n")[1:])
	}
	return b.String()
}

// checkPage wants a page that fits a terminal: only commands may be longer.
func checkPage(t *testing.T, page string) {
	t.Helper()
	if strings.Count(page, "\n") > 50 || !strings.HasSuffix(page, "\n") {
		t.Errorf("%d lines", strings.Count(page, "\n"))
	}
	for line := range strings.Lines(page) {
		if len([]rune(line)) > len("\n")+80 && !strings.HasPrefix(line, "  ") {
			t.Errorf("longer than a line of a terminal: %s", line)
		}
	}
}
