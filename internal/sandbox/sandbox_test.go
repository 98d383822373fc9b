package sandbox

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
)

const account = "123456789012"

// world is a sandbox that listens, with its log.
type world struct {
	*Server
	t   *testing.T
	url string
	log *lockedBuffer
}

// lockedBuffer may be read while requests are answered.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// last is the log's last line.
func (l *lockedBuffer) last() string {
	lines := strings.Split(strings.TrimSpace(l.String()), "\n")
	return lines[len(lines)-1]
}

func newWorld(t *testing.T, o Options) *world {
	t.Helper()
	w := &world{t: t, log: &lockedBuffer{}}
	o.Log = w.log
	var err error
	if w.Server, err = New(o); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// loaded is a world with an account of the test's own.
func loaded(t *testing.T, yaml string) *world {
	t.Helper()
	a, err := LoadAccount("test.yaml", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(t, Options{Account: a})
}

// client is the unmodified SDK's, pointed at the sandbox.
func (w *world) client(p aws.CredentialsProvider) *sts.Client {
	return sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &w.url, Credentials: p, RetryMaxAttempts: 1})
}

func (w *world) key(user string) *longTermKey {
	w.t.Helper()
	u, err := w.account.user(user)
	if err != nil {
		w.t.Fatal(err)
	}
	k := w.keyOf(u)
	if k == nil {
		w.t.Fatalf("user %q has no access key", user)
	}
	return k
}

func (w *world) as(user string) *sts.Client {
	w.t.Helper()
	k := w.key(user)
	return w.client(credentials.NewStaticCredentialsProvider(k.id, k.secret, ""))
}

func (w *world) with(c *types.Credentials) *sts.Client {
	return w.client(credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken))
}

