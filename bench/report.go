package main

import (
	"fmt"
	"io"
	"strings"
)

// sizeLimit is how large the stripped linux/amd64 binary may be, in bytes.
const sizeLimit = 12_000_000

// peakLimit is how much memory a run may need at its peak, in MiB.
const peakLimit = 20

// target is one promise: a number, and which side of the limit it must be on.
type target struct {
	what    string
	got     float64
	limit   float64
	atLeast bool
	unit    string
	absent  string
}

func (t target) met() bool {
	if t.atLeast {
		return t.got >= t.limit
	}
	return t.got <= t.limit
}

func (t target) String() string {
	if t.absent != "" {
		return fmt.Sprintf("not measured: %s (%s)", t.what, t.absent)
	}
	verdict, want := "missed", "at most"
	if t.met() {
		verdict = "met"
	}
	if t.atLeast {
		want = "at least"
	}
	return fmt.Sprintf("%s: %s: %.4g%s, want %s %.4g%s", verdict, t.what, t.got, t.unit, want, t.limit, t.unit)
}

// report prints the tables and the promises, in Markdown.
func report(out io.Writer, programs []*program) {
	b := new(strings.Builder)
	for _, over := range []string{"HTTP", "HTTPS"} {
		fmt.Fprintf(b, "\n| over %s | wall | CPU | peak memory | wall / karikagi's | CPU / karikagi's | size |\n", over)
		fmt.Fprintln(b, "|---|---:|---:|---:|---:|---:|---:|")
		for _, p := range programs {
			if strings.HasSuffix(p.key, " over "+over) {
				fmt.Fprintln(b, row(p, named(programs, "karikagi over "+over)))
			}
		}
	}
	fmt.Fprintln(b)
	for _, t := range targets(programs) {
		fmt.Fprintln(b, "- "+t.String())
	}
	_, _ = io.WriteString(out, b.String())
}

// row is a program's line of the table.
func row(p, karikagi *program) string {
	if p.absent != "" {
		return fmt.Sprintf("| %s: %s | | | | | | |", p.name, p.absent)
	}
	bytes := ""
	if p.size > 0 {
		bytes = fmt.Sprintf("%.2f MB", float64(p.size)/1e6)
	}
	return fmt.Sprintf("| %s | %.1f ms | %.1f ms | %.1f MiB | %.2f | %.2f | %s |", p.name,
		typical(p, wall), typical(p, cpu), typical(p, peak), ratio(p, karikagi, wall), ratio(p, karikagi, cpu), bytes)
}

// targets are the promises, with what was measured.
func targets(programs []*program) []target {
	compare := func(what, key, by string, of func(cost) float64, limit float64, atLeast bool) target {
		t := target{what: what, limit: limit, atLeast: atLeast, unit: "x"}
		p, other := named(programs, key), named(programs, by)
		if t.absent = p.absent + other.absent; t.absent == "" {
			t.got = ratio(p, other, of)
		}
		return t
	}
	largest := target{what: "peak memory", limit: peakLimit, unit: " MiB"}
	for _, key := range []string{karikagiHTTP, karikagiHTTPS} {
		if p := named(programs, key); p.absent == "" {
			largest.got = max(largest.got, typical(p, peak))
		}
	}
	return []target{
		compare("faster than boto3, wall", boto3HTTP, karikagiHTTP, wall, 25, true),
		compare("faster than boto3, CPU", boto3HTTP, karikagiHTTP, cpu, 25, true),
		compare("of the minimal program over HTTP, wall", karikagiHTTP, minimalHTTP, wall, 1.3, false),
		compare("of the minimal program over HTTP, CPU", karikagiHTTP, minimalHTTP, cpu, 1.3, false),
		compare("of the minimal program over HTTPS, wall", karikagiHTTPS, minimalHTTPS, wall, 0.7, false),
		compare("of the minimal program over HTTPS, CPU", karikagiHTTPS, minimalHTTPS, cpu, 0.7, false),
		{what: "size of the binary", got: float64(named(programs, karikagiHTTP).size) / 1e6, limit: sizeLimit / 1e6, unit: " MB"},
		largest,
	}
}

// named finds a program by its key.
func named(programs []*program, key string) *program {
	for _, p := range programs {
		if p.key == key {
			return p
		}
	}
	return &program{key: key, absent: "no such program"}
}
