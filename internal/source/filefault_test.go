package source

import (
	"os"
	"path/filepath"
	"testing"
)

// What stands in a configuration file that the SDK finds nothing in.
func TestFileFault(t *testing.T) {
	folder := t.TempDir()
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"# a remark\n; another\n\n[default]\nregion = us-east-1\n", ""},
		{"[default]\r\nregion = us-east-1\r\n", ""},
		{"  [default]\nregion = us-east-1\n", ""},
		{"region = us-east-1\n[default]\n", "line 1: is in no [section]"},
		{"\n[default\nregion = us-east-1\n", "line 2: want a ] behind the section"},
		{"\xef\xbb\xbf[default]\n", "begins with a byte order mark: want UTF-8 without it"},
		{"\xff\xfe[\x00d\x00", "is UTF-16: want UTF-8"},
		{"\xfe\xff\x00[\x00d", "is UTF-16: want UTF-8"},
		{"[default]\nregion\x00\n", "is not text"},
	} {
		file := filepath.Join(folder, "config")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := fileFault(file); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	if got := fileFault(filepath.Join(folder, "none")); got != "no such file" {
		t.Errorf("no file: %q", got)
	}
	if got, want := lookedFile("none\x1b[31m\u202e/x"), "none [31m /x (no such file)"; got != want {
		t.Errorf("looked at %q, want %q", got, want)
	}
	if got := fileFault(os.DevNull); got != "" {
		t.Errorf("%s: %q", os.DevNull, got)
	}
}
