// Package source finds the caller's own credentials as every AWS SDK does, says
// in words where they came from, and gives the STS client that uses them. It is
// the only package that links the SDK's config module (the vending function has
// its credentials in its environment and must stay small), and it knows neither
// roles nor flags.
package source

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"

	"karikagi/internal/session"
)

// Options are what a user may choose; "" leaves a choice to the SDK's own rules.
type Options struct {
	Profile string // a section of ~/.aws/config or ~/.aws/credentials
	Region  string
}

// Source is where the caller's credentials come from, with the credentials.
type Source struct {
	Kind   Kind
	Detail string // the profile's name, the endpoint's address; "" where Kind says all
	Region string // "" where no Region is known anywhere
	// RegionFrom is what names the Region: --region, AWS_REGION, profile dev.
	RegionFrom string

	credentials aws.Credentials
	config      aws.Config
	hops        []Hop
	// serialNumber is the mfa_serial of the profile whose credentials these are.
	serialNumber string
	// loginSession is whose sign-in by aws login they come from.
	loginSession string
}

// Load reads the SDK's configuration and retrieves the credentials. It ends
// with ctx even where the SDK does not: a name server or a file may not answer.
// The error is an *Error.
func Load(ctx context.Context, o Options) (*Source, error) {
	if err := deepen(); err != nil {
		return nil, err
	}
	type result struct {
		source *Source
		err    error
	}
	done := make(chan result, 1)
	var chosen atomic.Pointer[Source] // before its credentials are there
	go func() {
		s, err := load(ctx, o, &chosen)
		done <- result{s, err}
	}()
	select {
	case r := <-done:
		return r.source, r.err
	case <-ctx.Done():
		s := chosen.Load()
		if s == nil {
			s = &Source{}
		}
		return nil, s.retrieveError(ctx, ctx.Err())
	}
}

// depth is the variable in which a credential_process finds how many of us are
// above it, and maxDepth how many may be: a process that calls karikagi with the
// profile that calls the process would otherwise fork until the machine is full.
const (
	depth    = "_KARIKAGI_DEPTH"
	maxDepth = 4
)

// deepen counts this process in, once: behind the number stands the process that
// was counted last.
func deepen() error {
	count, counted, _ := strings.Cut(os.Getenv(depth), " ")
	if counted == strconv.Itoa(os.Getpid()) {
		return nil
	}
	n, _ := strconv.Atoi(count)
	if n >= maxDepth {
		return &Error{Problem: ProblemProfile, Message: "credential_process: it calls karikagi, which reads the same profile again: want --profile with another one in it"}
	}
	if err := os.Setenv(depth, fmt.Sprintf("%d %d", n+1, os.Getpid())); err != nil {
		return &Error{Problem: ProblemFile, Message: "environment: " + err.Error()}
	}
	return nil
}

func load(ctx context.Context, o Options, chosen *atomic.Pointer[Source]) (*Source, error) {
	var base basis
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithSharedConfigProfile(o.Profile),
		config.WithRegion(o.Region),
		config.WithHTTPClient(newHTTPClient()),
		config.WithLogger(logging.Nop{}), // stderr is for our own lines
		// The SDK's cache would call container credentials old five minutes early.
		config.WithCredentialsCacheOptions(func(c *aws.CredentialsCacheOptions) { c.ExpiryWindow = 0 }),
		config.WithAssumeRoleCredentialOptions(base.catch),
		config.WithEndpointCredentialOptions(func(e *endpointcreds.Options) {
			e.HTTPClient, e.Retryer = steadfast(newHTTPClient()), containerRetryer()
		}),
		config.WithAPIOptions([]func(*middleware.Stack) error{session.BoundAnswers, unbroken}),
	)
	if err != nil {
		return nil, configError(ctx, err, o.Profile)
	}
	cfg.HTTPClient = verified(cfg.HTTPClient)
	s := &Source{Region: cfg.Region, RegionFrom: regionFrom(cfg, o)}
	hops, bottom, err := base.unchain(&cfg)
	if err != nil {
		return nil, err
	}
	s.hops, s.config, s.loginSession = hops, cfg, bottom.LoginSession
	// The pseudo Region of the global endpoint says nothing of where to call:
	// tokens of the global endpoint are refused in Regions that must be enabled.
	if s.Region == "aws-global" {
		s.Region = ""
	}
	if CheckRegion(s.Region) != nil {
		return nil, badRegion(s.Region, " of "+s.RegionFrom)
	}
	s.name(cfg, bottom)
	switch s.Kind {
	case Environment, Lambda, WebIdentity: // which have no profile
	default:
		s.serialNumber = bottom.MFASerial
	}
	chosen.Store(s)
	if s.credentials, err = s.retrieve(ctx); err != nil {
		return nil, s.retrieveError(ctx, err)
	}
	return s, nil
}

