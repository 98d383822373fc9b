package awsfile

import (
	"fmt"
	"slices"
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
	show := func(sign string, some []string, as func(string) string) {
		for _, line := range some {
			b.WriteString(sign + as(line) + "\n")
		}
	}
	show(" ", old[from:first], masked)
	show("-", old[first:len(old)-last], masked)
	show("+", edited[first:len(edited)-last], added)
	show(" ", old[len(old)-last:to], masked)
	return b.String()
}

// added is a line of ours: all of it is shown but the secrets of a session.
func added(line string) string {
	if key := keyOf(line); strings.HasPrefix(key, "aws_s") {
		return key + " = ********"
	}
	return strings.TrimRight(line, "\r\n")
}

// masked is a line of the file without what may be a secret in it: of the keys
// that are known to hold none, and of headers and our own mark, all is shown.
func masked(line string) string {
	line = strings.TrimRight(line, "\r\n")
	text := strings.TrimSpace(line)
	_, header := headerOf(line)
	key := keyOf(strings.TrimLeft(line, " \t"))
	switch {
	case text == "", header, strings.HasPrefix(line, mark), slices.Contains(harmless(), key):
		return line
	case strings.ContainsAny(text[:1], "#;"):
		return text[:1] + " ********"
	case key == "":
		return "********"
	}
	return key + " = ********"
}

// harmless are the keys of a profile whose values are no secrets.
func harmless() []string {
	return []string{"region", "output", "role_arn", "source_profile", "credential_source", "role_session_name", "duration_seconds", "mfa_serial",
		"aws_access_key_id", "sso_session", "sso_region", "sso_account_id", "sso_role_name", "sts_regional_endpoints", "cli_pager"}
}
