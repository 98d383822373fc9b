package main

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"karikagi/internal/sandbox"
)

// connections are those that a server has open.
type connections struct {
	mu   sync.Mutex
	open map[net.Conn]bool
	ever int
}

func (c *connections) state(conn net.Conn, state http.ConnState) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch state {
	case http.StateNew:
		c.open[conn] = true
		c.ever++
	case http.StateClosed, http.StateHijacked:
		delete(c.open, conn)
	}
}

func (c *connections) counts() (open, ever int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.open), c.ever
}

// What serves a session for hours keeps no connection to STS from one renewal to
// the next: while STS fails, there would be dozens.
func TestServeKeepsNoConnections(t *testing.T) {
	server, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	kept := &connections{open: map[net.Conn]bool{}}
	front := httptest.NewUnstartedServer(server)
	front.Config.ConnState = kept.state
	front.Start()
	defer front.Close()
	environment, err := server.Environment(front.URL, "testuser")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("HOME", t.TempDir())
	for _, line := range environment {
		name, value, _ := strings.Cut(line, "=")
		t.Setenv(name, value)
	}
	ctx, stop := context.WithCancel(t.Context())
	out, product := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- dispatch(ctx, newApp(strings.NewReader(""), product, io.Discard), []string{"serve", "--quiet", "--format", "json", "toy-role"})
		_ = product.Close()
	}()
	var printed map[string]string
	if err := json.NewDecoder(out).Decode(&printed); err != nil {
		t.Fatalf("%v, %v", err, <-ended)
	}
	open, ever := kept.counts()
	for end := time.Now().Add(10 * time.Second); open != 0 && time.Now().Before(end); open, _ = kept.counts() {
		time.Sleep(time.Millisecond)
	}
	if open != 0 || ever == 0 {
		t.Errorf("%d of %d connections are kept: want none", open, ever)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
