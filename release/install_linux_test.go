package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestInstall(t *testing.T) {
	for _, home := range []string{"my home", `$(touch x) 'q" \n * é`} {
		t.Run(home, func(t *testing.T) {
			eachShell(t, func(d *desk) {
				d.home = filepath.Join(d.home, home)
				if err := os.Mkdir(d.home, 0o755); err != nil {
					d.t.Fatal(err)
				}
				bin := filepath.Dir(d.program())
				d.done(d.run(), "karikagi: installed "+d.program()+"\n", bin+" is not in PATH", "karikagi export ROLE\n")
				d.checkInstalled()

				// Again, over another version, and this time with the folder in PATH.
				d.write(d.program(), "an older one", 0o600)
				d.env = []string{"PATH=/usr/bin:" + bin + ":/bin"}
				d.done(d.run(), "karikagi: installed "+d.program()+"\n", bin+" is in PATH\n")
				d.checkInstalled()
			})
		})
	}
}

// checkInstalled wants the program in place, whole, and nothing else in the home.
func (d *desk) checkInstalled() {
	d.t.Helper()
	if got := d.read(d.program()); got != fakeProgram {
		d.t.Errorf("installed %q", got)
	}
	info, err := os.Stat(d.program())
	if err != nil || info.Mode() != 0o755 {
		d.t.Errorf("mode %v, error %v: want 0755", info.Mode(), err)
	}
	if lines := strings.Count(tree(d.t, d.home), "\n"); lines != 4 { // home, .local, bin, karikagi
		d.t.Errorf("the home holds more than the program:\n%s", tree(d.t, d.home))
	}
}

// CloudShell's sh is bash in POSIX mode.
func TestInstallPosixMode(t *testing.T) {
	d := newDesk(t, []string{"bash", "--posix"})
	before := tree(t, d.home)
	d.done(d.run("--bashrc", "toy-role"))
	d.done(d.run("--bashrc", "sts_role"))
	d.checkBashrc("", "sts_role", 0o600)
	d.done(d.run("--undo"))
	if err := os.RemoveAll(filepath.Join(d.home, ".local")); err != nil {
		t.Fatal(err)
	}
	if after := tree(t, d.home); after != before {
		t.Errorf("the home was\n%s and is\n%s", before, after)
	}
	d.refused(d.run("--bashrc", "a'b"), 2, `ROLE "a?b"`)
}

// A link where the program goes is replaced, not followed: what it leads to may
// belong to something else.
func TestInstallOverLink(t *testing.T) {
	eachShell(t, func(d *desk) {
		elsewhere := filepath.Join(d.home, "elsewhere")
		d.write(elsewhere, "mine", 0o644)
		d.write(filepath.Join(d.home, ".local/bin/other"), "", 0o644)
		if err := os.Symlink(elsewhere, d.program()); err != nil {
			d.t.Fatal(err)
		}
		d.done(d.run())
		if got := d.read(elsewhere); got != "mine" {
			d.t.Errorf("wrote %q through the link", got)
		}
		if got := d.read(d.program()); got != fakeProgram {
			d.t.Errorf("installed %q", got)
		}
	})
}

// Whatever is wrong with the bundle or the home: one line, and a home as it was.
func TestInstallRefuses(t *testing.T) {
	right := sumLine("karikagi", []byte(fakeProgram))
	wrong := sumLine("karikagi", []byte("another"))
	inBundle := func(name, content string) func(*desk) {
		return func(d *desk) { d.write(filepath.Join(d.bundle, name), content, 0o644) }
	}
	without := func(name string) func(*desk) {
		return func(d *desk) {
			if err := os.Remove(filepath.Join(d.bundle, name)); err != nil {
				d.t.Fatal(err)
			}
		}
	}
	tests := []struct {
		name    string
		arrange func(*desk)
		said    string
	}{
		{"binary changed", inBundle("karikagi", fakeProgram+"#"), "karikagi: does not match SHA256SUMS"},
		{"binary cut short", inBundle("karikagi", fakeProgram[:20]), "karikagi: does not match SHA256SUMS"},
		{"binary empty", inBundle("karikagi", ""), "karikagi: does not match SHA256SUMS"},
		{"binary missing", without("karikagi"), "/karikagi: missing"},
		{"sums missing", without(sumsFile), "/SHA256SUMS: missing"},
		{"sums empty", inBundle(sumsFile, ""), "/SHA256SUMS: has no line for karikagi"},
		{"sums of another file", inBundle(sumsFile, strings.ReplaceAll(right, "karikagi", "install.sh")), "/SHA256SUMS: has no line for karikagi"},
		{"sum cut short", inBundle(sumsFile, right[1:]), "/SHA256SUMS: has no line for karikagi"},
		{"sum of something else", inBundle(sumsFile, wrong), "karikagi: does not match SHA256SUMS"},
		{"two sums", inBundle(sumsFile, right+wrong), "karikagi: does not match SHA256SUMS"},
		{"folder in the program's place", func(d *desk) { d.write(filepath.Join(d.program(), "x"), "", 0o644) }, "/.local/bin/karikagi: is a folder"},
		{"file in a folder's place", func(d *desk) { d.write(filepath.Join(d.home, ".local"), "", 0o644) }, "mkdir: "},
		{"no home", func(d *desk) { d.env = []string{"HOME="} }, `HOME "": want the absolute path`},
		{"relative home", func(d *desk) { d.env = []string{"HOME=."} }, `HOME ".": want the absolute path`},
		{"no sha256sum", (*desk).hideSHA256SUM, "sha256sum cannot check karikagi"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			eachShell(t, func(d *desk) {
				test.arrange(d)
				before := tree(d.t, d.home)
				d.refused(d.run("--bashrc", "toy-role"), 1, test.said)
				if after := tree(d.t, d.home); after != before {
					d.t.Errorf("the home was\n%s and is\n%s", before, after)
				}
			})
		})
	}
}

