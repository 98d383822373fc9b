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

// whoamiCommand is the verb whoami.
func whoamiCommand() *cli.Command {
	return command("whoami", "", "tell who you are to AWS and where your credentials come from", whoamiDescription, whoami,
		[]cli.Flag{option("format", "text", "`FORMAT`: text or json")}, sourceFlags())
}

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
	run := newPatience(c.Context, timeout)
	defer run.end()
	me, err := openOrigin(c, run, o)
	if err != nil {
		return err
	}
	who, err := me.identify(run.ctx)
	if err != nil {
		return err
	}
	if err := me.findPerson(run.ctx); err != nil {
		return err
	}
	text := me.describe(who.Caller, time.Now())
	if formatName == "json" {
		text, err = me.describeJSON(who)
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(c.App.Writer, text)
	return wrote(err)
}

// findPerson asks who the source's own credentials are of, where a profile named
// its sessions and nobody had to know: it is that name that a further role sees.
func (o origin) findPerson(ctx context.Context) error {
	if o.identity.Caller.ARN != "" {
		return nil
	}
	var err error
	if o.identity, err = session.Identify(ctx, o.attempt.source.STS(o.region)); err != nil {
		return o.failed(err)
	}
	return nil
}

// describe is whoami for people.
func (o origin) describe(who caller.Caller, now time.Time) string {
	rows := [][2]string{
		{"account", who.Account},
		{"partition", who.Partition},
		{"kind", string(who.Kind)},
		{"name", who.Name},
		{"ARN", who.ARN},
		{"credentials from", o.String()},
		{"expires", "not known"},
		{"role session name", o.identity.Caller.RoleSessionName()},
	}
	if t := o.source.Expiration(); !t.IsZero() {
		rows[6][1] = until(t, now)
		if len(o.chain) == 0 {
			rows[6][1] += renewal(o.source.Kind)
		}
	} else if !o.source.Temporary() {
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
func (o origin) describeJSON(me session.Identity) (string, error) {
	who := me.Caller
	out := struct {
		Account         string      `json:"account"`
		Partition       string      `json:"partition"`
		Kind            caller.Kind `json:"kind"`
		Name            string      `json:"name"`
		ARN             string      `json:"arn"`
		UserID          string      `json:"user_id"`
		Source          source.Kind `json:"source"`
		SourceDetail    *string     `json:"source_detail"`
		ProfileRoles    []string    `json:"profile_roles"`
		Temporary       bool        `json:"temporary"`
		Expiration      *time.Time  `json:"expiration"`
		Region          *string     `json:"region"`
		RoleSessionName *string     `json:"role_session_name"`
	}{
		who.Account, who.Partition, who.Kind, who.Name, who.ARN, me.UserID,
		o.source.Kind, known(o.source.Detail), o.profileRoles(), o.source.Temporary(), nil, known(o.source.Region), nil,
	}
	if t := o.source.Expiration(); !t.IsZero() {
		out.Expiration = &t
	}
	if session.CheckPrincipal(who) == nil {
		out.RoleSessionName = known(o.identity.Caller.RoleSessionName())
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
