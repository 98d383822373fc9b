package endpoint

import (
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"karikagi/internal/api"
)

// open is an endpoint on a real port, with a client for it.
func open(t *testing.T, a *aws) *Endpoint {
	t.Helper()
	first, err := a.fetch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, err := Open(t.Context(), Options{Session: first, Fetch: a.fetch, Notice: a.notice})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	return e
}

// ask sends a request, changed, and returns status, headers and body.
func ask(t *testing.T, e *Endpoint, change func(*http.Request)) (status int, header http.Header, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", e.Token())
	if change != nil {
		change(r)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(data)
}

func TestAnswer(t *testing.T) {
	e := open(t, &aws{life: time.Hour})
	status, header, body := ask(t, e, nil)
	if status != http.StatusOK {
		t.Fatalf("HTTP %d %s", status, body)
	}
	for name, want := range map[string]string{"Content-Type": "application/json", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	// The keys that every SDK reads.
	var got map[string]any
	if err := json.Unmarshal([]byte(body), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"AccessKeyId": "ASIA000000000001", "SecretAccessKey": secret, "Token": "token+of/it==", "AccountId": "123456789012"} {
		if got[key] != want {
			t.Errorf("%s: %v, want %s", key, got[key], want)
		}
	}
	if end, ok := got["Expiration"].(string); !ok || !strings.HasSuffix(end, "Z") || len(end) != len("2006-01-02T15:04:05Z") {
		t.Errorf("Expiration %v: want UTC, with a Z", got["Expiration"])
	}
	if !strings.HasPrefix(e.URL(), "http://127.0.0.1:") || len(e.Token()) != 43 {
		t.Errorf("URL %s, a token of %d characters", e.URL(), len(e.Token()))
	}
	if e.Token() == open(t, &aws{life: time.Hour}).Token() {
		t.Error("two endpoints with one token")
	}
}

func TestRefusals(t *testing.T) {
	e := open(t, &aws{life: time.Hour})
	_, port, err := net.SplitHostPort(strings.TrimSuffix(strings.TrimPrefix(e.URL(), "http://"), path))
	if err != nil {
		t.Fatal(err)
	}
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	with := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	to := func(path string) func(*http.Request) {
		return func(r *http.Request) {
			r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
			r.URL.ForceQuery = path == "/session?"
		}
	}
	for _, test := range []struct {
		what   string
		change func(*http.Request)
		want   int
	}{
		{"localhost", host("localhost:" + port), 200},
		{"LOCALHOST", host("LOCALHOST:" + port), 200},
		{"what SDKs send", func(r *http.Request) {
			r.Header.Set("Accept", "application/json")
			r.Header.Set("User-Agent", "Botocore/1.43.11 ua/2.1 os/linux")
		}, 200},
		{"no User-Agent", with("User-Agent", ""), 200},
		{"a name that points here", host("rebound.example.com:" + port), 403},
		{"no port", host("127.0.0.1"), 403},
		{"another port", host("127.0.0.1:1"), 403},
		{"another loopback address", host("127.0.0.2:" + port), 403},
		{"a name that begins like it", host("localhost.example.com:" + port), 403},
		{"a name with a dot behind", host("localhost.:" + port), 403},
		{"Origin", with("Origin", "http://127.0.0.1:"+port), 403},
		{"Origin null", with("Origin", "null"), 403},
		{"an empty Origin", with("Origin", ""), 403},
		{"Referer", with("Referer", e.URL()), 403},
		{"Sec-Fetch-Site", with("Sec-Fetch-Site", "none"), 403},
		{"Sec-Fetch-Mode", with("sec-fetch-mode", "navigate"), 403},
		{"X-Forwarded-For", with("X-Forwarded-For", "127.0.0.1"), 403},
		{"Forwarded", with("Forwarded", "for=127.0.0.1"), 403},
		{"a browser", with("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"), 403},
		{"no token", func(r *http.Request) { r.Header.Del("Authorization") }, 403},
		{"an empty token", with("Authorization", ""), 403},
		{"a token cut short", with("Authorization", e.Token()[:42]), 403},
		{"a token with more", with("Authorization", e.Token()+"A"), 403},
		{"another token", with("Authorization", newToken()), 403},
		{"a scheme before it", with("Authorization", "Bearer "+e.Token()), 403},
		{"two tokens", func(r *http.Request) { r.Header.Add("Authorization", e.Token()) }, 403},
		{"POST", func(r *http.Request) { r.Method = http.MethodPost }, 405},
		{"PUT", func(r *http.Request) { r.Method = http.MethodPut }, 405},
		{"HEAD", func(r *http.Request) { r.Method = http.MethodHead }, 405},
		{"OPTIONS", func(r *http.Request) { r.Method = http.MethodOptions }, 405},
		{"the top", to("/"), 404},
		{"below", to("/session/"), 404},
		{"a way around", to("/x/../session"), 404},
		{"in capitals", to("/SESSION"), 404},
		{"a method in small letters", func(r *http.Request) { r.Method = "get" }, 405},
		{"a query", to("/session?format=env"), 404},
		{"an empty query", to("/session?"), 404},
		{"no token at another path", func(r *http.Request) { r.Header.Del("Authorization"); r.URL.Path = "/" }, 403},
		{"no token by POST", func(r *http.Request) { r.Header.Del("Authorization"); r.Method = http.MethodPost }, 403},
	} {
		t.Run(test.what, func(t *testing.T) {
			status, header, body := ask(t, e, test.change)
			if status != test.want {
				t.Fatalf("HTTP %d %s, want %d", status, body, test.want)
			}
			if test.want == 200 {
				return
			}
			if strings.Contains(body, secret) || strings.Contains(body, e.Token()[:20]) {
				t.Error("a secret is in the refusal")
			}
			var said api.Error
			if err := json.Unmarshal([]byte(body), &said); test.what != "HEAD" && (err != nil || said.Code == "" || said.Message == "") {
				t.Errorf("no reason: %s", body)
			}
			if header.Get("Cache-Control") != "no-store" || (status == 405) != (header.Get("Allow") == "GET") {
				t.Errorf("headers: %v", maps.Clone(header))
			}
		})
	}
}

// A web page does not learn from the answer whether it guessed the token.
func TestBrowserLearnsNothing(t *testing.T) {
	e := open(t, &aws{life: time.Hour})
	said := map[string]bool{}
	for _, token := range []string{e.Token(), "guess", ""} {
		status, _, body := ask(t, e, func(r *http.Request) {
			r.Header.Set("Authorization", token)
			r.Header.Set("Origin", "https://example.com")
		})
		if said[body] = true; status != 403 || len(said) != 1 {
			t.Errorf("HTTP %d, %v", status, said)
		}
	}
}

// By real connections: what fails behind the endpoint is not seen in front of it.
func TestTenThousandRequests(t *testing.T) {
	a := &aws{life: 20 * time.Second, slow: 5 * time.Millisecond}
	e := open(t, a)
	a.down.Store(true)
	e.server.Handler.(*handler).keeper.setRenewal(0)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for range 1250 {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL(), nil)
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Authorization", e.Token())
				answer, err := client.Do(r)
				if err != nil {
					t.Errorf("lost: %v", err)
					return
				}
				_, _ = io.Copy(io.Discard, answer.Body)
				_ = answer.Body.Close()
				if answer.StatusCode != http.StatusOK {
					t.Errorf("lost: HTTP %d", answer.StatusCode)
					return
				}
			}
		})
	}
	all.Wait()
	if a.calls.Load() < 2 || !strings.Contains(a.notices(), "cannot be renewed") {
		t.Errorf("%d calls and %q: renewing was to fail meanwhile", a.calls.Load(), a.notices())
	}
}

