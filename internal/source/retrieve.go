package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"

	"karikagi/internal/session"
)

// reason puts a source's failure in a few words.
func (s *Source) reason(err error) string {
	if _, ok := errors.AsType[*ssocreds.InvalidTokenError](err); ok {
		return "the sign-in has expired"
	}
	// A sign-in is a file under ~/.aws/sso/cache or ~/.aws/login/cache.
	if (s.Kind == SSO || s.Kind == Login) && (errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), "token file not found")) {
		return "there is no sign-in"
	}
	if s.Kind == AssumeRole && strings.Contains(err.Error(), "ec2imds") {
		return "it has role_arn, and neither source_profile nor credential_source gives credentials"
	}
	recast := session.Recast("", err)
	status, answered := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err)
	if (s.Kind == Container || s.Kind == CloudShell) && answered && status.HTTPStatusCode() != 0 && recast.Problem != session.ProblemRefused {
		return fmt.Sprintf("the answer was HTTP %d", status.HTTPStatusCode())
	}
	text := strings.TrimPrefix(recast.Error(), ": ")
	return strings.TrimPrefix(text, "failed to refresh cached credentials, ")
}

// processProblem names what a credential_process did wrong without a word of
// its output.
func processProblem(err error) string {
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return "the command failed: " + exit.Error()
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "timed out"):
		return "the command gave no answer within a minute"
	case strings.Contains(text, "parse failed"):
		return "the command printed something other than credentials in JSON"
	case strings.Contains(text, "wrong version"):
		return "the command printed a Version other than 1"
	case strings.Contains(text, "missing AccessKeyId"):
		return "the command printed no AccessKeyId"
	case strings.Contains(text, "missing SecretAccessKey"):
		return "the command printed no SecretAccessKey"
	}
	return "the command gave no credentials"
}

// looked lists where credentials were looked for, in the SDKs' order, and what
// was there instead.
func looked(cfg aws.Config, err error) []string {
	env, shared := resolved(cfg)
	places := []string{"environment: " + lookedEnvironment()}
	profile := firstOf(shared.Profile, env.SharedConfigProfile, "default")
	places = append(places,
		fmt.Sprintf("profile %s: no credentials in %s or %s", profile, lookedFile(configFile()), lookedFile(credentialsFile())),
		"container credentials endpoint: AWS_CONTAINER_CREDENTIALS_FULL_URI is not set (CloudShell, ECS and EKS set it)")
	instance := "no answer"
	if strings.EqualFold(os.Getenv("AWS_EC2_METADATA_DISABLED"), "true") {
		instance = "not asked, AWS_EC2_METADATA_DISABLED is set"
	} else if status, ok := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err); ok {
		instance = fmt.Sprintf("HTTP %d", status.HTTPStatusCode())
	}
	return append(places, "instance metadata service: "+instance)
}

func lookedEnvironment() string {
	switch {
	case os.Getenv("AWS_ACCESS_KEY_ID") != "":
		return "AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not"
	case os.Getenv("AWS_SECRET_ACCESS_KEY") != "":
		return "AWS_SECRET_ACCESS_KEY is set, AWS_ACCESS_KEY_ID is not"
	}
	return "AWS_ACCESS_KEY_ID is not set"
}

func lookedFile(path string) string {
	if _, err := os.Stat(path); err != nil {
		return path + " (no such file)"
	}
	return path
}
