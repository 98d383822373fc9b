package iam

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError says where in a document the first mistake is, in the words of the person who wrote it.
type SyntaxError struct {
	Line, Column int // from 1; a column is a character
	Msg          string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Msg)
}

// at makes the error for a byte offset of data.
func at(data []byte, offset int, format string, args ...any) *SyntaxError {
	before := data[:min(offset, len(data))]
	line := 1
	for i, b := range before {
		if b == '\n' {
			line++
			before = data[i+1 : min(offset, len(data))]
		}
	}
	return &SyntaxError{Line: line, Column: utf8.RuneCount(before) + 1, Msg: fmt.Sprintf(format, args...)}
}

// nearest finds the known word that was probably meant: the same word in another case, or one that two edits make
// of it.
func nearest(word string, known []string) string {
	best, distance := "", 3
	for _, k := range known {
		if strings.EqualFold(word, k) {
			return k
		}
		if d := edits(strings.ToLower(word), strings.ToLower(k)); d < distance && d < len(k)/2 {
			best, distance = k, d
		}
	}
	return best
}

// didYouMean is the end of a message about an unknown word.
func didYouMean(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return fmt.Sprintf(", did you mean %q?", near)
	}
	return ""
}

// edits is the Levenshtein distance of two words. Words too unlike in length to matter are not measured, so that a
// hostile name of 64 KiB costs nothing.
func edits(a, b string) int {
	if d := len(a) - len(b); d > 2 || d < -2 {
		return 3
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