// maxBackoff keeps three attempts within a person's patience. The SDK would
// wait up to twenty seconds before the next.
const maxBackoff = 2 * time.Second

// STS returns a client for the Region's own endpoint, signing as the caller.
func (s *Source) STS(region string) *sts.Client {
	return sts.NewFromConfig(s.config, func(o *sts.Options) {
		o.Region = region
		o.Retryer = retry.AddWithMaxBackoffDelay(o.Retryer, maxBackoff)
		if r, ok := o.Retryer.(aws.RetryerV2); ok {
			o.Retryer = hurried(resigned{r})
		}
	})
}

// Unencrypted is the configured address of STS where calls to it, and the
// secrets in its answers, would cross a network in the clear; "" where not.
func Unencrypted(client *sts.Client) string {
	u, err := url.Parse(aws.ToString(client.Options().BaseEndpoint))
	if err != nil || u.Scheme != "http" || session.IsLoopback(u.Hostname()) {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// Temporary tells that the credentials are a session's, not a long-term key.
func (s *Source) Temporary() bool { return s.credentials.SessionToken != "" }

// Expiration is when the credentials end; the zero time when nobody says. The
// SDKs forget AWS_CREDENTIAL_EXPIRATION, which the AWS CLI and karikagi export
// beside the keys; it is read here only to be shown.
func (s *Source) Expiration() time.Time {
	if s.credentials.CanExpire {
		return s.credentials.Expires.UTC()
	}
	if s.Kind == Environment {
		if t, err := time.Parse(time.RFC3339, os.Getenv("AWS_CREDENTIAL_EXPIRATION")); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// CheckRegion refuses what cannot be a label of a host name: a Region becomes
// part of the address that signed calls go to. "" passes: none is known.
func CheckRegion(region string) error {
	bad := strings.ContainsFunc(region, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
	if bad || len(region) > 63 || strings.HasPrefix(region, "-") || strings.HasSuffix(region, "-") {
		return badRegion(region, "")
	}
	return nil
}

func badRegion(region, of string) *Error {
	return &Error{Problem: ProblemRegion, Message: "Region " + quote(region) + of + ": want a name like us-east-1"}
}

// regionFrom finds what named the Region of cfg, by the SDK's own order.
func regionFrom(cfg aws.Config, o Options) string {
	if o.Region != "" {
		return "--region"
	}
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if os.Getenv(name) != "" {
			return name
		}
	}
	_, shared := resolved(cfg)
	return "profile " + session.Printable(shared.Profile)
}

// Sign signs a request to another service as the caller (Signature Version 4).
func (s *Source) Sign(ctx context.Context, r *http.Request, body []byte, service, region string) error {
	sum := sha256.Sum256(body)
	return v4.NewSigner().SignHTTP(ctx, s.credentials, r, hex.EncodeToString(sum[:]), service, region, time.Now())
}

// Close lets go of the connections that are kept for more requests: a process
// that loads a source for each session would keep those of the last minute and a
// half. A source that was closed still works.
func (s *Source) Close() {
	if kept, ok := s.config.HTTPClient.(interface{ CloseIdleConnections() }); ok {
		kept.CloseIdleConnections()
	}
}

// HTTP is the client that the calls of STS go through too.
func (s *Source) HTTP() aws.HTTPClient { return session.Bounded(s.config.HTTPClient) }
