package source

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"

	"karikagi/internal/session"
)

// Problem is why no credentials could be had.
type Problem string

// The problems of a source.
const (
	ProblemMissing  Problem = "missing"  // nothing found anywhere
	ProblemProfile  Problem = "profile"  // no such profile, or an incomplete one
	ProblemFile     Problem = "file"     // a configuration file or variable cannot be read
	ProblemRetrieve Problem = "retrieve" // the source is there and gave nothing
	ProblemRegion   Problem = "region"
	ProblemTimeout  Problem = "timeout"
	ProblemCanceled Problem = "canceled"
)

// Error is why no credentials could be had. Its text never quotes what a
// source answered, which can be half a credential.
type Error struct {
	Problem Problem
	Message string
	Code    string   // of the service that refused; "" without one
	Source  *Source  // the source that failed; nil before one was chosen
	Looked  []string // for ProblemMissing: each place and what was there
	// Profiles are those there are, where one was named that is not; the most
	// alike first.
	Profiles []string
}

func (e *Error) Error() string { return e.Message }

// configError recasts what stopped the reading of the configuration.
func configError(ctx context.Context, err error, profile string) *Error {
	if role, ok := errors.AsType[config.SharedConfigAssumeRoleError](err); ok {
		// The SDK names the source profile here, and often says nothing else.
		if name := cycle(ctx, role); name != "" {
			return &Error{Problem: ProblemProfile, Message: fmt.Sprintf("profile %s: its source_profile leads back to it: want one with credentials of its own at the end", quote(name))}
		}
		if role.Err == nil {
			return &Error{Problem: ProblemProfile, Message: fmt.Sprintf("source_profile %s for role_arn %s: has no credentials of its own", quote(role.Profile), session.Printable(role.RoleARN))}
		}
		return &Error{Problem: ProblemProfile, Profiles: profileNames(role.Profile), Message: fmt.Sprintf(
			"source_profile %s for role_arn %s: there is no such profile", quote(role.Profile), session.Printable(role.RoleARN))}
	}
	if missing, ok := errors.AsType[config.SharedConfigProfileNotExistError](err); ok {
		of := ""
		if profile == "" && os.Getenv("AWS_PROFILE") == missing.Profile {
			of = " of AWS_PROFILE"
		}
		return &Error{Problem: ProblemProfile, Profiles: profileNames(missing.Profile), Message: fmt.Sprintf(
			"profile %s%s is in neither %s nor %s", quote(missing.Profile), of, lookedFile(configFile()), lookedFile(credentialsFile()))}
	}
	if broken, ok := errors.AsType[config.SharedConfigLoadError](err); ok {
		return &Error{Problem: ProblemFile, Message: fmt.Sprintf("%s: %s", broken.Filename, text(broken.Err))}
	}
	if role, ok := errors.AsType[config.CredentialRequiresARNError](err); ok {
		return &Error{Problem: ProblemProfile, Message: fmt.Sprintf("profile %s: %s without role_arn", quote(role.Profile), role.Type)}
	}
	if path, ok := errors.AsType[*os.PathError](err); ok {
		if bundle, at := bundleName(ctx, inUse(profile)); at == path.Path {
			return &Error{Problem: ProblemFile, Message: fmt.Sprintf("%s: %s", bundle, path.Err)}
		}
		return &Error{Problem: ProblemFile, Message: fmt.Sprintf("%s: %s", session.Printable(path.Path), path.Err)}
	}
	said := session.Printable(err.Error())
	if bundle, _ := bundleName(ctx, inUse(profile)); bundle != "" && strings.Contains(said, "custom CA bundle") {
		return &Error{Problem: ProblemFile, Message: bundle + ": has no certificate in it"}
	}
	if problem := settingProblem(said); problem != "" {
		return &Error{Problem: ProblemFile, Message: problem}
	}
	return &Error{Problem: ProblemFile, Message: plainer(said, profile)}
}

