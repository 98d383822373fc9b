package source

import (
	"os"
	"testing"
)

// A process is counted once, however often it looks for credentials; what it
// starts is counted again, and not without end.
func TestDeepen(t *testing.T) {
	t.Setenv(depth, "")
	for range 2 * maxDepth {
		if err := deepen(); err != nil {
			t.Fatal(err)
		}
	}
	for process := range maxDepth {
		if err := deepen(); err != nil {
			t.Fatalf("process %d: %v", process, err)
		}
		anotherProcess(t)
	}
	if err := deepen(); err == nil {
		t.Errorf("%d processes, one below the other", maxDepth+1)
	}
}

// anotherProcess makes what is counted another process's.
func anotherProcess(t *testing.T) {
	t.Helper()
	t.Setenv(depth, os.Getenv(depth)+"0")
}
