package iam

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// sameNode holds what the quick reader gave to what encoding/json gives.
func sameNode(a, b *node) bool {
	if a.offset != b.offset || a.kind != b.kind || a.text != b.text || len(a.items) != len(b.items) || len(a.members) != len(b.members) || !reflect.DeepEqual(a.data, b.data) {
		return false
	}
	for i := range a.items {
		if !sameNode(a.items[i], b.items[i]) {
			return false
		}
	}
	for i, m := range a.members {
		if o := b.members[i]; m.name != o.name || m.offset != o.offset || !sameNode(m.value, o.value) {
			return false
		}
	}
	return true
}

func checkQuick(t *testing.T, text string) (quick bool) {
	t.Helper()
	data := []byte(text)
	if legalText(data) != nil {
		return false // is refused before
	}
	got := quickJSON(data)
	if got == nil {
		return false
	}
	want, err := decodeJSON(data)
	if err != nil {
		t.Fatalf("%q: was read quickly, but %v", text, err)
	}
	if !sameNode(got, want) {
		t.Fatalf("%q: was read quickly, and otherwise", text)
	}
	return true
}

// TestQuick: what the quick reader takes, and what it leaves to encoding/json.
func TestQuick(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	var names []string
	for i := range 33 {
		names = append(names, `"`+strings.Repeat("n", i)+`":""`)
	}
	object := func(n int) string { return "{" + strings.Join(names[:n], ",") + "}" }
	for text, quick := range map[string]bool{
		soundPolicy: true, "{}": true, "[]": true, `""`: true, " {\r\n\t\"a\" : [ \"b\" , {} ] , \"é\" : \"\x7f\" } ": true, deep(maxDepth): true, object(32): true,
		"": false, " ": false, "{": false, "[": false, `"`: false, `"a`: false, "}": false, "{}}": false, "{} {}": false, "[\"a\",]": false, "[,\"a\"]": false, "[\"a\" \"b\"]": false,
		`{"a"}`: false, `{"a":}`: false, `{"a":"b",}`: false, `{,"a":"b"}`: false, `{"a":"b" "c":"d"}`: false, `{"a" "b"}`: false, `{a:"b"}`: false, `{[]:"b"}`: false, "{\"a\":\"b\"]": false, "[\"a\"}": false,
		`{"a":"b","a":"c"}`: false, `{"a":"b","A":"c"}`: false, `{"é":"b","É":"c"}`: false, object(33): false, deep(maxDepth + 1): false,
		`"\n"`: false, `"\u0041"`: false, "\"\n\"": false, "\"\t\"": false, "1": false, "[true]": false, "{\"a\":null}": false, "'a'": false, "[//\n]": false,
	} {
		if got := checkQuick(t, text); got != quick {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// FuzzQuick: what the quick reader takes, it reads as encoding/json does.
func FuzzQuick(f *testing.F) {
	for _, text := range []string{soundPolicy, mfaPermissions, teamPermissions, ipPermissions, " {\"a\" : [\"b\", {}, []] }\n", `{"a":"b","A":["c"]}`, `["a" , "b"]`, "{\"a\":\"é\"}", `{"a":1}`, `["\u00e9"]`, "[[[[[[[[]]]]]]]]"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) { checkQuick(t, text) })
}

// TestQuickWords tries texts that are put together from what JSON has a meaning for.
func TestQuickWords(t *testing.T) {
	words := []string{"{", "}", "[", "]", ",", ":", `"a"`, `"A"`, `"b":`, `"c":"d"`, `"e",`, "{}", `""`, " ", "\n", "\t", "1", "true", `"\\"`, `"`, "é", "[]"}
	r := rand.New(rand.NewPCG(5, 6))
	const rounds = 60_000
	quick := 0
	for range rounds {
		var b strings.Builder
		for range 1 + r.IntN(9) {
			b.WriteString(words[r.IntN(len(words))])
		}
		if checkQuick(t, b.String()) {
			quick++
		}
	}
	if quick < rounds/50 {
		t.Errorf("%d of %d were read quickly: too few to tell anything", quick, rounds)
	}
	t.Logf("%d of %d were read quickly", quick, rounds)
}
