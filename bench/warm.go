package main

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"karikagi/internal/functionurl"
	"karikagi/internal/workbench"
)

// requests is how many of each kind a round has, whose median is the round's
// cost.
const requests = 50

// measureWarm sends the event to three processes in turn. The call of STS is a
// process of its own too: a call from this one, where STS is, would be a faster
// one than a function can make.
func (f *function) measureWarm(ctx context.Context, rounds int) error {
	vending, err := startBootstrap(ctx, f.program, f.with(f.one))
	if err != nil {
		return err
	}
	defer vending.End()
	empty, err := startBootstrap(ctx, f.empty, f.environment)
	if err != nil {
		return err
	}
	defer empty.End()
	assume, err := startBootstrap(ctx, f.assume, append([]string{"ASSUME_ROLE_INPUT=" + string(f.input)}, f.environment...))
	if err != nil {
		return err
	}
	defer assume.End()
	f.warm = []*program{
		{key: warmVend, name: "the function"},
		{key: warmAssume, name: "handler with the call of STS alone"},
		{key: warmEmpty, name: "empty handler"},
	}
	return measureRequests(f.warm, rounds,
		func() (time.Duration, error) { return f.vend(vending) },
		func() (time.Duration, error) { _, took, err := assume.invoke(f.event); return took, err },
		func() (time.Duration, error) { _, took, err := empty.invoke(f.event); return took, err })
}

// measureRequests takes the rounds of the programs, each with its way to make a
// request.
func measureRequests(programs []*program, rounds int, ways ...func() (time.Duration, error)) error {
	for round := range rounds + 1 {
		took := make([][]float64, len(ways))
		for n := range requests {
			for i := range ways {
				i = turn(i, n, len(ways))
				d, err := ways[i]()
				if err != nil {
					return err
				}
				took[i] = append(took[i], float64(d))
			}
		}
		for i, p := range programs {
			if round > 0 {
				p.costs = append(p.costs, cost{wall: time.Duration(median(took[i]))})
			}
		}
	}
	return nil
}

// turn is whose turn it is: round after round another one begins, forwards and
// backwards, so that none always comes after the same other, nor after itself.
func turn(i, n, of int) int {
	i = (i + n) % of
	if n/of%2 == 1 {
		return of - 1 - i
	}
	return i
}

// vend sends the event and looks whether there is a session in the answer: a
// refusal would be a fast answer.
func (f *function) vend(b bootstrap) (time.Duration, error) {
	body, took, err := b.invoke(f.event)
	if err != nil {
		return 0, err
	}
	r, err := functionurl.ParseResponse(body)
	if err != nil {
		return 0, err
	}
	if r.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("the function vended nothing: %d %s", r.StatusCode, r.Body)
	}
	return took, nil
}

// measurePeak wants memory after many requests, when garbage has been made and
// collected many times. It is the largest of a few processes.
func (f *function) measurePeak(ctx context.Context) error {
	for range 3 {
		b, err := startBootstrap(ctx, f.program, f.with(f.one))
		if err != nil {
			return err
		}
		for range 1000 {
			if _, err := f.vend(b); err != nil {
				b.End()
				return err
			}
		}
		f.peak = max(f.peak, peak(cost{peak: workbench.Memory(b.PID(), workbench.ResidentPeak)}))
		b.End()
	}
	return nil
}
