package main

import (
	"bytes"
	"debug/buildinfo"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// From a hook, whose environment names another repository, a release touches that
// one nowhere, and is made of the repository that it stands in. Untagged, it says
// so in one line; tagged, nothing.
func TestReleaseFromHook(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	enterModule(t)
	other, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	before := everything(t, other)
	for name, value := range map[string]string{
		"GIT_DIR": ".git", "GIT_WORK_TREE": "", "GIT_INDEX_FILE": ".git/index", "GIT_OBJECT_DIRECTORY": ".git/objects",
		"GIT_COMMON_DIR": ".git", "GIT_PREFIX": "", "GIT_ALTERNATE_OBJECT_DIRECTORIES": ".git/objects", "GIT_CEILING_DIRECTORIES": "..",
	} {
		t.Setenv(name, filepath.Join(other, value))
	}
	t.Setenv("GIT_NAMESPACE", "other")
	t.Chdir(here)
	enterModule(t, "var release string", "var release string // of another commit")
	var stdout, stderr bytes.Buffer
	arguments := []string{"-check", "-version", "v1.2.3", "-targets", string(bundled)}
	if status := run(arguments, &stdout, &stderr); status != 0 {
		t.Fatalf("status %d, %s", status, stderr.String())
	}
	if want := "release: tag v1.2.3 is still to be made on this commit: git tag v1.2.3 " + head(t, "HEAD") + "\n"; stderr.String() != want {
		t.Errorf("stderr %q, want %q", stderr.String(), want)
	}
	checkRevision(t)
	runGit(t, "tag", "v1.2.3")
	stderr.Reset()
	if status := run(arguments, &stdout, &stderr); status != 0 || stderr.Len() > 0 {
		t.Errorf("tagged: status %d, stderr %q", status, stderr.String())
	}
	if !maps.Equal(before, everything(t, other)) {
		t.Error("the other repository was changed")
	}
}

// checkRevision wants the program in dist to be built from this very commit.
func checkRevision(t *testing.T) {
	t.Helper()
	program := contents(untar(t, []byte(files(t)[bundled.archive()])))["karikagi_linux_amd64/karikagi"]
	info, err := buildinfo.Read(strings.NewReader(program))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "vcs.revision" })
	if i < 0 || !strings.HasPrefix(info.Settings[i].Value, head(t, "HEAD")) {
		t.Errorf("built from another commit than %s: %v", head(t, "HEAD"), info.Settings)
	}
}

// everything is what a folder holds, by path.
func everything(t *testing.T, folder string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		all[path] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSurroundings(t *testing.T) {
	t.Setenv("GIT_DIR", "other")
	t.Setenv("GIT_AUTHOR_NAME", "testuser")
	got := surroundings("GOOS=plan9")
	if slices.Contains(got, "GIT_DIR=other") || !slices.Contains(got, "GIT_AUTHOR_NAME=testuser") || got[len(got)-1] != "GOOS=plan9" {
		t.Errorf("%v: want neither GIT_DIR nor less of the rest, and GOOS last", got)
	}
}
