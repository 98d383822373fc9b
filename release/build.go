package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// commandTags leave out of the command what it does not use: the CLI library's
// manual page writer and its guesses at misspelt commands.
const commandTags = "urfave_cli_no_docs,urfave_cli_no_suggest,nethttpomithttp2"

// binary is one program to build.
type binary struct {
	source  string // the folder of the module
	pkg     string
	tags    string
	version string // what main.release becomes; "" sets none
	target  target
	file    string
}

// published is where the program stands once the archives are unpacked.
func (b binary) published() string {
	if b.pkg == "./lambda" {
		return strings.TrimSuffix(functionFile(b.target), ".zip") + "/function/bootstrap"
	}
	return b.target.folder() + "/" + b.target.program()
}

// build compiles a program.
func (b binary) build(ctx context.Context) error {
	ldflags := "-s -w"
	if b.version != "" {
		ldflags += " -X main.release=" + b.version
	}
	file, err := filepath.Abs(b.file)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", //nolint:gosec // version, target and package are checked words.
		"-trimpath", "-buildvcs=auto", "-tags", b.tags, "-ldflags", ldflags, "-o", file, b.pkg)
	cmd.Dir = b.source
	cmd.Env = surroundings(environment(b.target)...)
	// Interrupted, the go command removes its own temporary folder; killed, not.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return fmt.Errorf("build %s: interrupted", b.target)
	}
	if err != nil {
		return fmt.Errorf("build %s: %s", b.target, firstProblem(string(out), err))
	}
	return nil
}

// environment is what decides about a build besides the source. It comes last,
// so it wins over the machine's own settings, which must not reach the bytes.
func environment(t target) []string {
	goos, goarch := t.platform()
	return []string{
		"GOOS=" + goos, "GOARCH=" + goarch, "CGO_ENABLED=0",
		"GOFLAGS=-buildvcs=auto", // an empty one would let `go env -w` speak
		"GOAMD64=v1", "GOARM64=v8.0", "GOFIPS140=off", "GOEXPERIMENT=", "GOWORK=off",
	}
}

// firstProblem is the go command's first complaint, without the line that only
// names the package.
func firstProblem(out string, err error) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for i, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if i+1 < len(lines) {
			line += " (and more: go build shows all)"
		}
		return line
	}
	return err.Error()
}
