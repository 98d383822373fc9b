package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// distribution is one release to make.
type distribution struct {
	pkg     string // the command's package
	out     string // the folder that receives the files
	version string // what the command reports; "" leaves it to the build information
	targets []target
	time    time.Time // of the bundle's entries; zero means the commit's
}

// make builds everything aside and moves it into place at the end: a release
// that failed halfway must not leave new files beside old sums.
func (d distribution) make(ctx context.Context, stdout io.Writer) (err error) {
	if err := os.MkdirAll(d.out, 0o755); err != nil { //nolint:gosec // published files, for everyone to read.
		return err
	}
	aside, err := os.MkdirTemp(d.out, ".building-")
	if err != nil {
		return err
	}
	defer func() {
		if e := os.RemoveAll(aside); err == nil {
			err = e
		}
	}()
	names, err := d.fill(ctx, aside)
	if err != nil {
		return err
	}
	if err := d.publish(aside, names); err != nil {
		return err
	}
	for _, name := range names {
		if _, err := fmt.Fprintln(stdout, filepath.Join(d.out, name)); err != nil {
			return fmt.Errorf("standard output: %w", err)
		}
	}
	return nil
}

// fill makes the files in a folder and returns their names, the sums last.
func (d distribution) fill(ctx context.Context, folder string) ([]string, error) {
	var names []string
	for _, t := range d.targets {
		if err := build(ctx, d.pkg, d.version, t, filepath.Join(folder, t.file())); err != nil {
			return nil, err
		}
		names = append(names, t.file())
	}
	if slices.Contains(d.targets, bundled) {
		binary, when := filepath.Join(folder, bundled.file()), d.time
		if when.IsZero() {
			when = commitTime(binary)
		}
		if err := writeBundle(filepath.Join(folder, bundleFile), binary, when); err != nil {
			return nil, err
		}
		names = append(names, bundleFile)
	}
	if err := writeSums(folder, names); err != nil {
		return nil, err
	}
	return append(names, sumsFile), nil
}

// publish moves the named files out of a folder into place. What an earlier
// release left under a name that this one does not have goes away, because
// the new sums do not speak of it. The sums move last: a reader who checks
// meanwhile is refused, never misled.
func (d distribution) publish(from string, names []string) error {
	published := []string{bundleFile, sumsFile}
	for _, t := range allTargets() {
		published = append(published, t.file())
	}
	for _, name := range published {
		if err := os.Remove(filepath.Join(d.out, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, name := range names {
		if err := os.Rename(filepath.Join(from, name), filepath.Join(d.out, name)); err != nil { //nolint:gosec // -out is the caller's own folder.
			return err
		}
	}
	return nil
}
