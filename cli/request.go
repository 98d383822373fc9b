package main

import (
	"context"
	"errors"
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
	role            caller.RoleReference
	roleSessionName string // "" derives it from the caller
	duration        time.Duration
	externalID      string
	source          source.Options
	timeout         time.Duration
	notices         io.Writer // what goes well; --quiet silences it
	warnings        io.Writer // what may not
}

// readRequest takes the flags and the ROLE. Every error is a usageError: what
// it refuses is wrong whoever asks.
func readRequest(c *cli.Context) (request, error) {
	r := request{notices: notices(c), warnings: c.App.ErrWriter}
	reference, err := roleArgument(c)
	if err != nil {
		return r, err
	}
	if r.role, err = caller.ParseRoleReference(reference); err != nil {
		return r, &usageError{err: err}
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
	r.source, r.timeout, err = readSource(c)
	return r, err
}

// readSource takes the flags of sourceFlags.
func readSource(c *cli.Context) (o source.Options, timeout time.Duration, err error) {
	o.Region, _ = value(c, "region")
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

// roleArgument is the ROLE of the command line, or KARIKAGI_ROLE.
func roleArgument(c *cli.Context) (string, error) {
	if c.NArg() == 0 {
		if role := os.Getenv("KARIKAGI_ROLE"); role != "" {
			return role, nil
		}
		return "", misuse("karikagi "+c.Command.Name+" ROLE, or set KARIKAGI_ROLE", "no role named: want ROLE or the variable KARIKAGI_ROLE")
	}
	if c.NArg() == 1 {
		return c.Args().First(), nil
	}
	return "", misuse("", "argument %q: want one ROLE", clip(c.Args().Get(1)))
}

// attempt is how far a request got; an error of it is shown with hints that
// depend on who asked, for what, with whose credentials.
type attempt struct {
	source   *source.Source
	region   string           // where STS was asked; "" before
	identity session.Identity // zero when nobody asked
	role     caller.Role      // zero while it depends on an unknown caller
	plan     session.Plan
	err      error
}

func (a *attempt) Error() string { return a.err.Error() }
func (a *attempt) Unwrap() error { return a.err }

// failed makes the attempt its own error.
func (a *attempt) failed(err error) error {
	a.err = err
	return a
}

// get carries the request out: the source, then who is calling where that
// matters, then the role. What cannot work is refused as early as it is known.
func (r request) get(ctx context.Context) (session.Session, *attempt, error) {
	a := &attempt{}
	var err error
	if a.source, err = source.Load(ctx, r.source); err != nil {
		return session.Session{}, a, a.failed(err)
	}
	a.plan = session.Plan{RoleSessionName: r.roleSessionName, Duration: r.duration, ExternalID: r.externalID}
	if a.region, err = r.region(a.source); err != nil {
		return session.Session{}, a, a.failed(err)
	}
	if err := session.CheckChaining(r.duration, a.source.Temporary()); err != nil {
		return session.Session{}, a, a.failed(err)
	}
	client := a.source.STS(a.region)
	noticeUnencrypted(r.warnings, client)
	if r.role.NeedsCaller() || r.roleSessionName == "" {
		if a.identity, err = session.Identify(ctx, client); err != nil {
			return session.Session{}, a, a.failed(err)
		}
	}
	a.role = r.role.Role(a.identity.Caller)
	a.plan.Role = a.role
	if a.plan.RoleSessionName == "" {
		a.plan.RoleSessionName = a.identity.Caller.RoleSessionName()
	}
	if err := a.plan.Check(session.Base{Caller: a.identity.Caller, Temporary: a.source.Temporary()}); err != nil {
		return session.Session{}, a, a.failed(err)
	}
	s, err := session.Get(ctx, client, a.plan)
	if err != nil {
		return session.Session{}, a, a.failed(err)
	}
	if err := s.CheckEnd(time.Now()); err != nil {
		return session.Session{}, a, a.failed(err)
	}
	noticeClock(r.warnings, s.Skew)
	return s, a, nil
}

// region is where STS is called. A role named in full says its partition, which
// must be the Region's.
func (r request) region(s *source.Source) (string, error) {
	if r.role.NeedsCaller() {
		return knownRegion(r.notices, s, "aws"), nil
	}
	role := r.role.Role(caller.Caller{})
	region := knownRegion(r.notices, s, role.Partition)
	return region, session.CheckRegion(role, region)
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
