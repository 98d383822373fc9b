package main

import (
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
	"karikagi/internal/caller"
	"karikagi/internal/format"
	"karikagi/internal/session"
)

const exportDescription = `ROLE is a role ARN, a role's name (or path/name) in your own account, or
ACCOUNT/name. Without ROLE the variable KARIKAGI_ROLE names it.

The session is named after you: an IAM user's name, or the session name that
you already have, so that CloudTrail shows the person behind it.

  eval "$(karikagi export FromMyAccount)"

With --grant the vending function decides, and vends a session that is scoped
by that grant: karikagi grants lists yours.

stdout carries the lines to paste, and stderr says who got what until when.`

// export prints a role's session.
func export(c *cli.Context) error {
	formatName, _ := value(c, "format")
	if err := format.Check(formatName); err != nil {
		return &usageError{err: err}
	}
	if name, given := value(c, "grant"); given {
		return exportGrant(c, name, formatName)
	}
	for _, name := range []string{"parameter", "reason", "url", "allow-host"} {
		if c.IsSet(name) {
			return misuse("", "flag --%s: goes with --grant only", name)
		}
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
	if err := printProduct(c, formatName, s.Credentials, a.source.Region); err != nil {
		return err
	}
	notice(r.notices, "%s", summary(a.identity.Caller, s, time.Now()))
	return nil
}

// printProduct writes the product, whole or not at all.
func printProduct(c *cli.Context, formatName string, credentials api.Credentials, region string) error {
	text, err := format.Render(formatName, format.Product{Credentials: credentials, Region: region, ForTerminal: isTerminal(c.App.Writer)})
	if err != nil {
		return err
	}
	return writeProduct(c.App.Writer, text)
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
