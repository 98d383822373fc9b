// Command soak puts the compiled function and `karikagi serve` under load while
// what answers for STS goes from one bad temper to the next, and judges every
// answer: whose session it is, whether there may be one at all, and whether a
// refusal is as it is documented. At the end it looks for what was left behind.
// `make soak` runs it from the top of the repository.
//
// Latencies are reported and never judged. Nothing leaves the machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	time    time.Duration
	seed    uint64
	clients string
	out     string

	karikagi string
}

func main() {
	var o options
	flag.DurationVar(&o.time, "time", time.Minute, "`time` of each load, shared by the tempers")
	flag.Uint64Var(&o.seed, "seed", 0, "`number` that all requests follow from; 0 for one by chance")
	flag.StringVar(&o.clients, "clients", "1,8,64", "`numbers` of clients at once, one load each")
	flag.StringVar(&o.karikagi, "karikagi", "bin/karikagi", "the `binary` that serves")
	flag.StringVar(&o.out, "out", "", "`file` for the table in Markdown, besides standard output")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, o, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// run is the whole program after the flags.
func run(ctx context.Context, o options, out io.Writer) error {
	var numbers []int
	for text := range strings.SplitSeq(o.clients, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 256 {
			return fmt.Errorf("-clients %q: want numbers from 1 to 256 with commas between them", o.clients)
		}
		numbers = append(numbers, n)
	}
	if o.seed == 0 {
		o.seed = rand.Uint64() //nolint:gosec // it need not be unforeseeable
	}
	title := fmt.Sprintf("%s/%s, %d CPUs, %s for each load, -seed %d\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), o.time, o.seed)
	_, _ = io.WriteString(out, title) // now: whoever stops it knows the seed
	folder, err := os.MkdirTemp("", "karikagi-soak-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	parts, err := loads(ctx, o, folder, numbers)
	if err != nil {
		return err
	}
	text := report(parts)
	_, _ = io.WriteString(out, text)
	if o.out != "" {
		err = os.WriteFile(o.out, []byte(title+text), 0o600)
	}
	return errors.Join(verdict(parts), err)
}

// loads runs one load after the other.
func loads(ctx context.Context, o options, folder string, numbers []int) (parts []part, err error) {
	f, err := openFunction(ctx, folder, o.seed)
	if err != nil {
		return nil, err
	}
	karikagi, err := filepath.Abs(o.karikagi)
	if err != nil {
		return nil, err
	}
	for _, subject := range []struct {
		name string
		subject
	}{{"function", f}, {"serve", &serve{karikagi: karikagi, folder: folder, seed: o.seed, life: servedLife(o.time), turns: map[temper]int{garbage: int(o.seed % 1000)}}}} {
		if err := subject.measureUsual(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", subject.name, err)
		}
		for _, n := range numbers {
			t, l, err := subject.load(ctx, n, o.time)
			if err != nil {
				return nil, fmt.Errorf("%s, %d clients: %w", subject.name, n, err)
			}
			parts = append(parts, part{subject.name, n, t, l})
		}
	}
	return parts, nil
}

// subject is what is put under load.
type subject interface {
	// measureUsual measures a process that has served a handful.
	measureUsual(context.Context) error
	// load drives so many clients for so long, and looks for what is left behind.
	load(ctx context.Context, clients int, total time.Duration) (*tally, leak, error)
}

// verdict is nil where nothing was wrong, and else says what was.
func verdict(parts []part) error {
	var all []error
	for _, p := range parts {
		for _, text := range slices.Concat(p.faults, p.leak.faults(), p.missed()) {
			all = append(all, fmt.Errorf("%s, %d clients: %s", p.what, p.clients, text))
		}
		if p.more != 0 {
			all = append(all, fmt.Errorf("%s, %d clients: and %d more", p.what, p.clients, p.more))
		}
	}
	return errors.Join(all...)
}
