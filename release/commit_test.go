package main

import (
	"bytes"
	"debug/buildinfo"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// cloneAndRelease clones a module, enters the clone, and gives its release.
func cloneAndRelease(t *testing.T, from, to string, options ...string) map[string]string {
	t.Helper()
	args := append([]string{"clone", "--quiet"}, options...)
	runGit(t, slices.Concat([]string{"-c", "core.hooksPath=" + os.DevNull}, args, []string{"file://" + from, to})...)
	t.Chdir(to)
	d := distribution{out: "dist", version: "v1.2.3", targets: []target{bundled, "windows/amd64"}, checked: true}
	if err := d.make(t.Context(), new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	return files(t)
}

// Two clones of one commit give the same bytes: at different paths, one with the tag
// and one shallow and without tags, on machines with different habits.
func TestReleaseIsReproducible(t *testing.T) {
	enterModule(t)
	module, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	writeStandIn(t, "later", "a second commit, so that a clone can be shallow")
	commitAll(t)
	runGit(t, "tag", "v1.2.3")
	runGit(t, "tag", "v1.9.0") // somebody's: the go command takes the highest of a commit
	first := cloneAndRelease(t, module, filepath.Join(t.TempDir(), "clone"))

	for name, value := range map[string]string{
		"GOFLAGS": "-buildvcs=false -ldflags=-X=main.release=wrong", "GOOS": "plan9", "GOARCH": "386", "CGO_ENABLED": "1",
		"GOAMD64": "v3", "GOARM64": "v9.0", "GOEXPERIMENT": "nonsense", "GOWORK": "/nowhere/go.work", "TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8",
	} {
		t.Setenv(name, value)
	}
	settings, hooks := filepath.Join(t.TempDir(), "gitconfig"), t.TempDir()
	for file, text := range map[string]string{
		settings:                              "[core]\n\tautocrlf = true\n\thooksPath = " + hooks + "\n[tag]\n\tgpgSign = true\n",
		filepath.Join(hooks, "post-checkout"): "#!/bin/sh\necho '- More.' >>CHANGELOG.md\n",
	} {
		if err := os.WriteFile(file, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GIT_CONFIG_GLOBAL", settings)
	old := umask(0o077)
	defer umask(old)
	second := cloneAndRelease(t, module, filepath.Join(t.TempDir(), "a longer path", "with spaces"), "--depth=1", "--no-tags")

	if len(first) != len(second) || len(first) != 7 {
		t.Errorf("%d files and %d: want 7", len(first), len(second))
	}
	for name, content := range first {
		if second[name] != content {
			t.Errorf("%s differs between two clones of one commit", name)
		}
	}
	for name, content := range contents(untar(t, []byte(first[bundled.archive()]))) {
		if strings.HasSuffix(name, "/karikagi") {
			checkBinary(t, content)
			checkMainVersion(t, content)
		}
	}
}

// checkMainVersion wants the version that scanners read in a binary to be the
// release's, whatever tags its builder had.
func checkMainVersion(t *testing.T, program string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "karikagi")
	if err := os.WriteFile(file, []byte(program), 0o600); err != nil {
		t.Fatal(err)
	}
	info, err := buildinfo.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Main.Version != "v1.2.3" {
		t.Errorf("the build information names version %q, want v1.2.3", info.Main.Version)
	}
}

// What is not ready is refused before anything is built, each mistake in a line.
func TestReleaseRefused(t *testing.T) {
	enterModule(t, "[1.2.3]", "[1.2.2]")
	runGit(t, "tag", "v1.2.2")
	writeStandIn(t, "later", "")
	commitAll(t)
	writeStandIn(t, "cli/more.go", "package main\n")
	writeStandIn(t, "README.md", "another\n")
	for version, want := range map[string]string{
		"":            `release: version "": want vX.Y.Z: make release VERSION=v1.2.3`,
		"1.2.3":       `release: version "1.2.3": want vX.Y.Z: make release VERSION=v1.2.3`,
		"v1.2.3-rc.1": `release: version "v1.2.3-rc.1": want vX.Y.Z: make release VERSION=v1.2.3`,
		"v1.2.3": `release: CHANGELOG.md: no section for 1.2.3: write "## [1.2.3] - YYYY-MM-DD" below Unreleased
release: 2 files are in no commit, such as README.md: commit or remove them`,
		"v1.2.2": `release: 2 files are in no commit, such as README.md: commit or remove them
release: tag v1.2.2 is on another commit (` + head(t, "HEAD~1") + `): check that out, or want a higher VERSION`,
	} {
		var stdout, stderr bytes.Buffer
		if status := run([]string{"-check", "-version", version}, &stdout, &stderr); status != 1 || stdout.Len() > 0 || stderr.String() != want+"\n" {
			t.Errorf("%s: status %d, stdout %q, stderr\n%swant\n%s", version, status, stdout.String(), stderr.String(), want)
		}
		if _, err := os.Stat("dist"); err == nil {
			t.Fatalf("%s: dist was made", version)
		}
	}
}

// No setting of a machine changes a byte of this module on its way out of git.
func TestLineEndsStay(t *testing.T) {
	attributes, err := os.ReadFile("../.gitattributes") // of a source archive, too, which is no repository
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	runGit(t, "init", "--quiet")
	writeStandIn(t, ".gitattributes", string(attributes))
	for _, file := range []string{"README.md", "release/main.go", "cli/topics/mfa.txt", "internal/iam/testdata/fuzz/FuzzMatch/x"} {
		out, err := git(t.Context(), "check-attr", "text", file)
		if err != nil || out != file+": text: unset" {
			t.Errorf("%v: %s", err, out)
		}
	}
}

// head is the beginning of a commit's name.
func head(t *testing.T, commit string) string {
	t.Helper()
	name, err := git(t.Context(), "rev-parse", commit)
	if err != nil {
		t.Fatal(err)
	}
	return name[:12]
}
