package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// What is written into a profile comes out as it was, at all who take the line
// apart: a shell, as for the Go SDK, and Python's shlex, as for botocore.
func TestQuoteWord(t *testing.T) {
	words := []string{"plain", "", "a b", "it's", `"`, `\`, `a\'b`, "$HOME", "`id`", "$(id)", "~", "!x", "*", "#a", "a #b", "a ;b", "; #", " # ", "' #'", "a  ##", "%d %", "é 鍵",
		`{"Version":"2012-10-17", "Statement":[]}`, "-x", "a=b", "&", "|", "<>", "(", "'", "''", "' ' #"}
	quoted := make([]string, len(words))
	for i, word := range words {
		var err error
		if quoted[i], err = quoteWord("linux", word); err != nil {
			t.Fatal(err)
		}
	}
	line := strings.Join(quoted, " ")
	if strings.Contains(line, " #") || strings.Contains(line, " ;") {
		t.Errorf("the Go SDK would end the value within %s", line)
	}
	for name, command := range map[string][]string{
		"sh":    {"sh", "-c", `printf '%s\0' ` + line},
		"shlex": {"python3", "-c", "import shlex, sys; sys.stdout.buffer.write(b''.join(w.encode() + b'\\0' for w in shlex.split(sys.argv[1])))", line},
	} {
		if _, err := exec.LookPath(command[0]); err != nil {
			t.Logf("%s is not installed", command[0])
			continue
		}
		out, err := exec.CommandContext(t.Context(), command[0], command[1:]...).Output()
		if got := strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"); err != nil || !slices.Equal(got, words) {
			t.Errorf("%s: %q, want %q (%v)", name, got, words, err)
		}
	}
	for _, word := range []string{"a\nb", "\t", "\x00", "\xff", "\x1b[31m"} {
		if got, err := quoteWord("linux", word); err == nil {
			t.Errorf("%q was written as %s", word, got)
		}
	}
	for word, want := range map[string]string{`C:\Program Files\karikagi.exe`: `"C:\Program Files\karikagi.exe"`, "a": "a", "": `""`, "a&b": `"a&b"`, `a"b`: "", "%PATH%": "", `a b\`: "", "a #b": ""} {
		if got, _ := quoteWord("windows", word); got != want {
			t.Errorf("%q became %s, want %s", word, got, want)
		}
	}
}
