package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// ourLine is what the script adds, but for how it ends.
func ourLine(role string) string {
	return `case $- in *i*) if [ -x "$HOME/.local/bin/karikagi" ]; then "$HOME/.local/bin/karikagi" export '` + role + `'; fi ;; esac # added by the karikagi installer`
}

func (d *desk) bashrc() string { return filepath.Join(d.home, ".bashrc") }

// fingerprint tells whether a file was touched at all.
func (d *desk) fingerprint() fs.FileInfo {
	d.t.Helper()
	info, err := os.Stat(d.bashrc())
	if err != nil {
		d.t.Fatal(err)
	}
	return info
}

// One line, once, replaced, and taken back to the last byte.
func TestBashrc(t *testing.T) {
	const skeleton = "# .bashrc\n\nif [ -f /etc/bashrc ]; then\n\t. /etc/bashrc\nfi\n"
	tests := []struct {
		name, old, joint string
		mode             fs.FileMode
	}{
		{"final newline", skeleton, "", 0o644},
		{"no final newline", strings.TrimSuffix(skeleton, "\n"), "\n", 0o644},
		{"private", skeleton, "", 0o600},
		{"empty and private", "", "", 0o600},
		{"blank lines", "\n\n\n", "", 0o644},
		{"a carriage return last", "alias a=b\r\nalias c=d\r", "\n", 0o644},
		{"bytes that are no text", "a=\xff\xfe\n\x00b\x00\n\x00", "\n", 0o755},
		{"backslash within", "a=b \\\n c\n", "", 0o644},
		{"somebody speaks of us", "# added by the karikagi installer, I think\necho '# added by the karikagi installer'\n", "", 0o644},
		{"one long line", strings.Repeat("x", 100_000), "\n", 0o664},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			eachShell(t, func(d *desk) {
				d.write(d.bashrc(), test.old, test.mode)
				before := tree(d.t, d.home)

				d.done(d.run("--bashrc", "toy-role"), ".bashrc runs karikagi export toy-role in each new shell")
				d.checkBashrc(test.old+test.joint, "toy-role", test.mode)

				touched := d.fingerprint()
				d.done(d.run("--bashrc", "toy-role"), ".bashrc runs karikagi export toy-role already")
				if now := d.fingerprint(); !os.SameFile(now, touched) || now.ModTime() != touched.ModTime() {
					d.t.Error("the same role again touched the file")
				}
				d.done(d.run(), "installed")
				if now := d.fingerprint(); !os.SameFile(now, touched) || now.ModTime() != touched.ModTime() {
					d.t.Error("a plain install touched the file")
				}

				d.done(d.run("--bashrc", "arn:aws:iam::0123456789:role/AZ/az_+=,.@-"), "in place of the line before")
				d.checkBashrc(test.old+test.joint, "arn:aws:iam::0123456789:role/AZ/az_+=,.@-", test.mode)

				d.done(d.run("--undo"), "removed the line from", "removed "+d.program())
				for _, made := range []string{".local/bin", ".local"} { // folders stay: others may use them by now
					if err := os.Remove(filepath.Join(d.home, made)); err != nil {
						d.t.Error(err)
					}
				}
				if after := tree(d.t, d.home); after != before {
					d.t.Errorf("the home was\n%s and is\n%s", before, after)
				}
			})
		})
	}
}

// checkBashrc wants the old bytes, then our one line, on a line of its own.
func (d *desk) checkBashrc(old, role string, mode fs.FileMode) {
	d.t.Helper()
	content := d.read(d.bashrc())
	added, ok := strings.CutPrefix(content, old)
	if !ok || !strings.HasPrefix(added, ourLine(role)) || strings.Count(added, "\n") != 1 || !strings.HasSuffix(added, "\n") {
		d.t.Errorf("after %d old bytes comes %q: want one line that begins %q", len(old), strings.TrimPrefix(content, old), ourLine(role))
	}
	if info := d.fingerprint(); info.Mode() != mode {
		d.t.Errorf("mode %v: want %v", info.Mode(), mode)
	}
}

func TestBashrcAbsent(t *testing.T) {
	eachShell(t, func(d *desk) {
		absent := func() {
			d.t.Helper()
			if _, err := os.Lstat(d.bashrc()); !errors.Is(err, fs.ErrNotExist) {
				d.t.Errorf(".bashrc: %v, want none", err)
			}
		}
		d.done(d.run("--bashrc", "toy-role"))
		d.checkBashrc("", "toy-role", 0o600)
		d.done(d.run("--bashrc", "sts_role"))
		d.checkBashrc("", "sts_role", 0o600)
		d.done(d.run("--undo"))
		absent()

		// What a person wrote since is theirs to keep.
		d.done(d.run("--bashrc", "toy-role"))
		d.write(d.bashrc(), "export A=1\n"+d.read(d.bashrc())+"export B=2", 0o600)
		d.done(d.run("--undo"))
		if got := d.read(d.bashrc()); got != "export A=1\nexport B=2" {
			d.t.Errorf("undo left %q", got)
		}
	})
}

