// Command assume is the empty handler plus one call of STS: AssumeRole with the
// SDK's sts module as it comes, the input being in the environment. It is a
// yardstick for `make bench` and knows nothing of karikagi: it reads no event,
// decides nothing, records nothing and answers with nothing.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	var input sts.AssumeRoleInput
	if err := json.Unmarshal([]byte(os.Getenv("ASSUME_ROLE_INPUT")), &input); err != nil {
		fmt.Fprintln(os.Stderr, "assume:", err)
		os.Exit(1)
	}
	keys := aws.Credentials{
		AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN"),
	}
	client := sts.New(sts.Options{
		Region: os.Getenv("AWS_REGION"), BaseEndpoint: aws.String(os.Getenv("AWS_ENDPOINT_URL_STS")),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys, nil }),
	})
	lambda.Start(func(ctx context.Context, _ json.RawMessage) (json.RawMessage, error) {
		if _, err := client.AssumeRole(ctx, &input); err != nil {
			return nil, err
		}
		return json.RawMessage("{}"), nil
	})
}
