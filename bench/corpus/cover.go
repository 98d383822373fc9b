package main

import (
	"maps"
	"strings"
)

// candidate is an input and the blocks of code that it reaches.
type candidate struct {
	name   string
	data   []byte
	blocks map[string]bool
}

// blocks reads a coverage profile (cmd/cover): a line for each block, which ends
// in how often it ran.
func blocks(profile string) map[string]bool {
	reached := map[string]bool{}
	for line := range strings.Lines(profile) {
		if block, count, ok := cutLast(strings.TrimSpace(line), " "); ok && count != "0" && strings.Contains(block, ",") {
			reached[block] = true
		}
	}
	return reached
}

func cutLast(text, separator string) (before, after string, found bool) {
	if i := strings.LastIndex(text, separator); i >= 0 {
		return text[:i], text[i+len(separator):], true
	}
	return text, "", false
}

// cover takes up to so many candidates that reach what was not reached, at each
// step the one that adds most; of equals the smaller, then the first by name.
func cover(reached map[string]bool, candidates []candidate, room int) []candidate {
	missing := map[string]bool{}
	for _, c := range candidates {
		for block := range c.blocks {
			if !reached[block] {
				missing[block] = true
			}
		}
	}
	var taken []candidate
	for len(taken) < room && len(missing) > 0 {
		best, most := candidate{}, 0
		for _, c := range candidates {
			adds := 0
			for block := range c.blocks {
				if missing[block] {
					adds++
				}
			}
			if adds > most || adds == most && adds > 0 && c.before(best) {
				best, most = c, adds
			}
		}
		taken = append(taken, best)
		maps.DeleteFunc(missing, func(block string, _ bool) bool { return best.blocks[block] })
	}
	return taken
}

func (c candidate) before(d candidate) bool {
	if len(c.data) != len(d.data) {
		return len(c.data) < len(d.data)
	}
	return c.name < d.name
}
