package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"karikagi/internal/workbench"
)

// function is the vending function under load.
type function struct {
	program string // its bootstrap
	seed    uint64
	usual   footprint // of an environment that has served a handful
}

// openFunction builds the bootstrap, with the grants document beside it.
func openFunction(ctx context.Context, folder string, seed uint64) (*function, error) {
	f := &function{program: filepath.Join(folder, "bootstrap"), seed: seed}
	if err := os.WriteFile(filepath.Join(folder, "grants.yaml"), grantsDocument, 0o600); err != nil {
		return nil, err
	}
	return f, workbench.Build(ctx, f.program, "./lambda", workbench.FunctionTags)
}

// stage is the function behind its URL, in a world of its own.
type stage struct {
	*world
	fleet  *fleet
	ledger *ledger
	url    string
}

func (f *function) openStage(ctx context.Context, environments int) (*stage, error) {
	w, err := openWorld(ctx, f.seed)
	if err != nil {
		return nil, err
	}
	s := &stage{world: w, ledger: newLedger()}
	if s.fleet, err = startFleet(ctx, w, f.program, environments, s.ledger); err == nil {
		s.url, err = w.serve(ctx, w.account.FunctionURL(s.fleet.invoke, urlHost))
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *stage) close() {
	if s.fleet != nil {
		s.fleet.end()
	}
	s.world.close()
}

// client asks one thing after the other. What it asks depends on the seed and on
// its number alone.
func (s *stage) client(ctx context.Context, next func() ask) client {
	connection := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
	return func() sample { return s.ask(ctx, connection, next()) }
}

// ask makes one request and judges the answer.
func (s *stage) ask(ctx context.Context, connection *http.Client, a ask) sample {
	first := s.hostile.now.Load()
	r, err := a.request(ctx, s.url)
	if err != nil {
		return sample{from: first, to: first, became: service, fault: "request: " + err.Error()}
	}
	got, ended := s.hostile.send(connection, r, first)
	if ended.fault != "" {
		return ended
	}
	became, fault := s.judge(ctx, a, got)
	if became != service {
		known := answered{callerARN: a.who.arn, status: got.status}
		if p, err := readProduct(got); became == session && err == nil {
			known.accessKeyID = p.keys.AccessKeyID
		}
		s.ledger.answer(got.requestID(), known)
	}
	if fault != "" {
		fault = fmt.Sprintf("%s %s as %s: %s", a.method, a.path, a.who.arn, fault)
	}
	ended.became, ended.fault = became, fault
	return ended
}

// sessionAsk asks for a session that the asker may have.
func (s *stage) sessionAsk(random *rand.Rand) ask {
	for {
		if a := nextAsk(random, s.people); a.want == session {
			return a
		}
	}
}

// settle has each environment serve some requests while STS is itself, so that
// what was held for the last bad answer is let go. Its samples are judged, too.
func (s *stage) settle(ctx context.Context, seed uint64, each int) []sample {
	s.hostile.turnTo(normal)
	random := rand.New(rand.NewPCG(seed, 1<<32)) //nolint:gosec // it must be foreseeable
	c := s.client(ctx, func() ask { return s.sessionAsk(random) })
	var all []sample
	for range each * len(s.fleet.all) {
		all = append(all, c())
	}
	return all
}

// handful is how many requests an environment serves before it is measured.
const handful = 20

// measureUsual measures an environment that has served a handful, and has met
// each way to be hostile once: what a process needs for the largest answer is
// no leak.
func (f *function) measureUsual(ctx context.Context) error {
	s, err := f.openStage(ctx, 1)
	if err != nil {
		return err
	}
	defer s.close()
	samples := s.settle(ctx, f.seed, handful)
	s.hostile.inOrder = true
	random := rand.New(rand.NewPCG(f.seed, 2<<32)) //nolint:gosec // it must be foreseeable
	c := s.client(ctx, func() ask { return s.sessionAsk(random) })
	for _, t := range []temper{throttling, slow, resetting, garbage} {
		s.hostile.turnTo(t)
		for range waysOf(t) {
			samples = append(samples, c())
		}
	}
	samples = append(samples, s.settle(ctx, f.seed, handful)...)
	for _, got := range samples {
		if got.fault != "" {
			return fmt.Errorf("one environment, one request after the other, while STS was %s: %s", got.temper(), got.fault)
		}
	}
	f.usual, err = s.fleet.footprint()
	return err
}

// load drives so many clients, and looks for what is left behind.
func (f *function) load(ctx context.Context, clients int, total time.Duration) (*tally, leak, error) {
	s, err := f.openStage(ctx, clients)
	if err != nil {
		return nil, leak{}, err
	}
	defer s.close()
	trap, err := s.serve(ctx, s.hostile.trapHandler())
	if err != nil {
		return nil, leak{}, err
	}
	s.hostile.trap = trap
	var all []client
	for n := range clients {
		random := randomOf(f.seed, ofFunction, n)
		all = append(all, s.client(ctx, func() ask { return nextAsk(random, s.people) }))
	}
	t := drive(ctx, s.hostile, total, patience, all)
	if ctx.Err() != nil {
		return nil, leak{}, ctx.Err()
	}
	t.ways, _ = s.hostile.history()
	for _, got := range s.settle(ctx, f.seed, handful) {
		if got.fault != "" {
			t.fault("after the load: " + got.fault)
		}
	}
	l := leak{what: fmt.Sprintf("function, %d clients", clients), usual: f.usual}
	if l.now, err = s.fleet.footprint(); err != nil {
		return nil, leak{}, err
	}
	l.of = fmt.Sprintf("the most of %d environments", clients)
	for _, text := range append(s.fleet.faults(), s.ledger.check()...) {
		t.fault(text)
	}
	if s.hostile.trapped != 0 {
		t.fault(fmt.Sprintf("%d signed requests followed a redirection", s.hostile.trapped))
	}
	return t, l, nil
}
