package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/caller"
	"karikagi/internal/session"
	"karikagi/internal/source"
)

// request is what a command line asks for, read before anything is called.
type request struct {
	roles           []caller.RoleReference // of --via, then ROLE; without ROLE the profile's own roles are all
	roleSessionName string                 // "" derives it from the caller
	duration        time.Duration
	externalID      string
	scope           scope
	proof           proof
	source          source.Options
	timeout         time.Duration
	notices         io.Writer // what goes well; --quiet silences it
	warnings        io.Writer // what may not
}

// readRequest takes the flags and the ROLE. Every error is a usageError: what
// it refuses is wrong whoever asks.
func readRequest(c *cli.Context) (request, error) {
	r := request{notices: notices(c), warnings: c.App.ErrWriter}
	var err error
	if r.roles, err = readRoles(c); err != nil {
		return r, err
	}
	if name, given := value(c, "role-session-name"); given {
		if err := caller.ValidateRoleSessionName(name); err != nil {
			return r, &usageError{err: err}
		}
		r.roleSessionName = name
	}
	if id, given := value(c, "external-id"); given {
		if err := session.CheckExternalID(id); err != nil {
			return r, &usageError{err: err}
		}
		r.externalID = id
	}
	if text, given := value(c, "duration"); given {
		if r.duration, err = session.ParseDuration(text); err == nil {
			err = session.CheckDuration(r.duration)
		}
		if err != nil {
			return r, &usageError{err: err}
		}
	}
	if r.scope, err = readScope(c); err != nil {
		return r, err
	}
	if r.proof, err = readProof(c); err != nil {
		return r, err
	}
	r.source, r.timeout, err = readSource(c)
	return r, err
}

// readSource takes the flags of sourceFlags.
func readSource(c *cli.Context) (o source.Options, timeout time.Duration, err error) {
	region, given := value(c, "region")
	if given && region == "" {
		return o, 0, misuse("", "flag --region: want the name of a Region")
	}
	o.Region = region
	if profile, given := value(c, "profile"); given {
		if profile == "" {
			return o, 0, misuse("", "flag --profile: want the name of a profile")
		}
		o.Profile = profile
	}
	if err := source.CheckRegion(o.Region); err != nil {
		return o, 0, &usageError{err: err}
	}
	text, _ := value(c, "timeout")
	timeout, err = time.ParseDuration(text)
	if err != nil || timeout <= 0 {
		return o, 0, misuse("", "timeout %q: want a time such as 30s or 2m", clip(text))
	}
	return o, timeout, nil
}

// readRoles takes --via and the ROLE.
func readRoles(c *cli.Context) ([]caller.RoleReference, error) {
	named := values(c, "via")
	role, err := roleArgument(c)
	switch {
	case role != "":
		named = append(named, role)
	case len(named) > 0:
		return nil, misuse("", "flag --via: goes before ROLE, and no role is named: want ROLE or the variable KARIKAGI_ROLE")
	case err != nil:
		return nil, err
	}
	roles := make([]caller.RoleReference, len(named))
	for i, name := range named {
		if roles[i], err = caller.ParseRoleReference(name); err != nil {
			if i == len(named)-1 && c.NArg() == 0 {
				err = fmt.Errorf("variable KARIKAGI_ROLE: %w", err)
			}
			return nil, &usageError{err: err}
		}
	}
	return roles, nil
}

// roleArgument is the ROLE of the command line, or KARIKAGI_ROLE; "" where only
// a profile can name one. A profile on the command line is for its own roles:
// the variable is for a command line that says nothing.
func roleArgument(c *cli.Context) (string, error) {
	if c.NArg() > 1 {
		return "", misuse("", "argument %q: want one ROLE", clip(c.Args().Get(1)))
	}
	profile := c.IsSet("profile")
	role := c.Args().First()
	if c.NArg() == 0 && (!profile || c.IsSet("via")) {
		role = os.Getenv("KARIKAGI_ROLE")
		profile = os.Getenv("AWS_PROFILE") != "" || os.Getenv("AWS_DEFAULT_PROFILE") != ""
	}
	if role == "" && (c.NArg() > 0 || !profile) {
		return "", misuse("karikagi "+c.Command.Name+" ROLE, or set KARIKAGI_ROLE", "no role named: want ROLE or the variable KARIKAGI_ROLE")
	}
	return role, nil
}

// attempt is how far a request got; an error of it is shown with hints that
// depend on who asked, for what, with whose credentials.
type attempt struct {
	source   *source.Source
	region   string           // where STS was asked; "" before
	identity session.Identity // of the source's credentials; zero when nobody asked
	chain    session.Chain    // nil before it is planned
	from     []string         // who named each role of it
	plan     session.Plan     // the role that was asked for last
	hop      int              // which of the chain that is, from 0
	// durationGiven tells that the last role's duration is the command line's.
	durationGiven bool
	caller        caller.Caller    // who asked for it; zero while nobody knows
	session       *source.Source   // the way to AWS with the last session
	last          session.Identity // whose that session is
	err           error
}

func (a *attempt) Error() string { return a.err.Error() }
func (a *attempt) Unwrap() error { return a.err }

// failed makes the attempt its own error.
func (a *attempt) failed(err error) error {
	a.err = err
	return a
}

// close lets go of the connections to AWS, which a process that goes on would
// keep for a while after each attempt.
func (a *attempt) close() {
	if a.source != nil {
		a.source.Close()
	}
}

// get carries the request out: the source, then who is calling where that
// matters, then the roles.
func (r request) get(ctx context.Context) (session.Session, *attempt, error) {
	a := &attempt{}
	run := newPatience(ctx, r.timeout)
	defer run.end()
	err := r.plan(run.ctx, a)
	if err != nil {
		return session.Session{}, a, a.failed(err)
	}
	s, err := r.follow(run, a)
	if err != nil {
		return session.Session{}, a, a.failed(err)
	}
	return s, a, nil
}

// plan finds the source and plans the chain.
func (r request) plan(ctx context.Context, a *attempt) (err error) {
	if a.source, err = source.Load(ctx, r.source); err != nil {
		return err
	}
	return r.chain(ctx, a)
}

// knownRegion is the source's Region, or the partition's default with a word
// about it.
func knownRegion(notices io.Writer, s *source.Source, partition string) string {
	if s.Region != "" {
		return s.Region
	}
	region := caller.DefaultRegion(partition)
	notice(notices, "no Region is set anywhere: asking STS in %s (--region or AWS_REGION sets one)", region)
	return region
}

// isInterrupted tells that the user ended the run.
func isInterrupted(err error) bool {
	if e, ok := errors.AsType[*session.Error](err); ok {
		return e.Problem == session.ProblemCanceled
	}
	if e, ok := errors.AsType[*source.Error](err); ok {
		return e.Problem == source.ProblemCanceled
	}
	return errors.Is(err, context.Canceled)
}
