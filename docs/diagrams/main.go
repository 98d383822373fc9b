// Command diagrams draws the diagrams of the documents: it reads sequence
// diagrams in the part of Mermaid's language that they are written in, and
// writes an SVG beside each. It knows nothing of what they show.
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// main draws the files that are named, or those of docs/diagrams.
func main() {
	files := os.Args[1:]
	if len(files) == 0 {
		files, _ = filepath.Glob("docs/diagrams/*.txt") // the pattern is sound
	}
	for _, file := range files {
		if err := drawFile(file); err != nil {
			fmt.Fprintln(os.Stderr, "diagrams: "+err.Error())
			os.Exit(1)
		}
	}
}

// drawFile writes the SVG of one text.
func drawFile(file string) error {
	text, err := os.ReadFile(file) //nolint:gosec // whoever runs it names the file.
	if err != nil {
		return err
	}
	d, err := parse(string(text))
	if err != nil {
		return fmt.Errorf("%s:%w", file, err)
	}
	return os.WriteFile(drawing(file), []byte(d.svg()), 0o644) //nolint:gosec // a document, for everybody.
}

// drawing is the file that the SVG of a text stands in.
func drawing(file string) string { return strings.TrimSuffix(file, ".txt") + ".svg" }
