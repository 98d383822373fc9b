package session

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"karikagi/internal/api"
	"karikagi/internal/caller"
)

// The operations that give a session, as errors call them.
const (
	AssumeRole      = "AssumeRole"
	GetSessionToken = "GetSessionToken"
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
	// AssumedRoleID is the role's unique ID and the session name, "AROA...:name".
	AssumedRoleID string
	// PackedPolicySize is how much, in percent, policies and tags take of what
	// STS packs a session into; 0 where it did not say.
	PackedPolicySize int
	RequestID        string // of the call, as CloudTrail shows it
	// Skew is how far this machine's clock is from AWS's: positive when behind.
	Skew time.Duration
}

// Get makes the plan's AssumeRole. The plan has passed Check. The error is an
// *Error: STS's refusal, or why STS could not be asked.
func Get(ctx context.Context, client Assumer, p Plan) (Session, error) {
	out, err := client.AssumeRole(ctx, p.input())
	if err != nil {
		return Session{}, Recast(AssumeRole, err)
	}
	s, err := read(out)
	if err != nil {
		return Session{}, notSTS(AssumeRole, err)
	}
	s.Skew = skew(out.ResultMetadata)
	if err := p.checkAnswer(s, aws.ToString(out.SourceIdentity)); err != nil {
		return Session{}, notSTS(AssumeRole, err)
	}
	if id, ok := awsmiddleware.GetRequestIDMetadata(out.ResultMetadata); ok {
		s.RequestID = Printable(id)
	}
	return s, nil
}

func notSTS(operation string, err error) *Error {
	return &Error{Operation: operation, Problem: ProblemAnswer, Message: "the answer was not STS's: " + err.Error()}
}

// CheckEnd refuses a session that is over already, by the clock of whoever gave
// it, in answer to an operation: now is this machine's time. Its error is an *Error.
func (s Session) CheckEnd(operation string, now time.Time) error {
	if s.Credentials.Expiration.After(now.Add(s.Skew)) {
		return nil
	}
	return notSTS(operation, errors.New("its session has ended"))
}

// checkAnswer refuses a session that was not asked for: of another role, in
// another name, or of another source identity, which two callers of one name do
// not share. Where none was asked for, an inherited one may be stated.
func (p Plan) checkAnswer(s Session, sourceIdentity string) error {
	who := s.AssumedRole
	if who.Partition != p.Role.Partition || who.Account != p.Role.Account || !strings.EqualFold(who.Name, p.Role.Name) || who.Session != p.RoleSessionName {
		return fmt.Errorf("it is a session of %s", who.ARN)
	}
	if p.SourceIdentity != "" && sourceIdentity != "" && sourceIdentity != p.SourceIdentity {
		return fmt.Errorf("it is a session of the source identity %s", Printable(sourceIdentity))
	}
	return nil
}

// input is the plan in the SDK's words. What is not planned is not sent.
func (p Plan) input() *sts.AssumeRoleInput {
	in := &sts.AssumeRoleInput{
		RoleArn: aws.String(p.Role.ARN()), RoleSessionName: &p.RoleSessionName,
		ExternalId: given(p.ExternalID), Policy: given(p.Policy), SourceIdentity: given(p.SourceIdentity),
		SerialNumber: given(p.SerialNumber), TokenCode: given(p.TokenCode),
		TransitiveTagKeys: p.TransitiveTagKeys,
	}
	if p.Duration != 0 {
		in.DurationSeconds = aws.Int32(int32(p.Duration / time.Second)) //nolint:gosec // Check bounds it to twelve hours.
	}
	for _, arn := range p.PolicyARNs {
		in.PolicyArns = append(in.PolicyArns, types.PolicyDescriptorType{Arn: aws.String(arn)})
	}
	for _, tag := range p.Tags {
		in.Tags = append(in.Tags, types.Tag{Key: aws.String(tag.Key), Value: aws.String(tag.Value)})
	}
	return in
}

func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// read takes an answer as hostile input: whoever answers at a configured
// endpoint may not be STS, and these values go into people's shells.
func read(out *sts.AssumeRoleOutput) (Session, error) {
	if out.Credentials == nil || out.AssumedRoleUser == nil {
		return Session{}, errors.New("no credentials or no assumed-role user in the answer")
	}
	who, err := caller.Parse(aws.ToString(out.AssumedRoleUser.Arn))
	if err != nil || who.Kind != caller.AssumedRole {
		return Session{}, errors.New("the session's principal is not an assumed role")
	}
	c, err := readCredentials(out.Credentials, who.Account)
	if err != nil {
		return Session{}, err
	}
	return Session{
		Credentials: c, AssumedRole: who,
		AssumedRoleID:    Printable(aws.ToString(out.AssumedRoleUser.AssumedRoleId)),
		PackedPolicySize: int(aws.ToInt32(out.PackedPolicySize)), //nolint:staticcheck // the audit record keeps the figure that the limit is stated in.
	}, nil
}

func readCredentials(from *types.Credentials, account string) (api.Credentials, error) {
	c := api.Credentials{
		AccessKeyID:     aws.ToString(from.AccessKeyId),
		SecretAccessKey: aws.ToString(from.SecretAccessKey),
		SessionToken:    aws.ToString(from.SessionToken),
		Expiration:      aws.ToTime(from.Expiration).UTC(),
		AccountID:       account,
	}
	return c, c.Check()
}
