package format

import (
	"fmt"
	"strings"
)

// githubMasks renders what a GitHub Actions runner reads on standard output, so
// that it hides both secrets in the log from then on. The access key ID is no
// secret, and CloudTrail is searched by it. In a workflow command's value a
// percent sign is escaped; line ends, which would be too, never get here.
func githubMasks(p Product) (string, error) {
	if _, err := GitHubEnvironment(p); err != nil { // then there is nothing to mask
		return "", err
	}
	var b strings.Builder
	for _, secret := range []string{p.Credentials.SecretAccessKey, p.Credentials.SessionToken} {
		fmt.Fprintf(&b, "::add-mask::%s\n", strings.ReplaceAll(secret, "%", "%25"))
	}
	return b.String(), nil
}

// GitHubEnvironment is the other half of the github format: NAME=value lines for
// the end of the file that GITHUB_ENV names. Whoever writes them writes the
// masks first. A runner takes all behind the first equals sign literally, so
// with no line end in it no value can pass for another variable. It cannot be
// told to forget one.
func GitHubEnvironment(p Product) (string, error) {
	d := dialect{quote: func(s string) (string, error) { return s, nil }, set: "%s=%s"}
	return d.render(variables(p), nil)
}
