package main

import (
	"context"
	"fmt"
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
	if tagged, err := git(ctx, "rev-parse", "--verify", "--quiet", "refs/tags/"+version+"^{commit}"); err == nil {
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
