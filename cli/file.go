package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// maxFile bounds a file that a person names: a device or a mistyped name of
// something huge must not fill the memory. A grants document is the largest.
const maxFile = 16 << 20

// readFile reads a whole file. It ends with ctx even where the file does not: a
// pipe may have no writer. Errors name neither the file nor what is in it.
func readFile(ctx context.Context, name string) ([]byte, error) {
	type result struct {
		data []byte
		err  error
	}
	done := make(chan result, 1)
	go func() {
		data, err := readAll(name)
		done <- result{data, err}
	}()
	select {
	case r := <-done:
		return r.data, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func readAll(name string) ([]byte, error) {
	f, err := os.Open(name) //nolint:gosec // the user names the file.
	if err != nil {
		if path, ok := errors.AsType[*os.PathError](err); ok {
			err = path.Err
		}
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return nil, errors.New("cannot be read")
	case len(data) > maxFile:
		return nil, fmt.Errorf("larger than %d MiB", maxFile>>20)
	}
	return data, nil
}
