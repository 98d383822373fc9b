package main

import (
	"bytes"
	"debug/buildinfo"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// enterModule makes a module with one commit, changed by edits from what stands
// in testdata (old, new), and enters it; dist is ignored there, as it is here.
func enterModule(t *testing.T, edits ...string) (commit time.Time) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds for real")
	}
	parts, err := txtar.ParseFile("testdata/standin.txtar")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for _, f := range parts.Files {
		writeStandIn(t, f.Name, strings.NewReplacer(edits...).Replace(string(f.Data)))
	}
	commit = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	t.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
	t.Setenv("GIT_CONFIG_SYSTEM", os.DevNull)
	t.Setenv("GIT_COMMITTER_DATE", commit.Format(time.RFC3339))
	runGit(t, "init", "--quiet")
	commitAll(t)
	return commit
}

// writeStandIn writes a file of the module.
func writeStandIn(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// commitAll makes a commit of everything in the module.
func commitAll(t *testing.T) {
	t.Helper()
	runGit(t, "add", ".")
	runGit(t, "-c", "user.name=testuser", "-c", "user.email=testuser@example.com", "commit", "--quiet", "--message", "module: begin")
}

func runGit(t *testing.T, args ...string) {
	t.Helper()
	wantProgram(t, "git")
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Env = surroundings()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", args[0], err, out)
	}
}

// files is what dist holds, by name.
func files(t *testing.T) map[string]string {
	t.Helper()
	all, err := os.ReadDir("dist")
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]string{}
	for _, e := range all {
		data, err := os.ReadFile(filepath.Join("dist", e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		contents[e.Name()] = string(data)
	}
	return contents
}

// A whole distribution of one target.
func TestDistribution(t *testing.T) {
	commit := enterModule(t)
	for name, content := range map[string]string{"karikagi_windows_amd64.zip": "of an earlier release", "notes": "mine"} {
		writeStandIn(t, "dist/"+name, content)
	}
	d := distribution{out: "dist", version: "v1.2.3", targets: []target{bundled}}
	var said bytes.Buffer
	if err := d.make(t.Context(), &said); err != nil {
		t.Fatal(err)
	}
	made := []string{"karikagi.cdx.json", "karikagi_linux_amd64.tar.gz", "karikagi_cloudshell.zip", "karikagi_function_arm64.zip", "karikagi_function_amd64.zip", "SHA256SUMS"}
	if want := "dist/" + strings.Join(made, "\ndist/") + "\n"; filepath.ToSlash(said.String()) != want {
		t.Errorf("stdout %q, want %q", said.String(), want)
	}
	got := files(t)
	if _, ok := got["karikagi_windows_amd64.zip"]; ok || got["notes"] != "mine" || len(got) != len(made)+1 {
		t.Errorf("dist holds %d files: want this release's and the stranger's", len(got))
	}
	var sums strings.Builder
	for _, name := range slices.Sorted(slices.Values(made[:5])) {
		sums.WriteString(sumLine(name, []byte(got[name])))
	}
	if got[sumsFile] != sums.String() {
		t.Errorf("SHA256SUMS %q, want %q", got[sumsFile], sums.String())
	}
	checkArchive(t, got, commit)
	checkFunction(t, got, commit)
}

// checkArchive wants the command's archive to hold what a user needs, and the
// bundle to hold the same program, with the commit's time.
func checkArchive(t *testing.T, got map[string]string, commit time.Time) {
	t.Helper()
	entries := untar(t, []byte(got[bundled.archive()]))
	program := contents(entries)["karikagi_linux_amd64/karikagi"]
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimPrefix(e.name, "karikagi_linux_amd64/"))
		if mode := map[bool]fs.FileMode{true: 0o755, false: 0o644}[e.content == program]; e.mode != mode || !e.time.Equal(commit) {
			t.Errorf("%s: %v %v, want %v %v", e.name, e.mode, e.time, mode, commit)
		}
	}
	if want := []string{"CHANGELOG.md", "LICENSE", "README.md", "THIRD_PARTY_LICENSES", "completions/_karikagi", "completions/karikagi.bash", "completions/karikagi.fish",
		"completions/karikagi.ps1", "karikagi", "man/man1/karikagi-export.1", "man/man1/karikagi.1", "man/man7/karikagi-mfa.7"}; !slices.Equal(names, want) {
		t.Errorf("the archive holds %v, want %v", names, want)
	}
	if text := contents(entries)["karikagi_linux_amd64/completions/_karikagi"]; text != "for zsh\n" {
		t.Errorf("the completion for zsh is %q", text)
	}
	title := ".TH KARIKAGI\\-MFA 7 2026-03-04 \"karikagi v1.2.3\"\n.SH NAME\nkarikagi\\-mfa \\- about mfa\n"
	if page := contents(entries)["karikagi_linux_amd64/man/man7/karikagi-mfa.7"]; !strings.HasPrefix(page, title) {
		t.Errorf("a manual page begins %.100q, want %q", page, title)
	}
	checkBinary(t, program)
	beside := contents(entries)
	want := []unpacked{
		{"LICENSE", 0o644, commit, "the licence\n"},
		{sumsFile, 0o644, commit, sumLine("karikagi", []byte(program))},
		{thirdPartyFile, 0o644, commit, beside["karikagi_linux_amd64/"+thirdPartyFile]},
		{"install.sh", 0o755, commit, string(installer)},
		{"karikagi", 0o755, commit, program},
	}
	if bundled := unpack(t, []byte(got[bundleFile])); !slices.Equal(bundled, want) {
		t.Errorf("the bundle holds %d entries, or others than wanted", len(bundled))
	}
	if !strings.Contains(beside["karikagi_linux_amd64/"+thirdPartyFile], "The Go Authors") {
		t.Error("the licence of Go's standard library is not passed on")
	}
}

