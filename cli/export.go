package main

import (
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/caller"
	"karikagi/internal/format"
	"karikagi/internal/session"
)

const exportDescription = `ROLE is a role ARN, a role's name (or path/name) in your own account, or
ACCOUNT/name. Without ROLE the variable KARIKAGI_ROLE names it.

The session is named after you: an IAM user's name, or the session name that
you already have, so that CloudTrail shows the person behind it.

  eval "$(karikagi export FromMyAccount)"

stdout carries the lines to paste, and stderr says who got what until when.`

// export prints a role's session.
func export(c *cli.Context) error {
	formatName, _ := value(c, "format")
	if err := format.Check(formatName); err != nil {
		return &usageError{err: err}
	}
	r, err := readRequest(c)
	if err != nil {
		return err
	}
	ctx, cancel := withTimeout(c, r.timeout)
	defer cancel()
	s, a, err := r.get(ctx)
	if err != nil {
		return err
	}
	text, err := format.Render(formatName, format.Product{Credentials: s.Credentials, Region: a.source.Region, ForTerminal: isTerminal(c.App.Writer)})
	if err != nil {
		return err
	}
	if err := writeProduct(c.App.Writer, text); err != nil {
		return err
	}
	notice(r.notices, "%s", summary(a.identity.Caller, s, time.Now()))
	return nil
}

// summary is the one line for people: who, as which role, where, until when.
func summary(who caller.Caller, s session.Session, now time.Time) string {
	as := fmt.Sprintf("assumed-role/%s/%s in account %s until %s",
		s.AssumedRole.Name, s.AssumedRole.Session, s.AssumedRole.Account, until(s.Credentials.Expiration, now))
	if who.ARN == "" {
		return as
	}
	return who.ARN + " is now " + as
}
