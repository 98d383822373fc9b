package main

import (
	"os"
	"strings"
	"testing"
)

func TestCheckChangelog(t *testing.T) {
	const good = "# Changelog\n\nIntroduction.\n\n## [Unreleased]\n\n## [1.2.3] - 2026-11-22\n\n### Added\n\n- Something.\n\n## [1.2.2] - 2026-01-02\n\n- First.\n"
	tests := []struct {
		name, old, new, version string
		want                    []string
	}{
		{"good", "", "", "1.2.3", nil},
		{"a line under Unreleased", "## [Unreleased]\n", "## [Unreleased]\n\n- More.\n", "1.2.3",
			[]string{`CHANGELOG.md:5: Unreleased is not empty: move its lines into a section "## [1.2.3] - YYYY-MM-DD" below it`}},
		{"a bare heading under Unreleased", "## [Unreleased]\n", "## [Unreleased]\n\n### Added\n", "1.2.3", nil},
		{"no Unreleased", "## [Unreleased]\n\n", "", "1.2.3",
			[]string{`CHANGELOG.md: the first section is not "## [Unreleased]": put one there, empty`}},
		{"Unreleased last", "## [Unreleased]\n\n## [1.2.3] - 2026-11-22", "## [1.2.3] - 2026-11-22\n\n- x\n\n## [Unreleased]", "1.2.3",
			[]string{`CHANGELOG.md: the first section is not "## [Unreleased]": put one there, empty`,
				`CHANGELOG.md:9: heading "[Unreleased]": want "## [X.Y.Z] - YYYY-MM-DD"`}},
		{"no section", "", "", "1.2.4", []string{`CHANGELOG.md: no section for 1.2.4: write "## [1.2.4] - YYYY-MM-DD" below Unreleased`}},
		{"no date", "[1.2.3] - 2026-11-22", "[1.2.3]", "1.2.3", []string{`CHANGELOG.md:7: no date: write "## [1.2.3] - YYYY-MM-DD"`}},
		{"no such date", "2026-11-22", "2026-11-31", "1.2.3", []string{`CHANGELOG.md:7: no date: write "## [1.2.3] - YYYY-MM-DD"`}},
		{"an older one without date", " - 2026-01-02", "", "1.2.3", []string{`CHANGELOG.md:13: heading "[1.2.2]": want "## [X.Y.Z] - YYYY-MM-DD"`}},
		{"empty", "- Something.\n", "", "1.2.3", []string{"CHANGELOG.md:7: section 1.2.3 is empty: say what changed"}},
		{"not the newest", "", "", "1.2.2", []string{"CHANGELOG.md:7: 1.2.3 is released already: want a higher VERSION than v1.2.2",
			"CHANGELOG.md:13: section 1.2.2 is not the newest: move it below Unreleased"}},
		{"compared as numbers", "[1.2.2]", "[1.2.10]", "1.2.3", []string{"CHANGELOG.md:13: 1.2.10 is released already: want a higher VERSION than v1.2.3"}},
		{"major before minor", "[1.2.2]", "[0.99.99]", "1.2.3", nil},
		{"twice", "[1.2.2]", "[1.2.3]", "1.2.3", []string{"CHANGELOG.md:13: 1.2.3 is released already: want a higher VERSION than v1.2.3"}},
		{"no brackets", "[1.2.2]", "1.2.2", "1.2.3", []string{`CHANGELOG.md:13: heading "1.2.2 - 2026-01-02": want "## [X.Y.Z] - YYYY-MM-DD"`}},
		{"leading zero", "[1.2.2]", "[1.02.2]", "1.2.3", []string{`CHANGELOG.md:13: heading "[1.02.2] - 2026-01-02": want "## [X.Y.Z] - YYYY-MM-DD"`}},
	}
	for _, test := range tests {
		text := strings.Replace(good, test.old, test.new, 1)
		if test.old != "" && text == good {
			t.Fatalf("%s: nothing was changed", test.name)
		}
		n, ok := parseNumber(test.version)
		if !ok {
			t.Fatal(test.version)
		}
		if got := strings.Join(checkChangelog(text, n), "\n"); got != strings.Join(test.want, "\n") {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, strings.Join(test.want, "\n"))
		}
	}
}

// The changelog of this module can become a release's: with its lines moved
// below a heading, nothing is left to say.
func TestOwnChangelog(t *testing.T) {
	text, err := os.ReadFile("../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	const heading = "\n## [Unreleased]\n"
	ready := strings.Replace(string(text), heading, heading+"\n## [999.0.0] - 2026-11-22\n", 1)
	if got := checkChangelog(ready, number{999, 0, 0}); len(got) > 0 {
		t.Error(strings.Join(got, "\n"))
	}
}

// Whatever stands in a changelog, a mistake is one line.
func FuzzChangelog(f *testing.F) {
	f.Add("## [Unreleased]\n\n## [1.2.3] - 2026-11-22\n- x\n", 1, 2, 3)
	f.Add("## [1.2.3]\n## [1.2.3] - 2026-11-22\n## \n## [9.9.9] - \r\n", 1, 2, 3)
	f.Fuzz(func(t *testing.T, text string, major, minor, patch int) {
		for _, line := range checkChangelog(text, number{major, minor, patch}) {
			if strings.ContainsAny(line, "\n\r") || !strings.HasPrefix(line, "CHANGELOG.md:") {
				t.Errorf("mistake %q", line)
			}
		}
	})
}