// checkFunction wants each function's archive to be whole: a template without a
// build, beside the code.
func checkFunction(t *testing.T, got map[string]string, commit time.Time) {
	t.Helper()
	for name, machine := range map[string]string{"karikagi_function_arm64.zip": "arm64", "karikagi_function_amd64.zip": "x86_64"} {
		entries := unpack(t, []byte(got[name]))
		held := contents(entries)
		template := "# Write function/grants.yaml.\nResources:\n  KarikagiFunction:\n    Properties:\n      CodeUri: function\n      Architectures: [" + machine + "]\n"
		for file, want := range map[string]string{"LICENSE": "the licence\n", "downstream-role.yaml": "the downstream role\n",
			"function/grants.yaml": "the grants\n", "grants.schema.json": "the schema\n", "template.yaml": template} {
			if held[file] != want {
				t.Errorf("%s: %s is %q, want %q", name, file, held[file], want)
			}
		}
		if i := slices.IndexFunc(entries, func(e unpacked) bool { return e.name == "function/bootstrap" }); len(entries) != 7 || i < 0 || entries[i].mode != 0o755 || !entries[i].time.Equal(commit) {
			t.Errorf("%s: %d entries, or no bootstrap that can be started", name, len(entries))
		}
	}
}

// contents are an archive's files by name.
func contents(entries []unpacked) map[string]string {
	all := map[string]string{}
	for _, e := range entries {
		all[e.name] = e.content
	}
	return all
}

// checkBinary wants a binary built as promised, that knows its release.
func checkBinary(t *testing.T, program string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "karikagi")
	if err := os.WriteFile(file, []byte(program), 0o700); err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	for key, want := range map[string]string{"GOOS": "linux", "GOARCH": "amd64", "CGO_ENABLED": "0", "-trimpath": "true", "-tags": commandTags, "vcs.modified": "false", "GOAMD64": "v1"} {
		if settings[key] != want {
			t.Errorf("built with %s=%q, want %q", key, settings[key], want)
		}
	}
	if runtime.GOOS+"/"+runtime.GOARCH != string(bundled) {
		return // not a machine that can run it
	}
	out, err := exec.CommandContext(t.Context(), file).Output()
	if err != nil || string(out) != "release v1.2.3" {
		t.Errorf("the binary says %q, %v", out, err)
	}
}

// SOURCE_DATE_EPOCH wins over the commit; without either the time is zip's first.
func TestBundleTime(t *testing.T) {
	if got := commitTime("distribution_test.go"); !got.IsZero() {
		t.Errorf("commitTime of what is no binary: %v", got)
	}
	enterModule(t)
	given := time.Unix(1700000000, 0)
	d := distribution{out: "dist", targets: []target{bundled}, time: given}
	if err := d.make(t.Context(), new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	for _, e := range unpack(t, []byte(files(t)[bundleFile])) {
		if !e.time.Equal(given) {
			t.Errorf("%s: time %v, want %v", e.name, e.time, given)
		}
	}
}

// A release that fails leaves the one before as it was, and one line.
func TestDistributionFails(t *testing.T) {
	enterModule(t, "var release string", "var release int = \"a\"\nvar b int = \"b\"")
	for _, name := range []string{bundled.archive(), sumsFile} {
		writeStandIn(t, "dist/"+name, "before")
	}
	var stdout, stderr bytes.Buffer
	status := run([]string{"-out", "dist", "-targets", "linux/amd64"}, &stdout, &stderr)
	if said := stderr.String(); status != 1 || !strings.HasPrefix(said, "release: build linux/amd64: ") || !strings.Contains(said, "main.go:7:") ||
		!strings.HasSuffix(said, "(and more: go build shows all)\n") || strings.Count(said, "\n") != 1 {
		t.Errorf("status %d, stderr %q", status, said)
	}
	if got := files(t); len(got) != 2 || got[bundled.archive()] != "before" || got[sumsFile] != "before" || stdout.Len() > 0 {
		t.Errorf("dist holds %d files, stdout %q", len(got), stdout.String())
	}
}

// Without CloudShell's target there is no bundle, and a file in the folder's
// place is refused.
func TestDistributionFolder(t *testing.T) {
	enterModule(t)
	writeStandIn(t, "file", "")
	if err := (distribution{out: "file", targets: allTargets()}).make(t.Context(), new(bytes.Buffer)); err == nil {
		t.Error("a file in the folder's place was accepted")
	}
	d := distribution{out: "dist", targets: []target{"linux/arm64"}}
	for _, name := range []string{bundleFile, "karikagi_darwin_arm64.tar.gz"} {
		writeStandIn(t, "dist/"+name, "old")
	}
	if err := d.make(t.Context(), new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	left := slices.Sorted(maps.Keys(files(t)))
	if want := []string{"SHA256SUMS", "karikagi.cdx.json", "karikagi_function_amd64.zip", "karikagi_function_arm64.zip", "karikagi_linux_arm64.tar.gz"}; !slices.Equal(left, want) {
		t.Errorf("published %v, want %v", left, want)
	}
}

// A template that the release does not know how to change is refused.
func TestTemplateRefused(t *testing.T) {
	text, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := builtTemplate(string(text), "linux/amd64"); err != nil {
		t.Error(err)
	}
	if _, err := builtTemplate(strings.ReplaceAll(string(text), "CodeUri: .", "CodeUri: ./"), "linux/amd64"); err == nil || !strings.Contains(err.Error(), `"CodeUri: ." once`) {
		t.Errorf("another CodeUri: %v", err)
	}
}
