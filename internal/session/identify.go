package session

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/caller"
)

// Identifier is the one STS call that tells who signed it; *sts.Client is one.
type Identifier interface {
	GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error)
}

// Identity is who STS says the caller is. STS asks for no permission to tell.
type Identity struct {
	Caller caller.Caller
	UserID string        // AIDA… of a user, AROA…:session-name of an assumed role
	Skew   time.Duration // how far this machine's clock is behind AWS's
}

// Identify asks STS who signs the calls of this client. The error is an *Error.
func Identify(ctx context.Context, client Identifier) (Identity, error) {
	out, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Identity{}, Recast("GetCallerIdentity", err)
	}
	who, err := caller.Parse(aws.ToString(out.Arn))
	if err != nil {
		return Identity{}, &Error{Operation: "GetCallerIdentity", Problem: ProblemAnswer, Message: "the answer was not STS's: " + err.Error()}
	}
	return Identity{Caller: who, UserID: Printable(aws.ToString(out.UserId)), Skew: skew(out.ResultMetadata)}, nil
}
