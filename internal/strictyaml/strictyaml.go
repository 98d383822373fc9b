// Package strictyaml reads YAML for people who must be told where their mistake is: every error has the file, the
// line and the column, an unknown or repeated key is one, and so is a value of another type than the one that is
// read. JSON is YAML, and read alike.
//
// It gives values to walk and knows nothing of what a file is for.
package strictyaml

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// File is what is to be read, in the words of its errors.
type File struct {
	Name string // grants.yaml
	What string // "grants document"
	Key  string // that it must have, for the error on an empty file
	Max  int    // bytes
}

// Error is a mistake with its place in the file, written as compilers do.
type Error struct {
	File         string
	Line, Column int // from 1; a column is a character
	Text         string
}

func (e *Error) Error() string { return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text) }

// Read reads the one document of a file. An error is an *Error.
func Read(f File, data []byte) (Value, error) {
	t := &tree{name: f.Name}
	if len(data) > f.Max {
		return Value{}, t.errorf(1, 1, "%s of %d bytes: want at most %d", f.What, len(data), f.Max)
	}
	if plain, ok := readPlain(f.Name, data); ok {
		return Value{plain, 0}, nil
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	err := d.Decode(&document)
	if errors.Is(err, io.EOF) {
		return Value{}, t.errorf(1, 1, "%s is empty: want the key %q", f.What, f.Key)
	}
	if err != nil {
		return Value{}, t.syntaxError(err, data)
	}
	if err := d.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return Value{}, t.errorf(1, 1, "%s has several documents, or more after the first: want one", f.What)
	}
	root := document.Content[0]
	if err := t.checkTags(root); err != nil {
		return Value{}, err
	}
	t.add(root)
	return Value{t, 0}, nil
}

// checkTags refuses tags of the file's own (!name): they would be read as if they were not there.
func (t *tree) checkTags(n *yaml.Node) error {
	if n.Tag != "" && n.Kind != yaml.AliasNode && !strings.HasPrefix(n.ShortTag(), "!!") {
		return t.errorf(n.Line, n.Column, "tag %q: want none", shorten(n.Tag, 60))
	}
	for _, c := range n.Content {
		if err := t.checkTags(c); err != nil {
			return err
		}
	}
	return nil
}

// syntaxError places what the YAML parser says, whose own line numbers are missing or one off as often as not. The
// mistake is in the first line with which the file cannot be read any more, or in what begins there.
func (t *tree) syntaxError(err error, data []byte) error {
	lines := bytes.SplitAfter(data, []byte("\n"))
	parse := func(n int) error { return yaml.Unmarshal(bytes.Join(lines[:n], nil), &yaml.Node{}) }
	// First the shortest beginning of the file that has this very mistake: the parser sees nothing behind it.
	low, high := 0, len(lines)
	for low < high {
		middle := (low + high) / 2
		if e := parse(middle); e != nil && e.Error() == err.Error() {
			high = middle
		} else {
			low = middle + 1
		}
	}
	// Then what it is in: no beginning of that can be read. Of JSON there is none that can.
	const tries = 200 // where what is not closed is longer, its end is named
	line := max(low, 1)
	isJSON := bytes.IndexAny(bytes.TrimSpace(data), "{[") == 0
	for n := low - 1; n >= 0 && low-n < tries && !isJSON; n-- {
		if parse(n) == nil {
			line = n + 1
			break
		}
	}
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		_, text, _ = strings.Cut(rest, ": ")
	}
	return t.errorf(line, 1, "%s", text)
}
