package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The bill of the real command says what `go version -m` reads in it: each
// module with its version and sum, and each with a licence that is known.
func TestBill(t *testing.T) {
	if testing.Short() {
		t.Skip("builds for real")
	}
	programs := []binary{
		{"..", "./cli", commandTags, "", "windows/amd64", filepath.Join(t.TempDir(), "command")},
		{"..", "./lambda", functionTags, "", "linux/arm64", filepath.Join(t.TempDir(), "function")},
	}
	for _, p := range programs {
		if err := p.build(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	known, err := readLibraries(t.Context(), "..", programs)
	if err != nil {
		t.Fatal(err)
	}
	text, err := bill(programs, known, "v1.2.3", time.Unix(1700000000, 0))
	if err != nil {
		t.Fatal(err)
	}
	again, err := bill(programs, known, "v1.2.3", time.Unix(1700000000, 0))
	if err != nil || !bytes.Equal(text, again) {
		t.Errorf("another bill of the same programs: %v", err)
	}
	var b sbom
	if err := json.Unmarshal(text, &b); err != nil {
		t.Fatal(err)
	}
	if b.Metadata.Component.PURL != "pkg:golang/karikagi@v1.2.3" || b.Metadata.Timestamp != "2023-11-14T22:13:20Z" {
		t.Errorf("metadata %+v", b.Metadata)
	}
	checkComponents(t, b, len(known))
	for _, p := range programs {
		checkProgram(t, b, p)
	}
	third := string(known.thirdParty())
	for path, l := range known {
		if path != ours && !strings.Contains(third, "\n"+path+" "+l.version+", LICENSE\n") {
			t.Errorf("%s: its licence is not passed on", path)
		}
	}
	for _, folder := range []string{"aws-sdk-go-v2 internal/sync/singleflight", "smithy-go internal/sync/singleflight"} {
		module, below, _ := strings.Cut("github.com/aws/"+folder, " ")
		if !strings.Contains(third, "\n"+module+" "+known[module].version+", "+below+"/LICENSE\n") {
			t.Errorf("%s: the licence of the package is not passed on", folder)
		}
	}
	for _, words := range []string{"Copyright (c) 2022 urfave/cli maintainers", "Neither the name of Google LLC"} {
		if !strings.Contains(third, words) {
			t.Errorf("third-party licences do not say %q", words)
		}
	}
}

// checkComponents wants each component once, with a licence.
func checkComponents(t *testing.T, b sbom, libraries int) {
	t.Helper()
	refs := map[string]bool{}
	for _, c := range b.Components {
		if refs[c.Ref] || len(c.Licenses) != 1 {
			t.Errorf("%s: twice, or licences %v", c.Ref, c.Licenses)
		}
		refs[c.Ref] = true
	}
	if len(b.Components) != libraries-1+2 || len(b.Dependencies) != len(b.Components)+1 {
		t.Errorf("%d components, %d dependencies: want %d libraries and two programs", len(b.Components), len(b.Dependencies), libraries-1)
	}
	for _, d := range b.Dependencies {
		for _, on := range d.On {
			if !refs[on] {
				t.Errorf("%s depends on %s, which is no component", d.Ref, on)
			}
		}
	}
}

// checkProgram compares what a bill says of a program with the program.
func checkProgram(t *testing.T, b sbom, p binary) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "version", "-m", p.file).Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, m := range regexp.MustCompile(`(?m)^\tdep\t(\S+)\t(\S+)\t(\S+)`).FindAllStringSubmatch(string(out), -1) {
		ref := "pkg:golang/" + m[1] + "@" + m[2]
		want = append(want, ref)
		if i := slices.IndexFunc(b.Components, func(c component) bool {
			return c.Ref == ref && c.PURL == ref && c.Name == m[1] && c.Version == m[2] && slices.Contains(c.Properties, property{"go:sum", m[3]})
		}); i < 0 {
			t.Errorf("no component %s with the sum %s", ref, m[3])
		}
	}
	want = append(want, "pkg:golang/stdlib@"+strings.TrimPrefix(regexp.MustCompile(`go[0-9.]+\n`).FindString(string(out)), "go"))
	for i := range want {
		want[i] = strings.TrimSpace(want[i])
	}
	slices.Sort(want)
	i := slices.IndexFunc(b.Dependencies, func(d dependency) bool { return d.Ref == p.published() })
	if i < 0 {
		t.Fatalf("nothing is said of %s", p.published())
	}
	got := slices.Sorted(slices.Values(b.Dependencies[i].On))
	if !slices.Equal(got, want) || len(want) < 5 {
		t.Errorf("%s is made of\n%s\nwant\n%s", p.published(), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	data, err := os.ReadFile(p.file)
	if err != nil {
		t.Fatal(err)
	}
	sum := hash{"SHA-256", fmt.Sprintf("%x", sha256.Sum256(data))}
	if !slices.ContainsFunc(b.Components, func(c component) bool { return c.Ref == p.published() && slices.Contains(c.Hashes, sum) }) {
		t.Errorf("%s has another sum", p.published())
	}
}

func TestLicenceIDs(t *testing.T) {
	text, err := os.ReadFile("../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	if got := licenceIDs(string(text)); !slices.Equal(got, []string{"Apache-2.0"}) {
		t.Errorf("our own: %v", got)
	}
	for text, want := range map[string][]string{
		"":                 nil,
		"All rights kept.": nil,
		"Apache License\n  Version 2.0\nPermission is hereby granted, free of\ncharge, to any person obtaining a copy … The above copyright notice and this permission notice shall be included": {"Apache-2.0", "MIT"},
		"Redistribution and use in source and binary forms, with or without\nmodification, are permitted … Neither the name of the copyright holder":                                             {"BSD-3-Clause"},
		"Redistribution and use in source and binary forms, with or without\nmodification, are permitted":                                                                                        {"BSD-2-Clause"},
	} {
		if got := licenceIDs(text); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

// A package's own licence is read, and one between it and the root, but none
// of a package that is in no program.
func TestTexts(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"LICENSE", "a/NOTICE.txt", "a/b/c/LICENSE", "a/b/c/d/LICENSE", "unused/LICENSE"} {
		writeStandIn(t, filepath.Join(root, name), name)
	}
	l := library{path: "m", folder: root, packages: []string{filepath.Join(root, "a", "b", "c"), root, filepath.Join(root, "a", "b")}}
	if err := l.readTexts(); err != nil {
		t.Fatal(err)
	}
	want := []notice{{"LICENSE", "LICENSE", true}, {"a/NOTICE", "a/NOTICE.txt", false}, {"a/b/c/LICENSE", "a/b/c/LICENSE", true}}
	if !slices.Equal(l.texts, want) {
		t.Errorf("%v, want %v", l.texts, want)
	}
	bare := library{path: "m", folder: filepath.Join(root, "a", "b"), packages: []string{filepath.Join(root, "a", "b", "c")}}
	if err := bare.readTexts(); err == nil || !strings.Contains(err.Error(), "module m: no licence in ") {
		t.Errorf("without one at the root: %v", err)
	}
}
