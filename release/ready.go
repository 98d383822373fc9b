package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
)

// mistakes are what keeps a release from being made, each in one line.
type mistakes []string

func (m mistakes) Error() string { return strings.Join(m, "\n") }

// ready refuses what is no release: a word that is no version, a changelog that
// does not speak of it, files that no commit has, a tag that is elsewhere.
func ready(ctx context.Context, version string) error {
	text, begins := strings.CutPrefix(version, "v")
	n, ok := parseNumber(text)
	if !begins || !ok {
		return fmt.Errorf("version %q: want vX.Y.Z: make release VERSION=v1.2.3", version)
	}
	changelog, err := os.ReadFile("CHANGELOG.md")
	if err != nil {
		return err
	}
	found := checkChangelog(string(changelog), n)
	changed, err := git(ctx, "status", "--porcelain", "--untracked-files=all")
	if err != nil {
		return err
	}
	if changed != "" {
		first, _, _ := strings.Cut(changed, "\n")
		found = append(found, fmt.Sprintf("%d files are in no commit, such as %s: commit or remove them", strings.Count(changed, "\n")+1, strings.TrimSpace(first[min(len(first), 2):])))
	}
	if tagged, ok := tagged(ctx, version); ok {
		head, err := git(ctx, "rev-parse", "HEAD")
		if err != nil {
			return err
		}
		if tagged != head {
			found = append(found, fmt.Sprintf("tag %s is on another commit (%.12s): check that out, or want a higher VERSION", version, tagged))
		}
	}
	if len(found) > 0 {
		return mistakes(found)
	}
	return nil
}

// tagged is the commit that a version's tag is on, where there is one.
func tagged(ctx context.Context, version string) (commit string, ok bool) {
	commit, err := git(ctx, "rev-parse", "--verify", "--quiet", "refs/tags/"+version+"^{commit}")
	return commit, err == nil
}

// remind says what is still to be done for a release that was made: its tag, which
// until then stands in the clone alone.
func remind(ctx context.Context, version string, stderr io.Writer) error {
	if _, ok := tagged(ctx, version); ok {
		return nil
	}
	head, err := git(ctx, "rev-parse", "HEAD")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stderr, "release: tag %s is still to be made on this commit: git tag %s %.12s\n", version, version, head)
	return err
}
