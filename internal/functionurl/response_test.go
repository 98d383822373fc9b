package functionurl

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
)

func serve(t *testing.T, h http.HandlerFunc) (Response, error) {
	t.Helper()
	return Serve(h, httptest.NewRequestWithContext(t.Context(), "GET", "/", nil))
}

func TestServe(t *testing.T) {
	r, err := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Header().Add("Vary", "a")
		w.Header().Add("Vary", "b")
		w.Header().Add("Set-Cookie", "x=1")
		w.WriteHeader(418)
		w.Header().Set("Too-Late", "yes")
		w.WriteHeader(500)
		_, _ = io.WriteString(w, "<tea>\n")
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := r.Marshal()
	want := `{"statusCode":418,"headers":{"Content-Type":"text/plain","Vary":"a,b"},"body":"<tea>\n","cookies":["x=1"],"isBase64Encoded":false}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	r, _ = serve(t, func(http.ResponseWriter, *http.Request) {})
	if got, _ := r.Marshal(); string(got) != `{"statusCode":200,"headers":{},"body":"","isBase64Encoded":false}` {
		t.Errorf("an empty answer: %s", got)
	}
	r, _ = serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte{0, 0xff}) })
	if got, _ := r.Marshal(); string(got) != `{"statusCode":200,"headers":{},"body":"AP8=","isBase64Encoded":true}` {
		t.Errorf("bytes: %s", got)
	}
}

// A panic is an answer for this caller and not the end of the process, and what
// it was made of stays in.
func TestServeOutlivesAPanic(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"a text":         func(http.ResponseWriter, *http.Request) { panic("the-secret") },
		"an error":       func(http.ResponseWriter, *http.Request) { panic(errors.New("the-secret")) },
		"the runtime's":  func(_ http.ResponseWriter, r *http.Request) { _ = []string{"the-secret"}[len(r.Method)] },
		"nil":            func(http.ResponseWriter, *http.Request) { panic(nil) },
		"half an answer": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "the-secret"); panic("x") },
		"net/http's own": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		r, err := serve(t, h)
		panicked, ok := errors.AsType[*PanicError](err)
		text, _ := r.Marshal()
		if !ok || string(text) != `{"statusCode":500,"headers":{"Cache-Control":"no-store"},"body":"","isBase64Encoded":false}` {
			t.Errorf("%s: %s, %v", name, text, err)
		}
		if ok && (panicked.Problem == "runtime error: index out of range [3] with length 1") != (name == "the runtime's") {
			t.Errorf("%s: %v", name, err)
		}
		if ok && (!strings.Contains(panicked.Stack, "response_test.go") || strings.Contains(err.Error()+panicked.Stack, "the-secret")) {
			t.Errorf("%s: %v\n%s", name, err, panicked.Stack)
		}
	}
}

// What a front makes of a request is what the function reads back.
func TestThereAndBack(t *testing.T) {
	id := Identity{ARN: "arn:aws:iam::123456789012:user/alice", AccountID: "123456789012", UserID: "AIDAEXAMPLE", AccessKeyID: "AKIAEXAMPLE",
		OrgID: "o-exampleorg1", SourceIP: "192.0.2.1", UserAgent: "test/1"}
	o := Origin{AccountID: "999999999999", URLID: "abcdefghij", DomainName: "abcdefghij.lambda-url.us-east-1.on.aws", RequestID: "the-request", Time: time.Unix(1772600767, 0)}
	for contentType, encoded := range map[string]bool{"application/json": false, "text/plain; charset=utf-8": false, "application/x-www-form-urlencoded": true, "": true, "idk": true} {
		body := []byte(`{"reason":"é"}`)
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/grants/a/credentials?b=1&a=2", bytes.NewReader(body))
		r.Host = o.DomainName
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("User-Agent", "test/1")
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x")
		r.Header.Set("X-Amz-Security-Token", "the-token")
		r.Header.Set("Cookie", "a=b; c=d")
		raw, err := NewEvent(r, body, o, id)
		if err != nil {
			t.Fatal(err)
		}
		e := parse(t, string(raw))
		if got, ok := e.Identity(); !ok || got != id {
			t.Errorf("%+v, %v", got, ok)
		}
		if err := (Expectation{Region: "us-east-1", RequestIDCheck: Enforce}).Verify(e, Invocation{RequestID: "the-request"}); err != nil {
			t.Error(err)
		}
		if e.IsBase64Encoded != encoded || e.Headers["authorization"] != "" || e.Headers["x-amz-security-token"] != "the-token" || !reflect.DeepEqual(e.Cookies, []string{"a=b", "c=d"}) {
			t.Errorf("%s: %s", contentType, raw)
		}
		back, err := e.Request(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := io.ReadAll(back.Body); !bytes.Equal(got, body) || back.Method != "POST" || back.URL.String() != "/grants/a/credentials?b=1&a=2" || back.Host != r.Host {
			t.Errorf("%s, %+v", got, back)
		}
	}
	raw, err := NewEvent(httptest.NewRequestWithContext(t.Context(), "GET", "/", nil), nil, o, Identity{})
	if err != nil || strings.Contains(string(raw), "authorizer") {
		t.Errorf("%s, %v", raw, err)
	}
	if e := parse(t, string(raw)); e.IsBase64Encoded || e.Body != "" {
		t.Errorf("a body out of nothing: %+v", e)
	}
}

// The service sends on what a function returned, and publishes what has no
// status code.
func TestParseResponse(t *testing.T) {
	for raw, want := range map[string]string{
		`{"statusCode":403,"headers":{"Content-Type":"application/json"},"body":"{}","cookies":["a=b"],"isBase64Encoded":false}`: "403 application/json a=b {}",
		`{"statusCode":200,"body":"AP8=","isBase64Encoded":true}`:                                                                "200   \x00\xff",
		`{"AccessKeyId":"x"}`: `200 application/json  {"AccessKeyId":"x"}`,
		`"text"`:              `200 application/json  "text"`,
		`{"statusCode":200,"body":"%","isBase64Encoded":true}`: "502   ",
		`{"StatusCode":403,"AccessKeyId":"x"}`:                 `200 application/json  {"StatusCode":403,"AccessKeyId":"x"}`,
		`{"statusCode":201,"StatusCode":403}`:                  "201   ",
		`{"statusCode":9}`:                                     "error",
		`{"statusCode":600}`:                                   "error",
		`{"statusCode":"200","body":"x"}`:                      "error",
		`{"statusCode":null,"body":"x"}`:                       "error",
		`{"statusCode":200.0}`:                                 "error",
		`{"statusCode":2e2}`:                                   "error",
		`{"statusCode":true}`:                                  "error",
		`{"statusCode":[200]}`:                                 "error",
		`{"statusCode":200,"statusCode":"x"}`:                  "error",
		`{"StatusCode":"x","statusCode":200}`:                  "error",
		`{"statusCode":200,"headers":[1]}`:                     "error",
		`<html>`:                                               "error",
	} {
		r, err := ParseResponse([]byte(raw))
		got := "error"
		if err == nil {
			w := httptest.NewRecorder()
			r.ServeHTTP(w, nil)
			sent := w.Result()
			body, _ := io.ReadAll(sent.Body)
			got = strings.Join([]string{sent.Status[:3], w.Header().Get("Content-Type"), w.Header().Get("Set-Cookie"), string(body)}, " ")
			_ = sent.Body.Close()
		}
		if got != want {
			t.Errorf("%s: %q, want %q", raw, got, want)
		}
	}
}

func FuzzParseResponse(f *testing.F) {
	f.Add([]byte(`{"statusCode":200,"headers":{"a":"b"},"body":"x","cookies":["c"],"isBase64Encoded":true}`))
	f.Add([]byte(`{"body":1}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := ParseResponse(raw)
		if err != nil {
			return
		}
		w := httptest.NewRecorder()
		r.ServeHTTP(w, nil)
		if w.Code < 100 || w.Code > 599 {
			t.Fatalf("%s gave %d", raw, w.Code)
		}
	})
}

