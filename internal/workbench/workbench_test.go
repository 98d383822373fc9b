package workbench

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// A process that ends is an error, and not waited for.
func TestStartEnds(t *testing.T) {
	if p, err := Start(t.Context(), Options{Program: "true"}); err == nil || !strings.Contains(err.Error(), "waiting for events: status 0\n") {
		t.Errorf("%v, %v", p, err)
	}
}

// hanging is a program that does nothing for longer than anybody waits.
func hanging(t *testing.T) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	file := filepath.Join(t.TempDir(), "hanging")
	if err := os.WriteFile(file, []byte("#!/bin/sh\nexec sleep 600\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

// A process that hangs is an error, and waited for no longer than its limit.
func TestStartHangs(t *testing.T) {
	if p, err := start(t.Context(), Options{Program: hanging(t)}, time.Millisecond); err == nil || !strings.Contains(err.Error(), "it was killed after 1ms") {
		t.Errorf("%v, %v", p, err)
	}
}

// The same of one that does not come for its event.
func TestInvokeHangs(t *testing.T) {
	a, err := serve(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	p := &Process{api: a, command: exec.Command("hanging"), ended: make(chan struct{})} //nolint:noctx // it is not run
	p.kill = func(cause error) { p.err = cause; close(p.ended) }
	if _, _, err := p.Invoke(Event{ID: "1", Limit: time.Millisecond - grace}); err == nil || !strings.Contains(err.Error(), "it was killed after 1ms") {
		t.Errorf("%v", err)
	}
}

// The same of a server that does not say where it serves.
func TestStartServerHangs(t *testing.T) {
	read := func(out io.Reader) (string, string, error) { _, err := io.ReadAll(out); return "", "", err }
	cmd := exec.CommandContext(t.Context(), hanging(t))
	if s, err := startServer(cmd, read, time.Millisecond); err == nil || !strings.Contains(err.Error(), "in 1ms where it serves") {
		t.Errorf("%v, %v", s, err)
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
