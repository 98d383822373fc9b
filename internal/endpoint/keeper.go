package endpoint

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"karikagi/internal/api"
)

const (
	// reserve is what is left of a session when it is renewed. botocore asks on
	// each call for another one when less than 15 minutes are left, and so do the
	// SDKs for Java and .NET ("refresh 15 minutes before").
	reserve = 25 * time.Minute
	// patience is how long a request waits when there is nothing to serve: the
	// JavaScript SDK gives up after a second.
	patience = 800 * time.Millisecond
	// watch is how often the clock is looked at: timers stand still while a
	// machine sleeps.
	watch = 10 * time.Second
)

// keeper has a session, and renews it.
type keeper struct {
	fetch  func(context.Context) (api.Credentials, error)
	notice func(string)
	now    func() time.Time
	wake   chan struct{} // holds one: somebody has seen that the session should be renewed

	mu sync.Mutex // for all below
	held
	failed  error         // of the last attempt; nil after a good one
	tries   int           // that failed in a row
	tried   time.Time     // when the last attempt ended
	pause   time.Duration // to make after it
	trying  bool
	changed chan struct{} // closed when the attempt ends
	told    bool          // that there is nothing left to serve
}

// held is a session and its life.
type held struct {
	answer   []byte
	got      time.Time
	lifetime time.Duration
	renewAt  time.Duration // of its age
}

func newKeeper(o Options) (*keeper, error) {
	k := &keeper{fetch: o.Fetch, notice: o.Notice, now: o.Now, wake: make(chan struct{}, 1), changed: make(chan struct{})}
	if k.now == nil {
		k.now = time.Now
	}
	if k.notice == nil {
		k.notice = func(string) {}
	}
	var err error
	k.held, err = hold(o.Session, k.now())
	k.tried = k.got
	return k, err
}

// hold takes a session that is good.
func hold(c api.Credentials, now time.Time) (held, error) {
	answer, err := c.MarshalWire()
	if err != nil {
		return held{}, fmt.Errorf("session: %w", err)
	}
	h := held{answer: answer, got: now, lifetime: c.Expiration.Sub(now.Round(0))}
	if h.lifetime <= 0 {
		return held{}, errors.New("the new session has ended already, by this machine's clock")
	}
	// An hour's session is renewed after 35 minutes. A short one has no such
	// reserve, and a long one can have a greater.
	h.renewAt = h.lifetime - h.lifetime/3
	if h.lifetime >= 2*reserve {
		h.renewAt = min(h.renewAt, h.lifetime-reserve)
	}
	return h, nil
}

// age counts by whichever clock went further: the wall clock can be set back,
// and the monotonic one stands still while the machine sleeps.
func (h held) age(now time.Time) time.Duration { return h.ageBy(now, now.Round(0)) }

// ageBy has one instant by each clock: Sub is the monotonic clock's where both
// times have it, and Round takes it away.
func (h held) ageBy(monotonic, wall time.Time) time.Duration {
	return max(monotonic.Sub(h.got), wall.Sub(h.got.Round(0)))
}

func (h held) ended(now time.Time) bool { return h.age(now) >= h.lifetime }

// get is the answer while it is good, at once. Where there is none it waits a
// little for one that may be under way.
func (k *keeper) get(ctx context.Context) ([]byte, error) {
	answer, coming, err := k.current()
	if coming == nil {
		return answer, err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-coming:
		answer, _, err = k.current()
	case <-timer.C:
	case <-ctx.Done():
	}
	return answer, err
}

// current is the answer, or why there is none, and then what to wait for if
// waiting makes sense. It wakes who renews.
func (k *keeper) current() (answer []byte, coming <-chan struct{}, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	ready := k.wait(now, true) <= 0
	if ready && !k.trying {
		select {
		case k.wake <- struct{}{}:
		default: // it is woken already
		}
	}
	if !k.ended(now) {
		return k.answer, nil, nil
	}
	err = errors.New("the session has ended, and another is not here yet")
	if k.failed != nil {
		err = fmt.Errorf("the session has ended, and there is no other: %w", k.failed)
	}
	if ready || k.trying {
		coming = k.changed
	}
	return nil, coming, err
}

// wait is how long to wait before the next attempt. Who asks when there is
// nothing to serve cuts a long pause short.
func (k *keeper) wait(now time.Time, asked bool) time.Duration {
	pause := k.pause
	if asked && k.ended(now) {
		pause = min(pause, askedPause)
	}
	return max(k.renewAt-k.age(now), pause-now.Sub(k.tried))
}

// run renews until the context ends: one attempt at a time, whoever asks.
func (k *keeper) run(ctx context.Context) {
	for {
		k.mu.Lock()
		timer := time.NewTimer(min(watch, max(0, k.wait(k.now(), false))))
		k.mu.Unlock()
		asked := false
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-k.wake:
			timer.Stop()
			asked = true
		case <-timer.C:
		}
		if !k.begin(asked) {
			continue
		}
		c, err := k.fetch(ctx)
		if ctx.Err() != nil {
			return
		}
		if text := k.settle(c, err); text != "" {
			k.notice(text)
		}
	}
}

// begin tells whether an attempt is due.
func (k *keeper) begin(asked bool) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.trying = k.wait(k.now(), asked) <= 0
	return k.trying
}

// Between two attempts, at least and at most, and at most while clients ask for
// what is not there.
const (
	shortPause = time.Second
	askedPause = 2 * time.Second
	longPause  = time.Minute
)

// settle takes what an attempt gave, and returns the news of it.
func (k *keeper) settle(c api.Credentials, err error) (news string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	var fresh held
	if err == nil {
		fresh, err = hold(c, now)
	}
	news = k.news(now, err)
	k.failed, k.tried, k.trying, k.pause = err, now, false, shortPause
	if err == nil {
		k.held, k.tries = fresh, 0
	} else {
		k.tries++
		k.pause = backoff(k.tries)
	}
	close(k.changed)
	k.changed = make(chan struct{})
	return news
}

// news tells of the first failure, of the first with nothing left to serve, and
// of the end of both. The rest would fill the terminal of the program that runs.
func (k *keeper) news(now time.Time, err error) string {
	switch {
	case err == nil && k.failed == nil:
		return ""
	case err == nil:
		k.told = false
		return "the session is renewed again"
	case k.ended(now) && !k.told:
		k.told = true
		return fmt.Sprintf("the session has ended, and there is no other: %v", err)
	case k.failed == nil:
		left := (k.lifetime - k.age(now)).Round(time.Second)
		return fmt.Sprintf("the session cannot be renewed: %v; it lasts %s more, and is tried again", err, left)
	}
	return ""
}

// backoff is the pause behind so many failures: twice as long each time, up to a
// minute, and less by chance, so that many processes do not come back together.
func backoff(tries int) time.Duration {
	pause := min(shortPause<<min(tries-1, 10), longPause)
	return pause/2 + rand.N(pause/2) //nolint:gosec // it need not be unforeseeable.
}
