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
	folder             string   // where its source is on this machine
	packages           []string // the folders of those of its packages that are in a program
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
		all[ours] = library{path: ours, version: info.Main.Version}
		all[standard] = library{path: standard, version: strings.TrimPrefix(info.GoVersion, "go")}
		for _, dep := range info.Deps {
			if dep.Replace != nil {
				return nil, fmt.Errorf("module %s: replaced by %s: a release is made of what go.sum names", dep.Path, dep.Replace.Path)
			}
			all[dep.Path] = library{path: dep.Path, version: dep.Version, sum: dep.Sum}
		}
	}
	for _, p := range programs {
		if err := all.locate(ctx, p); err != nil {
			return nil, err
		}
	}
	root, err := goSays(ctx, source, hostTarget(), "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	for path, l := range all {
		if path == standard {
			l.folder = root
		}
		if err := l.readTexts(); err != nil {
			return nil, err
		}
		all[path] = l
	}
	return all, nil
}

// locate fills in where the source of a program's modules is. Which packages it
// has differs between targets.
func (l libraries) locate(ctx context.Context, p binary) error {
	out, err := goSays(ctx, p.source, p.target, "list", "-deps", "-tags", p.tags, "-f", "{{with .Module}}{{.Path}}\t{{.Dir}}\t{{$.Dir}}{{end}}", p.pkg)
	if err != nil {
		return err
	}
	for line := range strings.SplitSeq(out, "\n") {
		words := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
		if len(words) != 3 {
			continue // of the standard library
		}
		m, ok := l[words[0]]
		if !ok {
			return fmt.Errorf("module %s: not in the build information of %s", words[0], p.published())
		}
		m.folder, m.packages = words[1], append(m.packages, words[2])
		l[words[0]] = m
	}
	return nil
}

// readTexts reads the licence's texts, and those of the packages that have
// their own: code that came from elsewhere keeps its author's.
func (l *library) readTexts() error {
	if l.folder == "" {
		return fmt.Errorf("module %s: its source is not on this machine: go mod download", l.path)
	}
	for _, folder := range l.folders() {
		texts, err := notices(l.folder, folder)
		if err != nil {
			return err
		}
		if folder == l.folder && len(texts) == 0 {
			return fmt.Errorf("module %s: no licence in %s", l.path, l.folder)
		}
		l.texts = append(l.texts, texts...)
	}
	return nil
}

// folders are the library's own and each that leads to a package, once.
func (l *library) folders() []string {
	all := []string{l.folder}
	for _, folder := range l.packages {
		for ; len(folder) > len(l.folder); folder = filepath.Dir(folder) {
			all = append(all, folder)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// goSays asks the go command about a target.
func goSays(ctx context.Context, source string, t target, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...) //nolint:gosec // our own words, and module paths from go.mod.
	cmd.Dir, cmd.Env = source, surroundings(environment(t)...)
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

// notices reads LICENSE and NOTICE in a folder of a module, whose names begin at
// its root.
func notices(root, folder string) ([]notice, error) {
	below, err := filepath.Rel(root, folder)
	if err != nil {
		return nil, err
	}
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
		all = append(all, notice{filepath.ToSlash(filepath.Join(below, name)), string(text), name == "LICENSE"})
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
