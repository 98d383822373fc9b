package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// consume is a program of somebody else's: the SDK with its defaults, asking
// who it is. It stands beside karikagi in the transcripts.
//
//	consume          print the ARN
//	consume keys     print the keys and the session token, each on a line
//	consume on       ask again and again, until stdin ends
func consume() int {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	switch mode := strings.Join(os.Args[1:], " "); {
	case err != nil:
	case mode == "keys":
		var c aws.Credentials
		if c, err = cfg.Credentials.Retrieve(ctx); err == nil {
			fmt.Println(c.AccessKeyID + "\n" + c.SecretAccessKey + "\n" + c.SessionToken)
			return 0
		}
	case mode == "on":
		if err = consumeOn(ctx, sts.NewFromConfig(cfg)); err == nil {
			return 0
		}
	default:
		var out *sts.GetCallerIdentityOutput
		if out, err = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, nil); err == nil {
			fmt.Println(aws.ToString(out.Arn))
			return 0
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// consumeOn is a program that runs for long.
func consumeOn(ctx context.Context, client *sts.Client) error {
	ended := make(chan error, 1)
	go func() {
		_, err := io.Copy(io.Discard, os.Stdin)
		ended <- err
	}()
	for {
		if _, err := client.GetCallerIdentity(ctx, nil); err != nil {
			return err
		}
		select {
		case err := <-ended:
			return err
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// hasTool tells whether a program of others is here. In CI it must be: there a
// missing one is an error and not a reason to skip.
func hasTool(ctx context.Context, name string) (bool, error) {
	command := map[string][]string{"bash": {"bash", "--version"}, "fish": {"fish", "--version"}, "tcsh": {"tcsh", "--version"}, "zsh": {"zsh", "--version"}, "nu": {"nu", "--version"},
		"node": {"node", "--env-file=/dev/null", "--eval", "0"}, "node-sdk": {"node", "--eval", `require("@aws-sdk/client-sts"); require("@aws-sdk/credential-providers")`},
		"dotenv": {"python3", "-c", "import dotenv"},
		"aws":    {"aws", "--version"}, "boto3": {"python3", "-c", "import boto3"},
		"aws-endpoints": {"sh", "-c", "aws --version 2>&1 | grep -E '^aws-cli/(1\\.(29|[3-9][0-9])|2\\.(1[3-9]|[2-9][0-9]))\\.'"}, "sam": {"sh", "-c", "sam --version && cfn-lint --version"}}[name]
	if command == nil {
		return false, fmt.Errorf("tool:%s: not a tool", name)
	}
	err := exec.CommandContext(ctx, command[0], command[1:]...).Run()
	if err != nil && os.Getenv("CI") != "" {
		return false, fmt.Errorf("%s is not installed, and CI must have it: %w", name, err)
	}
	return err == nil, nil
}
