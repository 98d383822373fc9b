package claim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"karikagi/internal/api"
	"karikagi/internal/session"
)

// A signed request is worth a session to whoever gets it: it goes to a Function
// URL, to this machine, or to a host allowed by name, and nowhere else.
func TestParseAddress(t *testing.T) {
	for raw, test := range map[string]struct {
		allow  string
		region string
		ok     bool
		host   string // that could be allowed
	}{
		"https://abc123.lambda-url.eu-west-1.on.aws/":       {ok: true, region: "eu-west-1"},
		"https://abc123.lambda-url.us-gov-west-1.on.aws":    {ok: true, region: "us-gov-west-1"},
		"http://127.0.0.1:8080/":                            {ok: true},
		"http://localhost:8080":                             {ok: true},
		"http://[::1]:8080":                                 {ok: true},
		"https://vend.example.com/":                         {host: "vend.example.com"},
		"https://vend.example.com/x":                        {allow: "vend.example.com", ok: true},
		"https://vend.example.com:8443/":                    {allow: "vend.example.com", host: "vend.example.com:8443"},
		"https://sub.vend.example.com/":                     {allow: "vend.example.com", host: "sub.vend.example.com"},
		"http://vend.example.com/":                          {allow: "vend.example.com"},
		"http://abc123.lambda-url.eu-west-1.on.aws/":        {},
		"https://abc123.lambda-url.eu-west-1.on.aws.evil/":  {host: "abc123.lambda-url.eu-west-1.on.aws.evil"},
		"https://evil.example/.lambda-url.eu-west-1.on.aws": {host: "evil.example"},
		"https://a.b.lambda-url.eu-west-1.on.aws/":          {host: "a.b.lambda-url.eu-west-1.on.aws"},
		"https://abc.lambda-url.eu-west-1.evil.on.aws/":     {host: "abc.lambda-url.eu-west-1.evil.on.aws"},
		"https://abc.lambda-url.eu-west-1.on.aws:444/":      {host: "abc.lambda-url.eu-west-1.on.aws:444"},
		"https://abc.lambda-url.eu-west-1.on.aws@evil/":     {},
		"https://127.0.0.1.evil.example/":                   {host: "127.0.0.1.evil.example"},
		"http://127.0.0.1.evil.example/":                    {},
		"https://abc123.lambda-url.eu-west-1.on.aws/?x=1":   {},
		"https://abc123.lambda-url.eu-west-1.on.aws/#x":     {},
		"ftp://127.0.0.1/":                                  {},
		"ftp://localhost/":                                  {},
		"https://127.0.0.1:8443/":                           {ok: true},
		"https://localhost:8443/":                           {ok: true},
		"http://LOCALHOST.example/":                         {},
		"https:abc123.lambda-url.eu-west-1.on.aws":          {},
		"https://.lambda-url.eu-west-1.on.aws/":             {host: ".lambda-url.eu-west-1.on.aws"},
		"https://abc..lambda-url.eu-west-1.on.aws/":         {host: "abc..lambda-url.eu-west-1.on.aws"},
		"https://abc.lambda-url..on.aws/":                   {host: "abc.lambda-url..on.aws"},
		"https://ABC.lambda-url.eu-west-1.on.aws/":          {host: "ABC.lambda-url.eu-west-1.on.aws"},
		"ftp://abc123.lambda-url.eu-west-1.on.aws/":         {},
		"abc123.lambda-url.eu-west-1.on.aws":                {},
		"https://":                                          {},
		"":                                                  {},
		"https://ABC.lambda-url.eu-west-1.on.aws\x00/":      {},
	} {
		a, err := ParseAddress(raw, strings.Fields(test.allow))
		refused, _ := errors.AsType[*AddressError](err)
		switch {
		case test.ok && (err != nil || a.Region != test.region):
			t.Errorf("%q: %+v, %v", raw, a, err)
		case !test.ok && (refused == nil || refused.Host != test.host):
			t.Errorf("%q: %+v, %#v; want a refusal with host %q", raw, a, err, test.host)
		}
	}
}

