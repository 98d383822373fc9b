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

// exportCommand is the verb export.
func exportCommand() *cli.Command {
	return command("export", "[ROLE]", "assume a role and print its session for a shell", exportDescription, export, exportFlags()...)
}

// export prints a role's session.
func export(c *cli.Context) error {
	formatName, err := readFormat(c)
	if err != nil {
		return err
	}
	if err := forgetCaller(c); err != nil {
		return err
	}
	w, err := readWant(c)
	if err != nil {
		return err
	}
	keep, err := readKeeper(c, formatName)
	if err != nil {
		return err
	}
	if r, ok := w.(request); ok && c.Bool("dry-run") {
		if keep != nil {
			return keep.show()
		}
		return dryRun(c, r)
	}
	l, err := fetchFor(c, w, formatName)
	if err != nil {
		return err
	}
	if keep != nil {
		err = keep.write(l.credentials)
	} else {
		err = printProduct(c, formatName, l.credentials, l.region)
	}
	if err != nil {
		return err
	}
	notice(notices(c), "%s", l.about)
	return nil
}

// printProduct writes the product, whole or not at all.
func printProduct(c *cli.Context, formatName string, credentials api.Credentials, region string) error {
	p := format.Product{Credentials: credentials, Region: region, ForTerminal: isTerminal(c.App.Writer)}
	text, err := format.Render(formatName, p)
	if err != nil {
		return err
	}
	if formatName == github {
		return writeGitHub(c.App.Writer, p, text)
	}
	return writeProduct(c.App.Writer, text)
}

// packed tells how much of a session STS's packing left, where policies or tags
// took some of it.
func packed(s session.Session) string {
	if s.PackedPolicySize == 0 {
		return ""
	}
	return fmt.Sprintf("; its policies and tags take %d%% of what STS packs", s.PackedPolicySize)
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
