package main

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"
)

// bundleFile is the CloudShell bundle's name.
const bundleFile = "karikagi_cloudshell.zip"

//go:embed cloudshell/install.sh
var installer []byte

// entry is one file of a zip.
type entry struct {
	name string
	mode fs.FileMode
	data []byte
}

// writeBundle packs the CloudShell bundle: a binary, the script that installs
// it, and the sum by which the script knows it.
func writeBundle(file, binary string, t time.Time) error {
	data, err := os.ReadFile(binary) //nolint:gosec // the binary that was just built.
	if err != nil {
		return err
	}
	packed, err := pack([]entry{
		{"karikagi", 0o755, data},
		{"install.sh", 0o755, installer},
		{sumsFile, 0o644, []byte(sumLine("karikagi", data))},
	}, t)
	if err != nil {
		return fmt.Errorf("%s: %w", bundleFile, err)
	}
	return os.WriteFile(file, packed, 0o644) //nolint:gosec // a published file, for everyone to read.
}

// pack makes a zip whose bytes depend on its arguments alone: sorted entries,
// one time for all of them.
func pack(entries []entry, t time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	sorted := slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return strings.Compare(a.name, b.name) })
	for _, e := range sorted {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: zipTime(t)}
		header.SetMode(e.mode)
		to, err := w.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
