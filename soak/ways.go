package main

import (
	"bytes"
	"fmt"
	"html"
	"net"
	"net/http"
	"strings"
	"time"
)

// way is one way to answer.
type way struct {
	name   string
	answer func(*exchange)
	// session is a way that changes a session: its turn waits for an AssumeRole,
	// and other requests are answered as STS does.
	session bool
}

// waysOf are those of a temper.
func waysOf(t temper) []way {
	switch t {
	case throttling:
		return throttles()
	case slow:
		return delays()
	case resetting:
		return resets()
	case garbage:
		return rubbish()
	case huge:
		return []way{{name: "gigantic", answer: gigantic}}
	}
	return []way{{name: "as STS does", answer: pass}}
}

func pass(x *exchange) {
	status, body := x.real()
	x.send(status, "text/xml", body)
}

// codes are those of the hostile STS.
func codes() []string {
	return []string{"Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException", "ServiceUnavailable", "AccessDenied", "SignatureDoesNotMatch"}
}

// throttles are STS's words for too many requests (STS API reference, "Common
// Error Types": ThrottlingException 400, ServiceUnavailable 503), and those that
// the SDKs take for the same.
func throttles() []way {
	var all []way
	for _, e := range []struct {
		status int
		code   string
	}{
		{400, "Throttling"}, {400, "ThrottlingException"}, {400, "RequestLimitExceeded"}, {429, "TooManyRequestsException"}, {503, "ServiceUnavailable"},
	} {
		all = append(all, way{name: fmt.Sprintf("%d %s", e.status, e.code), answer: func(x *exchange) { x.refuse(e.status, e.code, "Rate exceeded "+hostileWords) }})
	}
	return all
}

// delays are below the function's deadline, and beyond it.
func delays() []way {
	return []way{
		{name: "a short wait", answer: func(x *exchange) { x.pause(50 * time.Millisecond); pass(x) }},
		{name: "a longer wait", answer: func(x *exchange) { x.pause(500 * time.Millisecond); pass(x) }},
		{name: "piece by piece", answer: func(x *exchange) {
			status, body := x.real()
			x.writer.WriteHeader(status)
			for piece := range bytes.SplitSeq(body, []byte(">")) {
				if !x.pause(5*time.Millisecond) && x.request.Context().Err() != nil {
					return
				}
				_, _ = x.writer.Write(append(bytes.Clone(piece), '>'))
				x.flush()
			}
		}},
		{name: "no answer", answer: func(x *exchange) { x.pause(time.Minute); x.reset(true) }},
		{name: "half an answer and no more", answer: func(x *exchange) { x.half(); x.pause(time.Minute); x.reset(true) }},
	}
}

// resets are connections that end.
func resets() []way {
	return []way{
		{name: "before the answer", answer: func(x *exchange) { x.reset(true) }},
		{name: "closed before the answer", answer: func(x *exchange) { x.reset(false) }},
		{name: "in the middle of the answer", answer: func(x *exchange) { x.half(); x.reset(true) }},
		{name: "closed in the middle of the answer", answer: func(x *exchange) { x.half(); x.reset(false) }},
	}
}

// half sends the half of STS's own answer, with a length that says that more
// will come.
func (x *exchange) half() {
	status, body := x.real()
	x.writer.Header().Set("Content-Length", fmt.Sprint(len(body)))
	x.writer.WriteHeader(status)
	_, _ = x.writer.Write(body[:len(body)/2])
	x.flush()
}

func (x *exchange) flush() { _ = http.NewResponseController(x.writer).Flush() }

// reset ends the connection: by RST, or by an orderly end.
func (x *exchange) reset(hard bool) {
	c, _, err := http.NewResponseController(x.writer).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := c.(*net.TCPConn); ok && hard {
		_ = tcp.SetLinger(0)
	}
	_ = c.Close()
}

