package main

import (
	"context"
	"errors"
	"net"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"karikagi/internal/session"
)

// One call to STS takes milliseconds in the Region. A connection may have died
// while the process was frozen, and then a second attempt must fit into the
// seconds that callers wait.
const (
	connectTimeout = 2 * time.Second
	attemptTimeout = 3 * time.Second
	attempts       = 3
	maxBackoff     = 200 * time.Millisecond
)

// newSTS is a client for the Region's own STS, with the execution role's
// credentials. They are read from the environment once: Lambda does not change
// it while the process lives.
func newSTS(getenv func(string) string, c configuration) *sts.Client {
	keys := aws.Credentials{
		AccessKeyID: getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: getenv("AWS_SESSION_TOKEN"), Source: "environment",
	}
	o := sts.Options{
		Region:      c.region,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil }),
		HTTPClient: session.Bounded(awshttp.NewBuildableClient().WithTimeout(attemptTimeout).
			WithDialerOptions(func(d *net.Dialer) { d.Timeout = connectTimeout })),
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = attempts, maxBackoff
			o.Retryables = slices.Concat([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(notThrottled)}, o.Retryables)
		}),
	}
	if c.stsEndpoint != "" {
		o.BaseEndpoint = &c.stsEndpoint
	}
	return sts.New(o)
}

// notThrottled keeps a throttled call from being repeated here: the caller is
// told when to come back, which spreads the load, and repeating adds to it.
func notThrottled(err error) aws.Ternary {
	refused, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return aws.UnknownTernary
	}
	if _, throttle := retry.DefaultThrottleErrorCodes[refused.ErrorCode()]; throttle {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}