func TestBashrcLink(t *testing.T) {
	for _, test := range []struct{ name, old string }{{"to a file", "alias a=b"}, {"to nothing yet", ""}} {
		t.Run(test.name, func(t *testing.T) {
			eachShell(t, func(d *desk) {
				file := filepath.Join(d.home, "dot files", "bashrc")
				d.write(file, test.old, 0o640)
				if test.old == "" {
					if err := os.Remove(file); err != nil {
						d.t.Fatal(err)
					}
				}
				if err := os.Symlink("dot files/bashrc", d.bashrc()); err != nil {
					d.t.Fatal(err)
				}
				before := tree(d.t, d.home)
				d.done(d.run("--bashrc", "toy-role"), file+" runs")
				if got := d.read(file); !strings.Contains(got, ourLine("toy-role")) {
					d.t.Errorf("the file behind the link holds %q", got)
				}
				d.done(d.run("--bashrc", "sts_role"))
				d.done(d.run("--undo"))
				if err := os.RemoveAll(filepath.Join(d.home, ".local")); err != nil {
					d.t.Fatal(err)
				}
				if after := tree(d.t, d.home); after != before {
					d.t.Errorf("the home was\n%s and is\n%s", before, after)
				}
			})
		})
	}
}

// Where the line could not be added well, nothing is done at all.
func TestBashrcRefuses(t *testing.T) {
	twice := ourLine("a") + "\nalias a=b\n" + ourLine("b") + "\n"
	file := func(content string) func(*desk) {
		return func(d *desk) { d.write(d.bashrc(), content, 0o644) }
	}
	tests := []struct {
		name    string
		arrange func(*desk)
		said    string
	}{
		{"several lines", file(twice), "several lines of karikagi's"},
		{"unfinished line", file("alias a=b \\\n"), "ends in a backslash"},
		{"unfinished line without newline", file("alias a=b \\"), "ends in a backslash"},
		{"a folder", func(d *desk) { d.write(filepath.Join(d.bashrc(), "x"), "", 0o644) }, "want a file that you may read"},
		{"a link to itself", func(d *desk) {
			if err := os.Symlink(".bashrc", d.bashrc()); err != nil {
				d.t.Fatal(err)
			}
		}, "a link that leads nowhere"},
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
	t.Run("undo takes several", func(t *testing.T) {
		eachShell(t, func(d *desk) {
			d.write(d.bashrc(), twice, 0o644)
			d.done(d.run("--undo"))
			if got := d.read(d.bashrc()); got != "alias a=b\n" {
				d.t.Errorf("undo left %q", got)
			}
		})
	})
}

// A home that is full while .bashrc is written leaves the old one as it was.
func TestBashrcNoRoom(t *testing.T) {
	for name, old := range map[string]string{
		"not for a copy":   strings.Repeat("alias a=b\n", 10_000),
		"not for our line": strings.Repeat("alias a=b\n", 409), // 8 blocks of 512 bytes are 4096
	} {
		t.Run(name, func(t *testing.T) {
			eachShell(t, func(d *desk) {
				d.write(d.bashrc(), old, 0o644)
				words := append([]string{"/bin/sh", "-c", `trap "" XFSZ; ulimit -f 8; exec "$@"`, "sh"}, d.shell...)
				r := d.command(append(words, "install.sh", "--bashrc", "toy-role")...)
				if r.status != 1 || !strings.Contains(r.stderr, ".bashrc") || strings.Count(r.stderr, "\n") != 1 {
					d.t.Errorf("status %d, stderr %q: want 1 and one line", r.status, r.stderr)
				}
				if got := d.read(d.bashrc()); got != old {
					d.t.Errorf(".bashrc was %d bytes and is %d", len(old), len(got))
				}
				if left, _ := filepath.Glob(filepath.Join(d.home, ".bashrc.*")); left != nil {
					d.t.Errorf("left behind: %v", left)
				}
			})
		})
	}
}

// What the line does: a person's new shell shows fresh lines; a script that
// reads .bashrc, and a shell after the program is gone, see nothing of it.
func TestBashrcRuns(t *testing.T) {
	d := newDesk(t, []string{"bash"})
	d.home = filepath.Join(d.home, "my home")
	d.write(d.bashrc(), "set -u\nA=1", 0o644)
	d.done(d.run("--bashrc", "team/toy-role"))

	interactive := func() string {
		t.Helper()
		r := d.command("bash", "-ic", `echo "A=$A status=$?"`)
		if r.status != 0 {
			t.Errorf("status %d, stderr %q", r.status, r.stderr)
		}
		return r.stdout
	}
	if got := interactive(); got != "ran karikagi export team/toy-role\nA=1 status=0\n" {
		t.Errorf("an interactive shell printed %q", got)
	}
	d.env = []string{"BASH_ENV=" + d.bashrc()}
	if r := d.command("bash", "-c", `echo "A=$A status=$?"`); r.stdout != "A=1 status=0\n" || r.stderr != "" {
		t.Errorf("a script that reads .bashrc printed %q, stderr %q", r.stdout, r.stderr)
	}
	if err := os.Remove(d.program()); err != nil {
		t.Fatal(err)
	}
	if got := interactive(); got != "A=1 status=0\n" {
		t.Errorf("without the program, an interactive shell printed %q", got)
	}
}
