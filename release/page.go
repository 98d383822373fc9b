package main

import (
	"fmt"
	"strings"

	"karikagi/internal/manual"
)

// page is one page of the manual, in man(7)'s language.
type page struct{ name, section, source, date string }

// entry is the page as a file.
func (p page) entry(body string) entry {
	title := fmt.Sprintf(".TH %s %s %s \"%s\"\n", escaped(strings.ToUpper(p.name)), p.section, p.date, p.source)
	return entry{"man/man" + p.section + "/" + p.name + "." + p.section, 0o644, []byte(title + body)}
}

// headline is a page's NAME.
func (p page) headline(about string) string {
	return ".SH NAME\n" + filled(p.name+" - "+about)
}

// program is the page about all of it.
func (p page) program(m manual.Manual) string {
	var b strings.Builder
	b.WriteString(p.headline(m.Usage) + ".SH SYNOPSIS\n\\fB" + m.Name + "\\fR \\fICOMMAND\\fR [flags] [arguments]\n.SH COMMANDS\n")
	for _, c := range m.Commands {
		b.WriteString(".TP\n" + reference(m.Name+"-"+c.Name, "1") + filled(c.Usage))
	}
	b.WriteString(".SH TOPICS\n")
	for _, t := range m.Topics {
		about, _, _ := strings.Cut(t.Text, "\n")
		b.WriteString(".TP\n" + reference(m.Name+"-"+t.Name, "7") + filled(about))
	}
	return b.String()
}

// verb is the page about a verb and its own verbs.
func (p page) verb(program string, c manual.Command) string {
	var b strings.Builder
	b.WriteString(p.headline(c.Usage) + ".SH SYNOPSIS\n" + synopsis(program, c))
	for _, sub := range c.Commands {
		b.WriteString(".br\n" + synopsis(program, sub))
	}
	b.WriteString(".SH DESCRIPTION\n" + prose(c.Description))
	if len(c.Flags) > 0 {
		b.WriteString(".SH FLAGS\n" + flagList(c.Flags))
	}
	if len(c.Commands) > 0 {
		b.WriteString(".SH COMMANDS\n")
	}
	for _, sub := range c.Commands {
		b.WriteString(".SS " + quoted(program+" "+sub.Name) + "\n" + filled(sub.Usage) + ".PP\n" + prose(sub.Description) + flagList(sub.Flags))
	}
	b.WriteString(".SH SEE ALSO\n" + reference(program, "1"))
	return b.String()
}

// topic is the page of a topic, whose first line says what it is about.
func (p page) topic(program string, t manual.Topic) string {
	about, text, _ := strings.Cut(t.Text, "\n")
	return p.headline(about) + ".SH DESCRIPTION\n" + prose(text) + ".SH SEE ALSO\n" + reference(program, "1")
}

// synopsis is how a command is called.
func synopsis(program string, c manual.Command) string {
	line := "\\fB" + escaped(program+" "+c.Name) + "\\fR"
	if len(c.Flags) > 0 {
		line += " [flags]"
	}
	if c.Arguments != "" {
		line += " \\fI" + escaped(c.Arguments) + "\\fR"
	}
	return line + "\n"
}

func flagList(flags []manual.Flag) string {
	var b strings.Builder
	for _, f := range flags {
		b.WriteString(".TP\n\\fB" + escaped("--"+f.Name) + "\\fR")
		if f.Value != "" {
			b.WriteString(" \\fI" + escaped(f.Value) + "\\fR")
		}
		b.WriteString("\n" + filled(f.Usage))
	}
	return b.String()
}

// reference names another page.
func reference(name, section string) string {
	return "\\fB" + escaped(name) + "\\fR(" + section + ")\n"
}
