package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// part is one load, and what came of it.
type part struct {
	what    string
	clients int
	*tally
	leak leak
}

// report is the table and the checks, in Markdown.
func report(parts []part) string {
	b := new(strings.Builder)
	fmt.Fprintln(b, "| | clients | STS | requests | sessions | other answers and refusals | p50 | p99 | wrong |")
	fmt.Fprintln(b, "|---|---:|---|---:|---:|---|---:|---:|---:|")
	for _, p := range parts {
		for _, t := range []temper{normal, throttling, slow, resetting, garbage} {
			r := p.rows[t]
			if r == nil {
				continue
			}
			slices.Sort(r.took)
			fmt.Fprintf(b, "| %s | %d | %s | %d | %d | %s | %s | %s | %d |\n", p.what, p.clients, t, r.requests, r.became[session],
				others(r.became), milliseconds(percentile(r.took, 50)), milliseconds(percentile(r.took, 99)), r.wrong)
		}
	}
	fmt.Fprintln(b)
	for _, p := range parts {
		fmt.Fprintln(b, "- "+p.leak.String())
	}
	return b.String()
}

// others are the outcomes without a session, the most frequent first.
func others(became map[outcome]int) string {
	names := slices.DeleteFunc(slices.Collect(maps.Keys(became)), func(o outcome) bool { return o == session })
	slices.SortFunc(names, func(a, b outcome) int { return cmp.Or(became[b]-became[a], strings.Compare(string(a), string(b))) })
	var text []string
	for _, o := range names {
		text = append(text, fmt.Sprintf("%s %d", o, became[o]))
	}
	return strings.Join(text, ", ")
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d)/float64(time.Millisecond))
}

// percentile is the smallest of the sorted values that so many in a hundred are
// not above.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[(len(sorted)*p+99)/100-1]
}
