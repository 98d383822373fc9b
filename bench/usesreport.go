package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// cachedLimit is how long the process form may take with a kept session, in ms.
const cachedLimit = 6

// The things of a cost that only bursts of requests have: wall is the time by
// the number of requests.
func rate(c cost) float64      { return float64(time.Second) / float64(c.wall) }
func half(c cost) float64      { return float64(c.p50) / float64(time.Microsecond) }
func nearlyAll(c cost) float64 { return float64(c.p99) / float64(time.Microsecond) }

// report prints the tables and promises of the uses, in Markdown.
func (u *uses) report(out io.Writer) {
	b := new(strings.Builder)
	// No peak memory: a program as small as true seems to hold what its launcher did.
	table := func(title, other string, rows []*program, by *program) {
		fmt.Fprintf(b, "\n| %s | wall | CPU | wall / %s | CPU / %s |\n|---|---:|---:|---:|---:|\n", title, other, other)
		for _, p := range rows {
			fmt.Fprintf(b, "| %s | %.2f ms | %.2f ms | %.2f | %.2f |\n", p.name,
				typical(p, wall), typical(p, cpu), ratio(p, by, wall), ratio(p, by, cpu))
		}
	}
	exec, apart := named(u.execs, execTrue), named(u.execs, exportTrue)
	hit, start := named(u.cached, cacheHit), named(u.cached, startAlone)
	table("command with a session, over HTTP", "export and command's", u.execs, apart)
	fmt.Fprintf(b, "\n`exec` over `export` and `true`: %+.2f ms wall, %+.2f ms CPU (medians of the differences within a round)\n",
		surplus(exec, apart, wall), surplus(exec, apart, cpu))
	table("`credential_process`, over HTTP", "kept session's", u.cached, hit)
	fmt.Fprintf(b, "\na kept session over a start alone: %+.2f ms wall, %+.2f ms CPU\n",
		surplus(hit, start, wall), surplus(hit, start, cpu))
	fmt.Fprintf(b, "\n%d processes at once, none kept: %.0f ms until the last has its session (median of %d)\n",
		crowd, wall(cost{wall: u.cold.took}), crowds)
	u.reportServed(b)
	fmt.Fprintln(b)
	for _, t := range u.targets() {
		fmt.Fprintln(b, "- "+t.String())
	}
	_, _ = io.WriteString(out, b.String())
}

// reportServed prints the bursts, each beside the handler's with as many clients.
func (u *uses) reportServed(b *strings.Builder) {
	fmt.Fprintf(b, "\n| GET with the token, keep-alive | requests/s | p50 | p99 | requests/s / handler's | p50 / handler's | p99 / handler's |\n")
	fmt.Fprintln(b, "|---|---:|---:|---:|---:|---:|---:|")
	for i, p := range u.served {
		by := u.served[i|1] // the rows are in pairs, the handler's the second
		fmt.Fprintf(b, "| %s | %.0f | %.0f µs | %.0f µs | %.2f | %.2f | %.2f |\n", p.name,
			typical(p, rate), typical(p, half), typical(p, nearlyAll), ratio(p, by, rate), ratio(p, by, half), ratio(p, by, nearlyAll))
	}
	if u.peak > 0 {
		fmt.Fprintf(b, "\npeak memory of `karikagi serve` after %d requests: %.2f MiB\n", u.requests(), u.peak)
	}
}

// requests is how many `karikagi serve` has answered, without the first of each
// connection.
func (u *uses) requests() int { return 2 * burst * (len(u.served[0].costs) + 1) }

// targets are the promises, with what was measured.
func (u *uses) targets() []target {
	return []target{
		{what: "process form with a kept session, wall", got: typical(named(u.cached, cacheHit), wall), limit: cachedLimit, unit: " ms"},
		{what: fmt.Sprintf("calls of AssumeRole by %d processes at once, none kept", crowd), got: float64(u.cold.calls), limit: 1},
	}
}
