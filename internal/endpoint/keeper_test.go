package endpoint

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"karikagi/internal/api"
)

const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

// session is the nth, good for so long from now.
func session(n int64, life time.Duration) api.Credentials {
	return api.Credentials{AccessKeyID: fmt.Sprintf("ASIA%012d", n), SecretAccessKey: secret, SessionToken: "token+of/it==",
		AccountID: "123456789012", Expiration: time.Now().Add(life).UTC()}
}

// aws gives sessions, while it is up.
type aws struct {
	life   time.Duration
	calls  atomic.Int64
	good   atomic.Int64
	busy   atomic.Int64
	down   atomic.Bool
	slow   time.Duration
	mu     sync.Mutex
	said   []string
	twoAre atomic.Bool // two fetches were running at once
	stale  atomic.Bool // the sessions have ended already
}

func (a *aws) fetch(ctx context.Context) (api.Credentials, error) {
	a.calls.Add(1)
	if a.busy.Add(1) > 1 {
		a.twoAre.Store(true)
	}
	defer a.busy.Add(-1)
	select {
	case <-time.After(a.slow):
	case <-ctx.Done():
		return api.Credentials{}, ctx.Err()
	}
	if a.down.Load() {
		return api.Credentials{}, errors.New("AssumeRole: no answer")
	}
	if a.stale.Load() {
		return session(a.good.Add(1), -a.life), nil
	}
	return session(a.good.Add(1), a.life), nil
}

func (a *aws) notice(text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.said = append(a.said, text)
}

func (a *aws) notices() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return strings.Join(a.said, "\n")
}

// keep runs a keeper of a's sessions until the test ends. Call it in a bubble.
func (a *aws) keep(t *testing.T) *keeper {
	t.Helper()
	first, err := a.fetch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	k, err := newKeeper(Options{Session: first, Fetch: a.fetch, Notice: a.notice})
	if err != nil {
		t.Fatal(err)
	}
	go k.run(t.Context())
	return k
}

// serves tells which session is served; 0 where none is.
func serves(t *testing.T, k *keeper) (n int64, why error) {
	t.Helper()
	answer, err := k.get(t.Context())
	if err != nil {
		return 0, err
	}
	c, err := api.ParseWire(answer)
	if err != nil {
		t.Fatalf("%v: %s", err, answer)
	}
	if !c.Expiration.After(time.Now().Add(-time.Second)) {
		t.Fatalf("a session is served that ended at %s", c.Expiration)
	}
	if _, err := fmt.Sscanf(c.AccessKeyID, "ASIA%d", &n); err != nil {
		t.Fatal(err)
	}
	return n, nil
}

// A session is renewed while more of it is left than any SDK wants.
func TestRenewal(t *testing.T) {
	for _, test := range []struct{ life, after time.Duration }{
		{time.Hour, 35 * time.Minute},
		{12 * time.Hour, 8 * time.Hour},
		{50 * time.Minute, 25 * time.Minute},
		{15 * time.Minute, 10 * time.Minute},
		{3 * time.Second, 2 * time.Second},
	} {
		t.Run(test.life.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := &aws{life: test.life}
				began := time.Now()
				k := a.keep(t)
				for n := int64(1); n <= 3; n++ {
					time.Sleep(time.Until(began.Add(time.Duration(n)*test.after - time.Millisecond)))
					synctest.Wait()
					if got, err := serves(t, k); got != n {
						t.Fatalf("session %d is served just before %s are over (%v), want %d", got, test.after, err, n)
					}
					time.Sleep(2 * time.Millisecond)
					synctest.Wait()
					if got, err := serves(t, k); got != n+1 {
						t.Fatalf("session %d is served just after %s are over (%v), want %d", got, test.after, err, n+1)
					}
				}
				if said := a.notices(); said != "" {
					t.Errorf("all was well, and it said: %s", said)
				}
			})
		})
	}
}

