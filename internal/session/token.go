package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/caller"
)

// The limits of GetSessionToken (STS API Reference, DurationSeconds). STS gives
// twelve hours where nothing is asked, and a root user never more than one.
const (
	MaxToken     = 36 * time.Hour
	maxRootToken = time.Hour
)

// Token is one GetSessionToken before it is made: a session of the user's own,
// which carries the proof of MFA with it.
type Token struct {
	Duration                time.Duration // 0 leaves it to STS
	SerialNumber, TokenCode string        // "" for a session without MFA
}

// Tokener is the one STS call that gives a user a session; *sts.Client is one.
type Tokener interface {
	GetSessionToken(context.Context, *sts.GetSessionTokenInput, ...func(*sts.Options)) (*sts.GetSessionTokenOutput, error)
}

// Check refuses what STS would refuse for this base. It returns nil or a
// *Refusal.
func (t Token) Check(b Base) error {
	longest := MaxToken
	if b.Caller.Kind == caller.Root {
		longest = maxRootToken
	}
	switch {
	case b.Temporary:
		return &Refusal{Rule: RuleLongTerm, Problem: "your own credentials are temporary, and GetSessionToken gives a session for a long-term access key only"}
	case t.Duration != 0 && (t.Duration < MinDuration || t.Duration > longest):
		return &Refusal{Rule: RuleDuration, Use: FormatDuration(min(max(t.Duration, MinDuration), longest)), Problem: fmt.Sprintf(
			"duration %s: want %s to %s", FormatDuration(t.Duration), FormatDuration(MinDuration), FormatDuration(longest))}
	}
	return checkMFA(t.SerialNumber, t.TokenCode, b.Caller)
}

// Get makes the GetSessionToken. The token has passed Check. The error is an
// *Error.
func (t Token) Get(ctx context.Context, client Tokener, account string) (Session, error) {
	in := &sts.GetSessionTokenInput{SerialNumber: given(t.SerialNumber), TokenCode: given(t.TokenCode)}
	if t.Duration != 0 {
		in.DurationSeconds = aws.Int32(int32(t.Duration / time.Second)) //nolint:gosec // Check bounds it to 36 hours.
	}
	out, err := client.GetSessionToken(ctx, in)
	if err != nil {
		return Session{}, Recast(GetSessionToken, err)
	}
	if out.Credentials == nil {
		return Session{}, notSTS(GetSessionToken, errors.New("no credentials in the answer"))
	}
	c, err := readCredentials(out.Credentials, account)
	if err != nil {
		return Session{}, notSTS(GetSessionToken, err)
	}
	return Session{Credentials: c, Skew: skew(out.ResultMetadata)}, nil
}
