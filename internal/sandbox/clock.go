package sandbox

import (
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// clockPath is where a test or a person makes sessions age. It is the sandbox's own: AWS has nothing like it.
const clockPath = "/sandbox/clock"

// maxAdvance keeps the sum of all moves far from the end of what a time.Duration holds.
const maxAdvance = 10 * 365 * 24 * time.Hour

// clock is the real time and how far the sandbox is ahead of it. Sessions are judged by the sandbox's time; signatures,
// MFA codes and every time that a client is told stay real, so that clients with a right clock go on working.
type clock struct {
	now    func() time.Time
	offset *atomic.Int64
}

func (c clock) real() time.Time { return c.now().UTC() }

// at is the sandbox's time at a real instant.
func (c clock) at(t time.Time) time.Time { return t.Add(time.Duration(c.offset.Load())) }

// Advance makes every session that was issued so far d older. Sessions issued later live as long as they say. Time does not run
// backwards: a negative or absurd d changes nothing.
func (s *Server) Advance(d time.Duration) { s.clock.advance(d) }

// advance tells whether it moved.
func (c clock) advance(d time.Duration) bool {
	for {
		old := c.offset.Load()
		if d <= 0 || d > maxAdvance || time.Duration(old) > maxAdvance-d {
			return false
		}
		if c.offset.CompareAndSwap(old, old+int64(d)) {
			return true
		}
	}
}

// ClockURL is where POST advance=61m moves the clock of a sandbox that listens at baseURL.
func (s *Server) ClockURL(baseURL string) string { return strings.TrimSuffix(baseURL, "/") + clockPath }

// ClockToken is the bearer token that moving the clock wants. It is a secret like any other.
func (s *Server) ClockToken() string { return s.clockToken }

// clockAnswer says how far the sandbox is ahead of the real time, or what was wrong.
type clockAnswer struct {
	Message string `json:"message,omitempty"`
	Ahead   string `json:"ahead,omitempty"`
}

// serveClock moves the clock for whoever has the token: POST, advance=61m.
func (c *call) serveClock() {
	c.entry.event = "AdvanceClock"
	if f := c.ownRequest(http.MethodPost, sameSecret(c.authorization(), "Bearer "+c.server.clockToken)); f != nil {
		c.refuse(f)
		c.answerJSON(f.status, clockAnswer{Message: f.message})
		return
	}
	data, ok := c.body()
	if !ok {
		return
	}
	f, err := parseForm(string(data))
	d, wrong := time.ParseDuration(f.first("advance"))
	if err != nil || wrong != nil || !c.server.clock.advance(d) {
		c.refuse(&fault{code: "BadRequest", message: "advance: want a duration such as 61m"})
		c.answerJSON(http.StatusBadRequest, clockAnswer{Message: c.entry.reason})
		return
	}
	c.entry.result = "allowed"
	c.answerJSON(http.StatusOK, clockAnswer{Ahead: c.server.clock.at(c.now).Sub(c.now).String()})
}

// ownRequest refuses what does not belong at one of the endpoints that take a bearer token: another method, a wrong token, and a
// browser or proxy, which say where they come from.
func (c *call) ownRequest(method string, authorized bool) *fault {
	switch h := c.http.Header; {
	case c.http.Method != method:
		return &fault{status: http.StatusMethodNotAllowed, code: "MethodNotAllowed", message: "want " + method}
	case len(h.Values("Origin")) > 0 || len(h.Values("X-Forwarded-For")) > 0:
		return &fault{status: http.StatusForbidden, code: "Forbidden", message: "no browsers and no proxies"}
	case !authorized:
		return &fault{status: http.StatusUnauthorized, code: "Unauthorized", message: "wrong or missing Authorization header"}
	}
	return nil
}

// authorization is the request's only Authorization header.
func (c *call) authorization() string {
	if values := c.http.Header.Values("Authorization"); len(values) == 1 {
		return values[0]
	}
	return ""
}
