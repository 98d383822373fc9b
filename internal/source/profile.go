package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/session"
)

// Hop is a role that a profile says to assume, in the profile's own words. ""
// and 0 are what it leaves out.
type Hop struct {
	Profile         string
	RoleARN         string
	RoleSessionName string
	ExternalID      string
	SerialNumber    string // mfa_serial
	Duration        time.Duration
}

// Hops are the roles of the profile, in the order in which they are assumed;
// none where the profile has no role_arn. The SDK would assume them itself, in
// sessions named aws-go-sdk-TIME that nobody can tell a person from.
func (s *Source) Hops() []Hop { return s.hops }

// SerialNumber is the MFA device that the profile of the credentials themselves
// names; "" where there is none, or no profile.
func (s *Source) SerialNumber() string { return s.serialNumber }

// As is the same way to AWS with the credentials of a session.
func (s *Source) As(c aws.Credentials) *Source {
	as := *s
	as.credentials, as.config.Credentials, as.hops = c, credentials.StaticCredentialsProvider{Value: c}, nil
	return &as
}

// Endpoint is where a service listens by the user's own settings (environment,
// profile, services section); "" where they leave it to AWS. For services that
// karikagi has no client of.
func (s *Source) Endpoint(ctx context.Context, service string) string {
	if ignore, found, err := config.GetIgnoreConfiguredEndpoints(ctx, s.config.ConfigSources); err == nil && found && ignore {
		return ""
	}
	for _, from := range s.config.ConfigSources {
		setting, ok := from.(interface {
			GetServiceBaseEndpoint(ctx context.Context, service string) (string, bool, error)
		})
		if !ok {
			continue
		}
		if address, found, err := setting.GetServiceBaseEndpoint(ctx, service); found && err == nil {
			return address
		}
	}
	return aws.ToString(s.config.BaseEndpoint)
}

// basis catches what the SDK would assume a profile's roles with: the provider
// of the credentials that sign the first AssumeRole.
type basis struct{ provider aws.CredentialsProvider }

// catch is called by the SDK for each role of a profile, the innermost first.
func (b *basis) catch(o *stscreds.AssumeRoleOptions) {
	// Wanted for a profile with mfa_serial, and never called: the roles are ours to assume.
	o.TokenProvider = func() (string, error) { return "", errors.New("no MFA code is asked for here") }
	if client, ok := o.Client.(*sts.Client); ok && b.provider == nil {
		b.provider = client.Options().Credentials
	}
}

// unchain leaves the profile's roles to the caller: what cfg retrieves from now
// on are the credentials that they start from. bottom is the profile whose those
// are.
func (b *basis) unchain(cfg *aws.Config) (hops []Hop, bottom config.SharedConfig, err error) {
	_, bottom = resolved(*cfg)
	if b.provider == nil {
		return nil, bottom, nil
	}
	for bottom.RoleARN != "" && bottom.WebIdentityTokenFile == "" {
		h, err := hopOf(bottom)
		if err != nil {
			return nil, bottom, err
		}
		hops = append(hops, h)
		if bottom.Source == nil { // credential_source
			break
		}
		if bottom = *bottom.Source; bottom.Credentials.HasKeys() {
			break // whatever role the profile of the keys names, the keys are what is meant
		}
	}
	slices.Reverse(hops)
	cfg.Credentials = b.provider
	return hops, bottom, nil
}

// hopOf reads a role from a profile, as the SDK's loader gives it.
func hopOf(p config.SharedConfig) (Hop, error) {
	if p.Source == nil && p.CredentialSource == "" {
		// The SDK would go on to the container endpoint and the instance metadata service.
		return Hop{}, &Error{Problem: ProblemProfile, Message: fmt.Sprintf("profile %s: role_arn without source_profile or credential_source", quote(p.Profile))}
	}
	h := Hop{Profile: p.Profile, RoleARN: p.RoleARN, RoleSessionName: p.RoleSessionName, ExternalID: p.ExternalID, SerialNumber: p.MFASerial}
	if p.RoleDurationSeconds != nil {
		// What is no number arrives as 0.
		if h.Duration = *p.RoleDurationSeconds; h.Duration <= 0 {
			return Hop{}, &Error{Problem: ProblemProfile, Message: fmt.Sprintf("profile %s: duration_seconds: want a number of seconds, %d to %d",
				quote(p.Profile), int(session.MinDuration/time.Second), int(session.MaxDuration/time.Second))}
		}
	}
	return h, nil
}

// CheckProfile tells whether a profile can be read, with those that it leads to.
// Nobody is asked for it. The error is an *Error.
func CheckProfile(ctx context.Context, name string) error {
	if _, err := sharedConfig(ctx, name); err != nil {
		return configError(ctx, err, name)
	}
	return nil
}

// cycle names the profile whose source_profile leads back to itself; "" where
// err has another reason. The SDK takes a profile that it meets again for one
// without a role, and only says that it has no credentials: by itself it has a
// role, and the same problem.
func cycle(ctx context.Context, err config.SharedConfigAssumeRoleError) string {
	if err.Err != nil {
		return ""
	}
	_, again := config.LoadSharedConfigProfile(ctx, err.Profile, func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles, o.CredentialsFiles = []string{configFile()}, []string{credentialsFile()}
	})
	if same, ok := errors.AsType[config.SharedConfigAssumeRoleError](again); ok && same.Err == nil && same.Profile == err.Profile {
		return err.Profile
	}
	return ""
}