// A copy that is not what was checked a moment before goes away again.
func TestInstallChecksTheCopy(t *testing.T) {
	eachShell(t, func(d *desk) {
		tools := d.t.TempDir()
		d.write(filepath.Join(tools, "cp"), "#!/bin/sh\nprintf changed >\"$2\"\n", 0o755)
		d.env = []string{"PATH=" + tools + ":/usr/bin:/bin"}
		d.refused(d.run(), 1, "karikagi: does not match SHA256SUMS")
		if lines := strings.Count(tree(d.t, d.home), "\n"); lines != 3 { // home, .local, bin
			d.t.Errorf("the home holds\n%s", tree(d.t, d.home))
		}
	})
}

// hideSHA256SUM leaves in PATH what the script needs otherwise.
func (d *desk) hideSHA256SUM() {
	bin := d.t.TempDir()
	for _, tool := range []string{"sh", "bash", "cat", "sed", "tr", "dirname", "grep", "tail", "head", "wc", "mktemp", "mkdir", "cp", "mv", "rm", "chmod"} {
		path, err := exec.LookPath(tool)
		if err != nil {
			d.t.Skipf("%s is not on this machine", tool)
		}
		if err := os.Symlink(path, filepath.Join(bin, tool)); err != nil {
			d.t.Fatal(err)
		}
	}
	d.env = []string{"PATH=" + bin}
}

func TestReadOnlyHome(t *testing.T) {
	eachShell(t, func(d *desk) {
		d.write(filepath.Join(d.home, ".bashrc"), "alias ll='ls -l'\n", 0o444)
		d.unprivileged()
		if err := os.Chmod(d.home, 0o555); err != nil {
			d.t.Fatal(err)
		}
		d.t.Cleanup(func() { _ = os.Chmod(d.home, 0o755) }) // or its owner could not remove it
		before := tree(d.t, d.home)
		d.refused(d.run(), 1, "mkdir: ")
		d.refused(d.run("--bashrc", "toy-role"), 1, ".bashrc: want a file that you may write")
		d.done(d.run("--undo"), "nothing to remove")
		if after := tree(d.t, d.home); after != before {
			d.t.Errorf("the home was\n%s and is\n%s", before, after)
		}
	})
}

// unprivileged makes the runs those of a user who is not root: to root nothing
// is read-only.
func (d *desk) unprivileged() {
	d.t.Helper()
	if os.Getuid() != 0 {
		return
	}
	const nobody = 65534
	d.as = &syscall.Credential{Uid: nobody, Gid: nobody}
	for _, folder := range []string{d.bundle, filepath.Dir(d.bundle), filepath.Dir(d.home)} {
		// A test's own folder is below one that only its owner may enter.
		if err := os.Chmod(folder, 0o755); err != nil {
			d.t.Fatal(err)
		}
	}
	err := filepath.WalkDir(d.home, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Lchown(path, nobody, nobody))
	})
	if err != nil {
		d.t.Fatal(err)
	}
}

func TestArguments(t *testing.T) {
	refused := map[string][]string{
		"want the ROLE":                          {"--bashrc"},
		`argument "--bashrc=toy-role"`:           {"--bashrc=toy-role"},
		`argument "--purge"`:                     {"--purge"},
		`argument "toy-role"`:                    {"toy-role"},
		`argument "b"`:                           {"--bashrc", "a", "b"},
		`argument "now"`:                         {"--undo", "now"},
		`argument "--undo"`:                      {"--bashrc", "a", "--undo"},
		`argument "me"`:                          {"--help", "me"},
		`argument ""`:                            {""},
		`argument "??31m?rm?-rf?"`:               {"\x1b[31m;rm -rf~"},
		`ROLE "a?b"`:                             {"--bashrc", "a b"},
		`ROLE ""`:                                {"--bashrc", ""},
		`ROLE "--undo": want`:                    {"--bashrc", "--undo"},
		`ROLE "-n"`:                              {"--bashrc", "-n"},
		`ROLE "x??touch?y?"`:                     {"--bashrc", "x$(touch y)"},
		`ROLE "x?touch?y?"`:                      {"--bashrc", "x`touch y`"},
		`ROLE "x??touch?y??"`:                    {"--bashrc", "x';touch y;'"},
		`ROLE "a?evil"`:                          {"--bashrc", "a\nevil"},
		`ROLE "toy-role?"`:                       {"--bashrc", "toy-role\n"},
		`ROLE "a??b"`:                            {"--bashrc", "aéb"},
		`ROLE "a?b?c"`:                           {"--bashrc", `a\b&c`},
		`ROLE "?"`:                               {"--bashrc", "*"},
		`ROLE "` + strings.Repeat("?", 80) + `"`: {"--bashrc", strings.Repeat("~", 3000)},
	}
	eachShell(t, func(d *desk) {
		before := tree(d.t, filepath.Dir(d.home))
		for said, args := range refused {
			d.refused(d.run(args...), 2, said)
		}
		if after := tree(d.t, filepath.Dir(d.home)); after != before {
			d.t.Errorf("misuse changed\n%s to\n%s", before, after)
		}
		const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@:/-"
		for c := rune(1); c < 0x80; c++ {
			if !strings.ContainsRune(allowed, c) {
				d.refused(d.run("--bashrc", "a"+string(c)+"b"), 2, `ROLE "a?b"`)
			}
		}
		for _, flag := range []string{"--help", "-h"} {
			d.env = []string{"HOME="} // help needs none
			d.done(d.run(flag), "--bashrc ROLE", "--undo")
		}
	})
}
