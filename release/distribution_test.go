package main

import (
	"bytes"
	"debug/buildinfo"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// standIn is the least command that a release can be made of.
const standIn = "package main\n\nimport \"os\"\n\nvar release string\n\nfunc main() { os.Stdout.WriteString(\"release \" + release) }\n"

// enterModule makes a module with one commit and enters it; dist is ignored
// there, as it is here.
func enterModule(t *testing.T, source string) (commit time.Time) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds for real")
	}
	t.Chdir(t.TempDir())
	for name, content := range map[string]string{"go.mod": "module standin\n\ngo 1.26.0\n", "main.go": source, ".gitignore": "/dist*/\n"} {
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	commit = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	t.Setenv("GIT_COMMITTER_DATE", commit.Format(time.RFC3339))
	for _, args := range [][]string{
		{"init", "--quiet"}, {"add", "."},
		{"-c", "user.name=testuser", "-c", "user.email=testuser@example.com", "commit", "--quiet", "--message", "module: begin"},
	} {
		if out, err := exec.CommandContext(t.Context(), "git", args...).CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, out)
		}
	}
	return commit
}

// files is what a folder holds, by name.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	all, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]string{}
	for _, e := range all {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		contents[e.Name()] = string(data)
	}
	return contents
}

// A whole release of one target, made twice on machines with different habits.
func TestDistribution(t *testing.T) {
	commit := enterModule(t, standIn)
	d := distribution{pkg: ".", out: "dist", version: "v1.2.3", targets: []target{bundled}}
	for name, content := range map[string]string{"karikagi_windows_amd64.exe": "of an earlier release", "notes": "mine"} {
		if err := os.MkdirAll("dist", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("dist", name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var said bytes.Buffer
	if err := d.make(t.Context(), &said); err != nil {
		t.Fatal(err)
	}
	if want := "dist/karikagi_linux_amd64\ndist/karikagi_cloudshell.zip\ndist/SHA256SUMS\n"; filepath.ToSlash(said.String()) != want {
		t.Errorf("stdout %q, want %q", said.String(), want)
	}
	got := files(t, "dist")
	if _, ok := got["karikagi_windows_amd64.exe"]; ok || got["notes"] != "mine" || len(got) != 4 {
		t.Errorf("dist holds %d files: want this release's three and the stranger's", len(got))
	}
	checkContents(t, got, commit)
	checkBinary(t, filepath.Join("dist", bundled.file()))

	for name, value := range map[string]string{
		"GOFLAGS": "-buildvcs=false -ldflags=-X=main.release=wrong", "GOOS": "plan9", "GOARCH": "386", "CGO_ENABLED": "1",
		"GOAMD64": "v3", "GOEXPERIMENT": "nonsense", "GOWORK": "/nowhere/go.work", "TZ": "Asia/Tokyo",
	} {
		t.Setenv(name, value)
	}
	d.out = "dist2"
	if err := d.make(t.Context(), &said); err != nil {
		t.Fatal(err)
	}
	for name, again := range files(t, "dist2") {
		if again != got[name] {
			t.Errorf("%s differs between two releases of one commit", name)
		}
	}
}

// checkContents wants the sums to fit the files, and the bundle to hold the
// published binary with the commit's time.
func checkContents(t *testing.T, got map[string]string, commit time.Time) {
	t.Helper()
	binary := got[bundled.file()]
	sums := sumLine(bundleFile, []byte(got[bundleFile])) + sumLine(bundled.file(), []byte(binary)) // sorted by name
	if got[sumsFile] != sums {
		t.Errorf("SHA256SUMS %q, want %q", got[sumsFile], sums)
	}
	want := []unpacked{
		{sumsFile, 0o644, commit, sumLine("karikagi", []byte(binary))},
		{"install.sh", 0o755, commit, string(installer)},
		{"karikagi", 0o755, commit, binary},
	}
	for i, e := range unpack(t, []byte(got[bundleFile])) {
		if e != want[i] {
			t.Errorf("bundle entry %d is %s %v %v, want %s %v %v", i, e.name, e.mode, e.time, want[i].name, want[i].mode, want[i].time)
		}
	}
}

// checkBinary wants a binary built as promised, that knows its release.
func checkBinary(t *testing.T, file string) {
	t.Helper()
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	for key, want := range map[string]string{"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "0", "-trimpath": "true", "-tags": tags, "vcs.modified": "false", "GOAMD64": "v1"} {
		if settings[key] != want {
			t.Errorf("built with %s=%q, want %q", key, settings[key], want)
		}
	}
	if runtime.GOOS+"/"+runtime.GOARCH != string(bundled) {
		return // not a machine that can run it
	}
	absolute, err := filepath.Abs(file)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), absolute).Output()
	if err != nil || string(out) != "release v1.2.3" {
		t.Errorf("the binary says %q, %v", out, err)
	}
}

// SOURCE_DATE_EPOCH wins over the commit; without either the time is zip's first.
func TestBundleTime(t *testing.T) {
	if got := commitTime("distribution_test.go"); !got.IsZero() {
		t.Errorf("commitTime of what is no binary: %v", got)
	}
	enterModule(t, standIn)
	given := time.Unix(1700000000, 0)
	d := distribution{pkg: ".", out: "dist", targets: []target{bundled}, time: given}
	if err := d.make(t.Context(), new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	for _, e := range unpack(t, []byte(files(t, "dist")[bundleFile])) {
		if !e.time.Equal(given) {
			t.Errorf("%s: time %v, want %v", e.name, e.time, given)
		}
	}
}

// A release that fails leaves the one before as it was, and one line.
func TestDistributionFails(t *testing.T) {
	enterModule(t, standIn+"\nvar a int = \"a\"\nvar b int = \"b\"\n")
	if err := os.Mkdir("dist", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{bundled.file(), sumsFile} {
		if err := os.WriteFile(filepath.Join("dist", name), []byte("before"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var said bytes.Buffer
	err := distribution{pkg: ".", out: "dist", targets: []target{bundled}}.make(t.Context(), &said)
	if err == nil || !strings.HasPrefix(err.Error(), "build linux/amd64: ") || !strings.Contains(err.Error(), "main.go:9:") ||
		!strings.HasSuffix(err.Error(), "(and more: go build shows all)") || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v", err)
	}
	if got := files(t, "dist"); len(got) != 2 || got[bundled.file()] != "before" || got[sumsFile] != "before" || said.Len() > 0 {
		t.Errorf("dist holds %d files, stdout %q", len(got), said.String())
	}
	var stdout, stderr bytes.Buffer
	if status := run([]string{"-out", "dist", "-targets", "linux/arm64"}, &stdout, &stderr); status != 1 || stdout.Len() > 0 ||
		!strings.HasPrefix(stderr.String(), "release: build linux/arm64: ") || strings.Count(stderr.String(), "\n") != 1 {
		t.Errorf("in a module without the command: status %d, stdout %q, stderr %q", status, stdout.String(), stderr.String())
	}
}

// Without CloudShell's target there is no bundle, and a file in the folder's
// place is refused.
func TestDistributionFolder(t *testing.T) {
	enterModule(t, standIn)
	if err := os.WriteFile("file", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := (distribution{pkg: ".", out: "file", targets: allTargets()}).make(t.Context(), new(bytes.Buffer)); err == nil {
		t.Error("a file in the folder's place was accepted")
	}
	d := distribution{pkg: ".", out: "dist/new", targets: []target{"linux/arm64"}}
	names := []string{"karikagi_linux_arm64", sumsFile}
	aside := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(aside, name), []byte("new"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(d.out, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{bundleFile, "karikagi_darwin_arm64"} {
		if err := os.WriteFile(filepath.Join(d.out, name), []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.publish(aside, names); err != nil {
		t.Fatal(err)
	}
	var left []string
	for name, content := range files(t, d.out) {
		left = append(left, name+" "+content)
	}
	slices.Sort(left)
	if want := []string{"SHA256SUMS new", "karikagi_linux_arm64 new"}; !slices.Equal(left, want) {
		t.Errorf("published %v, want %v", left, want)
	}
}
