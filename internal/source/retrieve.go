package source

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"karikagi/internal/api"
	"karikagi/internal/session"
)

// unusable is what a source gave that the SDK takes, or breaks over.
type unusable string

const (
	noKey      unusable = "the answer has no access key in it"
	notASignIn unusable = "what it keeps cannot be read"
)

func (u unusable) Error() string { return string(u) }

// unsignable are credentials that nothing can be signed with, such as a key that
// was copied with the line end: a request would fail on the way or at AWS, and
// something else would be blamed.
type unsignable string

func (u unsignable) Error() string { return string(u) + ", such as a blank or a line end" }

// patience is how long a machine's own endpoint may take, with all attempts: it
// is a step away. The SDK has the same five seconds for an instance metadata
// service where nobody set another deadline, as the run's --timeout does; they
// are just enough for a container whose instance answers by version 1 only.
const patience = 5 * time.Second

// retrieve asks the source for its credentials. An instance is asked for its
// Region, too, where no other is known.
func (s *Source) retrieve(ctx context.Context) (aws.Credentials, error) {
	if s.isContainer() || s.Kind == InstanceMetadata {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	if s.Kind == Login && isHollowSignIn(s.loginSession) {
		return aws.Credentials{}, notASignIn
	}
	c, err := s.config.Credentials.Retrieve(ctx)
	if err == nil && !c.HasKeys() {
		return c, noKey
	}
	if err == nil {
		key := api.Credentials{AccessKeyID: c.AccessKeyID, SecretAccessKey: c.SecretAccessKey, SessionToken: c.SessionToken}
		if err := key.CheckKeys(); err != nil {
			return c, unsignable(err.Error())
		}
	}
	if err == nil && s.Region == "" && s.Kind == InstanceMetadata {
		s.Region, s.RegionFrom = instanceRegion(ctx), "the instance"
	}
	return c, err
}

// instanceRegion is the Region of the instance's identity document. It becomes
// part of an address, so that what is no Region counts as none.
func instanceRegion(ctx context.Context) string {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithEC2IMDSRegion(), config.WithLogger(logging.Nop{}))
	if err != nil || CheckRegion(cfg.Region) != nil {
		return ""
	}
	return cfg.Region
}

// reason puts a source's failure in a few words.
func (s *Source) reason(err error) string {
	said := err.Error()
	if u, ok := errors.AsType[unusable](err); ok {
		return u.Error()
	}
	switch {
	case s.Kind == SSO || s.Kind == Login:
		if gone := signInProblem(err); gone != "" {
			return gone
		}
	case s.Kind == WebIdentity && strings.Contains(said, "failed to retrieve jwt"):
		return "its token cannot be read: " + lastWords(said)
	case s.isContainer() && (strings.Contains(said, "resolve auth token") || strings.Contains(said, `header field value for "Authorization"`)):
		return tokenProblem(said)
	case s.isContainer() && strings.Contains(said, "failed to deserialize json"):
		return "the answer was not credentials in JSON"
	case s.Kind == InstanceMetadata:
		return lookedInstance(err)
	}
	recast := session.Recast("", err)
	if status := statusOf(err); s.isContainer() && status != 0 && recast.Problem != session.ProblemRefused {
		return fmt.Sprintf("the answer was HTTP %d", status)
	}
	text := strings.TrimPrefix(recast.Error(), ": ")
	return strings.TrimPrefix(text, "failed to refresh cached credentials, ")
}

// signInProblem tells a sign-in that is over from one that never was; "" where
// it is neither. A sign-in is a file under ~/.aws/sso/cache or ~/.aws/login/cache,
// and the service behind it can end it, too.
func signInProblem(err error) string {
	said := err.Error()
	refused, _ := errors.AsType[smithy.APIError](err)
	_, invalid := errors.AsType[*ssocreds.InvalidTokenError](err)
	switch {
	case errors.Is(err, fs.ErrNotExist), strings.Contains(said, "token file not found"):
		return "there is no sign-in"
	case invalid, strings.Contains(said, "cached SSO token is expired"), strings.Contains(said, "login session has expired"),
		refused != nil && (refused.ErrorCode() == "UnauthorizedException" || refused.ErrorCode() == "InvalidGrantException"):
		return "the sign-in has expired"
	case strings.Contains(said, "login session password has changed"):
		return "the sign-in has ended: the password was changed"
	}
	return ""
}

