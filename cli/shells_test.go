package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The nearest shell above counts, by whatever name its program goes.
func TestShellAround(t *testing.T) {
	const none = "none"
	tests := []struct {
		above []string // from the parent up; "a b" are two names of one process
		login string
		want  string
	}{
		{[]string{"bash"}, "", "env"},
		{[]string{"-zsh"}, "/usr/bin/fish", "env"},
		{[]string{"fish", "bash"}, "/bin/bash", "fish"},
		{[]string{"bash", "fish"}, "/usr/bin/fish", "env"},
		{[]string{"timeout", "sudo", "nu", "bash"}, "", "nushell"},
		{[]string{"karikagi", "make", "tcsh"}, "", "csh"},
		{[]string{"bsd-csh csh"}, "", "csh"},
		{[]string{"bsd-csh bsd-csh"}, "", "csh"},
		{[]string{"busybox ash"}, "", "env"},
		{[]string{"bash fish"}, "", "env"}, // a script named fish
		{[]string{"pwsh"}, "", "powershell"},
		{[]string{"PowerShell.EXE", "explorer.exe"}, "", "powershell"},
		{[]string{"cmd.exe"}, "", "windows-cmd"},
		{[]string{"python3", "systemd"}, "/usr/bin/fish", "fish"},
		{[]string{"python3", "systemd"}, "/usr/bin/xonsh", "env"},
		{nil, "/bin/tcsh", "csh"},
		{nil, "", "env"},
		{[]string{"bashful", "fishing", "cmd.com", ""}, "", "env"},
	}
	for _, test := range tests {
		look := func(pid int) (process, bool) {
			if pid >= len(test.above) {
				return process{}, false
			}
			return process{names: strings.Split(test.above[pid], " "), parent: pid + 1}, true
		}
		if got := formatAround(0, look, test.login); got != test.want {
			t.Errorf("%q, login shell %q: %s, want %s", test.above, test.login, got, test.want)
		}
	}
	circle := func(int) (process, bool) { return process{names: []string{none}, parent: 1}, true }
	if got := nearestShell(1, circle); got != "" {
		t.Errorf("in a circle: %q", got)
	}
}

// What the operating system tells of this very process.
func TestLookAtProcess(t *testing.T) {
	p, ok := lookAtProcess(os.Getpid())
	if !ok {
		t.Skip("this system does not tell")
	}
	if p.parent != os.Getppid() {
		t.Errorf("parent %d, want %d", p.parent, os.Getppid())
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if len(p.names) == 0 || p.names[0] != filepath.Base(self) {
		t.Errorf("names %q, want %s first", p.names, filepath.Base(self))
	}
	for _, pid := range []int{0, -1} {
		if _, ok := lookAtProcess(pid); ok {
			t.Errorf("process %d is there", pid)
		}
	}
}

// Each line that docs/formats.md tells people to type is a line of the
// transcript that it names.
func TestRecipesAreTested(t *testing.T) {
	checked := 0
	for _, b := range blocks(t, "../docs/formats.md") {
		name, ok := strings.CutPrefix(b.proof, "run by ")
		if !ok {
			continue
		}
		transcript, err := os.ReadFile(filepath.Join("..", name))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(strings.TrimSpace(b.text), "\n") {
			if !strings.Contains("\n"+string(transcript), "\n"+line+"\n") {
				t.Errorf("%s does not run %s", name, line)
			}
			checked++
		}
	}
	if checked < 5 {
		t.Errorf("%d lines were looked for", checked)
	}
}

// The end of the file is where variables go, on lines of their own, whoever
// wrote before.
func TestAppendLines(t *testing.T) {
	for before, want := range map[string]string{"": "A=b\n", "X=y\n": "X=y\nA=b\n", "X=y": "X=y\nA=b\n"} {
		name := filepath.Join(t.TempDir(), "env")
		if err := os.WriteFile(name, []byte(before), 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := openGitHub(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := appendLines(f, "A=b\n"); err != nil {
			t.Error(err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
		if got, err := os.ReadFile(name); string(got) != want || err != nil {
			t.Errorf("%q: %q, %v", before, got, err)
		}
	}
	folder := t.TempDir()
	link := filepath.Join(folder, "link")
	if err := os.Symlink(filepath.Join(folder, "target"), link); err != nil {
		t.Skip("no links here")
	}
	if err := os.WriteFile(filepath.Join(folder, "target"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{link, folder, filepath.Join(folder, "none"), os.DevNull} {
		if f, err := openGitHub(name); err == nil {
			t.Errorf("%s was opened: %v", name, f.Name())
		} else if !strings.HasPrefix(fmt.Sprint(err), "variable GITHUB_ENV: ") {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "none")); err == nil {
		t.Error("a file was made")
	}
}