// Eight clients ask ten thousand times while renewing fails, until well after the
// session has ended and AWS is back. What could be served was.
func TestNoneIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &aws{life: time.Hour, slow: 3 * time.Second}
		k := a.keep(t)
		began := time.Now()
		a.down.Store(true)
		const clients, each, span = 8, 1250, 70 * time.Minute
		var served, early, late, back atomic.Int64
		time.AfterFunc(65*time.Minute, func() { a.down.Store(false) })
		var all sync.WaitGroup
		for client := range clients {
			all.Go(func() {
				time.Sleep(time.Duration(client) * time.Millisecond)
				for range each {
					asked := time.Now()
					n, err := serves(t, k)
					switch age := asked.Sub(began); {
					case time.Since(asked) > 0 && age < time.Hour:
						t.Errorf("a request waited for %s at %s", time.Since(asked), age)
					case time.Since(asked) > patience:
						t.Errorf("a request waited for %s at %s", time.Since(asked), age)
					case err == nil && n > 1:
						back.Add(1)
					case err == nil:
						served.Add(1)
					case age < time.Hour-time.Second: // Expiration has whole seconds
						early.Add(1)
					default:
						late.Add(1)
						if !strings.Contains(err.Error(), "the session has ended, and ") {
							t.Errorf("at %s: %v", age, err)
						}
					}
					time.Sleep(span / each)
				}
			})
		}
		all.Wait()
		if early.Load() != 0 || served.Load() < clients*each*59/70 || late.Load() == 0 || back.Load() < clients*each*4/70 {
			t.Errorf("%d lost, %d served, %d refused when nothing was left, %d served when AWS was back", early.Load(), served.Load(), late.Load(), back.Load())
		}
		if a.twoAre.Load() {
			t.Error("two were renewing at once")
		}
		if calls := a.calls.Load(); calls > 150 {
			t.Errorf("AWS was asked %d times", calls)
		}
		want := "the session cannot be renewed: AssumeRole: no answer; it lasts 24m57s more, and is tried again\n" +
			"the session has ended, and there is no other: AssumeRole: no answer\nthe session is renewed again"
		if said := a.notices(); said != want {
			t.Errorf("it said:\n%s\nwant:\n%s", said, want)
		}
	})
}

// Where nobody asks, attempts that fail become rare.
func TestPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &aws{life: time.Hour}
		a.keep(t)
		a.down.Store(true)
		time.Sleep(12 * time.Hour)
		if calls := a.calls.Load(); calls < 300 || calls > 1500 {
			t.Errorf("AWS was asked %d times in twelve hours", calls)
		}
	})
}

// When nothing is left, a request waits for the attempt that it began.
func TestWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &aws{life: time.Hour}
		k := a.keep(t)
		a.down.Store(true)
		time.Sleep(2 * time.Hour)
		synctest.Wait()
		a.down.Store(false)
		time.Sleep(askedPause) // since the last attempt
		if n, err := serves(t, k); n != 2 {
			t.Errorf("session %d, %v: want the second", n, err)
		}
	})
}

// A clock that is set back makes no session last longer, and one that is set
// forward ends it.
func TestClockJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &aws{life: time.Hour}
		first, _ := a.fetch(t.Context())
		var offset time.Duration
		a.down.Store(true)
		k, err := newKeeper(Options{Session: first, Fetch: a.fetch, Now: func() time.Time {
			now := time.Now()
			if offset == 0 {
				return now
			}
			return now.Round(0).Add(offset) // of which only the wall clock was set
		}})
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := k.current(); err != nil {
			t.Fatal(err)
		}
		offset = 2 * time.Hour
		if _, _, err := k.current(); err == nil {
			t.Error("served two hours later, by the clock on the wall")
		}
	})
}

func TestAge(t *testing.T) {
	h := held{got: time.Now(), lifetime: time.Hour}
	later := h.got.Add(50 * time.Minute) // by both clocks
	if age := h.age(later); age != 50*time.Minute {
		t.Errorf("age %s, want 50m", age)
	}
	// Asleep, the wall clock alone went on; and then it was set back.
	if age := h.ageBy(later, later.Round(0).Add(20*time.Minute)); age != 70*time.Minute {
		t.Errorf("age %s after a sleep, want 1h10m", age)
	}
	if age := h.ageBy(later, later.Round(0).Add(-3*time.Hour)); age != 50*time.Minute {
		t.Errorf("age %s with the clock set back, want 50m", age)
	}
}

func TestRefusesWhatIsNoSession(t *testing.T) {
	for what, c := range map[string]api.Credentials{
		"nothing": {}, "an old one": session(1, -time.Minute),
		"one without a token": {AccessKeyID: "ASIA", SecretAccessKey: secret, AccountID: "123456789012", Expiration: time.Now().Add(time.Hour)},
	} {
		_, err := newKeeper(Options{Session: c})
		if err == nil {
			t.Errorf("%s is served", what)
			continue
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: a secret is in the error", what)
		}
		if e, err := Open(t.Context(), Options{Session: c}); err == nil {
			t.Errorf("%s is served at %s", what, e.URL())
		}
	}
}

// An attempt that gives no whole session fails like one that gives none.
func TestBrokenRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(24 * time.Hour) // away from the year 2000, before which nothing ends
		a := &aws{life: time.Hour}
		k := a.keep(t)
		a.stale.Store(true)
		time.Sleep(50 * time.Minute)
		if n, err := serves(t, k); n != 1 {
			t.Errorf("session %d, %v: want the first, which is good still", n, err)
		}
		time.Sleep(10 * time.Minute)
		if _, err := serves(t, k); err == nil || !strings.Contains(err.Error(), "has ended already") {
			t.Errorf("%v: want to hear that the new one has ended", err)
		}
	})
}
