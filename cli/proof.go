package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/urfave/cli/v2"

	"karikagi/internal/caller"
	"karikagi/internal/mfa"
	"karikagi/internal/session"
	"karikagi/internal/terminal"
)

// proof is what the flags say of MFA.
type proof struct {
	serialNumber string
	tokenCode    string
}

// proofFlags are the AWS CLI's own.
func proofFlags() []cli.Flag {
	return []cli.Flag{
		option("serial-number", "", "MFA device, its ARN or serial `NUMBER` (default: the one that you have)"),
		option("token-code", "", "the six-digit `CODE` that it shows (default: it is asked for on the terminal)"),
	}
}

func readProof(c *cli.Context) (p proof, err error) {
	var given bool
	if p.serialNumber, given = value(c, "serial-number"); given {
		if _, err := mfa.Named(p.serialNumber); err != nil {
			return p, &usageError{err: err}
		}
	}
	if p.tokenCode, given = value(c, "token-code"); given {
		if err := session.CheckTokenCode(p.tokenCode); err != nil {
			return p, &usageError{err: err}
		}
	}
	return p, nil
}

// prove readies the first role's proof of MFA: by the flags, or by the profile.
func (r request) prove(ctx context.Context, a *attempt) (err error) {
	first := &a.chain[0]
	switch {
	case r.proof.serialNumber == "" && r.proof.tokenCode == "" && first.SerialNumber != "" && a.source.Temporary():
		// STS takes no proof from most temporary credentials, and often needs
		// none: who signed in to the console with MFA has it in CloudShell.
		notice(r.notices, "%s names an MFA device, and your credentials are temporary: no code is asked for, they carry the proof where their sign-in had one", a.from[0])
		first.SerialNumber = ""
	case r.proof.serialNumber != "":
		first.SerialNumber = r.proof.serialNumber
	case r.proof.tokenCode != "" && first.SerialNumber == "":
		if a.identity.Caller.ARN == "" {
			if a.identity, err = session.Identify(ctx, a.source.STS(a.region)); err != nil {
				return err
			}
		}
		if err := session.CheckPrincipal(a.identity.Caller); err != nil {
			return err
		}
		first.SerialNumber, err = r.device(ctx, a)
	case first.SerialNumber != "":
		_, err = mfa.Named(first.SerialNumber)
	}
	return err
}

// lookupPatience is for IAM, which can be done without: STS may be reachable
// where IAM is not.
const lookupPatience = 5 * time.Second

// device is the MFA device of the caller's user: the one that was named, by the
// flag or by the profile, or the one that IAM knows. Many users may not ask IAM. Virtual devices were called as
// their users for years, and so that one is tried: STS has the last word.
func (r request) device(ctx context.Context, a *attempt) (string, error) {
	if r.proof.serialNumber != "" {
		return r.proof.serialNumber, nil
	}
	who := a.identity.Caller
	if err := session.CheckProver(who); err != nil {
		return "", err
	}
	if configured := a.source.SerialNumber(); configured != "" {
		d, err := mfa.Named(configured)
		return d.SerialNumber, err
	}
	asking, cancel := context.WithTimeout(ctx, lookupPatience)
	defer cancel()
	devices, err := mfa.Find(asking, a.source, who, a.source.Endpoint(ctx, "IAM"))
	switch {
	case err == nil:
		d, err := mfa.Choose(devices)
		return d.SerialNumber, err
	case ctx.Err() != nil || who.Kind != caller.User:
		return "", err
	}
	usual := "arn:" + who.Partition + ":iam::" + who.Account + ":mfa/" + who.Name
	reason := err.Error()
	if refused, ok := errors.AsType[*session.Error](err); ok && refused.Code != "" {
		reason = refused.Code // AWS's own sentence is a paragraph
	}
	notice(r.notices, "your MFA devices cannot be listed (%s): trying %s, --serial-number names another", reason, usual)
	return usual, nil
}

// assume makes one AssumeRole, with a code where the plan names an MFA device.
func (r request) assume(run *patience, client *sts.Client, p session.Plan) (session.Session, error) {
	if p.SerialNumber == "" {
		return session.Get(run.ctx, client, p)
	}
	return r.withCode(run, p.SerialNumber, func(code string) (session.Session, error) {
		p.TokenCode = code
		return session.Get(run.ctx, client, p)
	})
}

// withCode calls STS with the code of an MFA device. A person who typed a wrong
// one is asked once more.
func (r request) withCode(run *patience, serialNumber string, call func(code string) (session.Session, error)) (session.Session, error) {
	if r.proof.tokenCode != "" {
		return call(r.proof.tokenCode)
	}
	const most = 2
	for try := 1; ; try++ {
		code, err := r.askCode(run, serialNumber)
		if err != nil {
			return session.Session{}, err
		}
		s, err := call(code)
		if !wrongCode(err) || try == most {
			return s, err
		}
		notice(r.warnings, "AWS did not take that code: type the next one that the device shows")
	}
}

// askCode asks on the terminal, three times at most until it is a code.
func (r request) askCode(run *patience, serialNumber string) (string, error) {
	const most = 3
	for try := 1; ; try++ {
		code, err := run.ask(func(ctx context.Context) (string, error) {
			return terminal.Ask(ctx, "MFA code for "+serialNumber+": ")
		})
		if err != nil {
			return "", fmt.Errorf("MFA code: %w", err)
		}
		if err = session.CheckTokenCode(code); err == nil || try == most {
			return code, err
		}
		notice(r.warnings, "%v", err)
	}
}

// wrongCode tells that STS did not take a code: mistyped, old, or used before.
func wrongCode(err error) bool {
	e, ok := errors.AsType[*session.Error](err)
	return ok && strings.Contains(e.Message, "invalid MFA one time pass code")
}
