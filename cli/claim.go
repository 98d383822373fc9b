package main

import (
	"context"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
	"karikagi/internal/claim"
	"karikagi/internal/session"
	"karikagi/internal/source"
)

// exportGrant prints a session that the vending function gave by a grant.
func exportGrant(c *cli.Context, grant, formatName string) error {
	ask, err := readAsk(c)
	if err != nil {
		return err
	}
	f, cancel, err := openFunction(c)
	if err != nil {
		return err
	}
	defer cancel()
	credentials, err := f.client.Get(f.ctx, grant, ask)
	if err != nil {
		return &claimAttempt{source: f.source, grant: grant, err: err}
	}
	if err := printProduct(c, formatName, credentials, f.source.Region); err != nil {
		return err
	}
	notice(notices(c), "by grant %s: %s in account %s until %s", grant, credentials, credentials.AccountID, until(credentials.Expiration, time.Now()))
	return nil
}

// readAsk takes what the flags ask of a grant. What shapes a role's session
// only is refused: here the grant shapes it.
func readAsk(c *cli.Context) (api.Request, error) {
	var ask api.Request
	if c.NArg() > 0 {
		return ask, misuse("", "argument %q: want either ROLE or --grant", clip(c.Args().First()))
	}
	for _, name := range []string{"role-session-name", "external-id"} {
		if c.IsSet(name) {
			return ask, misuse("", "flag --%s: the grant decides it, want it with ROLE only", name)
		}
	}
	var err error
	if ask.Parameters, err = readParameters(c); err != nil {
		return ask, err
	}
	ask.Reason, _ = value(c, "reason")
	if text, given := value(c, "duration"); given {
		d, err := session.ParseDuration(text)
		if err == nil {
			err = session.CheckDuration(d)
		}
		if err == nil {
			// The function's own credentials are a role session's.
			err = session.CheckChaining(d, true)
		}
		if err != nil {
			return ask, &usageError{err: err}
		}
		ask.DurationSeconds = int(d / time.Second)
	}
	return ask, nil
}

// function is an open way to the vending function.
type function struct {
	ctx    context.Context //nolint:containedctx // one run, one context.
	source *source.Source
	client claim.Client
}

// openFunction finds the function's address and the caller's credentials.
func openFunction(c *cli.Context) (*function, context.CancelFunc, error) {
	raw, given := value(c, "url")
	if !given {
		raw = os.Getenv("KARIKAGI_URL")
	}
	if raw == "" {
		return nil, nil, misuse("the stack's output Url has it", "no vending function named: want --url or the variable KARIKAGI_URL")
	}
	address, err := claim.ParseAddress(raw, values(c, "allow-host"))
	if err != nil {
		return nil, nil, &usageError{err: err}
	}
	o, timeout, err := readSource(c)
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := withTimeout(c, timeout)
	s, err := source.Load(ctx, o)
	if err != nil {
		cancel()
		return nil, nil, err
	}
	region := address.Region
	if region == "" {
		region = knownRegion(notices(c), s, "aws")
	}
	return &function{ctx, s, claim.Client{Address: address, Region: region, HTTP: s.HTTP(), Signer: s}}, cancel, nil
}

// claimAttempt is a claim that failed; hints depend on whose it was.
type claimAttempt struct {
	source *source.Source
	grant  string // "" where none was named
	err    error
}

func (a *claimAttempt) Error() string { return a.err.Error() }
func (a *claimAttempt) Unwrap() error { return a.err }
