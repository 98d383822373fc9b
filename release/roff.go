package main

import (
	"fmt"
	"strings"
)

// prose sets a text of the command's help: paragraphs, and lines that stand as
// they are where they begin with spaces.
func prose(text string) string {
	var b strings.Builder
	var paragraph []string
	verbatim := false
	flush := func() {
		switch {
		case len(paragraph) == 0:
			return
		case b.Len() > 0:
			b.WriteString(".PP\n")
		}
		if verbatim {
			b.WriteString(".RS 2\n.nf\n")
			for _, line := range paragraph {
				b.WriteString(textLine(escaped(line)))
			}
			b.WriteString(".fi\n.RE\n")
		} else {
			b.WriteString(filled(strings.Join(paragraph, " ")))
		}
		paragraph = nil
	}
	for line := range strings.SplitSeq(text, "\n") {
		code, indented := strings.CutPrefix(line, "  ")
		blank := strings.TrimSpace(line) == ""
		if blank || indented != verbatim {
			flush()
		}
		if blank {
			continue
		}
		if verbatim = indented; !verbatim {
			code = line
		}
		paragraph = append(paragraph, strings.TrimRight(code, " \t\r"))
	}
	flush()
	return b.String()
}

// filled sets running text, on lines of up to 72 bytes where words allow.
func filled(text string) string {
	var b strings.Builder
	line := ""
	for word := range strings.FieldsSeq(text) {
		word = escaped(word)
		if line != "" && len(line)+1+len(word) > 72 {
			b.WriteString(textLine(line))
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	b.WriteString(textLine(line))
	return b.String()
}

// textLine ends a line, and keeps it from being taken for a request.
func textLine(line string) string {
	if strings.HasPrefix(line, ".") {
		line = "\\&" + line
	}
	return line + "\n"
}

// quoted is a text as one argument of a request.
func quoted(text string) string { return `"` + escaped(text) + `"` }

// escaped spells what roff would read as its own, or print as a character that
// nobody can paste: a hyphen for a minus, curly quotes for straight ones.
func escaped(text string) string {
	spelt := map[rune]string{'\\': `\e`, '-': `\-`, '\'': `\(aq`, '`': `\(ga`, '"': `\(dq`, '^': `\(ha`, '~': `\(ti`}
	var b strings.Builder
	for _, r := range text {
		switch s, ok := spelt[r]; {
		case ok:
			b.WriteString(s)
		case r < ' ' || r == 0x7f:
			b.WriteByte(' ')
		case r > 0x7f:
			fmt.Fprintf(&b, `\[u%04X]`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
