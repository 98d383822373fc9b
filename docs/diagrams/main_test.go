package main

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each drawing is what its text gives, and is shown somewhere.
func TestDrawings(t *testing.T) {
	files, err := filepath.Glob("*.txt")
	if err != nil || len(files) < 3 {
		t.Fatalf("%v, %v", files, err)
	}
	page, err := os.ReadFile("../architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d, err := parse(string(text))
		if err != nil {
			t.Fatalf("%s:%v", file, err)
		}
		committed, err := os.ReadFile(drawing(file))
		if err != nil || string(committed) != d.svg() {
			t.Errorf("%s is not what %s gives: make diagrams (%v)", drawing(file), file, err)
		}
		if !strings.Contains(string(page), "](diagrams/"+drawing(file)+")") {
			t.Errorf("docs/architecture.md does not show %s", drawing(file))
		}
		wellFormed(t, string(committed))
	}
}

// wellFormed wants XML with a viewBox, words for those who cannot see it, and
// nothing that is fetched or runs.
func wellFormed(t *testing.T, svg string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"viewBox=", "<title>", "prefers-color-scheme:dark"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %s", want)
		}
	}
	for _, never := range []string{"<script", "<image", "href", "@import", "url("} {
		if strings.Contains(svg, never) {
			t.Errorf("%s in a drawing", never)
		}
	}
}

// Whatever is not understood is an error with its line, and no drawing.
func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "0: want an accTitle",
		"flowchart LR":                        "1: want sequenceDiagram first",
		"sequenceDiagram\nsequenceDiagram":    "2: ",
		"sequenceDiagram\nparticipant A":      "2: participant",
		"sequenceDiagram\nbox\n":              "2: ",
		"sequenceDiagram\nend\n":              "2: ",
		"sequenceDiagram\nloop each\n":        "2: ",
		"sequenceDiagram\naccTitle: x\nbox y": "want an accTitle, lanes, and an end",
		"sequenceDiagram\nparticipant A as a\nparticipant A as b": "3: participant",
		"sequenceDiagram\nparticipant A as a\nA->>B: x":           "3: ",
		"sequenceDiagram\nparticipant A as a\nA->>A: x;y":         "3: ",
		"sequenceDiagram\nparticipant A as a\nA->>A":              "3: ",
		"sequenceDiagram\nparticipant A as a\nA->A: x":            "3: ",
		"sequenceDiagram\nparticipant A as a\nNote over B: x":     "3: note",
		"sequenceDiagram\nparticipant A as a\nNote left of A: x":  "3: note",
	} {
		if _, err := parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// Texts stand for themselves in the drawing.
func TestTextIsEscaped(t *testing.T) {
	d, err := parse("sequenceDiagram\naccTitle: a<b\nparticipant A as \"a\" & <b>\nA->>A: x < y\nNote over A: <script>")
	if err != nil {
		t.Fatal(err)
	}
	if svg := d.svg(); strings.Contains(svg, "<b>") || strings.Contains(svg, "<script") || !strings.Contains(svg, "x &lt; y") {
		t.Error(svg)
	}
}

func TestDrawFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.txt")
	if err := os.WriteFile(file, []byte("sequenceDiagram\naccTitle: a\nparticipant A as a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := drawFile(file); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(drawing(file)); err != nil {
		t.Error(err)
	}
	if err := drawFile(file + ".none"); err == nil {
		t.Error("a file that is none is drawn")
	}
}
