package main

import (
	"context"
	"io"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
	"karikagi/internal/claim"
	"karikagi/internal/session"
	"karikagi/internal/source"
)

// readAsk takes what the flags ask of a grant. What shapes a role's session
// only is refused: here the grant shapes it.
func readAsk(c *cli.Context) (api.Request, error) {
	var ask api.Request
	if c.NArg() > 0 {
		return ask, misuse("", "argument %q: want either ROLE or --grant", clip(c.Args().First()))
	}
	for _, name := range []string{"role-session-name", "external-id", "via", "dry-run", "policy-arns", "read-only", "tags", "transitive-tag-keys", "source-identity", "serial-number", "token-code"} {
		if c.IsSet(name) {
			return ask, misuse("", "flag --%s: the grant decides it, want it with ROLE only", name)
		}
	}
	var err error
	if ask.Parameters, err = readParameters(c); err != nil {
		return ask, err
	}
	ask.Reason, _ = value(c, "reason")
	if text, given := value(c, "policy"); given {
		policy, err := readPolicy(c, text)
		if err != nil {
			return ask, &usageError{err: err}
		}
		ask.Policy = []byte(policy)
	}
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

// function is where the vending function is, and who asks it.
type function struct {
	address  claim.Address
	source   source.Options
	timeout  time.Duration
	notices  io.Writer
	warnings io.Writer
}

// readFunction takes the flags of functionFlags and sourceFlags.
func readFunction(c *cli.Context) (f function, err error) {
	f.notices, f.warnings = notices(c), c.App.ErrWriter
	raw, given := value(c, "url")
	if !given {
		raw = os.Getenv("KARIKAGI_URL")
	}
	if raw == "" {
		return f, misuse("the stack's output Url has it", "no vending function named: want --url or the variable KARIKAGI_URL")
	}
	if f.address, err = claim.ParseAddress(raw, values(c, "allow-host")); err != nil {
		return f, &usageError{err: err}
	}
	f.source, f.timeout, err = readSource(c)
	return f, err
}

// openFunction is an open way to the vending function.
type openFunction struct {
	ctx    context.Context //nolint:containedctx // one run, one context.
	source *source.Source
	client claim.Client
}

// open finds the caller's credentials. The way is open until end is called.
func (f function) open(ctx context.Context) (o openFunction, end func(), err error) {
	run := newPatience(ctx, f.timeout)
	me, err := request{source: f.source, notices: f.notices, warnings: f.warnings}.origin(run)
	if err != nil {
		run.end()
		return o, nil, err
	}
	region := f.address.Region
	if region == "" {
		region = knownRegion(f.notices, me.source, "aws")
	}
	return openFunction{run.ctx, me.source, claim.Client{Address: f.address, Region: region, HTTP: me.source.HTTP(), Signer: me.source}}, func() {
		run.end()
		me.close()
	}, nil
}

// claimAttempt is a claim that failed; hints depend on whose it was.
type claimAttempt struct {
	source *source.Source
	grant  string // "" where none was named
	err    error
}

func (a *claimAttempt) Error() string { return a.err.Error() }
func (a *claimAttempt) Unwrap() error { return a.err }
