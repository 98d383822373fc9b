package awsfile

import (
	"fmt"
	"strings"
)

// Diff shows what an edit changes, with the lines around it: one place, as every
// edit of this package is. A value that is a secret, or may be, is not shown.
func Diff(before, after []byte) string {
	old, edited := lines(before), lines(after)
	first := 0
	for first < len(old) && first < len(edited) && old[first] == edited[first] {
		first++
	}
	last := 0 // lines at the end that are the same
	for last < len(old)-first && last < len(edited)-first && old[len(old)-1-last] == edited[len(edited)-1-last] {
		last++
	}
	if first == len(old) && first == len(edited) {
		return ""
	}
	const around = 3
	from, to := max(0, first-around), min(len(old), len(old)-last+around)
	var b strings.Builder
	fmt.Fprintf(&b, "@@ -%d,%d +%d,%d @@\n", from+1, to-from, from+1, to-from+len(edited)-len(old))
	show := func(sign string, some []string) {
		for _, line := range some {
			b.WriteString(sign + masked(line) + "\n")
		}
	}
	show(" ", old[from:first])
	show("-", old[first:len(old)-last])
	show("+", edited[first:len(edited)-last])
	show(" ", old[len(old)-last:to])
	return b.String()
}

// masked is a line without what may be a secret in it.
func masked(line string) string {
	line = strings.TrimRight(line, "\r\n")
	key := keyOf(strings.TrimLeft(line, " \t"))
	for _, secret := range []string{"secret", "token", "password"} {
		if strings.Contains(key, secret) {
			return key + " = ********"
		}
	}
	return line
}
