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
	CloudShell       Kind = "cloudshell"
	Container        Kind = "container"
	ECS              Kind = "ecs"
	EKSPodIdentity   Kind = "eks-pod-identity"
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
		CloudShell:       "AWS CloudShell, container credentials endpoint",
		Container:        "container credentials endpoint",
		ECS:              "ECS, container credentials endpoint",
		EKSPodIdentity:   "EKS Pod Identity, container credentials endpoint",
		InstanceMetadata: "instance metadata service",
	}
	if s.Kind == Environment && s.Detail != "" {
		return words[s.Kind] + " of " + s.Detail
	}
	return strings.TrimSpace(words[s.Kind] + " " + s.Detail)
}

// name finds kind and detail from the provider chain that the SDK resolved, and
// from the profile that the credentials are of.
func (s *Source) name(cfg aws.Config, of config.SharedConfig) {
	env, _ := resolved(cfg)
	s.Kind = kindOf(cfg.Credentials)
	if of.CredentialSource == "Environment" && len(s.hops) > 0 {
		s.Kind = Environment // the SDK calls it a container's
	}
	switch s.Kind {
	case Environment:
		s.Detail = runner()
		if function := os.Getenv("AWS_LAMBDA_FUNCTION_NAME"); function != "" {
			s.Kind, s.Detail = Lambda, function
		}
	case Container:
		s.Kind, s.Detail = containerOf(env)
	case InstanceMetadata:
		s.Detail = env.EC2IMDSEndpoint
	case WebIdentity:
		s.Detail = firstOf(of.WebIdentityTokenFile, env.WebIdentityTokenFilePath)
		if who := bearer(s.Detail); who != "" {
			s.Detail += " (" + who + ")"
		}
	default:
		s.Detail = of.Profile
	}
	s.Detail = session.Printable(s.Detail)
	if s.isContainer() || s.Kind == InstanceMetadata {
		s.Detail = address(s.Detail)
	}
}

// isContainer tells that the credentials come by the protocol of container
// endpoints, whoever's it is.
func (s *Source) isContainer() bool {
	return s.Kind == Container || s.Kind == ECS || s.Kind == EKSPodIdentity || s.Kind == CloudShell
}

// containerOf tells whose container endpoint it is. ECS and EKS have addresses of
// their own, which no other service uses ("Container credential provider", AWS
// SDKs and Tools Reference Guide).
func containerOf(env config.EnvConfig) (Kind, string) {
	if path := env.ContainerCredentialsRelativePath; path != "" {
		return ECS, "http://169.254.170.2" + path
	}
	kind := Container
	u, err := url.Parse(env.ContainerCredentialsEndpoint)
	switch {
	case isCloudShell(env):
		kind = CloudShell
	case err != nil:
	case u.Hostname() == "169.254.170.2":
		kind = ECS
	case u.Hostname() == "169.254.170.23", u.Hostname() == "fd00:ec2::23":
		kind = EKSPodIdentity
	}
	return kind, env.ContainerCredentialsEndpoint
}

// bearer names who has a token of an identity provider, as far as the place of
// the token tells: EKS mounts it there ("IAM roles for service accounts"). It is
// for showing only.
func bearer(tokenFile string) string {
	if strings.Contains(tokenFile, "/secrets/eks.amazonaws.com/serviceaccount/") {
		return "Kubernetes service account"
	}
	return runner()
}

// runner names the service that runs this job, by the variable that each
// documents for telling; "" where it is none of them.
func runner() string {
	switch {
	case os.Getenv("GITHUB_ACTIONS") == "true":
		return "GitHub Actions"
	case os.Getenv("GITLAB_CI") == "true":
		return "GitLab CI"
	}
	return ""
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
	case aws.CredentialSourceEnvVarsSTSWebIDToken, aws.CredentialSourceProfileSTSWebIDToken, aws.CredentialSourceSTSAssumeRoleWebID:
		return WebIdentity
	}
	return Profile
}
