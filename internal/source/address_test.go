package source

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// A Region becomes a label of the host that signed calls go to: every character
// is tried, up to the first beyond Latin-1.
func TestCheckRegion(t *testing.T) {
	for c := rune(0); c <= 'Ā'; c++ {
		want := c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-'
		if err := CheckRegion("us" + string(c) + "1"); (err == nil) != want || err != nil && strings.ContainsAny(err.Error(), "\x00\n\x1b\x7f") {
			t.Errorf("%q: %v", c, err)
		}
	}
	for region, want := range map[string]bool{"": true, "us-east-1": true, strings.Repeat("a", 63): true, strings.Repeat("a", 64): false, "-": false, "-us": false, "us-": false, "us.evil": false, "us@evil": false, "us/": false} {
		if err := CheckRegion(region); (err == nil) != want {
			t.Errorf("%q: %v", region, err)
		}
	}
}

// Whoever is on the way can read what goes to another machine without TLS.
func TestUnencrypted(t *testing.T) {
	for endpoint, want := range map[string]string{
		"": "", "https://sts.example.com/": "", "http://127.0.0.1:8080/": "", "http://localhost/": "", "http://[::1]:1/": "", "http://127.9.9.9": "",
		"http://sts.example.com:1/x?y": "http://sts.example.com:1", "http://user:hidden@10.0.0.1/": "http://10.0.0.1", "http://127.0.0.1.example.com/": "http://127.0.0.1.example.com",
		"http://localhost.example.com/": "http://localhost.example.com", "http://0.0.0.0/": "http://0.0.0.0", "://": "",
	} {
		o := sts.Options{}
		if endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
		if got := Unencrypted(sts.New(o)); got != want {
			t.Errorf("%q: %q, want %q", endpoint, got, want)
		}
	}
}

// What was signed, and the token of an endpoint, go nowhere but where they were
// sent, whatever the answer says, and whether the body could be sent again.
func TestSteadfast(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { t.Errorf("%s was carried on", r.Method) }))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		redirects := httptest.NewServer(http.RedirectHandler(elsewhere.URL, status))
		for _, client := range []aws.HTTPClient{verified(newHTTPClient()), steadfast(newHTTPClient())} {
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				r, err := http.NewRequestWithContext(t.Context(), method, redirects.URL, strings.NewReader("signed"))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("X-Amz-Security-Token", "hidden")
				answer, err := client.Do(r)
				if err != nil || answer.StatusCode != status {
					t.Errorf("%s, %d: %v, %v", method, status, answer, err)
					continue
				}
				_ = answer.Body.Close()
			}
		}
		redirects.Close()
	}
}

// A token that is compared in part only would be another's.
func TestReadToken(t *testing.T) {
	name := filepath.Join(t.TempDir(), "token")
	for size, want := range map[int]bool{0: true, maxToken: true, maxToken + 1: false} {
		if err := os.WriteFile(name, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		if text, err := readToken(name); (err == nil) != want || want && len(text) != size {
			t.Errorf("%d bytes: %d, %v", size, len(text), err)
		}
	}
	for _, name := range []string{name + "x", filepath.Dir(name), os.DevNull} {
		if _, err := readToken(name); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
