package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"karikagi/internal/sandbox"
)

// reply is what came back for a request.
type reply struct {
	status  int
	header  http.Header
	body    []byte
	began   time.Time // before it was sent
	tempers []temper  // of STS meanwhile: more than one where they changed
}

// requestID is the service's own.
func (r reply) requestID() string { return r.header.Get("X-Amzn-Requestid") }

// product is a session as the function gives it.
type product struct {
	keys       aws.Credentials
	account    string
	expiration time.Time
}

// statuses are the function's codes, as its documents have them. It is the same
// table as the function's, written once more.
func statuses() map[outcome]int {
	return map[outcome]int{
		"BadRequest": 400, "Unauthenticated": 401, "AccessDenied": 403, "NotFound": 404, "MethodNotAllowed": 405, "TooLarge": 413,
		"Throttled": 429, "InternalError": 500, "DownstreamRefused": 502, "Unavailable": 503,
	}
}

// instead is what may become of a request for a session while STS is in a
// temper. DownstreamRefused is for a role that STS says is not open, and
// InternalError for a signature that it finds wrong.
func instead(t temper) []outcome {
	switch t {
	case throttling:
		return []outcome{"Throttled", "Unavailable"}
	case slow, resetting:
		return []outcome{session, "Unavailable"}
	case garbage:
		return []outcome{"Unavailable", "DownstreamRefused", "InternalError"}
	}
	return []outcome{session}
}

// judge says what became of a request, and what is wrong with that: "" for
// nothing. It asks the sandbox and the book, and not the product.
func (w *world) judge(ctx context.Context, a ask, r reply) (became outcome, fault string) {
	became, fault = w.classify(ctx, a, r)
	if fault != "" {
		return became, fault
	}
	allowed := []outcome{a.want}
	if a.want == session {
		allowed = nil
		for _, t := range r.tempers {
			allowed = append(allowed, instead(t)...)
		}
	}
	if !slices.Contains(allowed, became) {
		return became, fmt.Sprintf("it got %s while STS was %v: want %v", became, r.tempers, allowed)
	}
	return became, ""
}

// classify reads a reply, and looks for what must not be whatever was asked.
func (w *world) classify(ctx context.Context, a ask, r reply) (became outcome, fault string) {
	if r.requestID() == "" {
		return service, "no request id"
	}
	if r.status == http.StatusOK {
		if fault := checkHeaders(r); fault != "" {
			return answer, fault
		}
		if a.want == answer {
			return answer, checkMe(a.who, r.body)
		}
		p, err := readProduct(r)
		if err != nil {
			return session, "an empty success, or one that cannot be read: " + err.Error()
		}
		return session, w.checkSession(ctx, a, p, r.began)
	}
	if fault := clean(r.body); fault != "" {
		return service, fault
	}
	if r.header.Get("X-Amzn-Errortype") != "" {
		return service, ""
	}
	return checkRefusal(r)
}

// checkHeaders wants what every answer of the function has.
func checkHeaders(r reply) string {
	for name, want := range map[string]string{"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"} {
		if got := r.header.Values(name); len(got) != 1 || got[0] != want {
			return fmt.Sprintf("%s: %q: want %s", name, got, want)
		}
	}
	return ""
}

// clean wants neither a secret nor a word of whoever answered for STS.
func clean(text []byte) string {
	switch {
	case bytes.Contains(text, []byte(sandbox.Mark)):
		return "a secret is in it"
	case bytes.Contains(text, []byte(hostileWords)):
		return "the words of whoever answered for STS are in it"
	}
	return ""
}

// cleanReason wants no secret, and of STS's words only those that came with a
// code: docs/uses.md promises the reason, which is then what STS said.
func cleanReason(text []byte) string {
	if bytes.Contains(text, []byte(sandbox.Mark)) {
		return "a secret is in it"
	}
	for line := range bytes.Lines(text) {
		coded := slices.ContainsFunc(codes(), func(code string) bool { return bytes.Contains(line, []byte(": "+code+": ")) })
		if bytes.Contains(line, []byte(hostileWords)) && !coded {
			return "the words of whoever answered for STS are in it"
		}
	}
	return ""
}

// checkRefusal wants a refusal in the documented form.
func checkRefusal(r reply) (outcome, string) {
	var form struct {
		Code      outcome `json:"code"`
		Message   string  `json:"message"`
		RequestID string  `json:"requestId"`
	}
	decoder := json.NewDecoder(bytes.NewReader(r.body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&form); err != nil || decoder.More() {
		return service, fmt.Sprintf("a refusal that is not the documented JSON: %v", err)
	}
	again := r.header.Get("Retry-After")
	seconds, err := strconv.Atoi(again)
	comesBack := r.status == 429 || r.status == 503
	switch {
	case statuses()[form.Code] != r.status:
		return form.Code, fmt.Sprintf("the code %q with status %d", form.Code, r.status)
	case form.Message == "":
		return form.Code, "a refusal without a message"
	case form.RequestID != r.requestID():
		return form.Code, "a refusal with another request id than the service's"
	case r.header.Get("Content-Type") != "application/json":
		return form.Code, "a refusal that does not say it is JSON"
	case comesBack && (err != nil || seconds < 1 || seconds > 5), !comesBack && again != "":
		return form.Code, fmt.Sprintf("Retry-After %q with status %d", again, r.status)
	}
	return form.Code, checkHeaders(r)
}

// checkMe wants the requester's own name and grants.
func checkMe(who *person, body []byte) string {
	var me struct {
		Caller struct {
			ARN string `json:"arn"`
		} `json:"caller"`
		Grants []struct {
			Name string `json:"name"`
		} `json:"grants"`
	}
	if err := json.Unmarshal(body, &me); err != nil {
		return "an answer that is not JSON"
	}
	var names []string
	for _, g := range me.Grants {
		names = append(names, g.Name)
	}
	want := slices.Sorted(slices.Values(who.grants))
	slices.Sort(names)
	if me.Caller.ARN != who.arn || !slices.Equal(names, want) {
		return fmt.Sprintf("%s with the grants %v: want those of %s, %v", me.Caller.ARN, names, who.arn, want)
	}
	return clean(body)
}

// checkSession wants a session of the requester, and of nobody else. The sandbox
// says whose it is, and the book to which request STS gave it: its source
// identity ends with a hash of the requester's whole ARN, so that neither a name
// nor a role that two callers have in common hides one of them.
func (w *world) checkSession(ctx context.Context, a ask, p product, began time.Time) string {
	role := a.role
	if a.want != session {
		return "a session, where none must be given"
	}
	is, err := w.identify(ctx, p.keys)
	if err != nil {
		return "a session that STS does not know: " + err.Error()
	}
	if want := "arn:aws:sts::210987654321:assumed-role/" + role + "/" + a.who.name(); is != want || p.account != "" && p.account != "210987654321" {
		return fmt.Sprintf("a wrong caller's session: of %s: want %s", is, want)
	}
	entry, ok := w.hostile.entry(p.keys.AccessKeyID)
	if !ok || entry.roleARN != "arn:aws:iam::210987654321:role/"+role || entry.sessionName != a.who.name() || !strings.HasSuffix(entry.sourceIdentity, a.who.mark()) {
		return fmt.Sprintf("a wrong caller's session: it was given to the source identity %q: want one that ends with %s", entry.sourceIdentity, a.who.mark())
	}
	if !p.expiration.After(began) || p.expiration.After(time.Now().Add(a.duration+time.Minute)) {
		return fmt.Sprintf("a session until %s: want one that has not ended, and lasts at most %s", p.expiration, a.duration)
	}
	return ""
}
