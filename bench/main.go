// Command bench measures karikagi against the programs that one would write or
// type instead of it: whole processes, in turn, in one run on one machine, so
// that the ratios hold elsewhere too. `make bench` runs it from the top of the
// repository.
//
// The uses of a session are measured beside what each of them adds its own to:
// a command alone, an HTTP server alone, a start of karikagi alone.
//
// The function is measured in the hands of a Runtime API, which is in this
// process, beside a function that does nothing.
//
// It knows karikagi as binaries, but for decisions, which are too fast to be
// seen from outside. Nothing leaves the machine and nothing of
// it is changed: STS is the sandbox, in this process, and the trust store is a
// copy in a temporary folder.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
)

// options are the flags.
type options struct {
	karikagi  string
	python    string
	aws       string
	rounds    int
	checkSize bool
}

func main() {
	if len(os.Args) > 2 && os.Args[1] == launchVerb {
		os.Exit(launched(os.Args[2:], os.Stdout, os.Stderr))
	}
	var o options
	flag.StringVar(&o.karikagi, "karikagi", "bin/karikagi", "the `binary` to measure")
	flag.StringVar(&o.python, "python", "python3", "an interpreter that has boto3, or the `path` of a virtual environment")
	flag.StringVar(&o.aws, "aws", "aws", "the AWS CLI, as a `path` or a name on PATH")
	flag.IntVar(&o.rounds, "n", 30, "`rounds`: how often each program is measured")
	flag.BoolVar(&o.checkSize, "check-size", false, "only check the sizes of the binary and of the function; exit status 1 if one is over its limit")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// run is the whole program after the flags.
func run(ctx context.Context, o options, out io.Writer) error {
	if o.checkSize {
		return checkSizes(ctx, o.karikagi, out)
	}
	if o.rounds < 1 {
		return fmt.Errorf("-n %d: want 1 or more", o.rounds)
	}
	folder, err := os.MkdirTemp("", "karikagi-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	w, err := openWorld(ctx, folder)
	if err != nil {
		return err
	}
	defer w.close()
	programs, err := w.programs(ctx, o)
	if err != nil {
		return err
	}
	f, err := w.openFunction(ctx)
	if err != nil {
		return err
	}
	u, err := w.openUses(ctx, o.karikagi)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%s/%s, %d CPUs, %d rounds after a warm-up; medians, and medians of the ratios within a round\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), o.rounds)
	if err := measure(ctx, programs, o.rounds); err != nil {
		return err
	}
	report(out, programs)
	if err := u.measure(ctx, o.rounds); err != nil {
		return err
	}
	u.report(out)
	if err := f.measure(ctx, o.rounds); err != nil {
		return err
	}
	f.report(out)
	return nil
}

// checkSizes compares the sizes of the binary and of the function's bootstrap
// with their limits.
func checkSizes(ctx context.Context, binary string, out io.Writer) error {
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "karikagi-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	bootstrap, err := armBootstrap(ctx, folder)
	if err != nil {
		return err
	}
	return errors.Join(
		checkSize(binary, info.Size(), sizeLimit, out),
		checkSize("the function's bootstrap, linux/arm64", bootstrap, bootstrapLimit, out))
}

func checkSize(what string, size, limit int64, out io.Writer) error {
	_, _ = fmt.Fprintf(out, "%s: %d bytes, want at most %d\n", what, size, limit)
	if size > limit {
		return fmt.Errorf("%s: too large", what)
	}
	return nil
}
