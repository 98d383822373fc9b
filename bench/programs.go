package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"karikagi/internal/workbench"
)

// program is one row: commands that are run one after the other, in one
// environment.
type program struct {
	key         string // by which the targets name it
	name        string
	absent      string // why it cannot be measured; then there are no costs
	commands    [][]string
	environment []string
	size        int64 // of the binary, where that is a fair thing to compare
	costs       []cost
}

// The keys of the programs.
const (
	karikagiHTTP  = "karikagi over HTTP"
	karikagiHTTPS = "karikagi over HTTPS"
	minimalHTTP   = "minimal over HTTP"
	minimalHTTPS  = "minimal over HTTPS"
	boto3HTTP     = "boto3 over HTTP"
	awsHTTP       = "aws over HTTP"
)

// programs builds what has to be built and lists what is to be measured.
func (w *world) programs(ctx context.Context, o options) ([]*program, error) {
	karikagi, err := filepath.Abs(o.karikagi)
	if err != nil {
		return nil, err
	}
	minimal := filepath.Join(w.folder, "minimal")
	if err := workbench.Build(ctx, minimal, "./bench/minimal", ""); err != nil {
		return nil, err
	}
	export := [][]string{{karikagi, "export", "--quiet", role}}
	least := [][]string{{minimal, roleARN}}
	list := []*program{
		{key: karikagiHTTP, name: "`karikagi export`", commands: export, environment: w.plain, size: size(karikagi)},
		{key: minimalHTTP, name: "minimal Go program", commands: least, environment: w.plain, size: size(minimal)},
		w.boto3(ctx, o.python),
		w.awsCLI(o.aws),
		{key: karikagiHTTPS, name: "`karikagi export`", commands: export, environment: w.secure},
		{key: minimalHTTPS, name: "minimal Go program", commands: least, environment: w.secure},
	}
	if w.secure == nil {
		list[4].absent = "no " + filepath.Join(debianTrust, debianBundle)
		list[5].absent = list[4].absent
	}
	for _, p := range list {
		if err := p.try(ctx); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// boto3 is the Python program, if there is a Python with boto3.
func (w *world) boto3(ctx context.Context, python string) *program {
	if inside := filepath.Join(python, "bin", "python3"); size(inside) > 0 {
		python = inside
	}
	p := &program{key: boto3HTTP, name: "Python program with boto3", environment: w.plain}
	if exec.CommandContext(ctx, python, "-c", "import boto3").Run() != nil {
		p.absent = "boto3 is not installed for " + python
	}
	p.commands = [][]string{{python, filepath.Join("bench", "boto3_two_calls.py"), roleARN}}
	return p
}

// awsCLI is the two commands one types, if there is an AWS CLI. Older releases
// do not read the endpoint's variable.
func (w *world) awsCLI(aws string) *program {
	p := &program{key: awsHTTP, name: "AWS CLI, two commands", environment: w.plain}
	if _, err := exec.LookPath(aws); err != nil {
		p.absent = aws + " is not installed"
	}
	p.commands = [][]string{
		{aws, "--endpoint-url", w.url, "sts", "get-caller-identity"},
		{aws, "--endpoint-url", w.url, "sts", "assume-role", "--role-arn", roleARN, "--role-session-name", user},
	}
	return p
}

// try runs the program once and looks whether it got its session: a program
// that fails would be a fast one. This is the warm-up too.
func (p *program) try(ctx context.Context) error {
	if p.absent != "" {
		return nil
	}
	var out, complaint bytes.Buffer
	for _, command := range p.commands {
		cmd := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // the programs to measure
		cmd.Env, cmd.Stdout, cmd.Stderr = p.environment, &out, &complaint
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("%s: %w\n%s", p.key, err, complaint.Bytes())
		}
	}
	if !bytes.Contains(out.Bytes(), []byte("ASIA")) { // how the access key ID of a session begins
		return fmt.Errorf("%s printed no session", p.key)
	}
	return nil
}

// size is a file's size, 0 where there is none.
func size(name string) int64 {
	info, err := os.Stat(name)
	if err != nil || info.IsDir() {
		return 0
	}
	return info.Size()
}
