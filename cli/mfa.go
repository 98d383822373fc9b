package main

import (
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/session"
	"karikagi/internal/source"
)

const mfaDescription = `Asks STS for a session of your own user (GetSessionToken) that carries the
proof of MFA with it: one code, and then every role that demands MFA, for hours.

  eval "$(karikagi mfa)"
  karikagi export needs-mfa

It wants your long-term access key. In CloudShell there is none, and none is
needed: who signed in to the console with MFA has the proof there already.

For one role alone, give the code to AssumeRole itself, whose session may then
last as long as the role allows:

  karikagi export --serial-number DEVICE --duration 12h ROLE`

// mfaCommand is the verb mfa.
func mfaCommand() *cli.Command {
	return command("mfa", "", "prove MFA once, and get a session of your own for hours", mfaDescription, mfaVerb,
		[]cli.Flag{option("duration", "", "how long, `TIME` up to 36h (default: 12h)")}, proofFlags(), formatFlags(), sourceFlags())
}

// mfaVerb prints a session of the user's own.
func mfaVerb(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	r, formatName, err := readToken(c)
	if err != nil {
		return err
	}
	a := &attempt{}
	run := newPatience(c.Context, r.timeout)
	defer run.end()
	s, err := r.token(run, a)
	if err != nil {
		return a.failed(err)
	}
	if err := printProduct(c, formatName, s.Credentials, a.source.Region); err != nil {
		return err
	}
	notice(r.notices, "%s has proved MFA, in account %s until %s", a.identity.Caller.ARN, s.Credentials.AccountID, until(s.Credentials.Expiration, time.Now()))
	return nil
}

// token carries GetSessionToken out.
func (r request) token(run *patience, a *attempt) (s session.Session, err error) {
	if a.source, err = source.Load(run.ctx, r.source); err != nil {
		return s, err
	}
	if hops := a.source.Hops(); len(hops) > 0 {
		return s, fmt.Errorf("profile %q has role_arn, and a role cannot prove MFA: want the profile with the user's access key", clip(hops[len(hops)-1].Profile))
	}
	t := session.Token{Duration: r.duration}
	if err := t.Check(a.base()); err != nil {
		return s, err
	}
	a.region = knownRegion(r.notices, a.source, "aws")
	client := a.source.STS(a.region)
	noticeUnencrypted(r.warnings, client)
	if a.identity, err = session.Identify(run.ctx, client); err != nil {
		return s, err
	}
	a.caller = a.identity.Caller
	if t.SerialNumber, err = r.device(run.ctx, a); err != nil {
		return s, err
	}
	if err := t.Check(a.base()); err != nil {
		return s, err
	}
	return r.withCode(run, t.SerialNumber, func(code string) (session.Session, error) {
		t.TokenCode = code
		s, err := t.Get(run.ctx, client, a.caller.Account)
		if err != nil {
			return s, err
		}
		return s, s.CheckEnd(session.GetSessionToken, time.Now())
	})
}

// readToken takes the flags of the verb mfa.
func readToken(c *cli.Context) (r request, formatName string, err error) {
	r = request{notices: notices(c), warnings: c.App.ErrWriter}
	if formatName, err = readFormat(c); err != nil {
		return r, "", err
	}
	if text, given := value(c, "duration"); given {
		if r.duration, err = session.ParseDuration(text); err == nil {
			err = session.Token{Duration: r.duration}.Check(session.Base{})
		}
		if err != nil {
			return r, "", &usageError{err: err}
		}
	}
	if r.proof, err = readProof(c); err != nil {
		return r, "", err
	}
	r.source, r.timeout, err = readSource(c)
	return r, formatName, err
}
