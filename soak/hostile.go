package main

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// temper is how STS answers for a while.
type temper string

// The tempers.
const (
	normal     temper = "normal"
	throttling temper = "throttling"
	slow       temper = "slow"
	resetting  temper = "resetting"
	garbage    temper = "garbage"
	huge       temper = "huge" // garbage, the largest alone; not in the schedule
)

// schedule is the order of the tempers: behind each STS recovers, and so must
// whoever asks it.
func schedule() []temper {
	return []temper{normal, throttling, normal, slow, normal, resetting, normal, garbage, normal}
}

// spell is one temper's time.
type spell struct {
	number int
	temper temper
	over   chan struct{} // closed at its end: what hangs then ends, too
	before *spell
}

// since are the tempers from an earlier spell until this one.
func (s *spell) since(first *spell) (tempers []temper) {
	for ; s != nil && s.number >= first.number; s = s.before {
		tempers = append(tempers, s.temper)
	}
	return tempers
}

// issue is what a session was asked for with, as the sandbox granted it.
type issue struct{ roleARN, sessionName, sourceIdentity string }

// given is an AssumeRole that the sandbox granted, with its answer.
type given struct {
	issue
	body []byte
}

// hostile stands before the sandbox's STS, and passes on what it likes. It keeps
// a book of what the sandbox really gave, and to which request.
type hostile struct {
	sandbox  http.Handler
	now      atomic.Pointer[spell]
	lifetime time.Duration // of sessions, in place of what STS says; 0 is as STS says
	trap     string        // where a redirection points

	mu      sync.Mutex // for all below
	random  *rand.Rand
	inOrder bool             // each way to be hostile in turn, and not by chance
	turns   map[temper]int   // whose turn is next
	issued  map[string]issue // by access key ID
	given   []given          // the last of each caller, role and source identity
	ways    map[string]int   // how often each way was gone
	trapped int              // requests that followed a redirection
}

// hostileWords is in every text of the hostile STS's own.
const hostileWords = "HOSTILE-WORDS"

func newHostile(sandbox http.Handler, seed uint64) *hostile {
	h := &hostile{sandbox: sandbox, random: rand.New(rand.NewPCG(seed, 0)), issued: map[string]issue{}, ways: map[string]int{}, turns: map[temper]int{}} //nolint:gosec // it must be foreseeable
	h.now.Store(&spell{temper: normal, over: make(chan struct{})})
	return h
}

// turnTo ends one temper and begins another.
func (h *hostile) turnTo(t temper) {
	old := h.now.Load()
	h.now.Store(&spell{number: old.number + 1, temper: t, over: make(chan struct{}), before: old})
	close(old.over)
}

// ServeHTTP answers as the temper is.
func (h *hostile) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return // whoever asked has gone
	}
	form, _ := url.ParseQuery(string(body))
	x := &exchange{hostile: h, writer: w, request: r, body: body, form: form, spell: h.now.Load()}
	x.choose()(x)
}

// exchange is one request on its way to an answer that may not be STS's.
type exchange struct {
	*hostile
	writer  http.ResponseWriter
	request *http.Request
	body    []byte
	form    url.Values
	spell   *spell
}

// choose picks one of the temper's ways.
func (x *exchange) choose() func(*exchange) {
	ways := waysOf(x.spell.temper)
	x.mu.Lock()
	defer x.mu.Unlock()
	t := x.spell.temper
	i := x.turns[t] % len(ways)
	if !x.inOrder {
		i = x.random.IntN(len(ways))
	}
	if ways[i].session && !x.assumes() {
		return pass
	}
	x.turns[t]++
	x.ways[nameOf(t, ways[i])]++
	return ways[i].answer
}

// nameOf is the name of a way among those of all tempers.
func nameOf(t temper, w way) string { return string(t) + ": " + w.name }

// assumes tells that the request is for a session.
func (x *exchange) assumes() bool { return x.form.Get("Action") == "AssumeRole" }

