// Command minimal is the least Go program that does what `karikagi export`
// does: the SDK's config and sts modules as they come, GetCallerIdentity,
// AssumeRole, and the lines to paste. It is a yardstick for `make bench` and
// knows nothing of karikagi: no checks, no hints, no quoting.
package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	if err := run(context.Background(), os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "minimal:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, roleARN string) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	client := sts.NewFromConfig(cfg)
	caller, err := client.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return err
	}
	arn := aws.ToString(caller.Arn)
	out, err := client.AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn:         &roleARN,
		RoleSessionName: aws.String(arn[strings.LastIndexByte(arn, '/')+1:]),
	})
	if err != nil {
		return err
	}
	session := out.Credentials
	fmt.Printf("export AWS_ACCESS_KEY_ID=%s\n", aws.ToString(session.AccessKeyId))
	fmt.Printf("export AWS_SECRET_ACCESS_KEY=%s\n", aws.ToString(session.SecretAccessKey))
	fmt.Printf("export AWS_SESSION_TOKEN=%s\n", aws.ToString(session.SessionToken))
	fmt.Printf("export AWS_CREDENTIAL_EXPIRATION=%s\n", session.Expiration.UTC().Format(time.RFC3339))
	return nil
}
