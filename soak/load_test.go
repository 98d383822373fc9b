package main

import (
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"karikagi/internal/workbench"
)

// The whole of it for a moment: the compiled programs, all tempers, and no fault
// but what is left behind, for which a moment says nothing.
func TestLoads(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what a process holds is read from /proc")
	}
	folder := t.TempDir()
	t.Chdir("..")
	f, err := openFunction(t.Context(), folder, 1)
	if err != nil {
		t.Fatal(err)
	}
	karikagi := filepath.Join(folder, "karikagi")
	if err := workbench.Build(t.Context(), karikagi, "./cli", "urfave_cli_no_docs,urfave_cli_no_suggest,nethttpomithttp2"); err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]subject{"function": f, "serve": &serve{karikagi: karikagi, folder: folder, seed: 1, life: time.Second, turns: map[temper]int{}}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, l, err := s.load(t.Context(), 2, 450*time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			for _, fault := range got.faults {
				t.Error(fault)
			}
			for _, temper := range schedule() {
				if got.rows[temper] == nil || got.rows[temper].requests == 0 {
					t.Errorf("no request while STS was %s", temper)
				}
			}
			if l.now.goroutines == 0 || l.now.descriptors == 0 || l.now.memory == 0 {
				t.Errorf("%+v", l)
			}
		})
	}
}

// Service that does not recover is a fault, and so is a temper without an answer.
func TestDriveWantsRecovery(t *testing.T) {
	h := newHostile(http.NotFoundHandler(), 1)
	refused := func() sample { s := h.now.Load(); return sample{s, s, "Unavailable", "", time.Millisecond} }
	got := drive(t.Context(), h, 9*time.Millisecond, 10*time.Millisecond, []client{refused})
	if len(got.faults) == 0 || !strings.Contains(got.faults[0], "has not recovered") {
		t.Errorf("%q", got.faults)
	}
	served := func() sample { s := h.now.Load(); return sample{s, s, session, "", time.Millisecond} }
	got = drive(t.Context(), h, 9*time.Millisecond, 10*time.Millisecond, []client{served})
	if len(got.faults) != 4 || !strings.Contains(got.faults[0], "STS was asked for in 10ms, while STS was throttling") {
		t.Errorf("%q", got.faults)
	}
	asking := func() sample {
		s := served()
		h.mu.Lock()
		defer h.mu.Unlock()
		h.ways[nameOf(s.from.temper, waysOf(s.from.temper)[0])]++
		return s
	}
	if got := drive(t.Context(), h, 9*time.Millisecond, patience, []client{asking}); len(got.faults) != 0 {
		t.Errorf("%q", got.faults)
	}
}

// everyWay is what a load counts that has met each way to be hostile so often.
func everyWay(times int) map[string]int {
	ways := map[string]int{}
	for _, t := range []temper{throttling, slow, resetting, garbage} {
		for _, w := range waysOf(t) {
			ways[nameOf(t, w)] = times
		}
	}
	return ways
}

// A load that STS was not hostile in is none.
func TestVerdictWantsHostility(t *testing.T) {
	const plenty = 400
	met := func(times int, but ...string) part {
		p := part{tally: newTally()}
		p.ways = everyWay(times)
		maps.DeleteFunc(p.ways, func(name string, _ int) bool {
			return slices.ContainsFunc(but, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		})
		return p
	}
	for what, tt := range map[string]struct {
		part  part
		fault string // "" for none
	}{
		"all":                        {met(plenty), ""},
		"each once":                  {met(1), ""},
		"too short for one of them":  {met(1, "garbage: JSON"), ""},
		"never one of them":          {met(plenty, "garbage: JSON"), "never in these ways: garbage: JSON"},
		"never one temper":           {met(plenty, "slow"), "STS was never slow"},
		"the same in a short load":   {met(1, "slow"), "STS was never slow"},
		"never hostile":              {met(0), "STS was never throttling"},
		"no ways have been counted":  {part{tally: newTally()}, "STS was never garbage"},
		"never one of a few, either": {met(plenty, "resetting: before the answer"), "never in these ways: resetting: before the answer"},
	} {
		err := verdict([]part{tt.part})
		if (err == nil) != (tt.fault == "") || err != nil && !strings.Contains(err.Error(), tt.fault) {
			t.Errorf("%s: %v: want %q", what, err, tt.fault)
		}
	}
}

// A client asks the same however many there are, and another one something else.
func TestClientsAreForeseeable(t *testing.T) {
	numbers := map[uint64]bool{}
	for n := range 64 {
		numbers[randomOf(1, ofFunction, n).Uint64()] = true
		numbers[randomOf(1, ofServe, n).Uint64()] = true
	}
	if again := randomOf(1, ofServe, 63).Uint64(); len(numbers) != 128 || !numbers[again] {
		t.Errorf("%d clients that differ: want 128", len(numbers))
	}
}

// The same seed asks the same, and another one something else.
func TestAsksAreForeseeable(t *testing.T) {
	everybody := people()
	asks := func(seed uint64) (all []ask) {
		random := rand.New(rand.NewPCG(seed, 7))
		for range 500 {
			all = append(all, nextAsk(random, everybody))
		}
		return all
	}
	first := asks(1)
	if !reflect.DeepEqual(first, asks(1)) || reflect.DeepEqual(first, asks(2)) {
		t.Error("what is asked does not follow from the seed")
	}
	kinds := map[outcome]int{}
	for _, a := range first {
		kinds[a.want]++
		if a.want == session && len(a.who.grants) == 0 {
			t.Errorf("%s may take nothing", a.who.arn)
		}
	}
	for _, kind := range []outcome{session, answer, service, "AccessDenied", "BadRequest", "NotFound", "MethodNotAllowed", "TooLarge"} {
		if kinds[kind] == 0 {
			t.Errorf("no request wants %s", kind)
		}
	}
}

// Whoever follows a redirection is counted.
func TestTrap(t *testing.T) {
	h := newHostile(http.NotFoundHandler(), 1)
	trap := httptest.NewServer(h.trapHandler())
	defer trap.Close()
	h.trap = trap.URL
	front := httptest.NewServer(h)
	defer front.Close()
	h.turnTo(garbage)
	h.inOrder = true
	for range rubbish() {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, front.URL, strings.NewReader("Action=AssumeRole"))
		if err != nil {
			t.Fatal(err)
		}
		if answer, err := http.DefaultClient.Do(r); err == nil {
			_ = answer.Body.Close()
		}
	}
	if h.trapped != 1 {
		t.Errorf("%d followed, want 1", h.trapped)
	}
}