// real is STS's own answer. What it gives stands in the book from then on.
func (x *exchange) real() (status int, body []byte) {
	r := x.request.Clone(x.request.Context())
	r.Body = io.NopCloser(bytes.NewReader(x.body))
	recorder := httptest.NewRecorder()
	x.sandbox.ServeHTTP(recorder, r)
	maps.Copy(x.writer.Header(), recorder.Header())
	body = recorder.Body.Bytes()
	if recorder.Code != http.StatusOK || !x.assumes() {
		return recorder.Code, body
	}
	body = x.shortened(body)
	i := issue{x.form.Get("RoleArn"), x.form.Get("RoleSessionName"), x.form.Get("SourceIdentity")}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.issued[element(body, "AccessKeyId")] = i
	at := slices.IndexFunc(x.given, func(g given) bool { return g.issue == i })
	if at < 0 {
		at, x.given = len(x.given), append(x.given, given{issue: i})
	}
	x.given[at].body = body
	return recorder.Code, body
}

// shortened makes a session end soon, where that is wanted.
func (h *hostile) shortened(body []byte) []byte {
	if h.lifetime == 0 {
		return body
	}
	return setElement(body, "Expiration", time.Now().Add(h.lifetime+time.Second-1).UTC().Format(time.RFC3339))
}

// anothers is a real answer to another caller: one of the same name and role, if
// there is one, which is the hardest to tell apart.
func (x *exchange) anothers() []byte {
	asked := issue{x.form.Get("RoleArn"), x.form.Get("RoleSessionName"), x.form.Get("SourceIdentity")}
	x.mu.Lock()
	defer x.mu.Unlock()
	var best []byte
	for _, g := range x.given {
		if g.sourceIdentity == asked.sourceIdentity && g.sessionName == asked.sessionName {
			continue
		}
		if best = g.body; g.sessionName == asked.sessionName && g.roleARN == asked.roleARN {
			break
		}
	}
	return x.shortened(best)
}

// count is how often the ways of a temper were gone.
func (h *hostile) count(t temper) (n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for name, times := range h.ways {
		if strings.HasPrefix(name, string(t)+": ") {
			n += times
		}
	}
	return n
}

// entry looks an access key up in the book.
func (h *hostile) entry(accessKeyID string) (issue, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i, ok := h.issued[accessKeyID]
	return i, ok
}

// history is which ways were gone how often, and whose turn is next.
func (h *hostile) history() (ways map[string]int, turns map[temper]int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return maps.Clone(h.ways), maps.Clone(h.turns)
}

// pause waits. It tells whether whoever asked is still there, and STS still in
// this temper.
func (x *exchange) pause(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-x.spell.over:
	case <-x.request.Context().Done():
	}
	return false
}

// send writes an answer whole.
func (x *exchange) send(status int, contentType string, body []byte) {
	x.writer.Header().Set("Content-Type", contentType)
	x.writer.Header().Set("Content-Length", fmt.Sprint(len(body)))
	x.writer.WriteHeader(status)
	_, _ = x.writer.Write(body)
}

// refuse is an error as STS words it.
func (x *exchange) refuse(status int, code, message string) {
	x.send(status, "text/xml", fmt.Appendf(nil, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>%s</Code>`+
		`<Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>`, code, message, hostileWords))
}

// element is the text of an XML element, which is there once.
func element(body []byte, name string) string {
	_, after, _ := strings.Cut(string(body), "<"+name+">")
	text, _, _ := strings.Cut(after, "</"+name+">")
	return text
}

// setElement puts another text into it.
func setElement(body []byte, name, text string) []byte {
	return bytes.Replace(body, []byte("<"+name+">"+element(body, name)+"<"), []byte("<"+name+">"+text+"<"), 1)
}

// withoutElement leaves it out.
func withoutElement(body []byte, name string) []byte {
	return bytes.Replace(body, []byte("<"+name+">"+element(body, name)+"</"+name+">"), nil, 1)
}
