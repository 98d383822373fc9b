package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// README.ja.md is written anew in Japanese, but it has the same commands, the
// same sections and the same links as README.md. The messages say what to copy.
func TestJapaneseREADME(t *testing.T) {
	english, japanese := readText(t, "../README.md"), readText(t, "../README.ja.md")
	compareBlocks(t, blocks(t, "../README.md"), blocks(t, "../README.ja.md"))
	if e, j := headingLevels(english), headingLevels(japanese); e != j {
		t.Errorf("README.md has the headings %q and README.ja.md %q: add, remove or move a section there", e, j)
	}
	compareSets(t, "the link to", links(english), links(japanese))
	compareSets(t, "the code span", spans(english), spans(japanese))
}

// compareBlocks wants the blocks of commands the same to the letter, with the
// remarks that say what runs them; they are run from README.md. A drawing has
// its names in the first columns and words behind them.
func compareBlocks(t *testing.T, english, japanese []block) {
	t.Helper()
	if len(english) != len(japanese) {
		t.Fatalf("README.md has %d fenced blocks and README.ja.md %d: copy those that are missing, with their remarks", len(english), len(japanese))
	}
	for i, e := range english {
		j := japanese[i]
		same := e.proof == j.proof && e.language == j.language && e.text == j.text
		if e.language == "" && j.language == "" {
			same = firstColumns(e.text) == firstColumns(j.text)
		}
		if !same {
			t.Errorf("block %d of README.ja.md is another: copy this from README.md%s\n<!-- %s -->\n```%s\n%s```", i+1,
				map[bool]string{true: ", and translate what stands behind the names"}[e.language == ""], e.proof, e.language, e.text)
		}
	}
}

// firstColumns are the names in a drawing of folders.
func firstColumns(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimSpace(line[:min(len(line), 20)]) + "\n")
	}
	return b.String()
}

// headingLevels are the levels of a page's headings in their order, "1 2 2".
func headingLevels(text string) string {
	var levels []string
	for _, m := range regexp.MustCompile(`(?m)^(#+) `).FindAllStringSubmatch(withoutBlocks(text), -1) {
		levels = append(levels, string(rune('0'+len(m[1]))))
	}
	return strings.Join(levels, " ")
}

// links are the targets of a page's links, but for those between the two pages.
func links(text string) (targets []string) {
	for _, m := range regexp.MustCompile(`\]\(([^)]*)\)`).FindAllStringSubmatch(withoutBlocks(text), -1) {
		if m[1] != "README.md" && m[1] != "README.ja.md" {
			targets = append(targets, m[1])
		}
	}
	return targets
}

// spans are what stands in a page as code, on one line.
func spans(text string) (code []string) {
	for _, m := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(withoutBlocks(text), -1) {
		code = append(code, m[1])
	}
	return code
}

func withoutBlocks(text string) string {
	return regexp.MustCompile("(?sm)^```.*?^```$").ReplaceAllString(text, "")
}

// compareSets tells what is in one list and not in the other.
func compareSets(t *testing.T, what string, english, japanese []string) {
	t.Helper()
	for _, e := range english {
		if !slices.Contains(japanese, e) {
			t.Errorf("README.ja.md has not %s %s: say there what README.md says of it", what, e)
		}
	}
	for _, j := range japanese {
		if !slices.Contains(english, j) {
			t.Errorf("README.md has not %s %s: remove it from README.ja.md, or change it as README.md was", what, j)
		}
	}
}
