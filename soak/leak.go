package main

import (
	"fmt"
	"strings"
)

// What a process may hold beyond one that has served a handful.
//
// Goroutines and descriptors: two connections that are kept or about to be
// closed, of two goroutines and one descriptor each. Memory: Go's collector lets
// the heap double before it works, and begins at 4 MiB, so that two processes
// that hold the same are up to 4 MiB apart, and a little more where 64 KiB of a
// connection's buffers are counted; twice that is allowed. A kilobyte kept of
// each request would be more than that after eight thousand.
const (
	moreGoroutines  = 4
	moreDescriptors = 2
	moreMemory      = 8 << 20
)

// leak is one check of what is left behind.
type leak struct {
	what, of   string
	now, usual footprint
}

// faults are what is held beyond what is allowed.
func (l leak) faults() (all []string) {
	for _, f := range []struct {
		what             string
		now, usual, more int64
	}{
		{"goroutines", int64(l.now.goroutines), int64(l.usual.goroutines), moreGoroutines},
		{"descriptors", int64(l.now.descriptors), int64(l.usual.descriptors), moreDescriptors},
		{"bytes of memory", l.now.memory, l.usual.memory, moreMemory},
	} {
		if f.now > f.usual+f.more {
			all = append(all, fmt.Sprintf("%s leaks: %d %s: want at most %d, as %d are usual", l.what, f.now, f.what, f.usual+f.more, f.usual))
		}
	}
	return all
}

// String is one line of the report.
func (l leak) String() string {
	verdict := "no leak"
	if len(l.faults()) != 0 {
		verdict = "LEAK"
	}
	const mebi = 1 << 20
	return fmt.Sprintf("%s: %s: goroutines %d (usual %d, at most +%d), descriptors %d (%d, +%d), memory %.1f MiB (%.1f, +%d); %s",
		verdict, l.what, l.now.goroutines, l.usual.goroutines, moreGoroutines, l.now.descriptors, l.usual.descriptors, moreDescriptors,
		float64(l.now.memory)/mebi, float64(l.usual.memory)/mebi, moreMemory/mebi, l.of)
}

// countGoroutines counts the stacks in what Go's runtime writes at SIGQUIT, but
// for the runtime's own: of those there are more the longer a process works, up
// to one for each processor. What was written before is the program's own.
func countGoroutines(dump string) (n int, before string) {
	before, stacks, _ := strings.Cut(dump, "SIGQUIT: quit")
	for i, stack := range strings.Split(stacks, "\ngoroutine ") {
		if i > 0 && !strings.HasPrefix(stack, "0 ") && !strings.Contains(stack, "\ncreated by runtime.") {
			n++
		}
	}
	return n, before
}
