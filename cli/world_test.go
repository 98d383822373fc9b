package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"karikagi/internal/sandbox"
)

// lockedBuffer is a log that a server writes while a test reads.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

// take returns what was written and forgets it.
func (l *lockedBuffer) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.b.String()
	l.b.Reset()
	return text
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// identity is a GetCallerIdentity answer in the shape of the STS API Reference.
const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/ueno</Arn><UserId>AIDAEXAMPLE</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ResponseMetadata></GetCallerIdentityResponse>`

// sessionAnswer is an AssumeRole answer with places for hostile values.
func sessionAnswer(arn, secret, expiration string) string {
	return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><Arn>` + arn + `</Arn><AssumedRoleId>AROAEXAMPLE:ueno</AssumedRoleId></AssumedRoleUser>
<Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>` + secret + `</SecretAccessKey>
<SessionToken>token</SessionToken><Expiration>` + expiration + `</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`
}

// errorAnswer is an STS error document.
func errorAnswer(code, message string) string {
	return `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>` + code +
		`</Code><Message>` + message + `</Message></Error><RequestId>01234567-89ab-cdef-0123-456789abcdef</RequestId></ErrorResponse>`
}

const goodARN = "arn:aws:sts::123456789012:assumed-role/FromMyAccount/ueno"

// cmdSTS puts something else in STS's place.
func cmdSTS(ts *testscript.TestScript, _ bool, args []string) {
	kinds := map[string]http.HandlerFunc{
		"html":            answer(200, "text/html", "<html><body>Sign in to the hotel's network</body></html>"),
		"gateway":         answer(502, "text/html", "<html>Bad Gateway</html>"),
		"empty":           answer(200, "text/xml", ""),
		"s3-error":        answer(403, "application/xml", `<Error><Code>SignatureDoesNotMatch</Code><Message>no</Message></Error>`),
		"oversized":       answer(200, "text/xml", "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>"+strings.Repeat("A", 4<<20)),
		"truncated":       truncated,
		"throttle":        answer(400, "text/xml", errorAnswer("Throttling", "Rate exceeded")),
		"disabled":        answer(403, "text/xml", errorAnswer("RegionDisabledException", "STS is not activated in this region")),
		"packed":          afterIdentity(400, errorAnswer("PackedPolicyTooLarge", "Serialized policy is too large")),
		"unavailable":     afterIdentity(503, errorAnswer("ServiceUnavailable", "Service is unavailable")),
		"unknown-session": answer(403, "text/xml", errorAnswer("InvalidClientTokenId", "The security token included in the request is invalid.")),
		"escape":          answer(403, "text/xml", errorAnswer("AccessDenied", "red &#155; alert &#10;karikagi: error: forged line")),
		"moved": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/elsewhere" {
				http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
				return
			}
			_, _ = io.WriteString(w, `{"caller":{"arn":"carried on"},"grants":[]}`)
		},
		"silent": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(&of(ts).asked, r.Body)
			<-r.Context().Done()
		},
		"who-nonsense": answer(200, "text/xml", strings.Replace(identity, "user/ueno", "user/\x7fueno", 1)),
		"control":      afterIdentity(200, sessionAnswer(goodARN, "secret&#10;export EVIL=1", "2099-01-01T00:00:00Z")),
		"quotes":       afterIdentity(200, sessionAnswer(goodARN, "a'; touch pwned; echo '$(touch pwned)`touch pwned`", "2099-01-01T00:00:00Z")),
		"no-secret":    afterIdentity(200, sessionAnswer(goodARN, "", "2099-01-01T00:00:00Z")),
		"no-end":       afterIdentity(200, sessionAnswer(goodARN, "secret", "")),
		"foreign":      afterIdentity(200, sessionAnswer("arn:aws:iam::123456789012:user/eve", "secret", "2099-01-01T00:00:00Z")),
	}
	switch kind := args[0]; {
	case kind == "refused":
		l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
		ts.Check(err)
		ts.Check(l.Close())
		ts.Setenv("AWS_ENDPOINT_URL_STS", "http://"+l.Addr().String())
	case kind == "tls":
		server := httptest.NewUnstartedServer(kinds["html"])
		server.Config.ErrorLog = log.New(io.Discard, "", 0) // that the handshake fails is the point
		server.StartTLS()
		ts.Defer(server.Close)
		ts.Setenv("AWS_ENDPOINT_URL_STS", server.URL)
	case kinds[kind] == nil:
		ts.Fatalf("sts %s: not a kind", kind)
	default:
		server := httptest.NewServer(kinds[kind])
		ts.Defer(func() { server.CloseClientConnections(); server.Close() })
		ts.Setenv("AWS_ENDPOINT_URL_STS", server.URL)
	}
}

func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// afterIdentity answers GetCallerIdentity honestly and AssumeRole with a document.
func afterIdentity(status int, document string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		if r.FormValue("Action") == "GetCallerIdentity" {
			_, _ = io.WriteString(w, identity)
			return
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, document)
	}
}

// truncated promises more than it sends.
func truncated(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Content-Length", "5000")
	_, _ = io.WriteString(w, identity[:120])
}

// cmdConnections runs a command and counts the connections it needs. Where a
// busy machine leaves the writing of a request unfinished while the answer is
// read, Go's transport gives the connection up: then the command may try again.
func cmdConnections(ts *testscript.TestScript, _ bool, args []string) {
	w, got := of(ts), ""
	for range 5 {
		w.connections.Store(0)
		w.counted = w.callsLogged()
		ts.Check(ts.Exec(args[1], args[2:]...))
		if got = fmt.Sprint(w.connections.Load()); got == args[0] {
			return
		}
	}
	ts.Fatalf("%s connections to the sandbox, want %s", got, args[0])
}

// cmdProxy takes the sandbox's address away and puts a proxy between the
// program and AWS's own names. It notes who was asked for and refuses.
func cmdProxy(ts *testscript.TestScript, _ bool, _ []string) {
	w := of(ts)
	proxy := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(&w.asked, r.Method, r.Host)
		answer.WriteHeader(http.StatusForbidden)
	}))
	ts.Defer(proxy.Close)
	ts.Setenv("AWS_ENDPOINT_URL", "")
	ts.Setenv("AWS_ENDPOINT_URL_STS", "")
	ts.Setenv("HTTPS_PROXY", proxy.URL)
	ts.Setenv("AWS_MAX_ATTEMPTS", "1")
}

func cmdAsked(ts *testscript.TestScript, _ bool, args []string) {
	if got := of(ts).asked.take(); got != "CONNECT "+args[0]+":443\n" {
		ts.Fatalf("asked for %q, want %s", got, args[0])
	}
}

// openSandbox serves a sandbox of the test's own.
func openSandbox(t *testing.T, o sandbox.Options) (server *sandbox.Server, url string) {
	t.Helper()
	server, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	return server, front.URL
}

// asTestuser is testuser's environment in a sandbox whose other side the test does
// not look at.
func asTestuser(t *testing.T, o sandbox.Options) []string {
	t.Helper()
	server, url := openSandbox(t, o)
	environment, err := server.Environment(url, "testuser")
	if err != nil {
		t.Fatal(err)
	}
	return environment
}
