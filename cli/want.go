package main

import (
	"context"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
)

// want is a session that the command line asks for, of a role or by a grant. It
// can be had again and again: a session ends, and what a command needs may not.
type want interface {
	// fetch gets one from AWS. The error carries what hints depend on.
	fetch(ctx context.Context) (loan, error)
}

// loan is a session that was had.
type loan struct {
	credentials api.Credentials
	region      string // that goes with it; "" where none is known
	about       string // one line for people: who, as what, until when
}

// sessionFlags are all that name a session and shape it.
func sessionFlags() [][]cli.Flag {
	return [][]cli.Flag{roleFlags(), scopeFlags(), proofFlags(), grantFlags(), sourceFlags()}
}

// readWant takes the flags of sessionFlags, and the ROLE.
func readWant(c *cli.Context) (want, error) {
	if name, given := value(c, "grant"); given {
		return readGrantWant(c, name)
	}
	for _, name := range []string{"parameter", "reason", "url", "allow-host"} {
		if c.IsSet(name) {
			return nil, misuse("", "flag --%s: goes with --grant only", name)
		}
	}
	return readRequest(c)
}

// fetch is get, in a want's words.
func (r request) fetch(ctx context.Context) (loan, error) {
	s, a, err := r.get(ctx)
	if err != nil {
		return loan{}, err
	}
	return loan{s.Credentials, a.source.Region, summary(a.identity.Caller, s, time.Now()) + packed(s)}, nil
}

// grantWant is a session by a grant of the vending function.
type grantWant struct {
	grant string
	ask   api.Request
	function
}

func readGrantWant(c *cli.Context, grant string) (w grantWant, err error) {
	w.grant = grant
	if w.ask, err = readAsk(c); err != nil {
		return w, err
	}
	w.function, err = readFunction(c)
	return w, err
}

func (w grantWant) fetch(ctx context.Context) (loan, error) {
	f, end, err := w.open(ctx)
	if err != nil {
		return loan{}, err
	}
	defer end()
	credentials, err := f.client.Get(f.ctx, w.grant, w.ask)
	if err != nil {
		return loan{}, &claimAttempt{source: f.source, grant: w.grant, err: err}
	}
	return loan{credentials, f.source.Region, fmt.Sprintf("by grant %s: %s in account %s until %s",
		w.grant, credentials, credentials.AccountID, until(credentials.Expiration, time.Now()))}, nil
}