// inUse is the profile that the SDK reads where this one was asked for; "" is
// the default one, if there is one.
func inUse(profile string) string {
	return firstOf(profile, os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"))
}

// plainer says in the user's terms what the SDK says in its own.
func plainer(said, profile string) string {
	// The SDK does not say which of the profiles it was.
	name := quote(firstOf(inUse(profile), "default")) + " (or its source_profile)"
	_, half, isHalf := strings.Cut(said, "partial credentials found for profile ")
	switch {
	case isHalf:
		return fmt.Sprintf("profile %s has half a key: want both aws_access_key_id and aws_secret_access_key", quote(strings.TrimPrefix(half, "profile ")))
	case strings.Contains(said, "EcsContainer was specified"):
		return fmt.Sprintf("profile %s: credential_source EcsContainer: neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor AWS_CONTAINER_CREDENTIALS_FULL_URI is set", name)
	case strings.Contains(said, "credential_source values must be"):
		return fmt.Sprintf("profile %s: credential_source: want Environment, Ec2InstanceMetadata or EcsContainer", name)
	case strings.Contains(said, "only one credential type"):
		return fmt.Sprintf("profile %s: want one of source_profile, credential_source, credential_process and web_identity_token_file, not several", name)
	case strings.Contains(said, "role ARN is not set"):
		return "AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not: want both"
	case strings.Contains(said, "invalid endpoint host"):
		return "AWS_CONTAINER_CREDENTIALS_FULL_URI: want https, or http to loopback or to the address of ECS or EKS: anybody could listen elsewhere"
	case strings.Contains(said, "failed to resolve host "):
		return "AWS_CONTAINER_CREDENTIALS_FULL_URI: its host is not found"
	case strings.Contains(said, "invalid URL"), strings.Contains(said, "unable to parse host"): // it may hold a password
		return "AWS_CONTAINER_CREDENTIALS_FULL_URI: its address cannot be read"
	case profile != "":
		return "profile " + quote(profile) + ": " + said
	}
	return "configuration: " + said
}

// text is an error's, which some errors of the SDK lack.
func text(err error) string {
	if err == nil {
		return "cannot be read"
	}
	return session.Printable(err.Error())
}

// retrieveError recasts what stopped a source from giving credentials.
func (s *Source) retrieveError(ctx context.Context, err error) *Error {
	e := &Error{Problem: ProblemRetrieve, Source: s}
	if torn, ok := errors.AsType[unsignable](err); ok {
		e.Problem, e.Message = ProblemFile, s.String()+": "+torn.Error()
		return e
	}
	if s.Kind == Environment && os.Getenv("AWS_ACCESS_KEY_ID") == "" {
		e.Problem, e.Message = ProblemProfile, "credential_source Environment: AWS_ACCESS_KEY_ID is not set"
		return e
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled):
		e.Problem, e.Message = ProblemCanceled, "interrupted"
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		e.Problem, e.Message = ProblemTimeout, "no credentials in time from "+s.String()
		if s.Kind == "" { // none was chosen before its configuration was read
			e.Message = "no credentials in time"
			if file := endless(); file != "" {
				e.Message += ": " + session.Printable(file) + " has no end yet"
			}
		}
	case s.Kind == InstanceMetadata && len(s.hops) == 0: // the last place to look, and not one that a profile names
		e.Problem, e.Message, e.Looked = ProblemMissing, "no AWS credentials found", looked(s.config, err)
	case s.Kind == Process:
		// The SDK's text quotes the whole output, credentials and all.
		e.Message = s.String() + ": " + processProblem(err)
	default:
		e.Message, e.Code = "no credentials from "+s.String()+": "+s.reason(err), session.Recast("", err).Code
	}
	return e
}

// configFile and credentialsFile are where the SDK looks.
func configFile() string {
	return firstOf(os.Getenv("AWS_CONFIG_FILE"), config.DefaultSharedConfigFilename())
}

func credentialsFile() string {
	return firstOf(os.Getenv("AWS_SHARED_CREDENTIALS_FILE"), config.DefaultSharedCredentialsFilename())
}

func firstOf(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// quote shows a user's own word, bounded.
func quote(s string) string {
	if len(s) > 80 {
		s = strings.ToValidUTF8(s[:80], "") + "…"
	}
	return strconv.Quote(s)
}
