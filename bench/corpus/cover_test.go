package main

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		all[w] = true
	}
	return all
}

func TestCover(t *testing.T) {
	candidates := []candidate{
		{"d", []byte("long"), set("1 2 3")},
		{"c", []byte("x"), set("1 2 3")},
		{"b", []byte("x"), set("1 2 3")},
		{"a", []byte("x"), set("seen 1")},
		{"e", []byte("x"), set("3 4")},
		{"f", []byte("x"), set("seen")},
	}
	for room, want := range map[int]string{-1: "", 0: "", 1: "b", 2: "b e", 25: "b e"} {
		for range 2 { // whatever order they are found in
			slices.Reverse(candidates)
			var got []string
			for _, c := range cover(set("seen"), candidates, room) {
				got = append(got, c.name)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("room for %d: %q, want %q", room, got, want)
			}
		}
	}
}

func TestBlocks(t *testing.T) {
	got := blocks("mode: set\nkarikagi/a/b.go:1.2,3.4 5 1\nkarikagi/a/b.go:6.7,8.9 1 0\nkarikagi/a/c.go:1.2,3.4 5 10\n")
	if want := set("karikagi/a/b.go:1.2,3.4 5"); len(got) != 2 || !got["karikagi/a/b.go:1.2,3.4 5"] || !got["karikagi/a/c.go:1.2,3.4 5"] {
		t.Errorf("%v, want %v and another", slices.Collect(maps.Keys(got)), want)
	}
}
