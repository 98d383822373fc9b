package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
	"karikagi/internal/caller"
	"karikagi/internal/session"
	"karikagi/internal/signin"
)

const consoleDescription = `Gets a session as karikagi export does, and prints a URL that opens the AWS
Management Console signed in with it:

  karikagi console FromMyAccount
  karikagi console --open --destination s3/buckets toy-role

The URL is a secret: whoever has it is signed in, without a password, for the
15 minutes that it is good for. With --open the browser gets it and stdout
stays empty; other programs of this machine can see it for a moment in the
list of processes, as every argument.

The console session ends with the credentials. --session-duration makes it
longer where AWS allows that: for one role that is assumed with a long-term
access key.

The variable KARIKAGI_SIGNIN_URL names another federation endpoint.`

// consoleFlags say what the browser shows, and for how long.
func consoleFlags() []cli.Flag {
	return []cli.Flag{
		option("destination", "", "page of the console to show, a `URL` or a path such as s3/buckets"),
		option("issuer", "", "https `URL` that the console leads to when its session has ended"),
		option("session-duration", "", "how long the console session lasts, `TIME` such as 8h (default: as long as the credentials)"),
		&cli.BoolFlag{Name: "open", Usage: "open the browser instead of printing the URL"},
		&cli.BoolFlag{Name: "quiet", Usage: "say nothing on stderr when all is well"},
	}
}

func consoleCommand() *cli.Command {
	return command("console", "[ROLE]", "sign in to the AWS Management Console with a session", consoleDescription, console,
		append(sessionFlags(), consoleFlags())...)
}

// signinRequest is what console's own flags ask for.
type signinRequest struct {
	page     signin.Page
	duration time.Duration // 0: as long as the credentials
	address  string        // of another federation endpoint; "" AWS's own
}

// console prints the sign-in URL of a session, or opens it.
func console(c *cli.Context) error {
	s, err := readSignin(c)
	if err != nil {
		return err
	}
	w, err := readWant(c)
	if err != nil {
		return err
	}
	var address, about string
	switch w := w.(type) {
	case request:
		if c.Bool("dry-run") {
			return dryRun(c, w)
		}
		address, about, err = s.byRole(c.Context, w)
	case grantWant:
		address, about, err = s.byGrant(c.Context, w)
	default:
		err = fmt.Errorf("console: no session of a role or a grant")
	}
	if err != nil {
		return err
	}
	if c.Bool("open") {
		err = openBrowser(c.Context, address)
	} else {
		err = writeProduct(c.App.Writer, address+"\n")
	}
	if err == nil {
		notice(notices(c), "%s; the URL signs anybody in who has it, until %s", about, until(time.Now().Add(signin.GoodFor), time.Now()))
	}
	return err
}

func readSignin(c *cli.Context) (s signinRequest, err error) {
	s.address = os.Getenv("KARIKAGI_SIGNIN_URL")
	s.page.Destination, _ = value(c, "destination")
	s.page.Issuer, _ = value(c, "issuer")
	text, given := value(c, "session-duration")
	if !given {
		return s, nil
	}
	if s.duration, err = session.ParseDuration(text); err != nil {
		return s, misuse("", "session %w", err)
	}
	if err = signin.CheckSessionDuration(s.duration); err != nil {
		return s, &usageError{err: err}
	}
	if _, grant := value(c, "grant"); grant {
		return s, s.checkChained(true, "the function's session is of a role that was assumed with the session of another")
	}
	return s, nil
}

// checkChained refuses a session duration where the federation endpoint does:
// roles that were chained, as AWS's knowledge center says ("Invalid credentials
// parameter"). Temporary credentials of one's own make a chain, too.
func (s signinRequest) checkChained(chained bool, why string) error {
	if s.duration == 0 || !chained {
		return nil
	}
	return misuse("without --session-duration the console session lasts as long as the credentials",
		"session duration %s: AWS gives a console session its own length only where one role is assumed with a long-term access key: %s", session.FormatDuration(s.duration), why)
}

// byRole signs in with a role's session.
func (s signinRequest) byRole(ctx context.Context, r request) (address, about string, err error) {
	a := &attempt{}
	run := newPatience(ctx, r.timeout)
	defer run.end()
	if err := r.plan(run.ctx, a); err != nil {
		return "", "", a.failed(err)
	}
	last := a.chain[len(a.chain)-1].Role
	s.page.Region = a.source.Region
	endpoint, err := s.endpoint(last.Partition)
	if err == nil {
		err = s.checkChained(a.source.Temporary(), "your own credentials are temporary")
	}
	if err == nil {
		err = s.checkChained(len(a.chain) > 1, fmt.Sprintf("%d roles are assumed here", len(a.chain)))
	}
	if err != nil {
		return "", "", a.failed(err)
	}
	got, err := r.follow(run, a)
	if err != nil {
		return "", "", a.failed(err)
	}
	address, err = s.url(run.ctx, endpoint, a.source.HTTP(), got.Credentials)
	return address, summary(a.identity.Caller, got, time.Now()), err
}

// byGrant signs in with a session of the vending function.
func (s signinRequest) byGrant(ctx context.Context, w grantWant) (address, about string, err error) {
	f, end, err := w.open(ctx)
	if err != nil {
		return "", "", err
	}
	defer end()
	s.page.Region = f.client.Region
	partition := caller.PartitionOfRegion(f.client.Region)
	if partition == "" {
		partition = "aws"
	}
	endpoint, err := s.endpoint(partition)
	if err != nil {
		return "", "", err
	}
	credentials, err := f.client.Get(f.ctx, w.grant, w.ask)
	if err != nil {
		return "", "", &claimAttempt{source: f.source, grant: w.grant, err: err}
	}
	address, err = s.url(f.ctx, endpoint, f.client.HTTP, credentials)
	return address, fmt.Sprintf("by grant %s: %s in account %s until %s", w.grant, credentials, credentials.AccountID,
		until(credentials.Expiration, time.Now())), err
}

// endpoint is a partition's, checked for the page before anything is asked for.
func (s signinRequest) endpoint(partition string) (signin.Endpoint, error) {
	e, err := signin.Find(partition, s.address)
	if err != nil && s.address != "" {
		return e, misuse("", "KARIKAGI_SIGNIN_URL: %w", err)
	}
	if err != nil {
		return e, err
	}
	if err := e.Check(s.page); err != nil {
		return e, &usageError{err: err}
	}
	return e, nil
}

func (s signinRequest) url(ctx context.Context, e signin.Endpoint, client signin.Doer, credentials api.Credentials) (string, error) {
	token, err := e.Token(ctx, client, credentials, s.duration)
	if err != nil {
		return "", err
	}
	return e.URL(token, s.page)
}