// A path reaches the function as it was sent: which slash was a slash, and which
// percent sign a percent sign, nobody can tell afterwards.
func TestPathsThereAndBack(t *testing.T) {
	for sent, decoded := range map[string]string{
		"/": "/", "/grants/a": "/grants/a", "/grants/a%2Fb": "/grants/a/b", "/grants/a%2fb": "/grants/a/b", "/grants%2Fa": "/grants/a",
		"/grants/a%25": "/grants/a%", "/grants/a%252Fb": "/grants/a%2Fb", "/grants/%61": "/grants/a", "/grants/a%20b+c": "/grants/a b+c",
		"/%E9%8D%B5": "/鍵", "/a%00": "/a\x00", "/%3Fa=b": "/?a=b", "/%23": "/#", "//a//": "//a//", "/a/../b": "/a/../b", "/%ff": "/\xff",
	} {
		r := httptest.NewRequestWithContext(t.Context(), "GET", sent+"?x=%2F", nil)
		raw, err := NewEvent(r, nil, Origin{DomainName: "d", RequestID: "r"}, Identity{})
		if err != nil {
			t.Fatal(err)
		}
		e := parse(t, string(raw))
		if e.RawPath != sent || e.RequestContext.HTTP.Path != sent || e.RawQueryString != "x=%2F" {
			t.Errorf("%s: the event has %q", sent, e.RawPath)
		}
		back, err := e.Request(t.Context())
		if err != nil || back.URL.Path != decoded || back.URL.EscapedPath() != sent || back.URL.RawQuery != "x=%2F" {
			t.Errorf("%s: %+v, %v", sent, back, err)
		}
	}
}
