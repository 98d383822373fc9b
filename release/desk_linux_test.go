package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// fakeProgram stands in for karikagi in a bundle.
const fakeProgram = "#!/bin/sh\nprintf 'ran karikagi %s\\n' \"$*\"\n"

// desk is an unpacked bundle and a home, for one shell.
type desk struct {
	t      *testing.T
	shell  []string // the shell and its own arguments
	bundle string   // the unpacked bundle
	home   string
	env    []string // further environment
	as     *syscall.Credential
}

// eachShell runs a test with Debian's sh and with bash.
func eachShell(t *testing.T, test func(*desk)) {
	for _, shell := range [][]string{{"/bin/sh"}, {"bash"}} {
		t.Run(filepath.Base(shell[0]), func(t *testing.T) {
			t.Parallel()
			test(newDesk(t, shell))
		})
	}
}

func newDesk(t *testing.T, shell []string) *desk {
	t.Helper()
	wantProgram(t, shell[0])
	d := &desk{t: t, shell: shell, bundle: t.TempDir(), home: t.TempDir()}
	for _, e := range bundle([]byte(fakeProgram), entry{"LICENSE", 0o644, []byte("the licence\n")}, entry{thirdPartyFile, 0o644, []byte("others\n")}) {
		d.write(filepath.Join(d.bundle, e.name), string(e.data), 0o644) // some unpackers lose modes
	}
	return d
}

// result is what a run of the script left behind.
type result struct {
	stdout, stderr string
	status         int
}

// run runs `sh install.sh ARGS` from the bundle.
func (d *desk) run(args ...string) result {
	d.t.Helper()
	words := append(append([]string{}, d.shell...), "install.sh")
	return d.command(append(words, args...)...)
}

// command runs any command in the bundle's folder, with a bare environment.
func (d *desk) command(words ...string) result {
	d.t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(d.t.Context(), words[0], words[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = d.bundle, &stdout, &stderr
	cmd.Env = append([]string{"PATH=/usr/bin:/bin", "HOME=" + d.home, "LC_ALL=C.UTF-8"}, d.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: d.as}
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.t.Fatal(err)
	}
	return result{stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()}
}

// done fails the test unless a run went well and said these things.
func (d *desk) done(r result, said ...string) {
	d.t.Helper()
	if r.status != 0 || r.stderr != "" {
		d.t.Fatalf("status %d, stderr %q", r.status, r.stderr)
	}
	for _, text := range said {
		if !strings.Contains(r.stdout, text) {
			d.t.Errorf("stdout %q: want %q", r.stdout, text)
		}
	}
}

// refused fails the test unless a run ended with a status, one error line that
// says this (for misuse, a hint as well), and nothing on stdout.
func (d *desk) refused(r result, status int, said string) {
	d.t.Helper()
	if r.status != status || r.stdout != "" {
		d.t.Errorf("status %d, stdout %q: want %d and nothing", r.status, r.stdout, status)
	}
	line, rest, _ := strings.Cut(r.stderr, "\n")
	if strings.ContainsFunc(r.stderr, func(c rune) bool { return c >= 0x80 }) {
		d.t.Errorf("stderr %q: want ASCII, whatever the machine's language", r.stderr)
	}
	if !strings.HasPrefix(line, "karikagi: error: ") || !strings.Contains(line, said) {
		d.t.Errorf("stderr %q: want an error that says %q", r.stderr, said)
	}
	hint := ""
	if status == 2 {
		hint = "karikagi: hint: sh install.sh --help shows the ways to run it\n"
	}
	if rest != hint {
		d.t.Errorf("stderr goes on with %q: want %q", rest, hint)
	}
}

func (d *desk) program() string { return filepath.Join(d.home, ".local", "bin", "karikagi") }

func (d *desk) write(file, content string, mode fs.FileMode) {
	d.t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(content), mode); err != nil {
		d.t.Fatal(err)
	}
	if err := os.Chmod(file, mode); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) read(file string) string {
	d.t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	return string(content)
}

// tree is everything below a folder: names, modes, contents, links.
func tree(t *testing.T, folder string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		content := ""
		switch {
		case e.Type() == fs.ModeSymlink:
			content, err = os.Readlink(path)
		case e.Type().IsRegular():
			var data []byte
			data, err = os.ReadFile(path)
			content = string(data)
		}
		fmt.Fprintf(&all, "%s %s %q\n", path, info.Mode(), content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}
