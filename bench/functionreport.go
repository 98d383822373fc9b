package main

import (
	"fmt"
	"io"
	"strings"
)

// The promises of the function that are neither ratios nor sizes of a run.
const (
	bootstrapLimit = 9_000_000 // bytes, linux/arm64, stripped
	functionPeak   = 24        // MiB
	initGrowth     = 3         // ms, of 100 grants over 1
	warmLimit      = 0.3       // ms, over the empty handler and the call of STS
	decisionLimit  = 20        // microseconds
)

// report prints the function's tables and promises, in Markdown.
func (f *function) report(out io.Writer) {
	b := new(strings.Builder)
	table := func(title, other string, rows []*program, by *program, unit string, scale float64) {
		fmt.Fprintf(b, "\n| %s | wall | / %s |\n|---|---:|---:|\n", title, other)
		for _, p := range rows {
			fmt.Fprintf(b, "| %s | %.3g %s | %.2f |\n", p.name, typical(p, wall)*scale, unit, ratio(p, by, wall))
		}
	}
	table("init, from exec to the first `next`", "empty handler's", f.inits, named(f.inits, initEmpty), "ms", 1)
	table("warm request, from event to response", "empty handler's", f.warm, named(f.warm, warmEmpty), "ms", 1)
	table("decision, in process", "among 10", f.decisions, named(f.decisions, decideFew), "µs", 1000)
	fmt.Fprintln(b)
	for _, t := range f.targets() {
		fmt.Fprintln(b, "- "+t.String())
	}
	_, _ = io.WriteString(out, b.String())
}

// targets are the promises, with what was measured.
func (f *function) targets() []target {
	one, hundred, bare := named(f.inits, initOne), named(f.inits, initHundred), named(f.inits, initEmpty)
	few, many := named(f.decisions, decideFew), named(f.decisions, decideMany)
	memory := target{what: "peak memory of the function after 1,000 requests", got: f.peak, limit: functionPeak, unit: " MiB"}
	if f.peak == 0 {
		memory.absent = "no /proc"
	}
	return []target{
		{what: "size of the bootstrap, linux/arm64", got: float64(f.armSize) / 1e6, limit: bootstrapLimit / 1e6, unit: " MB"},
		{what: "init of the function, of the empty handler's", got: ratio(one, bare, wall), limit: 2, unit: "x"},
		{what: "init with 100 grants, over 1 grant's", got: surplus(hundred, one, wall), limit: initGrowth, unit: " ms"},
		{what: "warm request, over an empty handler and the call of STS", got: surplus(named(f.warm, warmVend), named(f.warm, warmAssume), wall), limit: warmLimit, unit: " ms"},
		{what: "decision among 10,000 grants", got: typical(many, wall) * 1000, limit: decisionLimit, unit: " µs"},
		{what: "decision among 10,000 grants, of one among 10", got: ratio(many, few, wall), limit: 2, unit: "x"},
		memory,
	}
}
