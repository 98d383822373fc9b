package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// cost is what one run of a program took.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // resident memory, in bytes

	p50, p99 time.Duration // of a request, where the run was of many
}

// launchVerb makes this program the launcher of another.
const launchVerb = "launch"

// launch runs a command and says what it cost.
//
// It does so through a fresh copy of this program: a child's peak memory, as
// Linux counts it, begins at what its parent held when it was started, and this
// process holds a sandbox and its trust store. The launcher holds less than any
// program that is measured here.
func launch(ctx context.Context, command, environment []string) (cost, error) {
	self, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	var told, complaint bytes.Buffer
	cmd := exec.CommandContext(ctx, self, append([]string{launchVerb}, command...)...) //nolint:gosec // this program itself
	cmd.Env, cmd.Stdout, cmd.Stderr = environment, &told, &complaint
	if err := cmd.Run(); err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", command[0], err, complaint.Bytes())
	}
	var c cost
	if _, err := fmt.Fscan(&told, &c.wall, &c.cpu, &c.peak); err != nil {
		return cost{}, fmt.Errorf("launcher of %s: %w", command[0], err)
	}
	return c, nil
}

// launched is the launcher's side: it runs the command, throws its output away
// and prints nanoseconds, nanoseconds and bytes.
func launched(command []string, out, complaint io.Writer) int {
	cmd := exec.Command(command[0], command[1:]...) //nolint:gosec,noctx // what this program was told to launch; it ends with its parent's context
	cmd.Stderr = complaint
	begin := time.Now()
	err := cmd.Run()
	wall := time.Since(begin)
	if err != nil {
		_, _ = fmt.Fprintln(complaint, err)
		return 1
	}
	cpu := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	_, _ = fmt.Fprintln(out, int64(wall), int64(cpu), peakMemory(cmd.ProcessState))
	return 0
}
