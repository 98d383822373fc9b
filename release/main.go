// Command release builds what is published: an archive of the command for each
// target, the CloudShell bundle, the function, and the SHA-256 sums of all of
// them. With -check it first refuses what is no release; then the same commit and
// the same Go give the same bytes. It knows how the programs are built and
// packed, and nothing of what they do.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program: the files' paths on stdout, or a line for each
// mistake on stderr and status 1. A release without a tag is told of it there.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	d, err := parse(args, os.Getenv("SOURCE_DATE_EPOCH"), stdout)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err == nil {
		err = d.make(ctx, stdout)
	}
	if err == nil && d.checked {
		err = remind(ctx, d.version, stderr)
	}
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			_, _ = fmt.Fprintf(stderr, "release: %s\n", line)
		}
		return 1
	}
	return 0
}

// parse reads the command line and SOURCE_DATE_EPOCH. Asked for help, it prints
// the flags and returns flag.ErrHelp.
func parse(args []string, epoch string, stdout io.Writer) (distribution, error) {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are one line, and run prints it
	out := flags.String("out", "dist", "write to this `folder`")
	version := flags.String("version", "", "`version` that the command reports (default: none; the command then knows its commit)")
	checked := flags.Bool("check", false, "refuse a version that CHANGELOG.md or the work tree is not ready for, and build from the commit alone")
	targets := flags.String("targets", joinTargets(allTargets()), "build these `targets`; the CloudShell bundle comes with "+string(bundled))
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(stdout)
			flags.PrintDefaults()
		}
		return distribution{}, err
	}
	if flags.NArg() > 0 {
		return distribution{}, fmt.Errorf("argument %q: want flags only", flags.Arg(0))
	}
	if *out == "" {
		return distribution{}, errors.New("-out: want a folder")
	}
	if err := checkVersion(*version); err != nil {
		return distribution{}, err
	}
	wanted, err := parseTargets(*targets)
	if err != nil {
		return distribution{}, err
	}
	when, err := parseEpoch(epoch)
	if err != nil {
		return distribution{}, err
	}
	return distribution{out: *out, version: *version, targets: wanted, time: when, checked: *checked}, nil
}

// checkVersion keeps a version one word of the linker's flags, which the go
// command splits at spaces and quotes.
func checkVersion(version string) error {
	const allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.+-"
	if len(version) > 64 || strings.Trim(version, allowed) != "" || strings.HasPrefix(version, "-") {
		return fmt.Errorf("version %q: want up to 64 letters, digits, dots, + and -, such as v0.1.0", version)
	}
	return nil
}
