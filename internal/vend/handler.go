// Package vend answers the callers of the vending function: who they are, which
// grants they may take, and the session of a grant. It asks the grants document
// for a decision and STS for the session, and writes one audit record for each
// request. It knows HTTP, but no Lambda event and no environment variable; who
// the caller is, is handed to it by whoever authenticated them.
package vend

import (
	"io"
	"net/http"
	"time"

	"karikagi/internal/grant"
	"karikagi/internal/session"
)

// Grants is what decides; *grant.Document is one.
type Grants interface {
	Decide(grant.Caller, grant.Ask) grant.Decision
	For(grant.Caller) []grant.Summary
	Digest() string
}

// Options are what a Handler is made of.
type Options struct {
	Grants Grants
	STS    session.Assumer
	// Region is what lines of export name; "" for none.
	Region string
	// Audit gets one line for each request, in one Write.
	Audit io.Writer
	// Function is the dimension of the metrics, "" for none.
	Function string
	// Expired is called when STS finds the function's own credentials expired,
	// before the caller is told to try again.
	Expired func()
	Now     func() time.Time // time.Now, if nil
}

// Handler answers requests whose context carries a Call.
type Handler struct{ Options }

// New makes a handler.
func New(o Options) *Handler {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Expired == nil {
		o.Expired = func() {}
	}
	return &Handler{o}
}

// ServeHTTP answers one request and writes one audit record.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := h.begin(r)
	x.finish(w, x.answer())
}

// Refuse answers every request with one refusal, for what is wrong before a
// request can be served at all. It is recorded like any other.
func (h *Handler) Refuse(f Refusal) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := h.begin(r)
		x.finish(w, x.refuse(&f))
	})
}
