package source

import (
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"karikagi/internal/session"
)

// Kind is where credentials come from.
type Kind string

// The kinds of source, as whoami --format json names them.
const (
	Environment      Kind = "environment"
	Lambda           Kind = "lambda"
	Profile          Kind = "profile"
	Process          Kind = "process"
	SSO              Kind = "sso"
	Login            Kind = "login"
	WebIdentity      Kind = "web-identity"
	AssumeRole       Kind = "assume-role"
	CloudShell       Kind = "cloudshell"
	Container        Kind = "container"
	InstanceMetadata Kind = "instance-metadata"
)

// String puts the source in words.
func (s *Source) String() string {
	words := map[Kind]string{
		Environment:      "the environment (AWS_ACCESS_KEY_ID)",
		Lambda:           "the Lambda environment of function",
		Profile:          "profile",
		Process:          "credential_process of profile",
		SSO:              "IAM Identity Center by profile",
		Login:            "aws login by profile",
		WebIdentity:      "web identity token",
		AssumeRole:       "a role assumed by profile",
		CloudShell:       "AWS CloudShell, container credentials endpoint",
		Container:        "container credentials endpoint",
		InstanceMetadata: "instance metadata service",
	}
	return strings.TrimSpace(words[s.Kind] + " " + s.Detail)
}

// name finds kind and detail from the provider chain that the SDK resolved.
func (s *Source) name(cfg aws.Config, profile string) {
	env, shared := resolved(cfg)
	if shared.Profile != "" {
		profile = shared.Profile
	}
	s.Kind = kindOf(cfg.Credentials)
	switch s.Kind {
	case Environment:
		if function := os.Getenv("AWS_LAMBDA_FUNCTION_NAME"); function != "" {
			s.Kind, s.Detail = Lambda, function
		}
	case Container:
		s.Detail = env.ContainerCredentialsEndpoint
		if env.ContainerCredentialsRelativePath != "" {
			s.Detail = "http://169.254.170.2" + env.ContainerCredentialsRelativePath
		}
		if isCloudShell(env) {
			s.Kind = CloudShell
		}
	case InstanceMetadata:
		s.Detail = env.EC2IMDSEndpoint
	case WebIdentity:
		s.Detail = env.WebIdentityTokenFilePath
	default:
		s.Detail = profile
	}
	s.Detail = session.Printable(s.Detail)
	if s.Kind == Container || s.Kind == CloudShell || s.Kind == InstanceMetadata {
		s.Detail = address(s.Detail)
	}
}

// address keeps of an endpoint's URL what may be shown: a user's name, a
// password and a query can be secrets.
func address(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(whose address cannot be read)"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// resolved picks the two configurations that LoadDefaultConfig read.
func resolved(cfg aws.Config) (env config.EnvConfig, shared config.SharedConfig) {
	for _, c := range cfg.ConfigSources {
		switch c := c.(type) {
		case config.EnvConfig:
			env = c
		case config.SharedConfig:
			shared = c
		}
	}
	return env, shared
}

// isCloudShell knows CloudShell's endpoint by its port, or by the variable that
// CloudShell's default .bashrc exports; either can be missing (zsh, pwsh, a
// user's own .bashrc; a port of the future).
func isCloudShell(env config.EnvConfig) bool {
	return os.Getenv("AWS_EXECUTION_ENV") == "CloudShell" ||
		strings.HasPrefix(env.ContainerCredentialsEndpoint, "http://localhost:1338/")
}

// kindOf reads the last link of the chain: who hands out the credentials.
func kindOf(provider aws.CredentialsProvider) Kind {
	chain, ok := provider.(aws.CredentialProviderSource)
	if !ok {
		return Profile
	}
	links := chain.ProviderSources()
	if len(links) == 0 {
		return Profile
	}
	switch links[len(links)-1] {
	case aws.CredentialSourceEnvVars:
		return Environment
	case aws.CredentialSourceProcess:
		return Process
	case aws.CredentialSourceSSO, aws.CredentialSourceSSOLegacy, aws.CredentialSourceProfileSSO:
		return SSO
	case aws.CredentialSourceLogin:
		return Login
	case aws.CredentialSourceHTTP:
		return Container
	case aws.CredentialSourceIMDS:
		return InstanceMetadata
	case aws.CredentialSourceSTSAssumeRole:
		return AssumeRole
	case aws.CredentialSourceEnvVarsSTSWebIDToken, aws.CredentialSourceProfileSTSWebIDToken, aws.CredentialSourceSTSAssumeRoleWebID:
		return WebIdentity
	}
	return Profile
}
