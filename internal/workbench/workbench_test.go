package workbench

import (
	"os"
	"runtime"
	"strings"
	"testing"
)

// A process that ends is an error, and not waited for.
func TestStartEnds(t *testing.T) {
	if p, err := Start(t.Context(), Options{Program: "true"}); err == nil || !strings.Contains(err.Error(), "it ended") {
		t.Errorf("%v, %v", p, err)
	}
}

// What is counted of a process is its own.
func TestProc(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("there is no /proc")
	}
	before := Descriptors(os.Getpid())
	f, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if after := Descriptors(os.Getpid()); before == 0 || after != before+1 {
		t.Errorf("%d descriptors, then %d: want one more", before, after)
	}
	if now, peak := Memory(os.Getpid(), Resident), Memory(os.Getpid(), ResidentPeak); now < 1<<20 || peak < now {
		t.Errorf("%d bytes now, %d at most", now, peak)
	}
	if got := Memory(1<<30, Resident) + int64(Descriptors(1<<30)); got != 0 {
		t.Errorf("%d of a process that is not there", got)
	}
}
