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
	for _, what := range []string{"function", "serve"} {
		fmt.Fprintln(b, "- "+ways(what, parts))
	}
	return b.String()
}

// ways says how many of the ways to be hostile a subject has met in all loads,
// and which it has not.
func ways(what string, parts []part) string {
	all, missed := 0, []string{}
	for _, t := range []temper{throttling, slow, resetting, garbage} {
		for _, w := range waysOf(t) {
			all++
			if !slices.ContainsFunc(parts, func(p part) bool { return p.what == what && p.ways[nameOf(t, w)] > 0 }) {
				missed = append(missed, nameOf(t, w))
			}
		}
	}
	text := fmt.Sprintf("%s: met %d of %d ways in which STS was hostile", what, all-len(missed), all)
	if len(missed) != 0 {
		text += ", and not " + strings.Join(missed, "; ")
	}
	return text
}

// missed are the ways to be hostile that a load had the time to meet and has
// not: without them STS was not hostile, and what was right proves little. Each
// temper is met, as drive waits for that; each of its ways must be where STS was
// hostile so often that chance leaves one out in less than one load of a million.
func (p part) missed() (faults []string) {
	const often = 20 // 20 ways, 400 times: 20*(19/20)^400 is 2e-8
	for _, t := range []temper{throttling, slow, resetting, garbage} {
		times, missed := 0, []string{}
		for _, w := range waysOf(t) {
			n := p.ways[nameOf(t, w)]
			if times += n; n == 0 {
				missed = append(missed, nameOf(t, w))
			}
		}
		switch {
		case times == 0:
			faults = append(faults, fmt.Sprintf("STS was never %s", t))
		case times >= often*len(waysOf(t)) && len(missed) != 0:
			faults = append(faults, fmt.Sprintf("STS was %s %d times, and never in these ways: %s", t, times, strings.Join(missed, "; ")))
		}
	}
	return faults
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
