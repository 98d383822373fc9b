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
	out     string // the folder that receives the files
	version string // what the command reports; "" leaves it to the build information
	targets []target
	time    time.Time // of the archives' entries; zero means the commit's
	checked bool      // refuse what is no release, and build the commit alone
}

// make builds everything aside and moves it into place at the end: a release
// that failed halfway must not leave new files beside old sums.
func (d distribution) make(ctx context.Context, stdout io.Writer) (err error) {
	source := "."
	if d.checked {
		if err := ready(ctx, d.version); err != nil {
			return err
		}
		var remove func() error
		if source, remove, err = commitAlone(ctx, d.version); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, remove()) }()
	}
	if err := os.MkdirAll(d.out, 0o755); err != nil { //nolint:gosec // published files, for everyone to read.
		return err
	}
	aside, err := os.MkdirTemp(d.out, ".building-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(aside)) }()
	names, err := d.fill(ctx, source, aside)
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
func (d distribution) fill(ctx context.Context, source, folder string) ([]string, error) {
	programs, err := d.build(ctx, source, folder)
	if err != nil {
		return nil, err
	}
	when := d.time
	if when.IsZero() {
		when = commitTime(programs[0].file)
	}
	known, err := readLibraries(ctx, source, programs)
	if err != nil {
		return nil, err
	}
	texts, err := readManual(ctx, source, folder)
	if err != nil {
		return nil, err
	}
	archives, err := d.archives(source, programs, manualPages(texts, d.version, zipTime(when)), entry{thirdPartyFile, 0o644, known.thirdParty()})
	if err != nil {
		return nil, err
	}
	materials, err := bill(programs, known, d.version, zipTime(when))
	if err != nil {
		return nil, err
	}
	return write(folder, archives, entry{sbomFile, 0o644, materials}, when)
}

// write writes the archives, a file beside them and the sums, and returns their
// names.
func write(folder string, archives []archive, beside entry, when time.Time) ([]string, error) {
	files := []entry{beside}
	for _, a := range archives {
		packed, err := pack(a.name, a.entries, when)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		files = append(files, entry{a.name, 0o644, packed})
	}
	var names []string
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(folder, f.name), f.data, f.mode); err != nil {
			return nil, err
		}
		names = append(names, f.name)
	}
	if err := writeSums(folder, names); err != nil {
		return nil, err
	}
	return append(names, sumsFile), nil
}

// build compiles the command for each target, then the function.
func (d distribution) build(ctx context.Context, source, folder string) ([]binary, error) {
	var programs []binary
	for _, t := range d.targets {
		programs = append(programs, binary{source, "./cli", commandTags, d.version, t, filepath.Join(folder, t.folder())})
	}
	for _, t := range functionTargets() {
		programs = append(programs, binary{source, "./lambda", functionTags, "", t, filepath.Join(folder, functionFile(t)+".bootstrap")})
	}
	for _, p := range programs {
		if err := p.build(ctx); err != nil {
			return nil, err
		}
	}
	return programs, nil
}

// archive is one file to publish, and what it holds.
type archive struct {
	name    string
	entries []entry
}

// archives sorts what was built into archives, with the pages of the manual and
// other people's licences.
func (d distribution) archives(source string, programs []binary, pages []entry, licences entry) ([]archive, error) {
	beside, err := command(source)
	if err != nil {
		return nil, err
	}
	own, err := fileEntry("LICENSE", 0o644, source, "LICENSE")
	if err != nil {
		return nil, err
	}
	beside = slices.Concat(beside, pages, []entry{licences})
	var all []archive
	for _, p := range programs {
		data, err := os.ReadFile(p.file)
		if err != nil {
			return nil, err
		}
		if p.pkg == "./lambda" {
			entries, err := function(source, data, p.target)
			if err != nil {
				return nil, err
			}
			all = append(all, archive{functionFile(p.target), append(entries, licences)})
			continue
		}
		entries := append([]entry{{p.target.program(), 0o755, data}}, beside...)
		all = append(all, archive{p.target.archive(), under(p.target.folder(), entries)})
		if p.target == bundled {
			all = append(all, archive{bundleFile, bundle(data, own, licences)})
		}
	}
	return all, nil
}

// published is every name that a release may have; the sums are the last.
func published() []string {
	var names []string
	for _, t := range allTargets() {
		names = append(names, t.archive())
	}
	for _, t := range functionTargets() {
		names = append(names, functionFile(t))
	}
	return append(names, bundleFile, sbomFile, sumsFile)
}

// publish moves the named files out of a folder into place. What an earlier
// release left under a name that this one does not have goes away, because
// the new sums do not speak of it. The sums move last: a reader who checks
// meanwhile is refused, never misled.
func (d distribution) publish(from string, names []string) error {
	for _, name := range slices.Concat(names, published()) {
		if err := os.Remove(filepath.Join(d.out, name)); err != nil && !errors.Is(err, fs.ErrNotExist) { //nolint:gosec // -out is the caller's own folder.
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
