package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"karikagi/internal/format"
	"karikagi/internal/sandbox"
)

// Every secret of the sandbox carries a mark. Whatever is asked for, the marks
// are in the product, and nowhere else: not on stderr, not in the sandbox's
// log, not on stdout of a command whose product they are not.
func TestCanary(t *testing.T) {
	var log lockedBuffer
	server, front := openSandbox(t, sandbox.Options{Log: &log})

	for _, name := range format.Names() {
		stdout, stderr := runAs(t, server, front, "testuser", "export", "--format", name, "toy-role")
		if n := strings.Count(stdout, sandbox.Mark); n != 2 {
			t.Errorf("--format %s: %d marked secrets in the product, want the secret access key and the session token", name, n)
		}
		if strings.Contains(stderr, sandbox.Mark) {
			t.Errorf("--format %s: a secret is on stderr", name)
		}
	}
	for _, args := range [][]string{
		{"whoami"}, {"whoami", "--format", "json"}, {"export", "no-such-role"}, {"export", "--duration", "12h", "toy-role"},
		{"export", "--external-id", "wrong", "with-external-id"}, {"export", "needs-mfa"}, {"export", "--no-such-flag"}, {"--help"}, {"--version"},
	} {
		for _, user := range []string{"testuser", "ueno", "root"} {
			stdout, stderr := runAs(t, server, front, user, args...)
			if strings.Contains(stdout+stderr, sandbox.Mark) {
				t.Errorf("%v as %s: a secret shows:\n%s%s", args, user, stdout, stderr)
			}
		}
	}
	if !strings.Contains(log.String(), "event=AssumeRole") || strings.Contains(log.String(), sandbox.Mark) {
		t.Errorf("the sandbox's log is empty or holds a secret:\n%s", log.String())
	}
}

// runAs runs the program as a process with nothing in its environment but the
// sandbox's variables, whose secret access key is marked too.
func runAs(t *testing.T, server *sandbox.Server, base, user string, args ...string) (stdout, stderr string) {
	t.Helper()
	environment, err := server.Environment(base, user)
	if err != nil {
		t.Fatal(err)
	}
	if user == "testuser" && !strings.Contains(fmt.Sprint(environment), sandbox.Mark) {
		t.Fatal("the premise is gone: testuser's secret access key is not marked")
	}
	var out, errs bytes.Buffer
	command := exec.CommandContext(t.Context(), "karikagi", args...)
	folder := t.TempDir()
	runner := filepath.Join(folder, "github-env") // what --format github appends to
	if err := os.WriteFile(runner, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	command.Env = slices.Concat(environment, []string{"HOME=" + folder, "GITHUB_ENV=" + runner})
	command.Stdout, command.Stderr = &out, &errs
	_ = command.Run() // refusals are part of the test
	return out.String(), errs.String()
}
