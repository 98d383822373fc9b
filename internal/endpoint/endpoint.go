// Package endpoint is a container-credentials server on loopback: it hands one
// session to the SDKs of this machine, by the protocol that they speak with the
// host of a container, and renews it long before it ends. It knows what a
// session is, and not where it comes from.
//
// The protocol is the "Container credential provider" of the AWS SDKs and Tools
// Reference Guide: GET of a URL, a token in Authorization, JSON in the answer.
package endpoint

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"karikagi/internal/api"
)

// Options are what is served.
type Options struct {
	// Session is served first. It was had before the endpoint opens, so that
	// whoever wants it hears of an error.
	Session api.Credentials
	// Fetch gets another, and may take its time: the last one is served
	// meanwhile. It is called by one goroutine. Its errors are shown to whoever
	// has the token, and must hold no secret.
	Fetch func(context.Context) (api.Credentials, error)
	// Notice takes a line for people when renewing begins to fail, when that
	// leaves nothing to serve, and when it works again; nil is silence.
	Notice func(text string)
	// Now is time.Now where it is nil.
	Now func() time.Time
}

// Endpoint is an open endpoint.
type Endpoint struct {
	address string
	token   string
	server  *http.Server
	stop    context.CancelFunc
	running sync.WaitGroup
}

// path is the only one.
const path = "/session"

// Open listens on a free port of 127.0.0.1 and begins to renew the session. It
// does so until Close, or the end of the context.
func Open(ctx context.Context, o Options) (*Endpoint, error) {
	k, err := newKeeper(o)
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on 127.0.0.1: %w", errors.Unwrap(err))
	}
	ctx, stop := context.WithCancel(ctx)
	e := &Endpoint{address: listener.Addr().String(), token: newToken(), stop: stop}
	e.server = &http.Server{
		Handler: newHandler(k, listener.Addr(), e.token),
		// An SDK sends a few hundred bytes and reads a few thousand, at once.
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       5 * time.Second,
		WriteTimeout:      10 * time.Second,
		IdleTimeout:       5 * time.Second,
		MaxHeaderBytes:    8 << 10,
		ErrorLog:          log.New(io.Discard, "", 0), // what a client does wrong is nobody's news
	}
	e.running.Go(func() { k.run(ctx) })
	e.running.Go(func() { _ = e.server.Serve(bounded{listener, make(chan struct{}, maxConnections)}) })
	return e, nil
}

// URL is the value of AWS_CONTAINER_CREDENTIALS_FULL_URI. By its number: botocore
// and the SDKs take http from loopback only, and some resolve a name to see.
func (e *Endpoint) URL() string { return "http://" + e.address + path }

// Token is the value of AWS_CONTAINER_AUTHORIZATION_TOKEN, and a secret.
func (e *Endpoint) Token() string { return e.token }

// Close ends it, with every connection and a Fetch that is running.
func (e *Endpoint) Close() {
	e.stop()
	_ = e.server.Close()
	e.running.Wait()
}

// newToken is 256 random bits in characters that need quotes nowhere. A line end
// in a token would be refused by the SDKs.
func newToken() string {
	var random [32]byte
	_, _ = rand.Read(random[:]) // ends the program rather than fail
	return base64.RawURLEncoding.EncodeToString(random[:])
}

// maxConnections is how many are open at a time; more wait in the kernel's
// queue. A build with a process for each core needs a few dozen.
const maxConnections = 256

// bounded is a listener with so many places.
type bounded struct {
	net.Listener
	places chan struct{}
}

func (b bounded) Accept() (net.Conn, error) {
	b.places <- struct{}{}
	c, err := b.Listener.Accept()
	if err != nil {
		<-b.places
		return nil, err
	}
	return &placed{Conn: c, leave: sync.OnceFunc(func() { <-b.places })}, nil
}

// placed is a connection that gives its place back.
type placed struct {
	net.Conn
	leave func()
}

func (p *placed) Close() error {
	p.leave()
	return p.Conn.Close()
}