// rubbish is what STS does not answer.
func rubbish() []way {
	page := []byte("<!DOCTYPE html><html><body>" + hostileWords + ": sign in to the network</body></html>")
	plain := func(name string, status int, contentType string, body []byte) way {
		return way{name: name, answer: func(x *exchange) { x.send(status, contentType, body) }}
	}
	changed := func(name string, change func(x *exchange, body []byte) []byte) way {
		return way{name: name, session: true, answer: func(x *exchange) {
			status, body := x.real()
			x.send(status, "text/xml", change(x, body))
		}}
	}
	set := func(name, element, text string) way {
		return changed(name, func(_ *exchange, body []byte) []byte { return setElement(body, element, text) })
	}
	return []way{
		plain("an empty 200", 200, "text/xml", nil),
		plain("HTML with 200", 200, "text/html", page),
		plain("HTML with 502", 502, "text/html", page),
		plain("JSON", 200, "application/json", []byte(`{"message":"`+hostileWords+`"}`)),
		{name: "truncated XML", answer: func(x *exchange) { status, body := x.real(); x.send(status, "text/xml", body[:len(body)*2/3]) }},
		changed("another caller's answer", func(x *exchange, body []byte) []byte {
			if other := x.anothers(); other != nil {
				return other
			}
			return setElement(body, "Expiration", past())
		}),
		changed("no session token", func(_ *exchange, body []byte) []byte { return withoutElement(body, "SessionToken") }),
		set("an empty secret", "SecretAccessKey", ""),
		set("a session token with a line end", "SessionToken", hostileWords+"&#10;export X=1"),
		changed("expired", func(_ *exchange, body []byte) []byte { return setElement(body, "Expiration", past()) }),
		set("an expiration that is none", "Expiration", hostileWords),
		set("an ARN that is none", "Arn", hostileWords),
		changed("another account", func(_ *exchange, body []byte) []byte {
			_, path, _ := strings.Cut(element(body, "Arn"), ":assumed-role/")
			return setElement(body, "Arn", "arn:aws:sts::999999999999:assumed-role/"+path)
		}),
		changed("another role", func(x *exchange, body []byte) []byte {
			return setElement(body, "Arn", strings.Replace(element(body, "Arn"), ":assumed-role/", ":assumed-role/not-", 1))
		}),
		changed("another session name", func(x *exchange, body []byte) []byte { return setElement(body, "Arn", element(body, "Arn")+"-2") }),
		{name: "gigantic", answer: gigantic},
		{name: "a redirection", answer: func(x *exchange) {
			x.writer.Header().Set("Location", x.trap)
			x.send(http.StatusTemporaryRedirect, "text/html", page)
		}},
		{name: "no access", answer: func(x *exchange) {
			x.refuse(403, "AccessDenied", hostileWords+" is not authorized to perform: sts:AssumeRole")
		}},
		{name: "what it was told, repeated", answer: func(x *exchange) {
			x.refuse(403, "SignatureDoesNotMatch", "The Canonical String for this request should have been x-amz-security-token:"+
				html.EscapeString(x.request.Header.Get("X-Amz-Security-Token"))+" "+hostileWords)
		}},
	}
}

func past() string { return time.Now().Add(-time.Minute).UTC().Format(time.RFC3339) }

// gigantic is an answer that would never end.
func gigantic(x *exchange) {
	x.writer.Header().Set("Content-Type", "text/xml")
	_, _ = x.writer.Write([]byte("<AssumeRoleResponse><AssumeRoleResult><SourceIdentity>"))
	filler := bytes.Repeat([]byte(hostileWords+" "), 4<<10)
	for range 1 << 10 {
		if _, err := x.writer.Write(filler); err != nil {
			return
		}
	}
}

// trap counts who follows a redirection: STS redirects nobody, and the request
// carries a session token.
func (h *hostile) trapHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h.mu.Lock()
		h.trapped++
		h.mu.Unlock()
		w.WriteHeader(http.StatusNotFound)
	})
}
