package main

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sumsFile holds SHA-256 sums as sha256sum prints and checks them.
const sumsFile = "SHA256SUMS"

// sumLine is one line of sums: sum, two spaces, name.
func sumLine(name string, data []byte) string {
	return fmt.Sprintf("%x  %s\n", sha256.Sum256(data), name)
}

// writeSums writes the sums of a folder's named files beside them.
func writeSums(folder string, names []string) error {
	var lines strings.Builder
	for _, name := range slices.Sorted(slices.Values(names)) {
		data, err := os.ReadFile(filepath.Join(folder, name)) //nolint:gosec // the files that were just built.
		if err != nil {
			return err
		}
		lines.WriteString(sumLine(name, data))
	}
	return os.WriteFile(filepath.Join(folder, sumsFile), []byte(lines.String()), 0o644) //nolint:gosec // for everyone to read.
}
