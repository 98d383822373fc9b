package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A module with one fuzz target, whose seed goes one way through the code, and
// what a fuzzer may have found.
func TestDistil(t *testing.T) {
	if testing.Short() {
		t.Skip("builds for real")
	}
	folder, found := t.TempDir(), t.TempDir()
	const header = "go test fuzz v1\nstring(\""
	for file, text := range map[string]string{
		"go.mod": "module karikagi\n\ngo 1.26.0\n",
		"a.go":   "package a\n\nfunc a(s string) int {\n\tswitch s {\n\tcase \"seed\":\n\t\treturn 1\n\tcase \"kept\":\n\t\treturn 2\n\tcase \"new\":\n\t\treturn 3\n\t}\n\treturn 4\n}\n",
		"a_test.go": "package a\n\nimport \"testing\"\n\nfunc FuzzA(f *testing.F) {\n\tf.Add(\"seed\")\n\tf.Fuzz(func(t *testing.T, s string) {\n" +
			"\t\tif a(s) == 0 || s == \"fault\" {\n\t\t\tt.Error(s)\n\t\t}\n\t})\n}\n\nfunc FuzzNothingFound(f *testing.F) {\n\tf.Fuzz(func(t *testing.T, s string) {})\n}\n",
		"testdata/fuzz/FuzzA/kept": header + "kept\")\n",
	} {
		write(t, filepath.Join(folder, file), text)
	}
	for name, text := range map[string]string{"1": "seed", "2": "new", "3": "kept", "4": "another", "5": "other", "large": strings.Repeat("x", large)} {
		write(t, filepath.Join(found, "FuzzA", name), header+text+"\")\n")
	}
	p := tested{path: "karikagi", folder: folder, scratch: t.TempDir(), found: found}
	for _, want := range []string{"karikagi FuzzA: 1 kept, 2 added\nkarikagi FuzzNothingFound: 0 kept, 0 added\n", "karikagi FuzzA: 3 kept, 0 added\nkarikagi FuzzNothingFound: 0 kept, 0 added\n"} {
		var said bytes.Buffer
		if err := p.distil(t.Context(), &said); err != nil || said.String() != want {
			t.Errorf("%v, said\n%swant\n%s", err, said.String(), want)
		}
		names, err := inputs(filepath.Join(folder, "testdata", "fuzz", "FuzzA"))
		if strings.Join(names, " ") != "2 5 kept" || err != nil { // 5 is smaller than 4, which reaches the same
			t.Errorf("there are %v, %v", names, err)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "testdata", "fuzz", "FuzzNothingFound")); err == nil {
		t.Error("a folder for nothing")
	}
	write(t, filepath.Join(found, "FuzzA", "6"), header+"fault\")\n")
	if err := p.distil(t.Context(), new(bytes.Buffer)); err == nil || !strings.Contains(err.Error(), "^FuzzA$/^6$") {
		t.Errorf("an input that fails: %v", err)
	}
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
