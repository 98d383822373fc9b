package workbench

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
)

// FunctionTags are the build tags of the bootstrap, as the Makefile has them.
const FunctionTags = "lambda.norpc,nethttpomithttp2"

// Build compiles a program of ours, stripped.
func Build(ctx context.Context, to, program, tags string, environment ...string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-tags", tags, "-ldflags", "-s -w", "-o", to, program) //nolint:gosec // our own
	cmd.Env, cmd.Stderr = slices.Concat(os.Environ(), []string{"CGO_ENABLED=0"}, environment), os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("build %s: %w", program, err)
	}
	return nil
}
