package signin

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"karikagi/internal/api"
	"karikagi/internal/session"
)

var secrets = api.Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "the/secret+key", SessionToken: "the+session/token=="}

func find(t *testing.T, partition, address string) Endpoint {
	t.Helper()
	e, err := Find(partition, address)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// Each partition has its own hosts, and the session goes to no other.
func TestPartitions(t *testing.T) {
	for partition, want := range map[string]string{
		"aws":        "https://signin.aws.amazon.com/federation?Action=login&Destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fconsole%2Fhome&SigninToken=token",
		"aws-cn":     "https://signin.amazonaws.cn/federation?Action=login&Destination=https%3A%2F%2Fconsole.amazonaws.cn%2Fconsole%2Fhome&SigninToken=token",
		"aws-us-gov": "https://signin.amazonaws-us-gov.com/federation?Action=login&Destination=https%3A%2F%2Fconsole.amazonaws-us-gov.com%2Fconsole%2Fhome&SigninToken=token",
		"aws-eusc":   "https://eusc-de-east-1.signin.amazonaws-eusc.eu/federation?Action=login&Destination=https%3A%2F%2Fconsole.amazonaws-eusc.eu%2Fconsole%2Fhome&SigninToken=token",
	} {
		if got, err := find(t, partition, "").URL("token", Page{}); err != nil || got != want {
			t.Errorf("%s: %s, %v", partition, got, err)
		}
	}
	for _, partition := range []string{"aws-iso", "aws-iso-b", "", "mars"} {
		if _, err := Find(partition, ""); err == nil {
			t.Errorf("%q has an endpoint", partition)
		}
	}
}

func TestFindWantsAnAddress(t *testing.T) {
	for _, address := range []string{"https://example.com/federation", "http://127.0.0.1:8080/federation", "http://localhost/x", "http://[::1]:1/"} {
		if e, err := Find("aws", address); err != nil || e.origin() == "" {
			t.Errorf("%s: %v", address, err)
		}
	}
	for _, address := range []string{"http://example.com/", "http://192.0.2.1/", "http://127.0.0.1.example.com/", "ftp://example.com/", "example.com", "https://", "https:///x",
		"https://a:hidden@example.com/", "https://example.com/?hidden=1", "https://example.com/#hidden", "\x00", "https://example.com/%zz"} {
		if _, err := Find("aws", address); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestDestination(t *testing.T) {
	for _, test := range []struct{ partition, region, text, want string }{
		{"aws", "us-east-1", "", "https://us-east-1.console.aws.amazon.com/console/home?region=us-east-1"},
		{"aws", "", "", "https://console.aws.amazon.com/console/home"},
		{"aws", "cn-north-1", "", "https://console.aws.amazon.com/console/home"}, // of another partition
		{"aws", "evil.example/", "", "https://console.aws.amazon.com/console/home"},
		{"aws-cn", "cn-north-1", "s3", "https://cn-north-1.console.amazonaws.cn/s3?region=cn-north-1"},
		{"aws-eusc", "eusc-de-east-1", "/ec2/home", "https://eusc-de-east-1.console.amazonaws-eusc.eu/ec2/home?region=eusc-de-east-1"},
		{"aws", "us-east-1", "ec2/home?a=b#Instances:", "https://us-east-1.console.aws.amazon.com/ec2/home?a=b&region=us-east-1#Instances:"},
		{"aws", "us-east-1", "/x?region=eu-west-1", "https://us-east-1.console.aws.amazon.com/x?region=eu-west-1"},
		{"aws", "us-east-1", "https://console.aws.amazon.com/iam", "https://console.aws.amazon.com/iam"},
		{"aws", "us-east-1", "https://EU-west-1.Console.AWS.amazon.com/iam", "https://EU-west-1.Console.AWS.amazon.com/iam"},
		{"aws", "us-east-1", "/evil.example/", "https://us-east-1.console.aws.amazon.com/evil.example/?region=us-east-1"},
	} {
		p, err := placeOf(test.partition)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.destination(test.text, test.region); err != nil || got != test.want {
			t.Errorf("%q in %s: %s, %v, want %s", test.text, test.region, got, err, test.want)
		}
	}
	p := places()[0]
	for _, text := range []string{"//evil.example/", "///evil.example", `/\evil.example`, "https://evil.example/", "http://console.aws.amazon.com/", "https://console.aws.amazon.com@evil.example/",
		"https://a@console.aws.amazon.com/", "https://xconsole.aws.amazon.com/", "https://console.aws.amazon.com:8443/", "https://console.amazonaws.cn/", "javascript://console.aws.amazon.com/",
		"https://console.aws.amazon.com.evil.example/", "a b", "a\nb", "é", "/%zz", strings.Repeat("a", maxDestination+1)} {
		if got, err := p.destination(text, "us-east-1"); err == nil {
			t.Errorf("%q became %s", text, got)
		}
	}
}

// FuzzDestination: whatever is asked for, the browser ends at the console.
func FuzzDestination(f *testing.F) {
	for _, text := range []string{"", "s3", "//x", "https://console.aws.amazon.com/", "https://a@b", "?x", "#x", "..//x", "x://y", ":", "a:b"} {
		f.Add(text, "us-east-1")
	}
	f.Fuzz(func(t *testing.T, text, region string) {
		p := places()[0]
		got, err := p.destination(text, region)
		if err != nil {
			return
		}
		u, err := url.Parse(got)
		if err != nil || u.Scheme != "https" || !p.isConsole(u.Host) || u.User != nil || strings.ContainsAny(got, "\\\n\r\t ") {
			t.Errorf("%q in %q became %q", text, region, got)
		}
	})
}

// asked is what the endpoint saw of a request.
type asked struct {
	method, query string
	form          url.Values
}

// answering is an endpoint that notes the request and gives an answer.
func answering(t *testing.T, partition string, status int, body string) (Endpoint, *asked) {
	t.Helper()
	saw := &asked{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		*saw = asked{r.Method, r.URL.RawQuery, r.Form}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return find(t, partition, server.URL+"/federation"), saw
}

// The session stands in the body where the endpoint takes it there, and in the
// query, as the guide has it, where not.
func TestRequest(t *testing.T) {
	const want = `{"sessionId":"ASIAEXAMPLE","sessionKey":"the/secret+key","sessionToken":"the+session/token=="}`
	for partition, method := range map[string]string{"aws": "POST", "aws-cn": "POST", "aws-us-gov": "GET", "aws-eusc": "GET"} {
		e, saw := answering(t, partition, 200, `{"SigninToken":"a-b_c"}`)
		token, err := e.Token(t.Context(), http.DefaultClient, secrets, 0)
		if err != nil || token != "a-b_c" || saw.method != method || (saw.query == "") != (method == "POST") {
			t.Errorf("%s: %q, %v by %s", partition, token, err, saw.method)
		}
		if saw.form.Get("Action") != "getSigninToken" || saw.form.Get("Session") != want || saw.form.Has("SessionDuration") {
			t.Errorf("%s: asked for %v", partition, saw.form)
		}
		if _, err := e.Token(t.Context(), http.DefaultClient, secrets, 12*time.Hour); err != nil || saw.form.Get("SessionDuration") != "43200" {
			t.Errorf("%s: %v, asked for %v", partition, err, saw.form)
		}
	}
}

func TestAnswers(t *testing.T) {
	for body, want := range map[string]string{
		`{"SigninToken":"x+/=._~-9Z"}`: "", `{"Other":1,"SigninToken":"x"}`: "", "{\"SigninToken\":\"x\"}\n": "",
		"": "want JSON", "<html>": "want JSON", `[]`: "want JSON", `{}`: "no SigninToken", `null`: "no SigninToken", `{"SigninToken":""}`: "no SigninToken", `{"SigninToken":7}`: "want JSON",
		`{"SigninToken":"a&Destination=https://evil.example"}`: "is none", `{"SigninToken":"a\nb"}`: "is none", `{"SigninToken":"a b"}`: "is none", `{"SigninToken":"é"}`: "is none",
		`{"SigninToken":"x"}{}`: "nothing behind", `{"SigninToken":"` + strings.Repeat("x", maxToken+1) + `"}`: "is none",
	} {
		e, _ := answering(t, "aws", 200, body)
		_, err := e.Token(t.Context(), http.DefaultClient, secrets, 0)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.60q: %v, want %q", body, err, want)
		}
	}
	for status, want := range map[int]session.Problem{400: session.ProblemRefused, 403: session.ProblemRefused, 302: session.ProblemAnswer, 500: session.ProblemAnswer, 201: session.ProblemAnswer} {
		e, _ := answering(t, "aws", status, `{"SigninToken":"<script>"}`)
		if status/100 < 4 {
			e, _ = answering(t, "aws", status, `{"SigninToken":"x"}`)
		}
		_, err := e.Token(t.Context(), http.DefaultClient, secrets, time.Hour)
		if wrong, ok := errors.AsType[*Error](err); !ok || wrong.Problem != want || !wrong.Duration || strings.Contains(err.Error(), "<") {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// FuzzReadToken: what is taken for a token stands in a URL's query as it is, but
// for the three characters that are escaped there.
func FuzzReadToken(f *testing.F) {
	for _, body := range []string{`{"SigninToken":"x"}`, `{"signintoken":"x"}`, `{"SigninToken":"\u0000"}`, `{`, ``} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		token, err := readToken(body)
		if err == nil && (token == "" || len(token) > maxToken || strings.Trim(url.QueryEscape(token), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~%") != "") {
			t.Errorf("%q gave %q", body, token)
		}
	})
}

// What goes wrong on the way shows nothing of the session, which stands in the
// address for some partitions.
func TestErrorsHoldNoSecret(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	late, end := context.WithTimeout(t.Context(), -time.Second)
	defer end()
	for _, partition := range []string{"aws", "aws-us-gov"} {
		e := find(t, partition, closed.URL+"/federation")
		for name, ctx := range map[string]context.Context{"closed": t.Context(), "ended": ended, "late": late} {
			raw := rawError(t, ctx, e)
			if partition == "aws-us-gov" && !strings.Contains(raw.Error(), "secret") {
				t.Fatalf("the premise is gone: %v", raw)
			}
			_, err := e.Token(ctx, http.DefaultClient, secrets, 0)
			if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "the+session") || strings.Contains(err.Error(), "Action") {
				t.Errorf("%s %s: %v", partition, name, err)
			}
			wrong, ours := errors.AsType[*Error](err)
			want := map[string]session.Problem{"closed": session.ProblemUnreachable, "late": session.ProblemTimeout}[name]
			if ours != (name != "ended") || ours && wrong.Problem != want {
				t.Errorf("%s %s: %v", partition, name, err)
			}
		}
	}
}

// A proxy or a wrong address may send the request back in what net/http cannot
// read, and quotes.
func TestEchoHoldsNoSecret(t *testing.T) {
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		w.Header()["Location"] = []string{"http://127.0.0.1:9/%zz?" + r.Form.Encode()}
		w.WriteHeader(http.StatusTemporaryRedirect)
	}))
	defer echo.Close()
	for _, partition := range []string{"aws", "aws-us-gov"} {
		e := find(t, partition, echo.URL+"/federation")
		if raw := rawError(t, t.Context(), e); !strings.Contains(raw.Error(), "secret") {
			t.Fatalf("the premise is gone: %v", raw)
		}
		_, err := e.Token(t.Context(), http.DefaultClient, secrets, 0)
		if err == nil || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), "gave no answer that can be read") {
			t.Errorf("%s: %v", partition, err)
		}
	}
}