// setRenewal makes a session due at that age.
func (k *keeper) setRenewal(age time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.renewAt, k.pause = age, 0
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// Nothing to serve is an error with its reason, and never an empty success.
func TestEnded(t *testing.T) {
	a := &aws{life: time.Second}
	first, _ := a.fetch(t.Context())
	a.down.Store(true)
	now := time.Now()
	k, err := newKeeper(Options{Session: first, Fetch: a.fetch, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	k.failed, k.tried, k.pause = errAnswer("AssumeRole: AccessDenied"), now.Add(time.Minute), longPause
	now = now.Add(2 * time.Second)
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Host = "127.0.0.1:80"
	r.Header.Set("Authorization", "it")
	newHandler(k, &net.TCPAddr{Port: 80}, "it").ServeHTTP(w, r)
	want := `{"code":"Unavailable","message":"the session has ended, and there is no other: AssumeRole: AccessDenied","requestId":""}` + "\n"
	if w.Code != http.StatusServiceUnavailable || w.Body.String() != want || w.Header().Get("Retry-After") != "1" {
		t.Errorf("HTTP %d %s, want 503 %s", w.Code, w.Body, want)
	}
}

type errAnswer string

func (e errAnswer) Error() string { return string(e) }

// A client that says nothing is sent away, and too much is not read.
func TestBounds(t *testing.T) {
	e := open(t, &aws{life: time.Hour})
	if e.server.ReadHeaderTimeout > 10*time.Second || e.server.ReadTimeout > 10*time.Second || e.server.WriteTimeout > 30*time.Second || e.server.IdleTimeout > 10*time.Second {
		t.Error("a client may take its time")
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", e.Token())
	r.Header.Set("X-Long", strings.Repeat("x", 20<<10))
	answer, err := http.DefaultClient.Do(r) // which may still be writing when it is hung up on
	if err != nil {
		return
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("HTTP %d for a header of 20 KiB", answer.StatusCode)
	}
}

// Connections that were refused a place get one when another leaves.
func TestPlaces(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := bounded{l, make(chan struct{}, 1)}
	accepted := make(chan net.Conn)
	go func() {
		for {
			c, err := b.Accept()
			if err != nil {
				close(accepted)
				return
			}
			accepted <- c
		}
	}()
	dial := func() {
		c, err := new(net.Dialer).DialContext(t.Context(), "tcp4", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
	}
	dial()
	first := <-accepted
	dial()
	select {
	case <-accepted:
		t.Fatal("two connections in one place")
	case <-time.After(50 * time.Millisecond):
	}
	_ = first.Close()
	_ = first.Close() // gives back one place, not two
	second := <-accepted
	dial()
	select {
	case <-accepted:
		t.Fatal("two connections in one place, after a second Close")
	case <-time.After(50 * time.Millisecond):
	}
	_ = second.Close()
	<-accepted
	_ = l.Close()
}

// After Close nothing listens, and nothing runs.
func TestClose(t *testing.T) {
	a := &aws{life: time.Hour}
	e := open(t, a)
	e.Close()
	e.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, e.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := http.DefaultClient.Do(r); err == nil {
		_ = answer.Body.Close()
		t.Error("it still answers")
	}
}
