// Command corpus keeps what the fuzzer learnt. Go's fuzzer leaves the inputs that
// took it somewhere new in the build cache of one machine; of those this picks,
// for each fuzz target, the few that together reach the same code, and puts them
// into the package's testdata/fuzz, where every `go test` replays them and every
// fuzz run begins. It adds to what is there and takes nothing away.
//
// It knows fuzz targets as the go command does, and nothing of what they test.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run takes packages as arguments, all of the module without any, and says for
// each fuzz target what it found.
func run(args []string, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := distil(ctx, args, stdout); err != nil {
		_, _ = fmt.Fprintf(stderr, "corpus: %s\n", err)
		return 1
	}
	return 0
}

// distil goes over the packages one by one.
func distil(ctx context.Context, patterns []string, stdout io.Writer) error {
	if len(patterns) == 0 {
		patterns = []string{"./..."}
	}
	cache, err := goSays(ctx, "", "env", "GOCACHE")
	if err != nil {
		return err
	}
	listed, err := goSays(ctx, "", append([]string{"list", "-f", "{{.ImportPath}} {{.Dir}}"}, patterns...)...)
	if err != nil {
		return err
	}
	scratch, err := os.MkdirTemp("", "karikagi-corpus-")
	if err != nil {
		return err
	}
	for line := range strings.Lines(listed) {
		path, folder, _ := strings.Cut(strings.TrimSpace(line), " ")
		p := tested{path: path, folder: folder, scratch: scratch, found: filepath.Join(cache, "fuzz", filepath.FromSlash(path))}
		if err = p.distil(ctx, stdout); err != nil {
			break
		}
	}
	return errors.Join(err, os.RemoveAll(scratch))
}
