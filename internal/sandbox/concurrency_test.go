package sandbox

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestOneCodeForMany: whoever comes first.
func TestOneCodeForMany(t *testing.T) {
	d, now := &mfaDevice{seed: []byte("12345678901234567890")}, time.Now()
	var used usedCodes
	var all sync.WaitGroup
	var good atomic.Int32
	for range 50 {
		all.Go(func() {
			if used.use(d, d.code(mfaStepOf(now)), now) {
				good.Add(1)
			}
		})
	}
	if all.Wait(); good.Load() != 1 {
		t.Errorf("one code was good %d times", good.Load())
	}
}

// TestConcurrency is for the race detector: everything that is shared, at once.
func TestConcurrency(t *testing.T) {
	w := newWorld(t, Options{})
	code, err := w.TokenCode("testuser")
	if err != nil {
		t.Fatal(err)
	}
	const each = 8
	var all sync.WaitGroup
	var mu sync.Mutex
	proved := 0
	for range each {
		all.Go(func() {
			out, err := w.as("testuser").AssumeRole(t.Context(), assume("toy-role"))
			if err != nil {
				t.Error(err)
				return
			}
			_, err = w.with(out.Credentials).GetCallerIdentity(t.Context(), nil)
			if err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if _, err := w.cloudShell("ueno").GetCallerIdentity(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
		all.Go(func() {
			if _, err := w.as("testuser").AssumeRole(t.Context(), assume("needs-mfa", mfa(device, code))); err == nil {
				mu.Lock()
				defer mu.Unlock()
				proved++
			}
		})
		all.Go(func() { w.Advance(time.Second) })
	}
	all.Wait()
	if proved != 1 {
		t.Errorf("one code was good %d times", proved)
	}
	if lines := strings.Count(w.log.String(), "\n"); lines != strings.Count(w.log.String(), "request_id=") || lines < 5*each {
		t.Errorf("%d lines", lines)
	}
}
