package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Our line is taken out of the middle as well, and a newline that came with it
// stays where a line was written after it since.
func TestUndoInTheMiddle(t *testing.T) {
	tests := []struct{ name, old, since, want string }{
		{"final newline", "a\n", "b\n", "a\nb\n"},
		{"no final newline", "a", "b\n", "a\nb\n"},
		{"no final newline, then or now", "a", "b", "a\nb"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			eachShell(t, func(d *desk) {
				d.write(d.bashrc(), test.old, 0o644)
				d.done(d.run("--bashrc", "toy-role"))
				d.write(d.bashrc(), d.read(d.bashrc())+test.since, 0o644)
				d.done(d.run("--bashrc", "sts_role"))
				if got := d.read(d.bashrc()); !strings.Contains(got, "a\n"+ourLine("sts_role")) || !strings.HasSuffix(got, "\n"+test.since) {
					d.t.Errorf("replaced in the middle: %q", got)
				}
				d.done(d.run("--undo"))
				if got := d.read(d.bashrc()); got != test.want {
					d.t.Errorf("undo left %q, want %q", got, test.want)
				}
			})
		})
	}
}

func TestUndoWithoutInstall(t *testing.T) {
	eachShell(t, func(d *desk) {
		d.write(d.bashrc(), "alias a=b", 0o644)
		for _, missing := range []string{"karikagi", sumsFile} { // undo needs no bundle
			if err := os.Remove(filepath.Join(d.bundle, missing)); err != nil {
				d.t.Fatal(err)
			}
		}
		before := tree(d.t, d.home)
		d.done(d.run("--undo"), "karikagi: nothing to remove: no "+d.program()+", no line in "+d.bashrc()+"\n")
		if after := tree(d.t, d.home); after != before {
			d.t.Errorf("the home was\n%s and is\n%s", before, after)
		}
	})
}

// A .bashrc that its owner made read-only stays so, and the program with it.
func TestUndoReadOnly(t *testing.T) {
	eachShell(t, func(d *desk) {
		d.write(d.bashrc(), ourLine("toy-role")+"\n", 0o444)
		d.write(d.program(), fakeProgram, 0o755)
		d.unprivileged()
		before := tree(d.t, d.home)
		d.refused(d.run("--undo"), 1, d.bashrc()+": want a file that you may write")
		if after := tree(d.t, d.home); after != before {
			d.t.Errorf("the home was\n%s and is\n%s", before, after)
		}
	})
}
