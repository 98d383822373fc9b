package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/caller"
	"karikagi/internal/session"
	"karikagi/internal/source"
)

const statusDescription = `Tells what this shell holds: who it is to AWS, as which role, for how long, and
where that comes from. The exit status is 1 when it has ended, or ends before
the time that --at-least names:

  karikagi status --at-least 10m || {
    unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
    eval "$(karikagi export toy-role)"
  }

The old session is taken out first, or the role would be asked for with it.

With --format prompt it prints a short segment for a shell's prompt from the
environment alone and calls nobody: "session 42m", "session expired", "access
key", "profile dev", "endpoint" (karikagi serve), "cloudshell", and nothing at
all where the shell holds nothing. The variables do not say which role that is,
so neither does the segment.

  PS1='$(karikagi status --format prompt) '"$PS1"`

func statusCommand() *cli.Command {
	return command("status", "", "tell what this shell holds, and for how long", statusDescription, status, []cli.Flag{
		option("format", "text", "`FORMAT`: text, json or prompt"),
		option("at-least", "", "fail unless this `TIME` is left, such as 10m"),
	}, sourceFlags())
}

// status tells what the shell holds, or that it holds too little.
func status(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	var least time.Duration
	var err error
	if text, given := value(c, "at-least"); given {
		if least, err = session.ParseDuration(text); err != nil {
			return &usageError{err: fmt.Errorf("at-least: %w", err)}
		}
	}
	switch format, _ := value(c, "format"); format {
	case "prompt":
		return prompt(c, least)
	case "text", "json":
		return fullStatus(c, format, least)
	default:
		return misuse("", "format %q: want text, json or prompt", clip(format))
	}
}

// held is the session of a shell.
type held struct {
	me  origin
	who session.Identity
	end time.Time // zero where it is not known, or never
	now time.Time
}

// fullStatus asks STS who that is, once it is known that it has not ended.
func fullStatus(c *cli.Context, format string, least time.Duration) error {
	o, timeout, err := readSource(c)
	if err != nil {
		return err
	}
	run := newPatience(c.Context, timeout)
	defer run.end()
	h := held{now: time.Now()}
	if h.me, err = openOrigin(c, run, o); err != nil {
		return err
	}
	h.end = h.me.source.Expiration()
	if err := h.check(least); err != nil {
		return h.me.failed(err)
	}
	if h.who, err = h.me.identify(run.ctx); err != nil {
		return err
	}
	text := h.text()
	if format == "json" {
		text, err = h.json()
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(c.App.Writer, text)
	return wrote(err)
}

// shortError is for a session that does not last as long as it should.
type shortError struct {
	err   error
	ended bool // altogether
}

func (e *shortError) Error() string { return e.err.Error() }
func (e *shortError) Unwrap() error { return e.err }

// check tells whether enough is left. Where nobody says how much is, it is not
// enough.
func (h held) check(least time.Duration) error {
	left := h.end.Sub(h.now)
	switch from := h.me.String(); {
	case h.end.IsZero() && (least == 0 || !h.me.source.Temporary()):
		return nil
	case h.end.IsZero():
		return &shortError{err: fmt.Errorf("session from %s: how long it lasts is not known: want at least %s", from, session.FormatDuration(least))}
	case left <= 0:
		return &shortError{fmt.Errorf("session from %s: ended %s ago", from, span(-left)), true}
	case left < least:
		return &shortError{err: fmt.Errorf("session from %s: %s left, want at least %s", from, span(left), session.FormatDuration(least))}
	}
	return nil
}

// role is the role of a role session, else "".
func (h held) role() string {
	if h.who.Caller.Kind != caller.AssumedRole {
		return ""
	}
	return h.who.Caller.Name
}

// text is the status for people.
func (h held) text() string {
	left := "not known"
	switch {
	case !h.end.IsZero():
		left = until(h.end, h.now)
	case !h.me.source.Temporary():
		left = "for ever: a long-term access key"
	}
	var b strings.Builder
	for _, row := range [][2]string{{"identity", h.who.Caller.ARN}, {"role", h.role()}, {"until", left}, {"credentials from", h.me.String()}} {
		if row[1] != "" {
			fmt.Fprintf(&b, "%-17s %s\n", row[0], row[1])
		}
	}
	return b.String()
}

// json is the status for programs. What is not known, or cannot be, is null.
func (h held) json() (string, error) {
	out := struct {
		ARN         string      `json:"arn"`
		Account     string      `json:"account"`
		Role        *string     `json:"role"`
		Temporary   bool        `json:"temporary"`
		Expiration  *time.Time  `json:"expiration"`
		SecondsLeft *int        `json:"seconds_left"`
		Source      source.Kind `json:"source"`
	}{h.who.Caller.ARN, h.who.Caller.Account, known(h.role()), h.me.source.Temporary(), nil, nil, h.me.attempt.source.Kind}
	if !h.end.IsZero() {
		seconds := int(h.end.Sub(h.now) / time.Second)
		out.Expiration, out.SecondsLeft = &h.end, &seconds
	}
	text, err := json.MarshalIndent(out, "", "  ")
	return string(text) + "\n", err
}

// statusHints say how to hold more.
func statusHints(e *shortError, err error) []string {
	a, ok := errors.AsType[*attempt](err)
	switch {
	case !ok || a.source == nil:
		return nil
	case a.source.Kind == source.Environment && !e.ended:
		return []string{"unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN and begin again, or paste fresh lines from karikagi export"}
	}
	return renew(a.source)
}
