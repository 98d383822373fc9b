package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// sample is one request that has ended.
type sample struct {
	from, to *spell // in which it was begun, and in which it ended
	became   outcome
	fault    string
	took     time.Duration
}

// temper is the one that it is counted with: of two, the bad one.
func (s sample) temper() temper {
	for _, t := range s.to.since(s.from) {
		if t != normal {
			return t
		}
	}
	return normal
}

// send sends a request that was begun in first, and reads the answer. What became
// of it is for a judge to say; where there is no whole answer, the fault is there
// already.
func (h *hostile) send(connection *http.Client, r *http.Request, first *spell) (got reply, s sample) {
	s = sample{from: first, to: first, became: service}
	got.began = time.Now()
	response, err := connection.Do(r) //nolint:gosec // to the servers of this run.
	if err != nil {
		s.fault = "no answer: " + err.Error()
		return got, s
	}
	defer func() { _ = response.Body.Close() }()
	got.body, err = io.ReadAll(response.Body)
	s.took = time.Since(got.began)
	if err != nil {
		s.fault = "half an answer: " + err.Error()
		return got, s
	}
	s.to = h.now.Load()
	got.status, got.header, got.tempers = response.StatusCode, response.Header, s.to.since(first)
	return got, s
}

// client makes one request after the other.
type client func() sample

// Whose clients they are, for their random numbers.
const (
	ofFunction = 1
	ofServe    = 2
)

// randomOf are the random numbers of the client n. How many clients there are
// beside it changes nothing, so that what it asked for among many can be asked
// for again among few.
func randomOf(seed, service uint64, n int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, service<<16|uint64(n))) //nolint:gosec // it must be foreseeable
}

// drive lets clients work while STS goes through its tempers, which share the
// time. A bad one lasts longer where a slow machine has not yet got an answer in
// it, or nobody has asked STS, and the one behind it until service has recovered:
// that is waited for, with a limit that no machine needs.
func drive(ctx context.Context, h *hostile, total, limit time.Duration, clients []client) *tally {
	t := newTally()
	var stopped atomic.Bool
	var running sync.WaitGroup
	begin := func() {
		for _, c := range clients {
			running.Go(func() {
				for !stopped.Load() && ctx.Err() == nil {
					t.add(c())
				}
			})
		}
	}
	for i, temper := range schedule() {
		h.turnTo(temper)
		if i == 0 {
			begin()
		}
		number := h.now.Load().number
		select {
		case <-time.After(total / time.Duration(len(schedule()))):
		case <-ctx.Done():
			running.Wait()
			return t
		}
		want, fault := func() bool { return t.ended(number) && h.count(temper) > 0 }, "no answer, or none that STS was asked for"
		if temper == normal {
			want, fault = func() bool { return t.served(number) }, "service has not recovered: no session"
		}
		if !patiently(limit, want) {
			t.fault(fmt.Sprintf("%s in %s, while STS was %s", fault, limit, temper))
		}
	}
	stopped.Store(true)
	running.Wait()
	return t
}

// patience is how long anything is waited for.
const patience = 30 * time.Second

// patiently waits until something is true.
func patiently(limit time.Duration, is func() bool) bool {
	for end := time.Now().Add(limit); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// row is what became of the requests that were begun in one temper.
type row struct {
	requests, wrong int
	became          map[outcome]int
	took            []time.Duration
}

// tally counts samples.
type tally struct {
	mu       sync.Mutex
	rows     map[temper]*row
	any, had map[int]bool // spells in which a request ended, and in which one got a session
	faults   []string     // the first ones
	more     int          // how many there were beyond

	ways map[string]int // how often STS went each way
}

func newTally() *tally {
	return &tally{rows: map[temper]*row{}, any: map[int]bool{}, had: map[int]bool{}}
}

func (t *tally) add(s sample) {
	t.mu.Lock()
	defer t.mu.Unlock()
	of := s.temper()
	r := t.rows[of]
	if r == nil {
		r = &row{became: map[outcome]int{}}
		t.rows[of] = r
	}
	r.requests++
	r.became[s.became]++
	r.took = append(r.took, s.took)
	t.any[s.from.number] = true
	if s.became == session && s.from == s.to {
		t.had[s.from.number] = true
	}
	if s.fault != "" {
		r.wrong++
		t.note(fmt.Sprintf("while STS was %s: %s", of, s.fault))
	}
}

// fault notes what is wrong with the whole, and not with one request.
func (t *tally) fault(text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.note(text)
}

// note keeps the first faults. The rest is counted.
func (t *tally) note(text string) {
	const most = 10
	if len(t.faults) == most {
		t.more++
		return
	}
	t.faults = append(t.faults, text)
}

func (t *tally) ended(spell int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.any[spell]
}

func (t *tally) served(spell int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.had[spell]
}
