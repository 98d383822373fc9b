package main

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"karikagi/internal/sandbox"
)

func TestPercentile(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	for _, tt := range []struct {
		sorted []time.Duration
		p      int
		want   time.Duration
	}{
		{hundred, 50, 50},
		{hundred, 99, 99},
		{hundred[:50], 99, 50},
		{hundred[:3], 50, 2},
		{hundred[:1], 50, 1},
	} {
		if got := percentile(tt.sorted, tt.p); got != tt.want {
			t.Errorf("%d%% of %d: got %d, want %d", tt.p, len(tt.sorted), got, tt.want)
		}
	}
}

// The sandbox's log has one line of each AssumeRole as the counter knows it.
func TestAssumptions(t *testing.T) {
	counter := new(assumptions)
	account, err := sandbox.New(sandbox.Options{Log: counter})
	if err != nil {
		t.Fatal(err)
	}
	for _, action := range []string{"AssumeRole", "GetCallerIdentity", "AssumeRoleWithWebIdentity", "AssumeRole"} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader("Version=2011-06-15&Action="+action))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		account.ServeHTTP(httptest.NewRecorder(), r)
	}
	if got := counter.Load(); got != 2 {
		t.Errorf("got %d, want 2", got)
	}
}

// Each client keeps its connection and sends its share, after a first request.
func TestLoad(t *testing.T) {
	var requests, connections atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		if r.Header.Get("Authorization") != "token" || r.RequestURI != "/session" {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = w.Write([]byte("session"))
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	defer server.Close()
	s := &httpServer{address: server.Listener.Addr().String(), request: getRequest(server.URL[len("http://"):], "/session", "token"), answer: []byte("session")}
	c, err := s.load(t.Context(), 4, 40)
	if err != nil {
		t.Fatal(err)
	}
	if requests.Load() != 44 || connections.Load() != 4 {
		t.Errorf("%d requests on %d connections: want 44 on 4", requests.Load(), connections.Load())
	}
	if c.wall <= 0 || c.p50 <= 0 || c.p99 < c.p50 {
		t.Errorf("%+v", c)
	}
	for what, broken := range map[string]*httpServer{
		"a refusal":      {address: s.address, request: getRequest(s.address, "/session", "wrong"), answer: s.answer},
		"another answer": {address: s.address, request: s.request, answer: []byte("another")},
	} {
		if c, err := broken.load(t.Context(), 2, 10); err == nil {
			t.Errorf("%s: got %+v, want an error", what, c)
		}
	}
}

// A server that ends is an error, and not waited for.
func TestServerEnds(t *testing.T) {
	u := &uses{karikagi: "true"}
	if s, err := u.startServe(t.Context()); err == nil {
		t.Errorf("%+v", s)
	}
}

// Processes that print nothing have made no call too many, and that is worth
// nothing.
func TestAskWantsSessions(t *testing.T) {
	u := &uses{karikagi: "true"}
	if err := u.ask(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "no session") {
		t.Error(err)
	}
}

// A session that is another one each time was not kept.
func TestRepeats(t *testing.T) {
	for _, tt := range []struct {
		command []string
		same    bool
	}{
		{[]string{"echo", "the same"}, true},
		{[]string{"sh", "-c", "echo $$"}, false},
		{[]string{"false"}, false},
	} {
		p := &program{commands: [][]string{tt.command}}
		if err := p.repeats(t.Context()); (err == nil) != tt.same {
			t.Errorf("%v: %v", tt.command, err)
		}
	}
}
