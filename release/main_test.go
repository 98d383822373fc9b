package main

import (
	"bytes"
	"errors"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	d, err := parse(nil, "", io.Discard)
	if err != nil || d.out != "dist" || d.version != "" || !slices.Equal(d.targets, allTargets()) || !d.time.IsZero() || d.checked {
		t.Errorf("no flags: %+v, %v", d, err)
	}
	d, err = parse([]string{"-check", "-out", "o", "-version", "v0.1.0-rc.1+x", "-targets", "windows/amd64,linux/amd64"}, "1700000000", io.Discard)
	if err != nil || !d.checked || d.out != "o" || d.version != "v0.1.0-rc.1+x" || !slices.Equal(d.targets, []target{"windows/amd64", "linux/amd64"}) || !d.time.Equal(time.Unix(1700000000, 0)) {
		t.Errorf("all flags: %+v, %v", d, err)
	}
}

func TestParseRefuses(t *testing.T) {
	tests := []struct{ args, epoch, said string }{
		{"-nonsense", "", "-nonsense"},
		{"dist", "", `argument "dist"`},
		{"-out=", "", "-out: want a folder"},
		{"-targets=", "", `target "": want linux/amd64,`},
		{"-targets=linux/amd64,", "", `target "": want`},
		{"-targets=linux/386", "", `target "linux/386": want`},
		{"-targets=linux/arm64,linux/arm64", "", `target "linux/arm64": given twice`},
		{"-version=v1\x00-extldflags=x", "", "version"},
		{"-version=-w", "", `version "-w"`},
		{"-version=v'1'", "", "version"},
		{"-version=" + strings.Repeat("1", 65), "", "version"},
		{"", "now", `SOURCE_DATE_EPOCH "now": want seconds`},
		{"", "-1", `SOURCE_DATE_EPOCH "-1": want seconds`},
		{"", "2147483648", "SOURCE_DATE_EPOCH"},
		{"", "99999999999999999999", "SOURCE_DATE_EPOCH"},
	}
	for _, test := range tests {
		if _, err := parse(strings.Fields(test.args), test.epoch, io.Discard); err == nil || !strings.Contains(err.Error(), test.said) {
			t.Errorf("parse(%q, %q): %v, want %q", test.args, test.epoch, err, test.said)
		}
	}
	// A space would begin another of the linker's flags.
	if err := checkVersion("v1 -X main.x=y"); err == nil {
		t.Error("a version with spaces passed")
	}
}

func TestHelp(t *testing.T) {
	var out, none bytes.Buffer
	if status := run([]string{"-help"}, &out, &none); status != 0 || none.Len() > 0 {
		t.Errorf("status %d, stderr %q", status, none.String())
	}
	for _, name := range []string{"-check", "-out", "-version", "-targets", string(bundled)} {
		if !strings.Contains(out.String(), name) {
			t.Errorf("help does not speak of %s:\n%s", name, out.String())
		}
	}
	if _, err := parse([]string{"-h"}, "", io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("parse(-h): %v", err)
	}
}

func TestArchiveNames(t *testing.T) {
	want := []string{"karikagi_linux_amd64.tar.gz karikagi", "karikagi_linux_arm64.tar.gz karikagi", "karikagi_darwin_amd64.tar.gz karikagi",
		"karikagi_darwin_arm64.tar.gz karikagi", "karikagi_windows_amd64.zip karikagi.exe"}
	for i, goal := range allTargets() {
		if got := goal.archive() + " " + goal.program(); got != want[i] {
			t.Errorf("%s: %q, want %q", goal, got, want[i])
		}
	}
}

// The linker says nothing when the variable that it is to set is not there, so
// the command must have it.
func TestCommandHasRelease(t *testing.T) {
	files, err := filepath.Glob("../cli/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source of the command: %v", err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(file.Decls, isReleaseVariable) {
			return
		}
	}
	t.Error("cli: no `var release string` for -X main.release")
}

func isReleaseVariable(d ast.Decl) bool {
	g, ok := d.(*ast.GenDecl)
	if !ok || g.Tok != token.VAR {
		return false
	}
	return slices.ContainsFunc(g.Specs, func(s ast.Spec) bool {
		v, ok := s.(*ast.ValueSpec)
		if !ok || len(v.Names) != 1 || v.Names[0].Name != "release" {
			return false
		}
		kind, ok := v.Type.(*ast.Ident)
		return ok && kind.Name == "string"
	})
}

// Whatever is on the command line, what reaches the go command is made of
// checked words.
func FuzzParse(f *testing.F) {
	f.Add("v1.0.0", "linux/amd64,darwin/arm64", "1700000000")
	f.Add("v1 -X a=b", "linux/amd64,linux/amd64", "-1")
	f.Fuzz(func(t *testing.T, version, targets, epoch string) {
		d, err := parse([]string{"-version=" + version, "-targets=" + targets}, epoch, io.Discard)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error of several lines: %q", err)
			}
			return
		}
		if strings.ContainsAny(d.version, " \t\n'\"=\\\x00") {
			t.Errorf("version %q", d.version)
		}
		for _, goal := range d.targets {
			if !slices.Contains(allTargets(), goal) {
				t.Errorf("target %q", goal)
			}
		}
	})
}
