package wholefile

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// This program is also the processes that its tests start.
func TestMain(m *testing.M) {
	switch os.Getenv("WHOLEFILE_TEST") {
	case "count":
		os.Exit(count(os.Args[1]))
	case "write":
		for i := 0; ; i++ {
			write(os.Args[1], i)
		}
	}
	os.Exit(m.Run())
}

// count adds one to the number in a file, a hundred times, under its lock.
func count(path string) int {
	for range 100 {
		l, err := NewLock(context.Background(), path)
		if err != nil {
			return 1
		}
		text, _ := os.ReadFile(path)
		n, _ := strconv.Atoi(string(text))
		if err := Replace(path, []byte(strconv.Itoa(n+1)), 0o600); err != nil {
			return 2
		}
		l.Close()
	}
	return 0
}

// write puts a hundred thousand equal letters into a file.
func write(path string, i int) {
	l, err := NewLock(context.Background(), path)
	if err == nil {
		_ = Replace(path, []byte(strings.Repeat(string(rune('a'+i%26)), 100000)), 0o600)
		l.Close()
	}
}

func start(t *testing.T, what, path string) *exec.Cmd {
	t.Helper()
	me, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), me, path)
	c.Env = append(os.Environ(), "WHOLEFILE_TEST="+what)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// One process at a time: none of their additions is lost, and nothing is left.
func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n")
	var all []*exec.Cmd
	for range 8 {
		all = append(all, start(t, "count", path))
	}
	for _, c := range all {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "800" {
		t.Errorf("counted %s, want 800 (%v)", text, err)
	}
	if there, _ := os.ReadDir(filepath.Dir(path)); len(there) != 1 {
		t.Errorf("left behind: %v", there)
	}
}

func TestLockIsWaitedForAsLongAsTheContextLasts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "n")
	l, err := NewLock(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := NewLock(ctx, path); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the lock was given twice: %v", err)
	}
	l.Close()
	if l, err = NewLock(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	l.Close()
}

// A writer that is killed at any moment leaves the old file or the new one, and
// neither a lock nor anything that stops the next.
func TestKilledWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "text")
	write(path, 0)
	for i := range 40 {
		c := start(t, "write", path)
		awaitChange(t, path)
		time.Sleep(time.Duration(i*137) * time.Microsecond) // to be killed at another point each time
		_ = c.Process.Kill()
		_ = c.Wait()
		text, err := os.ReadFile(path)
		if err != nil || len(text) != 100000 || strings.Count(string(text), string(text[:1])) != len(text) {
			t.Fatalf("a torn file of %d bytes (%v)", len(text), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		l, err := NewLock(ctx, path)
		cancel()
		if err != nil {
			t.Fatalf("the lock of a dead process holds: %v", err)
		}
		if err := Replace(path, []byte(strings.Repeat("-", 100000)), 0o600); err != nil {
			t.Fatal(err)
		}
		l.Close()
	}
}

func awaitChange(t *testing.T, path string) {
	t.Helper()
	before, _ := os.Stat(path)
	for range 20000 {
		if now, err := os.Stat(path); err == nil && !os.SameFile(before, now) {
			return
		}
		time.Sleep(100 * time.Microsecond)
	}
	t.Fatal("the writer writes nothing")
}

// What cannot be written leaves the file as it was, and nothing beside it.
func TestFailedReplace(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "text")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, []byte("x"), 0o600); err == nil {
		t.Error("a file took the place of a folder")
	}
	if there, _ := os.ReadDir(folder); len(there) != 1 {
		t.Errorf("left behind: %v", there)
	}
}
