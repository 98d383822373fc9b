package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"karikagi/internal/sandbox"
)

// place is a machine of one user's: a home folder, which holds the temporary
// files, too, and the sandbox that it can reach.
type place struct {
	home        string
	environment []string
	log         lockedBuffer
	server      *sandbox.Server
}

func newPlace(t *testing.T) *place {
	t.Helper()
	p := &place{home: t.TempDir()}
	server, front := openSandbox(t, sandbox.Options{Log: &p.log})
	environment, err := server.Environment(front, "testuser")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"tmp", "cache"} {
		if err := os.Mkdir(filepath.Join(p.home, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	p.server = server
	p.environment = slices.Concat(environment, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + p.home, "TMPDIR=" + filepath.Join(p.home, "tmp"),
		"XDG_CACHE_HOME=" + filepath.Join(p.home, "cache"), "KARIKAGI_SIGNIN_URL=" + front + "/federation"})
	return p
}

// run runs a script of sh.
func (p *place) run(t *testing.T, script string) (stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	command := exec.CommandContext(t.Context(), "sh", "-c", script)
	command.Dir, command.Env, command.Stdout, command.Stderr = p.home, p.environment, &out, &errs
	_ = command.Run() // refusals are part of the test
	return out.String(), errs.String()
}

// marked lists the files below the home folder that hold a secret. None may be
// called by one.
func (p *place) marked(t *testing.T) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(p.home, func(path string, entry fs.DirEntry, err error) error {
		if strings.Contains(path, "SANDBOX") {
			t.Errorf("a file is called %s", path)
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if bytes.Contains(text, []byte(sandbox.Mark)) {
			name, _ := filepath.Rel(p.home, path)
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// commandLines shows the child's command line and its parent's.
const commandLines = `tr "\0" " " </proc/$$/cmdline; tr "\0" " " </proc/$PPID/cmdline; `

// Every use of a session has the secrets in its product, and nowhere else: not on
// stderr, not in a file, not in a file's name, not on a command line, not in the
// sandbox's log.
func TestCanaryOfUses(t *testing.T) {
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		t.Skip("command lines are read from /proc")
	}
	p := newPlace(t)
	code, err := p.server.UnusedTokenCode("testuser")
	if err != nil {
		t.Fatal(err)
	}
	for _, use := range []struct {
		script  string
		secrets int    // on stdout
		shows   string // so that an empty answer is none
		files   string // that may hold secrets, as a pattern
	}{
		{`karikagi exec toy-role -- sh -c 'consume keys'`, 2, "^ASIA", ""},
		{`karikagi exec toy-role -- sh -c '` + commandLines + `karikagi status; karikagi status --format prompt; karikagi whoami'`, 0, "assumed-role/toy-role", ""},
		{`karikagi exec --endpoint toy-role -- sh -c 'consume keys'`, 2, "^ASIA", ""},
		{`karikagi exec --endpoint toy-role -- sh -c '` + commandLines + `env; karikagi status; karikagi whoami'`, 0, "karikagi exec --endpoint (?s:.*)AWS_CONTAINER_AUTHORIZATION_TOKEN=", ""},
		{`karikagi exec --endpoint toy-role -- sh -c 'AWS_CONTAINER_AUTHORIZATION_TOKEN=guess consume'`, 0, "", ""},
		{`karikagi exec no-such-role -- env`, 0, "", ""},
		{`karikagi serve toy-role >served & until grep -q "^unset " served; do sleep 0.02; done; . ./served; consume keys; cat served; tr "\0" " " </proc/$!/cmdline; kill $!`, 2, "karikagi serve toy-role", ""},
		{`karikagi serve --for 1s --format json toy-role`, 0, "AWS_CONTAINER_AUTHORIZATION_TOKEN", ""},
		{`karikagi configure toy --role toy-role --dry-run; karikagi configure toy --role toy-role; cat .aws/config`, 0, `credential_process = .*karikagi`, ""},
		{`karikagi export --format ini --write dev --dry-run toy-role`, 0, `\*\*\*\*`, ""},
		{`eval "$(sed -n "s/^credential_process = //p" .aws/config)"`, 2, "ASIA", `^cache/karikagi/[^/]+$`},
		{`karikagi export --format process toy-role; karikagi cache`, 2, "assumed-role/toy-role/testuser", `^cache/karikagi/[^/]+$`},
		{`karikagi console toy-role`, 0, "SigninToken=", `^cache/karikagi/[^/]+$`},
		{`karikagi console no-such-role; karikagi console --destination //x toy-role`, 0, "", `^cache/karikagi/[^/]+$`},
		{`karikagi cache clear`, 0, "", ""},
		{`karikagi mfa --token-code ` + code, 2, "AWS_SESSION_TOKEN", ""},
		{`karikagi completion bash; karikagi completion zsh; karikagi completion fish; karikagi help; karikagi help mfa; karikagi help export`, 0, "karikagi", ""},
		{`karikagi policy; karikagi policy toy-role; karikagi policy --help`, 0, "", ""},
		{`karikagi export --format ini --write dev toy-role; ls -l .aws`, 0, "credentials", `^\.aws/credentials$`},
	} {
		stdout, stderr := p.run(t, use.script)
		if n := strings.Count(stdout, sandbox.Mark); n != use.secrets {
			t.Errorf("%s: %d secrets on stdout, want %d; stderr:\n%s", use.script, n, use.secrets, stderr)
		}
		if strings.Contains(stderr, sandbox.Mark) {
			t.Errorf("%s: a secret is on stderr", use.script)
		}
		if use.shows != "" && !regexp.MustCompile("(?m)"+use.shows).MatchString(stdout) {
			t.Errorf("%s: stdout does not show %s; stderr:\n%s", use.script, use.shows, stderr)
		}
		found := p.marked(t)
		if use.files == "" && len(found) > 0 || use.files != "" && len(found) == 0 ||
			slices.ContainsFunc(found, func(name string) bool { return !regexp.MustCompile(use.files).MatchString(name) }) {
			t.Errorf("%s: secrets are in the files %q, want them in %q", use.script, found, use.files)
		}
	}
	if log := p.log.String(); strings.Count(log, "event=AssumeRole ") < 10 || !strings.Contains(log, "event=GetSigninToken") || strings.Contains(log, sandbox.Mark) {
		t.Errorf("the sandbox's log lacks something, or holds a secret:\n%s", log)
	}
}
