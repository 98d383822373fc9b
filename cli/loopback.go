package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
	loopback "karikagi/internal/endpoint"
)

// openEndpoint gets a session and serves it on loopback, renewed with nobody
// asked. Ctrl-C does not end it: whoever opened it does.
func openEndpoint(c *cli.Context, w want) (*loopback.Endpoint, loan, error) {
	l, err := fetchUnattended(c.Context, w)
	if err != nil {
		return nil, loan{}, err
	}
	again := silently(w)
	e, err := loopback.Open(context.WithoutCancel(c.Context), loopback.Options{
		Session: l.credentials,
		Fetch: func(ctx context.Context) (api.Credentials, error) {
			l, err := fetchUnattended(ctx, again)
			return l.credentials, err
		},
		Notice: func(text string) { notice(c.App.ErrWriter, "%s", text) },
	})
	return e, l, err
}

// depthVariable is where a credential_process finds how many of us are above it.
const depthVariable = "_KARIKAGI_DEPTH"

// executionEnvironment says whose the endpoint is: CloudShell's own .bashrc sets
// it, and ours is another.
const executionEnvironment = "AWS_EXECUTION_ENV"

// fetchUnattended is fetch where nobody will be there to type a code the next
// time: what needs one is refused the first time.
func fetchUnattended(ctx context.Context, w want) (loan, error) {
	r, ok := w.(request)
	if !ok {
		return w.fetch(ctx)
	}
	for name, given := range map[string]string{"serial-number": r.proof.serialNumber, "token-code": r.proof.tokenCode} {
		if given != "" {
			return loan{}, misuse(proveOnce, "flag --%s: a code is good once, and the session is renewed with nobody asked", name)
		}
	}
	a := &attempt{}
	run := newPatience(ctx, r.timeout)
	defer run.end()
	defer a.close()
	if err := r.plan(run.ctx, a); err != nil {
		return loan{}, a.failed(err)
	}
	if a.plan.SerialNumber != "" {
		return loan{}, misuse(proveOnce, "%s names an MFA device: a code is good once, and the session is renewed with nobody asked", a.from[0])
	}
	s, err := r.follow(run, a)
	if err != nil {
		return loan{}, a.failed(err)
	}
	return loan{s.Credentials, a.source.Region, summary(a.identity.Caller, s, time.Now()) + packed(s)}, nil
}

const proveOnce = `prove it once, for hours: eval "$(karikagi mfa)"`

// silently is the same want without the lines that go with a first time.
func silently(w want) want {
	switch w := w.(type) {
	case request:
		w.notices, w.warnings = io.Discard, io.Discard
		return w
	case grantWant:
		w.notices, w.warnings = io.Discard, io.Discard
		return w
	}
	return w
}

// endpointVariables lead an SDK to the endpoint, past what it prefers.
func endpointVariables(e *loopback.Endpoint, region string) []string {
	return append([]string{
		"AWS_CONTAINER_CREDENTIALS_FULL_URI=" + e.URL(),
		"AWS_CONTAINER_AUTHORIZATION_TOKEN=" + e.Token(),
	}, regionVariables(region)...)
}

// rival is a file of ~/.aws whose default profile has credentials of its own,
// and the variable that says where it is. Every SDK prefers those to an endpoint,
// so that a program would act as somebody else without a word.
type rival struct{ variable, file string }

func rivals(ctx context.Context) (found []rival) {
	home, _ := os.UserHomeDir()
	for _, r := range []rival{{"AWS_SHARED_CREDENTIALS_FILE", "credentials"}, {"AWS_CONFIG_FILE", "config"}} {
		r.file = filepath.Join(home, ".aws", r.file)
		if named := os.Getenv(r.variable); named != "" {
			r.file = named
		}
		if info, err := os.Stat(r.file); err != nil || !info.Mode().IsRegular() { //nolint:gosec // the user's own files, where the SDK looks too.
			continue // a pipe is for one reader, and that is the command
		}
		if data, err := readFile(ctx, r.file); err == nil && defaultHasCredentials(string(data)) {
			found = append(found, r)
		}
	}
	return found
}

// credentialKeys are the keys by which a profile has credentials ("Settings
// reference", AWS SDKs and Tools Reference Guide).
func credentialKeys() []string {
	return []string{"aws_access_key_id", "aws_secret_access_key", "aws_session_token", "credential_process", "role_arn",
		"sso_session", "sso_account_id", "sso_start_url", "login_session", "web_identity_token_file"}
}

// defaultHasCredentials reads a file of ~/.aws for such keys.
func defaultHasCredentials(text string) bool {
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if section, is := strings.CutPrefix(line, "["); is {
			section, _, _ = strings.Cut(section, "]")
			words := strings.Fields(section)
			inside = slices.Equal(words, []string{"default"}) || slices.Equal(words, []string{"profile", "default"})
			continue
		}
		key, _, _ := strings.Cut(strings.Replace(line, ":", "=", 1), "=") // the SDKs take both
		if inside && slices.Contains(credentialKeys(), strings.ToLower(strings.TrimSpace(key))) {
			return true
		}
	}
	return false
}
