package strictyaml

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// difference holds the plain reader to the library, node by node.
func difference(a, b *tree) string {
	if len(a.nodes) != len(b.nodes) {
		return fmt.Sprintf("%d nodes, want %d", len(a.nodes), len(b.nodes))
	}
	for at, n := range a.nodes {
		m := b.nodes[at]
		if n.kind != m.kind || n.line != m.line || n.column != m.column || a.text(at) != b.text(at) || a.next(at) != b.next(at) {
			return fmt.Sprintf("%d:%d kind %d %q up to %d, want %d:%d kind %d %q up to %d", n.line, n.column, n.kind, a.text(at), a.next(at), m.line, m.column, m.kind, b.text(at), b.next(at))
		}
	}
	return ""
}

func check(t *testing.T, text string) (plain bool) {
	t.Helper()
	got, ok := readPlain("f", []byte(text))
	if !ok {
		return false
	}
	var want yaml.Node
	d := yaml.NewDecoder(strings.NewReader(text))
	if err := d.Decode(&want); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if err := d.Decode(&yaml.Node{}); err == nil {
		t.Fatalf("%q: several documents", text)
	}
	library := &tree{}
	library.add(want.Content[0])
	if d := difference(got, library); d != "" {
		t.Fatalf("%q: %s", text, d)
	}
	return true
}

// TestPlain: what the plain reader takes, and what it leaves to the library.
func TestPlain(t *testing.T) {
	for text, plain := range map[string]bool{
		"a: b\n": true, "a: b": true, "a: # x\n  b: c\n- d\n": false, "a:   # x\n  - b: 'c'  # y\n    # z\n    d: \"${e.f}\" # g\n": true, "a:\n  b: c\nd: e\n": true, "a:\n- b\n- c\nd: e": true, "a:\n  - b: c\n    d: e\n  - f: g\n": true, "- - a\n  - b\n- c\n": true,
		"a: {b: c, d: [e, 'f', \"g\"]} # x\n\n# y\nh: 1\n": true, "{\"a\":1,\"b\":[true,null,\"c\"]}": true, "{\n  \"a\": {\n    \"b\": []\n  }\n}\n": true,
		"a: b # c\n": true, "a: b#c\n": true, "a: 'it''s'\n": true, `a: "x\"y\\z"`: true, "a: arn:aws:s3:::data/${parameter.team}/*\n": true, "é: ü\nb: {é: ü, c: d}": true,
		"a: 012345678901\n": false, "a: 123456789012\n": true, "a: 15m\nb: 1.5\n": false, "a: 15m\nb: 2026-01-01\n": false, "a: 203.0.113.0/24\n": true, "a: 1e3\n": false, "x": true, "[]": true,
		"": false, "a:\n": false, "a: &x b\nc: *x\n": false, "a: !!str b\n": false, "a: |\n  b\n": false, "a: >\n  b\n": false, "a: b\n  c\n": false, "a: 'b\n  c'\n": false,
		"---\na: b\n": false, "a: b\n...\n": false, "a: b\n---\nc: d\n": false, "%YAML 1.2\n---\na: b": false, "a:\tb\n": false, "a: b\r\n": false, "? a\n: b\n": false, "a: b: c\n": false,
		"a: [b\n": false, "a: {b}\n": false, "a: [b: c]\n": false, "a: {b: }\n": false, "a: {b: c\n d}\n": false, "a: @b\n": false, "a: -1\n": false, "a: ~\n": false, "<<: {a: b}\n": false, "a:\n  b: c\n d: e\n": false,
		"a: ['b' 'c']\n": false, "a: {'b': 'c' 'd': e}\n": false, "a: 'b'#c\n": false, "a: \"b\"#c\n": false, "a: ['#b: 'c']\n": false, "a:\n b: c\n": true, " a: b\n": true, "-\n  a\n": true, "- #\n  a: b\n": true, "a: b '\n": true,
		"a: True\nb: TRUE\nc: False\nd: FALSE\ne: false": true, "a: Null\nb: NULL": true, "a: 0\n": true, "a: 00\n": false, "a: 1~\n": true, "a: [b#c\n  ]\n": true,
		"\ufeffa: b\n": false, "a: \"\\u0041\"\n": false, "a: b\n\x00": false, "a: \xff\n": false,
	} {
		if got := check(t, text); got != plain {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestPrintable puts every character at every place of a text, the end of which is not a multiple of eight.
func TestPrintable(t *testing.T) {
	for c := range rune(0x300) {
		want := c == '\n' || ' ' <= c && c <= '~' || c >= 0xa0
		for at := range 19 {
			text := strings.Repeat("a", at) + string(c) + strings.Repeat("~", 18-at)
			s := plainReader{}
			if got := s.printable([]byte(text)); got != want || got && s.ascii != (c < 0x80) {
				t.Errorf("%q: %v, ASCII %v", text, got, s.ascii)
			}
		}
	}
	for _, b := range []string{"\x80", "\xff", "\xe2\x80\xa8", "\xe2\x80\xa9", "\xef\xbb\xbf", "\xef\xbf\xbe"} {
		s := plainReader{}
		if s.printable([]byte("aaaaaaaa" + b + "aaaaaaaa")) {
			t.Errorf("%q is printable", b)
		}
	}
}

// FuzzPlain: what the plain reader takes, it reads as the library does, to the column.
func FuzzPlain(f *testing.F) {
	for _, text := range []string{
		"a: b\nc:\n  - d: e\n    f: {g: [h, 'i'], \"j\": 1}\n  - k\n", "{\"a\":1,\n \"b\":[true,null,\"c\"]}\n", "- - a\n  - b\n-\n  c: d # e\n", "a: 'it''s' #x\nb: \"\\\"\\\\\"\n", "a:\n- b\n-  c:  d\n   e: f\n",
		"a: [b, c,\n  d, # e\n  f,]\n", "a : b\n", "a: {b : c}\n", "{a: b}: c\n", "a: 'b' 'c'\n", "a: b :c\n", "'a': b\n\"c\": d\n", "a: {'b':c}\n", "a: {\"b\":c,d: e}\n", "a: [b]c\n", "a: []\nb: {}\n", "a: x{y}[z],\n",
		"a:\n  b:\n    c\n  d: e\n", "a: 1_000\nb: 0x1f\nc: 0o7\nd: 1:30\n", "- a\n - b\n", "a:\n  - b\n - c\n", "# x\n  a: b\n  c: d\n", "a: b\n# c\n  # d\ne: f", "a: b#c d # e", "a: {b: c#d, e: f}\n", "- {a: b,\nc: d}\n", "a: 'b'#c\n",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { check(t, text) })
}

// TestPlainWords tries texts that are put together from what YAML has a meaning for.
func TestPlainWords(t *testing.T) {
	words := []string{"a", "b", "a: b", ": ", ":", " ", "  ", "    ", "\n", "\n", "\n  ", "\n    ", "- ", "-", "{", "}", "[", "]", ", ", ",", "'", "\"", " #", "#", "1", "true", "é", "a: ", "\na: ", "\n- ", "{a: b}", "[a, b]", "'a'", "\"a\": ", "a:\n", ".", "...", "$", "?", "~", "0", "<<: "}
	r := rand.New(rand.NewPCG(3, 4))
	const rounds = 60_000
	plain := 0
	for range rounds {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteString(words[r.IntN(len(words))])
		}
		if check(t, b.String()) {
			plain++
		}
	}
	if plain < rounds/50 {
		t.Errorf("%d of %d were plain: too few to tell anything", plain, rounds)
	}
	t.Logf("%d of %d were plain", plain, rounds)
}
