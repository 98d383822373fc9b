package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// most is how many inputs a target keeps, and large how many bytes none of them
// has: they are read by people, too.
const (
	most  = 25
	large = 4096
)

// tested is a package with fuzz targets.
type tested struct {
	path, folder string
	scratch      string // for what is built and measured
	found        string // where the fuzzer left what it found
}

// distil compiles the package's tests and goes over its fuzz targets.
func (p tested) distil(ctx context.Context, stdout io.Writer) error {
	listed, err := goSays(ctx, p.folder, "test", "-list", "^Fuzz", ".")
	if err != nil || !strings.HasPrefix(listed, "Fuzz") {
		return err
	}
	if _, err := goSays(ctx, p.folder, "test", "-c", "-cover", "-covermode=set", "-coverpkg=karikagi/internal/...,.", "-o", p.binary(), "."); err != nil {
		return err
	}
	for target := range strings.Lines(listed) {
		if target = strings.TrimSpace(target); !strings.HasPrefix(target, "Fuzz") {
			continue
		}
		kept, added, err := p.target(ctx, target)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(stdout, "%s %s: %d kept, %d added\n", p.path, target, kept, added); err != nil {
			return err
		}
	}
	return nil
}

func (p tested) binary() string { return filepath.Join(p.scratch, "test.exe") }

// target distils one target: what its seeds and kept inputs reach is reached
// already, and of the rest it takes what adds most.
func (p tested) target(ctx context.Context, target string) (kept, added int, err error) {
	folder := filepath.Join(p.folder, "testdata", "fuzz", target)
	names, err := inputs(folder)
	if err != nil {
		return 0, 0, err
	}
	reached, err := p.covered(ctx, "^"+target+"$") // all of its seeds and kept inputs
	if err != nil {
		return 0, 0, err
	}
	candidates, err := p.candidates(ctx, target, folder)
	if err != nil {
		return 0, 0, err
	}
	for _, c := range cover(reached, candidates, most-len(names)) {
		if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // a folder of the checkout.
			return 0, 0, err
		}
		if err := os.WriteFile(filepath.Join(folder, c.name), c.data, 0o644); err != nil { //nolint:gosec // a file of the checkout.
			return 0, 0, err
		}
		added++
	}
	return len(names), added, nil
}

// candidates are the inputs that the fuzzer found, with what each reaches.
// Go's tests read inputs from testdata alone, so each is there for a moment.
func (p tested) candidates(ctx context.Context, target, folder string) (all []candidate, err error) {
	found := filepath.Join(p.found, target)
	names, err := inputs(found)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(found, name)) //nolint:gosec // the go command's own cache.
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil || len(data) >= large {
			continue
		}
		blocks, err := p.measure(ctx, target, name, folder, data)
		if err != nil {
			return nil, err
		}
		all = append(all, candidate{name, data, blocks})
	}
	return all, nil
}

// measure says what one input reaches.
func (p tested) measure(ctx context.Context, target, name, folder string, data []byte) (blocks map[string]bool, err error) {
	made := !exists(folder)
	file := filepath.Join(folder, name)
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // a folder of the checkout.
		return nil, err
	}
	if err := os.WriteFile(file, data, 0o644); err != nil { //nolint:gosec // a file of the checkout.
		return nil, err
	}
	defer func() {
		err = errors.Join(err, os.Remove(file))
		if made {
			err = errors.Join(err, os.Remove(folder))
		}
	}()
	return p.covered(ctx, "^"+target+"$/^"+name+"$")
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// covered runs some of the tests and gives the blocks of code that they reach.
// An input that fails its target is a fault, found.
func (p tested) covered(ctx context.Context, tests string) (map[string]bool, error) {
	profile := filepath.Join(p.scratch, "profile")
	cmd := exec.CommandContext(ctx, p.binary(), "-test.run", tests, "-test.coverprofile", profile, "-test.timeout", "5m") //nolint:gosec // what was just built.
	cmd.Dir = p.folder
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%s -run '%s': %w\n%s", p.path, tests, err, bytes.TrimSpace(out))
	}
	text, err := os.ReadFile(profile) //nolint:gosec // what the tests just wrote.
	if err != nil {
		return nil, err
	}
	return blocks(string(text)), nil
}

// inputs are the names of a folder's files, sorted; none where there is no such
// folder.
func inputs(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// goSays asks the go command, in a folder.
func goSays(ctx context.Context, folder string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own words, and what the user named.
	cmd.Dir = folder
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", args[0], err, bytes.TrimSpace(complaints.Bytes()))
	}
	return strings.TrimSpace(string(out)), nil
}
