package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"karikagi/internal/workbench"
)

// function is what is measured of the vending function.
type function struct {
	program, empty, assume string // binaries for this machine
	one, hundred           string // grants documents
	environment            []string
	input                  []byte // of the one call of STS
	event                  []byte

	armSize   int64 // of what is deployed, in bytes
	inits     []*program
	warm      []*program
	decisions []*program
	peak      float64 // MiB
}

// The keys of the rows.
const (
	initOne, initHundred, initEmpty = "init of 1 grant", "init of 100 grants", "init of the empty handler"
	warmVend, warmAssume, warmEmpty = "warm request", "warm request with the call of STS alone", "warm request of the empty handler"
	decideFew, decideMany           = "decision among 10", "decision among 10,000"
)

// openFunction builds what is measured, and readies what it is asked.
func (w *world) openFunction(ctx context.Context) (*function, error) {
	f := &function{
		program: filepath.Join(w.folder, "bootstrap"), empty: filepath.Join(w.folder, "empty"), assume: filepath.Join(w.folder, "assume"),
		one: filepath.Join(w.folder, "1.yaml"), hundred: filepath.Join(w.folder, "100.yaml"),
	}
	for file, program := range map[string]string{f.program: "./lambda", f.empty: "./bench/empty", f.assume: "./bench/assume"} {
		if err := workbench.Build(ctx, file, program, workbench.FunctionTags); err != nil {
			return nil, err
		}
	}
	var err error
	if f.armSize, err = armBootstrap(ctx, w.folder); err != nil {
		return nil, err
	}
	grants := testedDocument(1)
	if err := errors.Join(os.WriteFile(f.one, grants, 0o600), os.WriteFile(f.hundred, testedDocument(100), 0o600)); err != nil {
		return nil, err
	}
	id, secret, token, _, err := w.account.RoleSession(executionRole, "karikagi")
	if err != nil {
		return nil, err
	}
	f.environment = workbench.LambdaEnvironment(w.folder, w.url, id, secret, token)
	if f.input, err = assumeInput(grants); err != nil {
		return nil, err
	}
	f.event, err = credentialsEvent(ctx)
	return f, err
}

// armBootstrap builds the bootstrap as it is deployed and gives its size.
func armBootstrap(ctx context.Context, folder string) (int64, error) {
	file := filepath.Join(folder, "bootstrap-arm64")
	err := workbench.Build(ctx, file, "./lambda", workbench.FunctionTags, "GOOS=linux", "GOARCH=arm64")
	return size(file), err
}

// with is the environment with a grants document.
func (f *function) with(document string) []string {
	return append([]string{"KARIKAGI_GRANTS=" + document}, f.environment...)
}

// measure takes all figures of the function.
func (f *function) measure(ctx context.Context, rounds int) error {
	if err := f.measureInit(ctx, rounds); err != nil {
		return err
	}
	if err := f.measureWarm(ctx, rounds); err != nil {
		return err
	}
	if err := f.measurePeak(ctx); err != nil {
		return err
	}
	return f.measureDecisions(rounds)
}

// measureInit starts the programs in turn. The first of each is the warm-up:
// it brings the binary into memory.
func (f *function) measureInit(ctx context.Context, rounds int) error {
	f.inits = []*program{
		{key: initOne, name: "the function, 1 grant", commands: [][]string{{f.program}}, environment: f.with(f.one)},
		{key: initHundred, name: "the function, 100 grants", commands: [][]string{{f.program}}, environment: f.with(f.hundred)},
		{key: initEmpty, name: "empty handler", commands: [][]string{{f.empty}}, environment: f.environment},
	}
	for round := range rounds + 1 {
		for _, p := range f.inits {
			b, err := startBootstrap(ctx, p.commands[0][0], p.environment)
			if err != nil {
				return err
			}
			b.End()
			if round > 0 {
				p.costs = append(p.costs, cost{wall: b.Init})
			}
		}
	}
	return nil
}