// The labels of a host are of lower-case letters, digits and dashes, and a
// grant's name of ASCII letters, digits and ._-: every character is tried, up to
// the first beyond Latin-1.
func TestEveryCharacter(t *testing.T) {
	const label, name = "abcdefghijklmnopqrstuvwxyz0123456789-", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"
	for c := rune(0); c <= 'Ā'; c++ {
		for _, host := range []string{"a" + string(c) + "b.lambda-url.us-east-1.on.aws", "a.lambda-url.us" + string(c) + "1.on.aws"} {
			if got := regionOf(host) != ""; got != strings.ContainsRune(label, c) {
				t.Errorf("%q: %t", host, got)
			}
		}
		if got := checkGrant("a"+string(c)+"b") == nil; got != strings.ContainsRune(name, c) {
			t.Errorf("grant with %q: %t", c, got)
		}
	}
	for n, want := range map[int]bool{63: true, 64: false} {
		if got := regionOf(strings.Repeat("a", n)+".lambda-url.us-east-1.on.aws") != ""; got != want {
			t.Errorf("a label of %d: %t", n, got)
		}
	}
	for grant, want := range map[string]bool{strings.Repeat("a", 64): true, strings.Repeat("a", 65): false, ".": false, "...": false, "..a": true, "": false} {
		if got := checkGrant(grant) == nil; got != want {
			t.Errorf("grant %q: %t", grant, got)
		}
	}
}

// An address that is refused may hold a password or a token.
func TestParseAddressShowsNoSecret(t *testing.T) {
	const id = "abc123.lambda-url.eu-west-1.on.aws"
	for _, raw := range []string{"https://user:hidden@" + id + "/", "https://user:hidden@" + id + " x/", "http://hidden@example.com/", "https://" + id + "/?token=hidden", "https://" + id + "/%zz?hidden", "https://" + id + "/#hidden"} {
		if _, err := ParseAddress(raw, nil); err == nil || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%v", err)
		}
	}
	if _, err := ParseAddress("https://"+id+":444/", nil); err == nil || !strings.Contains(err.Error(), id+":444/") {
		t.Errorf("%v", err)
	}
}

func FuzzParseAddress(f *testing.F) {
	f.Add("https://abc123.lambda-url.eu-west-1.on.aws/")
	f.Add("http://127.0.0.1:1/")
	f.Add("https://user@abc.lambda-url.eu-west-1.on.aws:443/x?y#z")
	f.Fuzz(func(t *testing.T, raw string) {
		a, err := ParseAddress(raw, nil)
		if err != nil {
			return
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.join("grants", "g").String(), nil)
		if err != nil {
			t.Skip() // never sent
		}
		host := r.URL.Hostname()
		if a.Region != "" && (r.URL.Scheme != "https" || !strings.HasSuffix(host, ".lambda-url."+a.Region+".on.aws") || r.URL.Port() != "") {
			t.Fatalf("%q would be sent to %s", raw, r.URL)
		}
	})
}

// signer marks what it signed.
type signer struct{ service, region string }

func (s *signer) Sign(_ context.Context, r *http.Request, _ []byte, service, region string) error {
	s.service, s.region = service, region
	r.Header.Set("Authorization", "signed")
	r.Header.Set("X-Amz-Security-Token", "the+token/==")
	return nil
}

func client(t *testing.T, answer http.HandlerFunc) Client {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	address, err := ParseAddress(server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	return Client{Address: address, Region: "us-east-1", HTTP: session.Bounded(server.Client()), Signer: &signer{}}
}

const good = `{"Version":1,"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"secret","SessionToken":"token","Token":"token","Expiration":"2099-01-01T00:00:00Z","AccountId":"210987654321"}`

func TestGet(t *testing.T) {
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.URL.Path != "/stage/grants/team-data.reader_1/credentials" || r.Header.Get("Authorization") != "signed" ||
			r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Accept") != "application/json" || r.Header.Get("User-Agent") != "karikagi" ||
			string(body) != `{"parameters":{"team":"blue"},"duration_seconds":900,"reason":"why"}`+"\n" {
			t.Errorf("asked %s %s %s", r.Method, r.URL, body)
		}
		_, _ = io.WriteString(w, good)
	})
	c.Address.URL.Path = "/stage/"
	got, err := c.Get(t.Context(), "team-data.reader_1", api.Request{Parameters: map[string]string{"team": "blue"}, DurationSeconds: 900, Reason: "why"})
	if err != nil || got.AccessKeyID != "ASIAEXAMPLE" || got.AccountID != "210987654321" {
		t.Errorf("%+v, %v", got, err)
	}
	if s := c.Signer.(*signer); s.service != "lambda" || s.region != "us-east-1" {
		t.Errorf("signed for %+v", s)
	}
}

