package strictyaml

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

func read(text string) (Value, error) {
	return Read(File{Name: "f", What: "test file", Key: "a", Max: 10_000}, []byte(text))
}

// TestRead: each mistake at its place, also where the YAML library does not say it, or says another.
func TestRead(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"empty", "", `f:1:1: test file is empty: want the key "a"`},
		{"only a comment", "# nothing", `f:1:1: test file is empty: want the key "a"`},
		{"too long", strings.Repeat("#", 10_001), "f:1:1: test file of 10001 bytes: want at most 10000"},
		{"not closed", "a: [", "f:1:1: did not find expected node content"},
		{"not closed later", "a: b\nc: [d,\n  e\nf: g\n", "f:2:1: did not find expected ',' or ']'"},
		{"indentation", "a:\n  - b: \"1\"\n   c: d\n", "f:3:1: did not find expected '-' indicator"},
		{"tab", "a:\n\t- b", "f:2:1: found character that cannot start any token"},
		{"in the middle of a long file", strings.Repeat("# x\n", 300) + "a: 'b\n" + strings.Repeat("c: d\n", 300), "f:301:1: found unexpected end of stream"},
		{"in JSON of many lines", "{\n\"a\": 1,\n\"b\" 2,\n\"c\": 3\n}\n", "f:3:1: did not find expected ',' or '}'"},
		{"two documents", "a: b\n---\na: b", "f:1:1: test file has several documents, or more after the first: want one"},
		{"tag", "a: !b c", `f:1:4: tag "!b": want none`},
		{"tag of a mapping", "a:\n  - !b {c: d}", `f:2:5: tag "!b": want none`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := read(test.file); err == nil || err.Error() != test.want {
				t.Errorf("%q\n got %v\nwant %s", test.file, err, test.want)
			}
		})
	}
}

