// Command bench measures karikagi against the programs that one would write or
// type instead of it: whole processes, in turn, in one run on one machine, so
// that the ratios hold elsewhere too. `make bench` runs it from the top of the
// repository.
//
// It knows karikagi as a binary only. Nothing leaves the machine and nothing of
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
	flag.BoolVar(&o.checkSize, "check-size", false, "only check the size of the binary; exit status 1 if it is over the limit")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
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
		return checkSize(o.karikagi, out)
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
	_, _ = fmt.Fprintf(out, "%s/%s, %d CPUs, %d rounds after a warm-up; medians, and medians of the ratios within a round\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), o.rounds)
	if err := measure(ctx, programs, o.rounds); err != nil {
		return err
	}
	report(out, programs)
	return nil
}

// checkSize compares the binary's size with the limit.
func checkSize(binary string, out io.Writer) error {
	info, err := os.Stat(binary)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(out, "%s: %d bytes, want at most %d\n", binary, info.Size(), sizeLimit)
	if info.Size() > sizeLimit {
		return errors.New("the binary is too large")
	}
	return nil
}
