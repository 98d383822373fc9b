package vend

import (
	"net/http"
	"strconv"

	"karikagi/internal/api"
)

// answer is what goes back, whole.
type answer struct {
	status      int
	contentType string
	body        []byte
	allow       string // of a 405
	retryAfter  int    // seconds, 0 for none
}

// The types of bodies.
const (
	typeJSON = "application/json"
	typeText = "text/plain; charset=utf-8"
)

// send writes the answer. No cache may keep it, no browser may guess at it, and
// no other site's page gets it: there is no CORS header.
func (a answer) send(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Type", a.contentType)
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if a.allow != "" {
		header.Set("Allow", a.allow)
	}
	if a.retryAfter != 0 {
		header.Set("Retry-After", strconv.Itoa(a.retryAfter))
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // whoever asked has gone
}

// Refusal is an answer that gives nothing: what the caller is told, and what the
// record says beyond that.
type Refusal struct {
	Code       api.Code
	Message    string // to the caller; "" for the code's own sentence
	Rule       string // to the record: the rule that refused
	Detail     string // to the record: why, in full
	allow      string
	retryAfter int
}

// refuse puts a refusal into the record and into words.
func (x *exchange) refuse(f *Refusal) answer {
	x.record.refuse(f)
	return refusalAnswer(f, x.call.RequestID)
}

func refusalAnswer(f *Refusal, requestID string) answer {
	e := &api.Error{Code: f.Code, Message: f.Message, RequestID: requestID}
	if e.Message == "" {
		e.Message = sentence(f.Code)
	}
	return answer{status: f.Code.Status(), contentType: typeJSON, body: e.Marshal(), allow: f.allow, retryAfter: f.retryAfter}
}

// sentence is what a caller is told where there is nothing of theirs to mend.
// What AWS said, which role and which account, is the operator's business.
func sentence(c api.Code) string {
	switch c {
	case api.Unauthenticated:
		return "sign the request with SigV4 for the service lambda, and send it to the function's URL"
	case api.AccessDenied:
		return "you may not take this grant, or there is none of this name"
	case api.NotFound:
		return "want GET /, GET /grants/NAME, or GET or POST /grants/NAME/credentials"
	case api.TooLarge:
		return "the body is larger than 16 KiB"
	case api.Throttled:
		return "STS takes no more requests just now: try again later"
	case api.DownstreamRefused:
		return "the grant is yours, but its role refused the session: the function's log has the reason under this request id"
	case api.Unavailable:
		return "no session can be had just now: try again later"
	}
	return "the function failed: its log has the reason under this request id"
}