// TestValues reads every type as every other.
func TestValues(t *testing.T) {
	for text, want := range map[string][4]string{ // Text, Quoted, Flag, Int
		"x":             {"x", "x", "want true or false, not \"x\"", "want a number, not \"x\""},
		"'x'":           {"x", "x", "not \"x\"", "not \"x\""},
		"''":            {"", "", `not ""`, `not ""`},
		"'1'":           {"1", "1", `not "1"`, `not "1"`},
		"1":             {"1", "want a text, which 1 is in quotes only", `not "1"`, "1"},
		"012":           {"012", "in quotes only", `not "012"`, `not "012"`},
		"1_000":         {"1_000", "in quotes only", `not "1_000"`, `not "1_000"`},
		"0x1f":          {"0x1f", "in quotes only", `not "0x1f"`, `not "0x1f"`},
		"-5":            {"-5", "in quotes only", `not "-5"`, "-5"},
		"1.5":           {"1.5", "in quotes only", `not "1.5"`, `not "1.5"`},
		"2026-01-01":    {"2026-01-01", "in quotes only", "not", "not"},
		"true":          {"want a text, not true or false", "which true is in quotes only", "true", "want a number, not true or false"},
		"FALSE":         {"want a text, not true or false", "which FALSE is in quotes only", "false", "not true or false"},
		"yes":           {"yes", "yes", `not "yes"`, `not "yes"`},
		"null":          {"want a text, not nothing", "want a text, not nothing", "not nothing", "not nothing"},
		"~":             {"not nothing", "not nothing", "not nothing", "not nothing"},
		"":              {"not nothing", "not nothing", "not nothing", "not nothing"},
		"[x]":           {"not a list", "not a list", "not a list", "not a list"},
		"{x: y}":        {"not a mapping", "not a mapping", "not a mapping", "not a mapping"},
		"!!binary eHg=": {"want a text", "in quotes only", "not", "not"},
		"!!str 1":       {"1", "1", "not", "not"},
		"*x":            {"not an alias, which is not read here", "not an alias", "not an alias", "not an alias"},
		"&x y":          {"y", "y", "not", "not"},
		"|\n  x\n  y\n": {"x\ny\n", "x\ny\n", "not", "not"},
		"<<":            {"<<", "in quotes only", "not", "not"},
		`"\u0041"`:      {"A", "A", "not", "not"},
	} {
		head := ""
		if strings.HasPrefix(text, "*") {
			head = "z: &x y\n"
		}
		root, err := read(head + "a: " + text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		s := root.Section("s", "a", "z")
		v, _ := s.Take("a")
		flag, flagErr := v.Flag("w")
		n, intErr := v.Int("w")
		plain, plainErr := v.Text("w")
		quoted, quotedErr := v.Quoted("w")
		for i, got := range []string{say(plain, plainErr), say(quoted, quotedErr), say(fmt.Sprint(flag), flagErr), say(fmt.Sprint(n), intErr)} {
			if isError := strings.HasPrefix(got, "f:"); isError && !strings.Contains(got, ": w: want ") || isError && !strings.Contains(got, want[i]) || !isError && got != want[i] {
				t.Errorf("%q, %d: %s, want %s", text, i, got, want[i])
			}
		}
	}
}

func say(v string, err error) string {
	if err != nil {
		return err.Error()
	}
	return v
}

// TestSection: unknown and repeated keys, and the first error, which stays.
func TestSection(t *testing.T) {
	for _, test := range []struct{ file, want string }{
		{"nme: x", `f:1:1: s: unknown key "nme": did you mean "name"?`},
		{"Name: x", `f:1:1: s: unknown key "Name": did you mean "name"?`},
		{"colour: x", `f:1:1: s: unknown key "colour": want one of name, flag, list, deep`},
		{"name: x\nname: y", `f:2:1: s: key "name" is there twice`},
		{"[x]", "f:1:1: s: want a mapping, not a list"},
		{"<<: {name: x}", `f:1:1: s: want a name as key, not "<<"`},
		{"[x]: y", "f:1:1: s: want a name as key, not a list"},
		{"name: [x]\nflag: 1", "f:1:7: s: name: want a text, not a list"},
		{"name: bad\nflag: 1", `f:1:7: s: name: want good, not "bad"`},
		{"name: good\nflag: 1", `f:2:7: s: flag: want true or false, not "1"`},
		{"name: good\nlist: x", `f:2:7: s: list: want a list, not "x"`},
		{"name: good\nlist: [x, [y]]", "f:2:11: item: want a text, not a list"},
		{"flag: true", `f:1:1: s: want the key "name"`},
		{"name: good\ndeep: {x: y}", "f:2:7: s: deep: is 100%d bad"},
		{strings.Repeat("nme", 30) + ": x", `f:1:1: s: unknown key "nmenmenmenmenmenmenmenmenmenmenmenmenmenmenmenmenmenmenmenme...": want one of name, flag, list, deep`},
	} {
		root, err := read(test.file)
		if err != nil {
			t.Fatal(err)
		}
		s := root.Section("s", "name", "flag", "list", "deep")
		s.Need("name")
		s.Text("name", "", func(text string) string {
			if text != "good" {
				return "good"
			}
			return ""
		})
		s.Flag("flag")
		s.Each("list", func(v Value) error { _, err := v.Text("item"); return err })
		s.Read("deep", func(v Value) error { s.Fail("deep", "is %d%%d bad", 100); return nil })
		if err := s.Err(); err == nil || err.Error() != test.want {
			t.Errorf("%q\n got %v\nwant %s", test.file, err, test.want)
		}
		s.Fail("name", "another")
		s.Keep(fmt.Errorf("another"))
		if _, ok := s.Take("name"); ok || s.Err().Error() != test.want {
			t.Errorf("%q: %v", test.file, s.Err())
		}
	}
}

// TestManyKeys: a repeated key is found however many there are.
func TestManyKeys(t *testing.T) {
	var b strings.Builder
	for i := range 500 {
		fmt.Fprintf(&b, "k%d: v\n", i)
	}
	for text, want := range map[string]string{b.String(): "", b.String() + "k7: v\n": `f:501:1: s: key "k7" is there twice`} {
		root, err := read(text)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		err = root.Pairs("s", func(Value, Value) error { n++; return nil })
		if say("", err) != want || n != 500 || root.Len() < 500 {
			t.Errorf("%v, %d", err, n)
		}
	}
}

// TestJSON: the JSON means the same to a reader of JSON, and every column of it leads back.
func TestJSON(t *testing.T) {
	root, err := read("a:\n  - {b: 2026-01-01, c: [true, ~, 007]}\n  - \"x\\\"\\\\\\t<&>é\"\nd:\n")
	if err != nil {
		t.Fatal(err)
	}
	var spelt []string
	j, err := root.JSON("w", func(path []string, at Value, isKey bool) (string, error) {
		spelt = append(spelt, fmt.Sprint(strings.Join(path, "/"), " ", at.Place().line, ":", at.Place().column, " ", isKey))
		return strings.ReplaceAll(at.Raw(), "007", "bond"), nil
	})
	const want = `{"a":[{"b":"2026-01-01","c":["true",null,"bond"]},"x\"\\\u0009<&>é"],"d":null}`
	if err != nil || j.Text != want {
		t.Errorf("%v\n%s\n%s", err, j.Text, want)
	}
	if got := strings.Join(spelt, ", "); got != "a 1:1 true, a/b 2:6 true, a/b 2:9 false, a/c 2:21 true, a/c 2:25 false, a/c 2:34 false, a 3:5 false, d 4:1 true" {
		t.Error(got)
	}
	for text, place := range map[string]string{`{"a"`: "f:1:1", `"a"`: "f:1:1", `["true`: "f:2:24", `"true`: "f:2:25", `"bond`: "f:2:34", `"x\"`: "f:3:5", `"d"`: "f:4:1", `é"`: "f:3:5"} {
		before, _, _ := strings.Cut(j.Text, text)
		column := utf8.RuneCountInString(before) + 1
		if got := j.At(column).Place().String(); got != place {
			t.Errorf("%s: %s, want %s", text, got, place)
		}
	}
	if _, err := root.JSON("w", func([]string, Value, bool) (string, error) { return "", root.Errorf("no") }); err == nil {
		t.Error("the speller's error is lost")
	}
	if alias, err := read("a: &x y\nb: *x"); err == nil {
		if _, err := alias.JSON("w", nil); err == nil || err.Error() != "f:2:4: w: want a value, not an alias, which is not read here" {
			t.Error(err)
		}
	}
}

// TestQuote: every character that JSON wants escaped is, and no other, wherever it stands.
func TestQuote(t *testing.T) {
	for c := rune(0); c <= 'Ā'; c++ {
		for _, text := range []string{string(c), "a" + string(c) + "b", "é" + string(c)} {
			got := Quote(text)
			var back string
			if err := json.Unmarshal([]byte(got), &back); err != nil || back != text {
				t.Errorf("%q is written as %s and read back as %q, %v", text, got, back, err)
			}
			if escaped := strings.Contains(got, `\`); escaped != (c < ' ' || c == '"' || c == '\\') {
				t.Errorf("%q is written as %s", text, got)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	known := []string{"name", "path", "console", "policies"}
	for name, want := range map[string]string{"nme": "name", "Name": "name", "polices": "policies", "policy": "policies", "x": "", "": "", strings.Repeat("name", 100): ""} {
		if got := nearest(name, known); got != want {
			t.Errorf("%.20q: %q, want %q", name, got, want)
		}
	}
}

// FuzzRead: whatever a file holds, there is a value or an error with its place, and the value can be walked and is JSON.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"a: b", "a: &x [*x]", "- \xff", "a: [", "{\"a\": 1}", "a: |\n  b", "a: !b c", "<<: {a: b}", "a: b\n---\nc: d", "? [a]\n: b", "\ufeffa: b", "a: 'x\n\n  y'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		root, err := read(text)
		if err != nil {
			e, ok := errors.AsType[*Error](err)
			if !ok || e.File != "f" || e.Line < 1 || e.Column < 1 || e.Text == "" {
				t.Errorf("%q: %#v", text, err)
			}
			return
		}
		j, err := root.JSON("w", nil)
		if err != nil {
			return // aliases, repeated keys
		}
		var v any
		if err := json.Unmarshal([]byte(j.Text), &v); err != nil {
			t.Errorf("%q: %v: %s", text, err, j.Text)
		}
		for column := range utf8.RuneCountInString(j.Text) {
			j.At(column + 1)
		}
	})
}
