package iam

import (
	"strings"
	"testing"
	"time"
)

func TestMatch(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"", "", true},
		{"", "a", false},
		{"a", "", false},
		{"a", "a", true},
		{"a", "A", false},
		{"a", "ab", false},
		{"b", "ab", false},
		{"*", "", true},
		{"*", "a/b:c", true},
		{"**", "a", true},
		{"?", "", false},
		{"?", "a", true},
		{"?", "é", true},
		{"?", "ab", false},
		{"a*", "a", true},
		{"a*", "ba", false},
		{"*a", "ba", true},
		{"*a", "ab", false},
		{"a*b", "ab", true},
		{"a*b", "aXbXb", true},
		{"a*b", "aXbX", false},
		{"a*b*c", "abcbc", true},
		{"*ab", "aab", true},
		{"*ab*", "aacab", true},
		{"a*?c", "ac", false},
		{"a*?c", "abc", true},
		{"*?*?*", "a", false},
		{"*?*?*", "ab", true},
		{"role/Dev*", "role/DevAdmin", true}, // IAM's own glob is not segment-aware
		{"role/*", "role/a/b/c", true},
		{"a.c", "abc", false},
		{"[ab]", "a", false},
		{`\*`, "*", false},
		{"a|b", "a", false},
		{"ééé*", "éééé", true},
	} {
		if got := match(globOf(c.pattern), c.text); got != c.want {
			t.Errorf("match(%q, %q) = %v, want %v", c.pattern, c.text, got, c.want)
		}
	}
}

func TestMatchLiteral(t *testing.T) {
	if !match(literalOf("a*?"), "a*?") || match(literalOf("a*?"), "abc") {
		t.Error("literal text was taken for a pattern")
	}
}

// TestMatchIsNotExponential: a backtracking matcher would need some 10^60 steps.
func TestMatchIsNotExponential(t *testing.T) {
	pattern := globOf(strings.Repeat("a*", 1000) + "b")
	start := time.Now()
	if match(pattern, strings.Repeat("a", 3000)) {
		t.Error("matched")
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
}

// reference is the definition of a glob, tried from every position.
func reference(pattern, text []rune) bool {
	if len(pattern) == 0 {
		return len(text) == 0
	}
	switch pattern[0] {
	case '*':
		return reference(pattern[1:], text) || len(text) > 0 && reference(pattern, text[1:])
	case '?':
		return len(text) > 0 && reference(pattern[1:], text[1:])
	}
	return len(text) > 0 && pattern[0] == text[0] && reference(pattern[1:], text[1:])
}

// TestMatchExhaustively tries every pattern of up to five of a, b, ?, * on every text of up to six of a, b.
func TestMatchExhaustively(t *testing.T) {
	words := func(alphabet string, most int) []string {
		all, last := []string{""}, []string{""}
		for range most {
			var longer []string
			for _, w := range last {
				for _, r := range alphabet {
					longer = append(longer, w+string(r))
				}
			}
			all, last = append(all, longer...), longer
		}
		return all
	}
	texts := words("ab", 6)
	for _, pattern := range words("ab?*", 5) {
		units := globOf(pattern)
		for _, text := range texts {
			if got, want := match(units, text), reference([]rune(pattern), []rune(text)); got != want {
				t.Fatalf("match(%q, %q) = %v, want %v", pattern, text, got, want)
			}
		}
	}
}

func FuzzMatch(f *testing.F) {
	for _, c := range [][2]string{
		{"*", ""}, {"a*b", "aXXb"}, {"?*?", "ab"}, {"*a*a*a*", "aaaaaaaa"}, {"a?c*", "abc/d:e"}, {"\xff?", "\xfe?"}, {"**", "é"},
		{"arn:aws:iam::*:role/??v*", "arn:aws:iam::111122223333:role/dev"},
	} {
		f.Add(c[0], c[1])
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		start := time.Now()
		got := match(globOf(pattern), text)
		if d := time.Since(start); d > 2*time.Second {
			t.Fatalf("match(%d bytes, %d bytes) took %v", len(pattern), len(text), d)
		}
		// The reference is exponential in the number of asterisks.
		if len(text) > 40 || len(pattern) > 40 || strings.Count(pattern, "*") > 5 {
			return
		}
		if want := reference([]rune(pattern), []rune(text)); got != want {
			t.Errorf("match(%q, %q) = %v, want %v", pattern, text, got, want)
		}
	})
}
