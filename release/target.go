package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// bundled is the target that the CloudShell bundle carries: CloudShell is
// Amazon Linux 2023 on x86_64.
const bundled = target("linux/amd64")

// target is a machine to build for, as GOOS/GOARCH.
type target string

// allTargets is what a release has, in the order in which it is built.
func allTargets() []target {
	return []target{bundled, "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64"}
}

// parseTargets reads a comma-separated list; each must be one that a release
// has, once.
func parseTargets(list string) ([]target, error) {
	var wanted []target
	for word := range strings.SplitSeq(list, ",") {
		t := target(word)
		if !slices.Contains(allTargets(), t) {
			return nil, fmt.Errorf("target %q: want %s", word, joinTargets(allTargets()))
		}
		if slices.Contains(wanted, t) {
			return nil, fmt.Errorf("target %q: given twice", word)
		}
		wanted = append(wanted, t)
	}
	return wanted, nil
}

// joinTargets is the list that parseTargets reads.
func joinTargets(targets []target) string {
	var words []string
	for _, t := range targets {
		words = append(words, string(t))
	}
	return strings.Join(words, ",")
}

// hostTarget is this machine.
func hostTarget() target { return target(runtime.GOOS + "/" + runtime.GOARCH) }

// platform takes a target apart.
func (t target) platform() (goos, goarch string) {
	goos, goarch, _ = strings.Cut(string(t), "/")
	return goos, goarch
}

// folder is the name of a target's archive without what it ends in, and of the
// folder inside.
func (t target) folder() string {
	goos, goarch := t.platform()
	return "karikagi_" + goos + "_" + goarch
}

// archive is the name under which a target is published.
func (t target) archive() string {
	if goos, _ := t.platform(); goos == "windows" {
		return t.folder() + ".zip" // which Windows opens by itself
	}
	return t.folder() + ".tar.gz"
}

// program is the command's own name on a target.
func (t target) program() string {
	if goos, _ := t.platform(); goos == "windows" {
		return "karikagi.exe" // or cmd.exe does not find it
	}
	return "karikagi"
}
