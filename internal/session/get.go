package session

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/api"
	"karikagi/internal/caller"
)

// Assumer is the one STS call that gives a session; *sts.Client is one.
type Assumer interface {
	AssumeRole(context.Context, *sts.AssumeRoleInput, ...func(*sts.Options)) (*sts.AssumeRoleOutput, error)
}

// Session is what STS gave for a plan.
type Session struct {
	Credentials api.Credentials
	// AssumedRole is the session's own principal, as every later call shows it.
	AssumedRole caller.Caller
	// Skew is how far this machine's clock is from AWS's: positive when behind.
	Skew time.Duration
}

// Get makes the plan's AssumeRole. The plan has passed Check. The error is an
// *Error: STS's refusal, or why STS could not be asked.
func Get(ctx context.Context, client Assumer, p Plan) (Session, error) {
	input := &sts.AssumeRoleInput{RoleArn: aws.String(p.Role.ARN()), RoleSessionName: &p.RoleSessionName}
	if p.Duration != 0 {
		input.DurationSeconds = aws.Int32(int32(p.Duration / time.Second)) //nolint:gosec // Check bounds it to twelve hours.
	}
	if p.ExternalID != "" {
		input.ExternalId = &p.ExternalID
	}
	out, err := client.AssumeRole(ctx, input)
	if err != nil {
		return Session{}, Recast("AssumeRole", err)
	}
	s, err := read(out)
	if err != nil {
		return Session{}, &Error{Operation: "AssumeRole", Problem: ProblemAnswer, Message: "the answer was not STS's: " + err.Error()}
	}
	s.Skew = skew(out.ResultMetadata)
	return s, nil
}

// read takes an answer as hostile input: whoever answers at a configured
// endpoint may not be STS, and these values go into people's shells.
func read(out *sts.AssumeRoleOutput) (Session, error) {
	if out.Credentials == nil || out.AssumedRoleUser == nil {
		return Session{}, fmt.Errorf("no credentials or no assumed-role user in the answer")
	}
	who, err := caller.Parse(aws.ToString(out.AssumedRoleUser.Arn))
	if err != nil || who.Kind != caller.AssumedRole {
		return Session{}, fmt.Errorf("the session's principal is not an assumed role")
	}
	c := api.Credentials{
		AccessKeyID:     aws.ToString(out.Credentials.AccessKeyId),
		SecretAccessKey: aws.ToString(out.Credentials.SecretAccessKey),
		SessionToken:    aws.ToString(out.Credentials.SessionToken),
		Expiration:      aws.ToTime(out.Credentials.Expiration).UTC(),
		AccountID:       who.Account,
	}
	if c.Expiration.Year() < 2000 || c.Expiration.Year() > 9999 {
		return Session{}, fmt.Errorf("no expiration in the answer")
	}
	for _, field := range []struct{ name, value string }{
		{"access key ID", c.AccessKeyID}, {"secret access key", c.SecretAccessKey}, {"session token", c.SessionToken},
	} {
		if err := checkSecret(field.value); err != nil {
			return Session{}, fmt.Errorf("%s: %w", field.name, err)
		}
	}
	return Session{Credentials: c, AssumedRole: who}, nil
}

// checkSecret refuses what no AWS credential holds, and never quotes the value:
// printable ASCII without spaces. AWS fixes no length for a session token
// ("make no assumption about its maximum size", STS API Reference).
func checkSecret(s string) error {
	if s == "" {
		return fmt.Errorf("empty")
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return fmt.Errorf("has a character that no AWS credential has")
		}
	}
	return nil
}
