package main

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// number is a released version X.Y.Z (semver.org), without pre-release or build:
// what is released here is meant.
type number struct{ major, minor, patch int }

// parseNumber reads X.Y.Z, each without leading zeros.
func parseNumber(text string) (n number, ok bool) {
	words := strings.Split(text, ".")
	if len(words) != 3 {
		return n, false
	}
	for i, to := range []*int{&n.major, &n.minor, &n.patch} {
		value, err := strconv.Atoi(words[i])
		if err != nil || value < 0 || value > 1_000_000 || strconv.Itoa(value) != words[i] {
			return number{}, false
		}
		*to = value
	}
	return n, true
}

func (n number) compare(m number) int {
	return cmp.Or(cmp.Compare(n.major, m.major), cmp.Compare(n.minor, m.minor), cmp.Compare(n.patch, m.patch))
}

// section is a part of the changelog, below a heading of the second level.
type section struct {
	line    int
	heading string // without "## "
	filled  bool   // says something besides headings
}

// sections takes a changelog apart.
func sections(text string) []section {
	var all []section
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimRight(line, " \t\r")
		switch heading, is := strings.CutPrefix(line, "## "); {
		case is:
			all = append(all, section{line: i + 1, heading: heading})
		case len(all) > 0 && line != "" && !strings.HasPrefix(line, "#"):
			all[len(all)-1].filled = true
		}
	}
	return all
}

// released reads the heading of a released version: [X.Y.Z] - YYYY-MM-DD, as
// keepachangelog.com has it.
func (s section) released() (n number, dated, ok bool) {
	bracketed, date, _ := strings.Cut(s.heading, "]")
	text, begins := strings.CutPrefix(bracketed, "[")
	n, ok = parseNumber(text)
	_, err := time.Parse(" - "+time.DateOnly, date)
	return n, err == nil, ok && begins
}

// checkChangelog says what keeps a version from being released by the
// changelog, each mistake in one line with the next step.
func checkChangelog(text string, version number) []string {
	var mistakes []string
	mistake := func(s section, format string, values ...any) {
		mistakes = append(mistakes, fmt.Sprintf("CHANGELOG.md:%d: ", s.line)+fmt.Sprintf(format, values...))
	}
	name := fmt.Sprintf("%d.%d.%d", version.major, version.minor, version.patch)
	wanted := fmt.Sprintf(`"## [%s] - YYYY-MM-DD"`, name)
	all := sections(text)
	if len(all) == 0 || all[0].heading != "[Unreleased]" {
		mistakes = append(mistakes, `CHANGELOG.md: the first section is not "## [Unreleased]": put one there, empty`)
	} else {
		if all[0].filled {
			mistake(all[0], "Unreleased is not empty: move its lines into a section %s below it", wanted)
		}
		all = all[1:]
	}
	own := false
	for i, s := range all {
		n, dated, ok := s.released()
		switch {
		case !ok || !dated && n != version:
			mistake(s, `heading %q: want "## [X.Y.Z] - YYYY-MM-DD"`, s.heading)
		case n == version && !own:
			own = true
			if !dated {
				mistake(s, "no date: write %s", wanted)
			}
			if i > 0 {
				mistake(s, "section %s is not the newest: move it below Unreleased", name)
			}
			if !s.filled {
				mistake(s, "section %s is empty: say what changed", name)
			}
		case n.compare(version) >= 0:
			mistake(s, "%d.%d.%d is released already: want a higher VERSION than v%s", n.major, n.minor, n.patch, name)
		}
	}
	if !own {
		mistakes = append(mistakes, fmt.Sprintf("CHANGELOG.md: no section for %s: write %s below Unreleased", name, wanted))
	}
	return mistakes
}
