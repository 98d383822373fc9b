package source

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
)

// The addresses of ECS and EKS are theirs alone. ("Container credential
// provider", AWS SDKs and Tools Reference Guide.)
func TestContainerOf(t *testing.T) {
	t.Setenv("AWS_EXECUTION_ENV", "")
	for _, c := range []struct {
		relative, full string
		kind           Kind
		detail         string
	}{
		{"/v2/credentials/0123", "", ECS, "http://169.254.170.2/v2/credentials/0123"},
		{"/v2/credentials/0123", "http://localhost:1338/x", ECS, "http://169.254.170.2/v2/credentials/0123"}, // it goes before the other
		{"", "http://169.254.170.2/role", ECS, "http://169.254.170.2/role"},
		{"", "http://169.254.170.23/v1/credentials", EKSPodIdentity, "http://169.254.170.23/v1/credentials"},
		{"", "http://[fd00:ec2::23]/v1/credentials", EKSPodIdentity, "http://[fd00:ec2::23]/v1/credentials"},
		{"", "https://169.254.170.23.example.com/v1/credentials", Container, "https://169.254.170.23.example.com/v1/credentials"},
		{"", "http://user@169.254.170.230/", Container, "http://user@169.254.170.230/"},
		{"", "http://127.0.0.1:9911/role", Container, "http://127.0.0.1:9911/role"},
		{"", "http://localhost:1338/latest/meta-data/container/security-credentials", CloudShell, "http://localhost:1338/latest/meta-data/container/security-credentials"},
		{"", "http://localhost:13389/", Container, "http://localhost:13389/"},
		{"", "http://[::1", Container, "http://[::1"},
	} {
		kind, detail := containerOf(config.EnvConfig{ContainerCredentialsRelativePath: c.relative, ContainerCredentialsEndpoint: c.full})
		if kind != c.kind || detail != c.detail {
			t.Errorf("%+v: %s, %s", c, kind, detail)
		}
	}
	t.Setenv("AWS_EXECUTION_ENV", "CloudShell")
	if kind, _ := containerOf(config.EnvConfig{ContainerCredentialsEndpoint: "http://127.0.0.1:9911/role"}); kind != CloudShell {
		t.Errorf("CloudShell's variable alone: %s", kind)
	}
}

// A source is shown in words, and never with what a URL may hide.
func TestString(t *testing.T) {
	for _, c := range []struct {
		source Source
		want   string
	}{
		{Source{Kind: Environment}, "the environment (AWS_ACCESS_KEY_ID)"},
		{Source{Kind: Environment, Detail: "GitHub Actions"}, "the environment (AWS_ACCESS_KEY_ID) of GitHub Actions"},
		{Source{Kind: InstanceMetadata}, "instance metadata service"},
		{Source{Kind: ECS, Detail: address("http://a:hunter2@169.254.170.2/x?token=hunter2#hunter2")}, "ECS, container credentials endpoint http://169.254.170.2/x"},
		{Source{Kind: EKSPodIdentity, Detail: address("http://hunter2@[::1")}, "EKS Pod Identity, container credentials endpoint (whose address cannot be read)"},
	} {
		if got := c.source.String(); got != c.want || strings.Contains(got, "hunter2") {
			t.Errorf("%+v: %s", c.source, got)
		}
	}
}

func TestBearer(t *testing.T) {
	for _, c := range []struct{ file, github, gitlab, want string }{
		{"/tmp/token", "", "", ""},
		{"/tmp/token", "true", "", "GitHub Actions"},
		{"/tmp/token", "1", "", ""}, // GitHub sets true
		{"/tmp/token", "", "true", "GitLab CI"},
		{"/var/run/secrets/eks.amazonaws.com/serviceaccount/token", "", "", "Kubernetes service account"},
		{"/var/run/secrets/eks.amazonaws.com/serviceaccount/token", "true", "", "Kubernetes service account"}, // a runner in a pod
	} {
		t.Setenv("GITHUB_ACTIONS", c.github)
		t.Setenv("GITLAB_CI", c.gitlab)
		if got := bearer(c.file); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

// Of a file that cannot be read only the reason is repeated, whatever the SDK
// says around it.
func TestTokenProblem(t *testing.T) {
	const sdk = "failed to load credentials, resolve auth token: failed to read authorization token from /a: open /a: permission denied"
	t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/a")
	s := &Source{Kind: EKSPodIdentity}
	for said, want := range map[string]string{
		sdk: `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE "/a": permission denied`,
		"resolve auth token: authorization token contains invalid newline sequence": `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE "/a": the token has a line end in it`,
	} {
		if got := s.reason(errors.New(said)); got != want {
			t.Errorf("%s: %s", said, got)
		}
	}
	t.Setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "")
	if got := s.reason(errors.New("resolve auth token: newline")); got != "AWS_CONTAINER_AUTHORIZATION_TOKEN: the token has a line end in it" {
		t.Error(got)
	}
}
