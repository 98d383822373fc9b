package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"path/filepath"
	"time"

	"karikagi/internal/manual"
)

// readManual builds the command with the tag manual for this machine, in a folder, and runs it.
func readManual(ctx context.Context, source, folder string) (m manual.Manual, err error) {
	file, err := filepath.Abs(filepath.Join(folder, "manual.exe")) // Windows wants the ending, and nobody else minds
	if err != nil {
		return m, err
	}
	program := binary{source, "./cli", commandTags + ",manual", "", hostTarget(), file}
	if err := program.build(ctx); err != nil {
		return m, err
	}
	text, err := exec.CommandContext(ctx, file).Output() //nolint:gosec // what was just built.
	if err != nil {
		return m, fmt.Errorf("the manual's texts: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&m); err != nil {
		return m, fmt.Errorf("the manual's texts: %w", err)
	}
	return m, nil
}

// manualPages are the manual's: one for the program, one for each verb with its own
// verbs in it, one for each topic.
func manualPages(m manual.Manual, version string, date time.Time) []entry {
	source := m.Name
	if version != "" {
		source += " " + version
	}
	p := page{m.Name, "1", source, date.UTC().Format(time.DateOnly)}
	pages := []entry{p.entry(p.program(m))}
	for _, c := range m.Commands {
		p.name = m.Name + "-" + c.Name
		pages = append(pages, p.entry(p.verb(m.Name, c)))
	}
	p.section = "7"
	for _, t := range m.Topics {
		p.name = m.Name + "-" + t.Name
		pages = append(pages, p.entry(p.topic(m.Name, t)))
	}
	return pages
}
