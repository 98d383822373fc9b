package main

import (
	"context"
	"io"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
	"karikagi/internal/session"
	"karikagi/internal/source"
)

// origin is whose credentials a command acts with that assumes no role itself:
// those of the source, or of the last role of its profile.
type origin struct {
	*attempt
	source   *source.Source // which acts: the attempt's, or the way with the last session
	warnings io.Writer
}

// openOrigin finds the caller's credentials and assumes the profile's roles, if
// it names any.
func openOrigin(c *cli.Context, run *patience, o source.Options) (origin, error) {
	return request{source: o, notices: notices(c), warnings: c.App.ErrWriter}.origin(run)
}

func (r request) origin(run *patience) (origin, error) {
	a := &attempt{}
	var err error
	if a.source, err = source.Load(run.ctx, r.source); err != nil {
		return origin{}, a.failed(err)
	}
	if len(a.source.Hops()) == 0 {
		return origin{a, a.source, r.warnings}, nil
	}
	if err := r.chain(run.ctx, a); err != nil {
		return origin{}, a.failed(err)
	}
	if _, err := r.follow(run, a); err != nil {
		return origin{}, a.failed(err)
	}
	return origin{a, a.session, r.warnings}, nil
}

// identify says who acts. Where roles were assumed nobody needs to be asked:
// STS said it with the last session.
func (o origin) identify(ctx context.Context) (session.Identity, error) {
	if o.chain != nil {
		return o.last, nil
	}
	o.region = knownRegion(o.warnings, o.source, "aws")
	client := o.source.STS(o.region)
	noticeUnencrypted(o.warnings, client)
	who, err := session.Identify(ctx, client)
	if err != nil {
		return who, o.failed(err)
	}
	noticeClock(o.warnings, who.Skew)
	o.identity = who
	return who, nil
}

// String says where the credentials come from.
func (o origin) String() string {
	steps := []string{o.attempt.source.String()}
	for i, p := range o.chain {
		steps = append(steps, "role "+p.Role.Name+" by "+o.from[i])
	}
	return strings.Join(steps, ", then ")
}

// profileRoles are the ARNs of the profile's roles, in their order.
func (o origin) profileRoles() []string {
	arns := make([]string, len(o.chain))
	for i, p := range o.chain {
		arns[i] = p.Role.ARN()
	}
	return arns
}

// keys are credentials as the SDK takes them.
func keys(c api.Credentials) aws.Credentials {
	return aws.Credentials{
		AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken,
		CanExpire: true, Expires: c.Expiration, AccountID: c.AccountID, Source: "karikagi",
	}
}
