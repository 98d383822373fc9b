//go:build conformance

package conformance

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestMain puts what `make conformance` built before everything else that the
// machine has by the same names, the programs of others and ours.
func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	root, err := filepath.Abs("..")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	path := os.Getenv("PATH")
	for _, folder := range []string{"bin", ".build/bin", ".build/venv/bin"} {
		path = filepath.Join(root, folder) + string(os.PathListSeparator) + path
	}
	modules := filepath.Join(root, ".build", "npm", "node_modules")
	for _, needed := range []string{filepath.Join(root, "bin", "karikagi"), filepath.Join(root, ".build", "venv", "lock"), modules} {
		if _, err := os.Stat(needed); err != nil {
			fmt.Fprintf(os.Stderr, "%v: `make conformance` builds it\n", err)
			return 1
		}
	}
	for name, value := range map[string]string{"PATH": path, "NODE_PATH": modules} {
		if err := os.Setenv(name, value); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return m.Run()
}