// rawError is what the transport says of a request that cannot succeed.
func rawError(t *testing.T, ctx context.Context, e Endpoint) error {
	t.Helper()
	r, err := e.request(ctx, secrets, 0)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err == nil {
		_ = answer.Body.Close()
		t.Fatal("the endpoint answered")
	}
	return err
}

func TestIssuer(t *testing.T) {
	e := find(t, "aws", "")
	got, err := e.URL("t", Page{Issuer: "https://sso.example.com/start?a=b"})
	if err != nil || !strings.Contains(got, "&Issuer=https%3A%2F%2Fsso.example.com%2Fstart%3Fa%3Db&") {
		t.Errorf("%s, %v", got, err)
	}
	for _, issuer := range []string{"http://x/", "x", "javascript:alert(1)", "https://", "https://a:b@x/", "https://x/ y"} {
		if err := e.Check(Page{Issuer: issuer}); err == nil {
			t.Errorf("issuer %q was taken", issuer)
		}
	}
}

func TestSessionDuration(t *testing.T) {
	for d, want := range map[time.Duration]bool{15 * time.Minute: true, 12 * time.Hour: true, 15*time.Minute - 1: false, 12*time.Hour + 1: false, 0: false} {
		if err := CheckSessionDuration(d); (err == nil) != want {
			t.Errorf("%v: %v", d, err)
		}
	}
}
