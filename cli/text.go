package main

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"karikagi/internal/session"
)

// clip bounds a user's own word before it is shown.
func clip(s string) string {
	if len(s) > 200 {
		return strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}

// oneLine keeps a message on its line, whatever a value in it held.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// until tells when something ends, in local time and as a span: people compare
// it with the clock on their wall.
func until(t, now time.Time) string {
	layout := "15:04:05 MST"
	if t.Local().YearDay() != now.Local().YearDay() || t.Local().Year() != now.Local().Year() {
		layout = "2006-01-02 15:04:05 MST"
	}
	left := t.Sub(now)
	if left <= 0 {
		return fmt.Sprintf("%s (ended %s ago)", t.Local().Format(layout), span(-left))
	}
	return fmt.Sprintf("%s (%s)", t.Local().Format(layout), span(left))
}

// span is a duration as exact as people need it.
func span(d time.Duration) string {
	if d >= 10*time.Minute {
		return session.FormatDuration(d.Round(time.Minute))
	}
	return session.FormatDuration(d.Round(time.Second))
}
