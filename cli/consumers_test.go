package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// consume is a program of somebody else's: the SDK with its defaults, asking
// who it is. It stands beside karikagi in the transcripts.
func consume() int {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err == nil {
		var out *sts.GetCallerIdentityOutput
		if out, err = sts.NewFromConfig(cfg).GetCallerIdentity(ctx, nil); err == nil {
			fmt.Println(aws.ToString(out.Arn))
			return 0
		}
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// hasTool tells whether a program of others is here. In CI it must be: there a
// missing one is an error and not a reason to skip.
func hasTool(ctx context.Context, name string) (bool, error) {
	command := map[string][]string{"fish": {"fish", "--version"}, "tcsh": {"tcsh", "--version"}, "zsh": {"zsh", "--version"}, "nu": {"nu", "--version"},
		"node": {"node", "--env-file=/dev/null", "--eval", "0"}, "dotenv": {"python3", "-c", "import dotenv"},
		"aws": {"aws", "--version"}, "boto3": {"python3", "-c", "import boto3"},
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
