package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// commitAlone clones the commit that is checked out into a folder of its own, with the release's
// version as its only tag, and says how to remove it.
//
// The go command writes into a binary whether files were changed, and a version
// that it takes from the tags it finds: a clone with other tags, or none, would
// give other bytes. So a release is built where there is the commit, its one
// tag, and nothing else. Hooks of the machine do not run there, and .gitattributes
// keeps line ends as they are.
func commitAlone(ctx context.Context, version string) (folder string, remove func() error, err error) {
	folder, err = os.MkdirTemp("", "karikagi-release-")
	if err != nil {
		return "", nil, err
	}
	remove = func() error { return os.RemoveAll(folder) }
	for _, args := range [][]string{
		{"-c", "core.hooksPath=" + os.DevNull, "-c", "advice.detachedHead=false",
			"clone", "--quiet", "--no-tags", "--template=", ".", folder},
		{"-C", folder, "update-ref", "refs/tags/" + version, "HEAD"},
	} {
		if _, err := git(ctx, args...); err != nil {
			_ = remove()
			return "", nil, err
		}
	}
	return folder, remove, nil
}

// git runs git here and gives what it prints, without the last newline.
func git(ctx context.Context, args ...string) (string, error) {
	var complaint strings.Builder
	cmd := exec.CommandContext(ctx, "git", args...) //nolint:gosec // our own words, and a checked version.
	cmd.Env, cmd.Stderr = surroundings(), &complaint
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("git %s: %s", args[0], firstProblem(complaint.String(), err))
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}
