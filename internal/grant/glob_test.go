package grant

import (
	"strings"
	"testing"
	"time"
)

func TestGlob(t *testing.T) {
	for _, test := range []struct {
		pattern    string
		yes, never []string
	}{
		{"alice", []string{"alice"}, []string{"", "Alice", "alice2", "xalice", "team/alice", "alice/"}},
		{"team/*", []string{"team/a", "team/alice", "team/"}, []string{"team", "team/blue/alice", "team2/alice", "x/team/alice", "team/a:b"}},
		{"*", []string{"", "alice"}, []string{"team/alice", "a:b", "/"}},
		{"**", []string{"", "alice", "team/alice", "a/b/c"}, []string{"a:b", "team/a:b"}},
		{"team/**", []string{"team/alice", "team/blue/alice"}, []string{"team", "team2/alice", "x/team/alice"}},
		{"team/**/lead", []string{"team/a/lead", "team/a/b/lead"}, []string{"team/lead", "team/a/lead/x", "lead"}},
		{"**/alice", []string{"team/alice", "a/b/alice"}, []string{"alice", "a/alice2"}},
		{"*/alice", []string{"team/alice"}, []string{"alice", "a/b/alice"}},
		{"A_*_x*", []string{"A_1_x", "A__x", "A_1_x2", "A_x_x"}, []string{"A_x", "A_1_y", "A_1/_x", "B_1_x"}},
		{"*a*b", []string{"ab", "xaxb", "aabab"}, []string{"a/b", "ba", "x/ab"}},
		{"**a*b", []string{"x/ab", "a/ab", "ab/acb"}, []string{"a/b", "ab/"}},
		{"*a/*b**c", []string{"xa/xbc", "a/bx/yc"}, []string{"a/x/bc", "x/a/bc", "a/bx:c"}},
	} {
		g, err := newGlob(test.pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range test.yes {
			if !g.match(s) {
				t.Errorf("%q does not match %q", test.pattern, s)
			}
		}
		for _, s := range test.never {
			if g.match(s) {
				t.Errorf("%q matches %q", test.pattern, s)
			}
		}
	}
}

// TestGlobTime: a hostile name costs no more than its length squared.
func TestGlobTime(t *testing.T) {
	g, err := newGlob(strings.Repeat("*a", 100) + "**" + strings.Repeat("a*", 100) + "b")
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if g.match(strings.Repeat("a", 577)) { // the longest path and name
		t.Error("matches")
	}
	if d := time.Since(start); d > time.Second {
		t.Errorf("took %v", d)
	}
}

// FuzzPattern compares the matcher with what its comment says, written down as plainly as can be.
func FuzzPattern(f *testing.F) {
	for _, s := range []struct{ pattern, name string }{
		{"team/*", "team/alice"}, {"**/alice", "a/b/alice"}, {"*a/*b**c", "a/bx/yc"}, {"*", "a:b"}, {"***", "a"}, {"a|b", "a"}, {"", ""}, {"**a*b/**", "a/b/ab/x"},
	} {
		f.Add(s.pattern, s.name)
	}
	f.Fuzz(func(t *testing.T, pattern, name string) {
		g, err := newGlob(pattern)
		if err != nil || len(pattern) > 20 || len(name) > 30 {
			return
		}
		got, want := g.match(name), plainMatch(pattern, name)
		if got != want {
			t.Errorf("%q, %q: %v, want %v", pattern, name, got, want)
		}
		// What the wildcards promise: a colon is only matched by a colon, and without ** so is a slash.
		if got && strings.Count(pattern, ":") != strings.Count(name, ":") {
			t.Errorf("%q, %q: crosses a colon", pattern, name)
		}
		if got && !strings.Contains(pattern, "**") && strings.Count(pattern, "/") != strings.Count(name, "/") {
			t.Errorf("%q, %q: crosses a slash", pattern, name)
		}
		if got && !g.lower().match(lower(name)) {
			t.Errorf("%q, %q: does not match without regard to case", pattern, name)
		}
	})
}

func plainMatch(pattern, name string) bool {
	switch {
	case pattern == "":
		return name == ""
	case strings.HasPrefix(pattern, "**"):
		return plainMatch(pattern[2:], name) || name != "" && name[0] != ':' && plainMatch(pattern, name[1:])
	case pattern[0] == '*':
		return plainMatch(pattern[1:], name) || name != "" && name[0] != ':' && name[0] != '/' && plainMatch(pattern, name[1:])
	}
	return name != "" && name[0] == pattern[0] && plainMatch(pattern[1:], name[1:])
}
