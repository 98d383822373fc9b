package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"karikagi/internal/format"
)

// github is the format in two halves: masks on stdout, and variables at the end
// of the file that the runner of GitHub Actions names.
const github = "github"

// checkGitHub refuses the format outside a step of a workflow: there nobody
// would read the file, and the masks would show what they are to hide.
func checkGitHub() error {
	name := os.Getenv("GITHUB_ENV")
	if name == "" {
		return misuse("in a workflow: run: karikagi export --format github ROLE", "variable GITHUB_ENV: not set: format github is for a step of GitHub Actions")
	}
	f, err := openGitHub(name)
	if err != nil {
		return err
	}
	return f.Close()
}

// writeGitHub writes the masks first, whole: the runner must know a secret
// before anything can show it.
func writeGitHub(stdout io.Writer, p format.Product, masks string) error {
	text, err := format.GitHubEnvironment(p)
	if err != nil {
		return err
	}
	f, err := openGitHub(os.Getenv("GITHUB_ENV"))
	if err != nil {
		return err
	}
	if err := writeProduct(stdout, masks); err != nil {
		_ = f.Close()
		return err
	}
	if err := appendLines(f, text); err != nil {
		_ = f.Close()
		return fmt.Errorf("variable GITHUB_ENV: %w", err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("variable GITHUB_ENV: %w", err)
	}
	return nil
}

// openGitHub opens the file for appending. The runner has made it, so it is
// never made here; it is a file and no link, which another program of the job
// could have put there to catch the session.
func openGitHub(name string) (*os.File, error) {
	before, err := os.Lstat(name) //nolint:gosec // the runner names it.
	if err != nil {
		return nil, fmt.Errorf("variable GITHUB_ENV: %w", err)
	}
	if !before.Mode().IsRegular() {
		return nil, fmt.Errorf("variable GITHUB_ENV: %q is not a file", clip(name))
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_APPEND, 0) //nolint:gosec // the runner names it.
	if err != nil {
		return nil, fmt.Errorf("variable GITHUB_ENV: %w", err)
	}
	if after, err := f.Stat(); err != nil || !os.SameFile(before, after) {
		_ = f.Close()
		return nil, fmt.Errorf("variable GITHUB_ENV: %q was replaced by another file", clip(name))
	}
	return f, nil
}

// appendLines writes text behind what is there, in one write, and on lines of
// its own even where the last writer ended in the middle of one.
func appendLines(f *os.File, text string) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	last := make([]byte, 1)
	if info.Size() > 0 {
		if _, err := f.ReadAt(last, info.Size()-1); err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if last[0] != '\n' {
			text = "\n" + text
		}
	}
	_, err = f.WriteString(text)
	return err
}
