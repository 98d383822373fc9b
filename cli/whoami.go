package main

import (
	"context"
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

const whoamiDescription = `Asks STS, which tells everybody who they are and wants no permission for it.
The role session name is what a role would see if you assumed it with
karikagi export.`

// whoami tells who signs, with credentials from where.
func whoami(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	formatName, _ := value(c, "format")
	if formatName != "text" && formatName != "json" {
		return misuse("", "format %q: want text or json", clip(formatName))
	}
	o, timeout, err := readSource(c)
	if err != nil {
		return err
	}
	ctx, cancel := withTimeout(c, timeout)
	defer cancel()
	a := &attempt{}
	if a.source, err = source.Load(ctx, o); err != nil {
		return a.failed(err)
	}
	a.region = knownRegion(c.App.ErrWriter, a.source, "aws")
	client := a.source.STS(a.region)
	noticeUnencrypted(c.App.ErrWriter, client)
	if a.identity, err = session.Identify(ctx, client); err != nil {
		return a.failed(err)
	}
	noticeClock(c.App.ErrWriter, a.identity.Skew)
	text := describe(a, time.Now())
	if formatName == "json" {
		text, err = describeJSON(a)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(c.App.Writer, text)
	return wrote(err)
}

// describe is whoami for people.
func describe(a *attempt, now time.Time) string {
	who := a.identity.Caller
	rows := [][2]string{
		{"account", who.Account},
		{"partition", who.Partition},
		{"kind", string(who.Kind)},
		{"name", who.Name},
		{"ARN", who.ARN},
		{"credentials from", a.source.String()},
		{"expires", "not known"},
		{"role session name", who.RoleSessionName()},
	}
	if t := a.source.Expiration(); !t.IsZero() {
		rows[6][1] = until(t, now)
	} else if !a.source.Temporary() {
		rows[6][1] = "never: a long-term access key"
	}
	if refusal, ok := errors.AsType[*session.Refusal](session.CheckPrincipal(who)); ok {
		rows[7][1] = "none: " + refusal.Problem
	}
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "%-18s %s\n", row[0], row[1])
	}
	return b.String()
}

// describeJSON is whoami for programs. What is not known, or cannot be, is null.
func describeJSON(a *attempt) (string, error) {
	who := a.identity.Caller
	out := struct {
		Account         string      `json:"account"`
		Partition       string      `json:"partition"`
		Kind            caller.Kind `json:"kind"`
		Name            string      `json:"name"`
		ARN             string      `json:"arn"`
		UserID          string      `json:"user_id"`
		Source          source.Kind `json:"source"`
		SourceDetail    *string     `json:"source_detail"`
		Temporary       bool        `json:"temporary"`
		Expiration      *time.Time  `json:"expiration"`
		Region          *string     `json:"region"`
		RoleSessionName *string     `json:"role_session_name"`
	}{
		who.Account, who.Partition, who.Kind, who.Name, who.ARN, a.identity.UserID,
		a.source.Kind, known(a.source.Detail), a.source.Temporary(), nil, known(a.source.Region), nil,
	}
	if t := a.source.Expiration(); !t.IsZero() {
		out.Expiration = &t
	}
	if session.CheckPrincipal(who) == nil {
		out.RoleSessionName = known(who.RoleSessionName())
	}
	text, err := json.MarshalIndent(out, "", "  ")
	return string(text) + "\n", err
}

// known is nil for what is not known.
func known(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// withTimeout bounds a whole run.
func withTimeout(c *cli.Context, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(c.Context, d)
}
