package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"

	"karikagi/internal/workbench"
)

// uses is what is measured of the ways to use a session.
type uses struct {
	karikagi string
	answer   string // the binary of bench/answer
	folder   string
	plain    []string // environment of a program that calls over HTTP

	execs  []*program
	cached []*program
	served []*program
	peak   float64 // of serve, in MiB
	cold   cold
}

// The keys of the rows.
const (
	execTrue, exportTrue, endpointTrue, onlyTrue = "exec", "export and the command", "exec --endpoint", "the command alone"
	cacheHit, cacheNone, startAlone              = "process from the cache", "process without the cache", "start alone"
	serveOne, serveEight                         = "serve, 1 client", "serve, 8 clients"
	answerOne, answerEight                       = "answer, 1 client", "answer, 8 clients"
)

// openUses builds what is measured, and looks whether each use gets its session:
// true says nothing of that. The first run of the process form fills the cache.
func (w *world) openUses(ctx context.Context, binary string) (*uses, error) {
	karikagi, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	u := &uses{karikagi: karikagi, answer: filepath.Join(w.folder, "answer"), folder: w.folder, plain: w.plain}
	if err := workbench.Build(ctx, u.answer, "./bench/answer", workbench.FunctionTags); err != nil {
		return nil, err
	}
	run := func(key, name string, commands ...[]string) *program {
		return &program{key: key, name: name, commands: commands, environment: w.plain}
	}
	karikagiRun := func(args ...string) []string { return append([]string{karikagi}, args...) }
	u.execs = []*program{
		run(execTrue, "`karikagi exec ROLE -- true`", karikagiRun("exec", "--quiet", role, "--", "true")),
		run(exportTrue, "`karikagi export ROLE`, then `true`", karikagiRun("export", "--quiet", role), []string{"true"}),
		run(endpointTrue, "`karikagi exec --endpoint ROLE -- true`", karikagiRun("exec", "--endpoint", "--quiet", role, "--", "true")),
		run(onlyTrue, "`true` alone", []string{"true"}),
	}
	u.cached = []*program{
		run(cacheHit, "`karikagi export --format process ROLE`, kept session", karikagiRun("export", "--quiet", "--format", "process", role)),
		run(cacheNone, "the same with `--no-cache`", karikagiRun("export", "--quiet", "--format", "process", "--no-cache", role)),
		run(startAlone, "`karikagi --version`", karikagiRun("--version")),
	}
	return u, errors.Join(
		run(execTrue, "", karikagiRun("exec", "--quiet", role, "--", "env")).try(ctx),
		u.execs[1].try(ctx), u.cached[0].try(ctx), u.cached[1].try(ctx), u.cached[0].repeats(ctx))
}

// repeats looks whether the program prints the same session twice: without a
// cache that works, a row of it would be one of something else.
func (p *program) repeats(ctx context.Context) error {
	var outs [2][]byte
	for i := range outs {
		cmd := exec.CommandContext(ctx, p.commands[0][0], p.commands[0][1:]...) //nolint:gosec // the programs to measure
		cmd.Env = p.environment
		var err error
		if outs[i], err = cmd.Output(); err != nil {
			return fmt.Errorf("%s: %w", p.key, err)
		}
	}
	if !bytes.Equal(outs[0], outs[1]) {
		return fmt.Errorf("%s: two sessions, want the same", p.key)
	}
	return nil
}

// measure takes all figures of the uses.
func (u *uses) measure(ctx context.Context, rounds int) error {
	if err := measure(ctx, u.execs, rounds); err != nil {
		return err
	}
	if err := measure(ctx, u.cached, rounds); err != nil {
		return err
	}
	if err := u.measureCold(ctx); err != nil {
		return err
	}
	return u.measureServed(ctx, rounds)
}
