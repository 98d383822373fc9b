package main

import (
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// The names of what is no module that go.sum speaks of: the program's own
// module, and Go's standard library, by the name that vulnerability databases
// (OSV) have for it.
const (
	ours     = "karikagi"
	standard = "stdlib"
)

// library is a module that a program is made of.
type library struct {
	path, version, sum string
	folder             string // where its source is on this machine
	texts              []notice
}

// libraries are all that some programs are made of, by path.
type libraries map[string]library

// readLibraries reads what programs were built of, from the programs
// themselves, and what the modules say of their licences.
func readLibraries(ctx context.Context, source string, programs []binary) (libraries, error) {
	all := libraries{}
	for _, p := range programs {
		info, err := buildinfo.ReadFile(p.file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.published(), err)
		}
		all[ours] = library{path: ours, version: info.Main.Version, folder: source}
		all[standard] = library{path: standard, version: strings.TrimPrefix(info.GoVersion, "go")}
		for _, dep := range info.Deps {
			if dep.Replace != nil {
				return nil, fmt.Errorf("module %s: replaced by %s: a release is made of what go.sum names", dep.Path, dep.Replace.Path)
			}
			all[dep.Path] = library{path: dep.Path, version: dep.Version, sum: dep.Sum}
		}
	}
	for path, l := range all {
		if err := l.find(ctx, source); err != nil {
			return nil, err
		}
		all[path] = l
	}
	return all, nil
}

// find fills in where a library's source is, and its licence's texts.
func (l *library) find(ctx context.Context, source string) (err error) {
	switch {
	case l.folder != "":
	case l.path == standard:
		l.folder, err = goSays(ctx, source, "env", "GOROOT")
	default:
		l.folder, err = goSays(ctx, source, "list", "-m", "-f", "{{.Dir}}", l.path)
	}
	if err != nil {
		return err
	}
	if l.folder == "" {
		return fmt.Errorf("module %s: its source is not on this machine: go mod download", l.path)
	}
	l.texts, err = notices(l.folder)
	if len(l.texts) == 0 && err == nil {
		return fmt.Errorf("module %s: no licence in %s", l.path, l.folder)
	}
	return err
}

// goSays asks the go command.
func goSays(ctx context.Context, source string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own words, and module paths from go.mod.
	cmd.Dir, cmd.Env = source, append(os.Environ(), environment(hostTarget())...)
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return "", fmt.Errorf("go %s: %s", args[0], firstProblem(string(exit.Stderr), err))
	}
	return strings.TrimSpace(string(out)), err
}

// modulePaths are the modules of a program.
func modulePaths(info *buildinfo.BuildInfo) []string {
	var paths []string
	for _, dep := range info.Deps {
		paths = append(paths, dep.Path)
	}
	return slices.Sorted(slices.Values(paths))
}

// purl is the library's package URL (github.com/package-url/purl-spec).
func (l library) purl() string {
	return "pkg:golang/" + l.path + "@" + strings.ReplaceAll(l.version, "+", "%2B")
}

// licences are the library's in CycloneDX's words, none where its texts are not
// known.
func (l library) licences() []any {
	var ids []string
	for _, t := range l.texts {
		if t.licence {
			ids = append(ids, licenceIDs(t.text)...)
		}
	}
	slices.Sort(ids)
	switch ids = slices.Compact(ids); len(ids) {
	case 0:
		return nil
	case 1:
		return []any{map[string]any{"license": map[string]string{"id": ids[0]}}}
	}
	return []any{map[string]string{"expression": strings.Join(ids, " AND ")}}
}

// notice is a text that a licence wants passed on with a program.
type notice struct {
	name, text string
	licence    bool
}

// notices reads LICENSE and NOTICE in a folder.
func notices(folder string) ([]notice, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var all []notice
	for _, e := range entries {
		name := strings.TrimSuffix(strings.TrimSuffix(e.Name(), ".txt"), ".md")
		if name != "LICENSE" && name != "NOTICE" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(folder, e.Name())) //nolint:gosec // the source that was just built.
		if err != nil {
			return nil, err
		}
		all = append(all, notice{name, string(text), name == "LICENSE"})
	}
	return all, nil
}

// licenceIDs names the licences that a text has, by words that only they have:
// SPDX's identifiers, none where nothing is known.
func licenceIDs(text string) []string {
	text = strings.Join(strings.Fields(text), " ")
	has := func(words string) bool { return strings.Contains(text, words) }
	var ids []string
	if has("Apache License") && has("Version 2.0") {
		ids = append(ids, "Apache-2.0")
	}
	if has("Permission is hereby granted, free of charge, to any person obtaining a copy") && has("The above copyright notice and this permission notice shall be included") {
		ids = append(ids, "MIT")
	}
	switch {
	case !has("Redistribution and use in source and binary forms, with or without modification"):
	case has("Neither the name of"):
		ids = append(ids, "BSD-3-Clause")
	default:
		ids = append(ids, "BSD-2-Clause")
	}
	return ids
}