// tokenProblem is about AWS_CONTAINER_AUTHORIZATION_TOKEN or the file that goes
// before it.
func tokenProblem(said string) string {
	name := "AWS_CONTAINER_AUTHORIZATION_TOKEN"
	if file := os.Getenv(name + "_FILE"); file != "" {
		name += "_FILE " + quote(file)
	}
	if strings.Contains(said, "header field value") {
		return name + ": the token has a character that no header has"
	}
	if strings.Contains(said, "newline") {
		return name + ": the token has a line end in it"
	}
	return name + ": " + lastWords(said)
}

// lastWords is the operating system's own part of an error that the SDK has
// turned into text.
func lastWords(said string) string {
	if at := strings.LastIndex(said, ": "); at >= 0 {
		said = said[at+2:]
	}
	return session.Printable(said)
}

// statusOf is the HTTP status that an error is about; 0 without one.
func statusOf(err error) int {
	status, ok := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err)
	if !ok {
		return 0
	}
	return status.HTTPStatusCode()
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
	places := []string{"environment: " + lookedEnvironment(),
		"web identity: AWS_WEB_IDENTITY_TOKEN_FILE is not set (Kubernetes on EKS sets it, and CI jobs may)"}
	profile := firstOf(shared.Profile, env.SharedConfigProfile, "default")
	places = append(places,
		fmt.Sprintf("profile %s: no credentials in %s or %s", profile, lookedFile(configFile()), lookedFile(credentialsFile())),
		"container credentials endpoint: AWS_CONTAINER_CREDENTIALS_FULL_URI is not set (CloudShell and EKS set it), nor is AWS_CONTAINER_CREDENTIALS_RELATIVE_URI (ECS sets it)")
	return append(places, "instance metadata service: "+lookedInstance(err))
}

// lookedInstance puts the instance metadata service's failure in a few words. The
// meaning of a status is the EC2 user guide's, "Use the Instance Metadata Service
// to access instance metadata".
func lookedInstance(err error) string {
	if strings.EqualFold(os.Getenv("AWS_EC2_METADATA_DISABLED"), "true") {
		return "not asked, AWS_EC2_METADATA_DISABLED is set"
	}
	refused, ok := errors.AsType[*smithy.GenericAPIError](err)
	_, hollow := errors.AsType[unusable](err)
	switch said := err.Error(); {
	case hollow, ok && refused.Code == "":
		return "its answer has no credentials in it"
	case ok: // with HTTP 200: AssumeRoleUnauthorizedAccess, EC2 cannot assume the role
		return session.Printable(refused.Code + ": " + refused.Message)
	case strings.Contains(said, "empty EC2 IMDS role list"):
		return "it names no role"
	case strings.Contains(said, "failed to decode"):
		return "its answer was not credentials in JSON"
	}
	status := statusOf(err)
	if strings.Contains(err.Error(), "StatusCode: 401,") { // the SDK wraps this one in an error that cannot be looked into
		status = http.StatusUnauthorized
	}
	switch status {
	case 0:
		if inContainer() {
			return "no answer (none reaches a container unless the instance's hop limit is 2)"
		}
		return "no answer"
	case http.StatusUnauthorized:
		return "HTTP 401, it takes no request without a session token, and gave none"
	case http.StatusForbidden:
		return "HTTP 403, it is switched off for this instance"
	case http.StatusNotFound:
		return "HTTP 404, this instance has no role"
	default:
		return fmt.Sprintf("HTTP %d", status)
	}
}

// inContainer knows Kubernetes and Docker by what they leave in each container.
func inContainer() bool {
	_, err := os.Stat("/.dockerenv")
	return err == nil || os.Getenv("KUBERNETES_SERVICE_HOST") != ""
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
	shown := session.Printable(path)
	if fault := fileFault(path); fault != "" {
		shown += " (" + fault + ")"
	}
	return shown
}
