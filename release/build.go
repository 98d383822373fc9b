package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

// tags leave out of the command what it does not use: the CLI library's manual
// page writer and its guesses at misspelt commands.
const tags = "urfave_cli_no_docs,urfave_cli_no_suggest,nethttpomithttp2"

// build compiles a package for a target into a file.
func build(ctx context.Context, pkg, version string, t target, file string) error {
	ldflags := "-s -w"
	if version != "" {
		ldflags += " -X main.release=" + version
	}
	cmd := exec.CommandContext(ctx, "go", "build", //nolint:gosec // version, target and package are checked words.
		"-trimpath", "-buildvcs=auto", "-tags", tags, "-ldflags", ldflags, "-o", file, pkg)
	cmd.Env = append(os.Environ(), environment(t)...)
	// Interrupted, the go command removes its own temporary folder; killed, not.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return fmt.Errorf("build %s: interrupted", t)
	}
	if err != nil {
		return fmt.Errorf("build %s: %s", t, firstProblem(string(out), err))
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
