package main

import (
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for _, tt := range []struct {
		values []float64
		want   float64
	}{
		{[]float64{3}, 3},
		{[]float64{9, 1, 2}, 2},
		{[]float64{9, 1, 2, 4}, 3},
	} {
		if got := median(tt.values); got != tt.want {
			t.Errorf("median of %v: got %v, want %v", tt.values, got, tt.want)
		}
	}
}

// A ratio is taken within each round. The machine was busy in the second, for
// both alike, so the medians of the two apart would say something else.
func TestRatio(t *testing.T) {
	run := func(milliseconds ...int) *program {
		p := new(program)
		for _, ms := range milliseconds {
			p.costs = append(p.costs, cost{wall: time.Duration(ms) * time.Millisecond})
		}
		return p
	}
	if got := ratio(run(20, 800, 22), run(10, 400, 110), wall); got != 2 {
		t.Errorf("got %v, want 2", got)
	}
}

// So is a surplus.
func TestSurplus(t *testing.T) {
	run := func(milliseconds ...int) *program {
		p := new(program)
		for _, ms := range milliseconds {
			p.costs = append(p.costs, cost{wall: time.Duration(ms) * time.Millisecond})
		}
		return p
	}
	if got := surplus(run(20, 800, 22), run(10, 790, 110), wall); got != 10 {
		t.Errorf("got %v, want 10", got)
	}
}

func TestTarget(t *testing.T) {
	for _, tt := range []struct {
		target
		want string
	}{
		{target{what: "x", got: 25, limit: 25, atLeast: true}, "met"},
		{target{what: "x", got: 24.9, limit: 25, atLeast: true}, "missed"},
		{target{what: "x", got: 1.3, limit: 1.3}, "met"},
		{target{what: "x", got: 1.31, limit: 1.3}, "missed"},
		{target{what: "x", absent: "aws is not installed"}, "not measured"},
	} {
		if got := tt.String(); !strings.HasPrefix(got, tt.want+": x") {
			t.Errorf("got %q, want %s", got, tt.want)
		}
	}
}

// Nobody comes after himself, and everybody comes after each other.
func TestTurn(t *testing.T) {
	const of = 3
	last, after := -1, map[[2]int]int{}
	for n := range 60 {
		seen := map[int]bool{}
		for i := range of {
			who := turn(i, n, of)
			if who == last {
				t.Fatalf("round %d: %d comes after itself", n, who)
			}
			after[[2]int{last, who}]++
			last, seen[who] = who, true
		}
		if len(seen) != of {
			t.Fatalf("round %d leaves one out: %v", n, seen)
		}
	}
	for pair, times := range after {
		if pair[0] >= 0 && (times < 20 || times > 40) {
			t.Errorf("%d comes after %d %d times", pair[1], pair[0], times)
		}
	}
}