func TestGetRefusesNamesThatWouldChangeThePath(t *testing.T) {
	c := client(t, func(http.ResponseWriter, *http.Request) { t.Error("was asked") })
	for _, name := range []string{"", "..", "a/b", "a%2fb", "a?b", "a#b", "a b", "仮", strings.Repeat("a", 65)} {
		if _, err := c.Get(t.Context(), name, api.Request{}); !errors.Is(err, ErrGrantName) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// Whoever answers is hostile input: nothing but a whole answer is a session,
// and nothing of a wrong one is shown but its own sentence.
func TestGetReadsHostileAnswers(t *testing.T) {
	for name, test := range map[string]struct {
		status  int
		body    string
		service bool
		want    string
	}{
		"a refusal":           {403, `{"code":"AccessDenied","message":"you may not take this grant","requestId":"r-1"}`, false, "the function: AccessDenied: you may not take this grant (request id r-1)"},
		"the service refuses": {403, `{"Message":"Forbidden"}`, true, "the Function URL: AccessDenied: Forbidden"},
		"an escape":           {400, "{\"code\":\"BadRequest\",\"message\":\"\\u001b[31mred\\nkarikagi: error: forged\",\"requestId\":\"r\"}", false, "the function: BadRequest:  [31mred karikagi: error: forged (request id r)"},
		"a foreign code":      {500, `{"code":"Bogus","message":"m","requestId":"r"}`, true, "m"},
		"what was signed":     {403, `{"message":"want x-amz-security-token:the+token/== signed"}`, true, "want x-amz-security-token:… signed"},
		"with escapes":        {403, `{"message":"want x-amz-security-token:the\u002btoken\/\u003d= signed"}`, true, "want x-amz-security-token:… signed"},
		"cut off":             {403, `{"message":"` + strings.Repeat("-", 990) + `the+token/=="}`, true, strings.Repeat("-", 980)},
		"a token for an id":   {403, `{"code":"AccessDenied","message":"m","requestId":"the+token/=="}`, false, "AccessDenied: m (request id …)"},
		"no JSON":             {502, `<html>`, true, "HTTP 502"},
		"a redirect":          {302, ``, true, "the Function URL: HTTP 302"},
		"an ended session":    {200, strings.Replace(good, "2099-", "2020-", 1), false, "was not a vending function's: its session has ended"},
		"half a session":      {200, `{"Version":1,"AccessKeyId":"ASIAEXAMPLE"}`, false, "was not a vending function's"},
		"a newline":           {200, strings.Replace(good, `"secret"`, `"se\ncret"`, 1), false, "was not a vending function's"},
		"not JSON":            {200, `ASIA secret`, false, "was not a vending function's"},
		"too much":            {200, strings.Repeat(" ", 2<<20) + good, false, "larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, func(w http.ResponseWriter, _ *http.Request) {
				if test.status == 302 {
					w.Header().Set("Location", "http://127.0.0.1:1/")
				}
				w.Header().Set("Retry-After", "1\u202e")
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			})
			c.HTTP = session.Bounded(&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }})
			got, err := c.Get(t.Context(), "g", api.Request{})
			e, ok := errors.AsType[*Error](err)
			if !ok || !strings.Contains(err.Error(), test.want) || e.FromService != test.service || got != (api.Credentials{}) {
				t.Errorf("%v, %#v", got, err)
			}
			if strings.Contains(e.RetryAfter, "\u202e") || e.Answer != nil && e.RetryAfter == "" {
				t.Errorf("Retry-After %q", e.RetryAfter)
			}
			if strings.Contains(err.Error(), "se\ncret") || strings.Contains(err.Error(), "ASIA secret") || strings.Contains(err.Error(), "the+token") {
				t.Errorf("shows what may be a secret: %v", err)
			}
		})
	}
}

func TestNobodyThere(t *testing.T) {
	c := client(t, nil)
	c.Address, _ = ParseAddress("http://127.0.0.1:1/", nil)
	_, err := c.List(t.Context())
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Reach == nil || e.Reach.Problem != session.ProblemUnreachable || strings.Contains(err.Error(), ": :") {
		t.Errorf("%v", err)
	}
}