// cloudShell is the client of a console user, by the SDK's own container-credentials provider.
func (w *world) cloudShell(user string) *sts.Client {
	w.t.Helper()
	lines, err := w.Environment(w.url, user)
	if err != nil {
		w.t.Fatal(err)
	}
	env := environ(lines)
	return w.client(endpointcreds.New(env["AWS_CONTAINER_CREDENTIALS_FULL_URI"], func(o *endpointcreds.Options) {
		o.AuthorizationToken = env["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
	}))
}

func environ(lines []string) map[string]string {
	env := map[string]string{}
	for _, l := range lines {
		name, value, _ := strings.Cut(l, "=")
		env[name] = value
	}
	return env
}

// roleARN understands "toy-role" and "210987654321/in-second-account".
func roleARN(role string) string {
	of := account
	if a, name, ok := strings.Cut(role, "/"); ok && len(a) == 12 {
		of, role = a, name
	}
	return "arn:aws:iam::" + of + ":role/" + role
}

// assume is an AssumeRole request, to be changed.
func assume(role string, change ...func(*sts.AssumeRoleInput)) *sts.AssumeRoleInput {
	in := &sts.AssumeRoleInput{RoleArn: aws.String(roleARN(role)), RoleSessionName: aws.String("some-session")}
	for _, c := range change {
		c(in)
	}
	return in
}

// mustAssume gives the credentials of a role.
func (w *world) mustAssume(c *sts.Client, in *sts.AssumeRoleInput) *sts.AssumeRoleOutput {
	w.t.Helper()
	out, err := c.AssumeRole(w.t.Context(), in)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func arnOf(t *testing.T, c *sts.Client) string {
	t.Helper()
	out, err := c.GetCallerIdentity(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return *out.Arn
}

// wantError checks how the SDK understands a refusal. An empty message allows any.
func wantError(t *testing.T, err error, status int, code, message string) {
	t.Helper()
	refused, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Fatalf("got %v, want %s", err, code)
	}
	answer, ok := errors.AsType[*awshttp.ResponseError](err)
	if !ok || answer.HTTPStatusCode() != status || refused.ErrorCode() != code {
		t.Errorf("got %v, want %s with status %d", err, code, status)
	}
	if message != "" && refused.ErrorMessage() != message {
		t.Errorf("got message %q, want %q", refused.ErrorMessage(), message)
	}
	if answer != nil && len(answer.ServiceRequestID()) != 36 {
		t.Errorf("request ID %q: want a UUID", answer.ServiceRequestID())
	}
}

func notAuthorized(arn, action, role string) string {
	return "User: " + arn + " is not authorized to perform: " + action + " on resource: " + roleARN(role)
}

// TestSeededAccount is the table of the package comment, from both sides.
func TestSeededAccount(t *testing.T) {
	w := newWorld(t, Options{})
	const (
		identity = " because no identity-based policy allows the sts:AssumeRole action"
		trust    = " because no role trust policy allows the sts:AssumeRole action"
	)
	externalID := func(in *sts.AssumeRoleInput) { in.ExternalId = aws.String("toy-external-id") }
	named := func(name string) func(*sts.AssumeRoleInput) {
		return func(in *sts.AssumeRoleInput) { in.RoleSessionName = &name }
	}
	fromMyAccount := w.mustAssume(w.cloudShell("ueno"), assume("FromMyAccount", named("ueno")))
	firstHop := w.mustAssume(w.as("testuser"), assume("first-hop"))
	for _, test := range []struct {
		name   string
		client *sts.Client
		in     *sts.AssumeRoleInput
		want   string // the suffix of the refusal; "": allowed; "-": refused without a suffix
	}{
		{"ueno as himself", w.cloudShell("ueno"), assume("FromMyAccount", named("ueno")), ""},
		{"ueno as another", w.cloudShell("ueno"), assume("FromMyAccount", named("testuser")), trust},
		{"ueno elsewhere", w.cloudShell("ueno"), assume("toy-role"), identity},
		{"ueno's session", w.with(fromMyAccount.Credentials), assume("toy-role"), ""},
		{"ueno's session elsewhere", w.with(fromMyAccount.Credentials), assume("sts_role"), identity},
		{"testuser", w.as("testuser"), assume("toy-role"), ""},
		{"testuser, 12 h", w.as("testuser"), assume("sts_role"), ""},
		{"testuser, external ID", w.as("testuser"), assume("with-external-id", externalID), ""},
		{"testuser, no external ID", w.as("testuser"), assume("with-external-id"), trust},
		{"testuser, no MFA", w.as("testuser"), assume("needs-mfa"), trust},
		{"testuser, other account", w.as("testuser"), assume("210987654321/in-second-account"), ""},
		{"testuser, FromMyAccount", w.as("testuser"), assume("FromMyAccount"), identity},
		{"testuser, second hop at once", w.as("testuser"), assume("second-hop"), identity},
		{"first hop, second hop", w.with(firstHop.Credentials), assume("second-hop"), ""},
		{"alice", w.as("alice"), assume("toy-role"), ""},
		{"alice elsewhere", w.as("alice"), assume("sts_role"), identity},
		{"alice, other account", w.as("alice"), assume("210987654321/in-second-account"), "-"},
		{"x", w.as("x"), assume("toy-role"), ""},
		{"x elsewhere", w.as("x"), assume("FromMyAccount"), identity},
		{"no such role", w.as("x"), assume("nothing"), identity},
		{"no such account", w.as("x"), assume("000000000000/toy-role"), "-"},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, err := test.client.AssumeRole(t.Context(), test.in)
			if test.want != "" {
				arn, role := arnOf(t, test.client), strings.TrimPrefix(*test.in.RoleArn, "arn:aws:iam::")
				wantError(t, err, 403, "AccessDenied",
					notAuthorized(arn, "sts:AssumeRole", strings.Replace(role, ":role", "", 1))+strings.TrimPrefix(test.want, "-"))
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := strings.Replace(strings.Replace(*test.in.RoleArn, ":iam:", ":sts:", 1), ":role/", ":assumed-role/", 1) + "/" + *test.in.RoleSessionName
			if got := arnOf(t, w.with(out.Credentials)); got != want || *out.AssumedRoleUser.Arn != want {
				t.Errorf("session is %s and %s, want %s", got, *out.AssumedRoleUser.Arn, want)
			}
		})
	}
}

func TestGetCallerIdentity(t *testing.T) {
	w := newWorld(t, Options{})
	session := w.mustAssume(w.as("testuser"), assume("210987654321/in-second-account"))
	for _, test := range []struct{ name, arn, id, account string }{
		{"testuser", "arn:aws:iam::123456789012:user/testuser", "AIDA", account},
		{"alice", "arn:aws:iam::123456789012:user/team/blue/alice", "AIDA", account},
		{"root", "arn:aws:iam::123456789012:root", account, account},
		{"", "arn:aws:sts::210987654321:assumed-role/in-second-account/some-session", "AROA", "210987654321"},
	} {
		c := w.with(session.Credentials)
		if test.name != "" {
			c = w.as(test.name)
		}
		out, err := c.GetCallerIdentity(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if *out.Arn != test.arn || *out.Account != test.account || !strings.HasPrefix(*out.UserId, test.id) {
			t.Errorf("got %s %s %s, want %v", *out.Arn, *out.Account, *out.UserId, test)
		}
		if test.name == "" && (!strings.HasSuffix(*out.UserId, ":some-session") || len(*out.UserId) != 21+len(":some-session")) {
			t.Errorf("user ID %s: want AROA..., 21 characters, and the session name", *out.UserId)
		}
	}
}

// TestRepeatableIDs holds because transcripts and policies may contain them.
func TestRepeatableIDs(t *testing.T) {
	one, two := newWorld(t, Options{}), newWorld(t, Options{})
	a, b := one.account.accounts[0], two.account.accounts[0]
	if a.users[0].id != b.users[0].id || a.roles[0].id != b.roles[0].id || a.users[0].id == a.users[1].id {
		t.Error("unique IDs: want the same each time, and different ones for different users")
	}
	if one.key("x").id == two.key("x").id || one.key("x").secret == two.key("x").secret {
		t.Error("access keys: want other ones each time")
	}
}

func TestIssuedShapes(t *testing.T) {
	w := newWorld(t, Options{})
	before := time.Now()
	c := w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials
	if !isAccessKeyID(*c.AccessKeyId) || !strings.HasPrefix(*c.AccessKeyId, "ASIA") || len(*c.AccessKeyId) != 20 {
		t.Errorf("access key ID %q", *c.AccessKeyId)
	}
	for name, secret := range map[string]string{"secret": *c.SecretAccessKey, "token": *c.SessionToken, "long-term secret": w.key("x").secret, "clock": w.ClockToken()} {
		if !strings.HasPrefix(secret, Mark) || len(secret) < len(Mark)+12 {
			t.Errorf("%s: want the mark and at least 12 characters behind it", name)
		}
	}
	if len(*c.SecretAccessKey) != 40 || len(w.key("x").secret) != 40 || len(*c.SessionToken) != tokenLength {
		t.Errorf("lengths %d, %d, %d", len(*c.SecretAccessKey), len(w.key("x").secret), len(*c.SessionToken))
	}
	if c.Expiration.Nanosecond() != 0 || c.Expiration.Sub(before).Round(2*time.Second) != time.Hour {
		t.Errorf("expiration %v: want whole seconds, one hour ahead of %v", c.Expiration, before)
	}
}

func TestNewWants(t *testing.T) {
	if _, err := New(Options{Account: &Account{}}); err == nil {
		t.Error("an empty account was taken")
	}
}
