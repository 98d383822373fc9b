package vend

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"karikagi/internal/api"
	"karikagi/internal/session"
)

// route finds what the request is for. Who asks comes first: nobody learns
// anything of the function without a name.
func (x *exchange) route() (answer, *Refusal) {
	who, err := x.call.principal()
	if err != nil {
		return answer{}, &Refusal{Code: api.Unauthenticated, Rule: "caller", Detail: err.Error()}
	}
	x.who = who
	path := x.request.URL.EscapedPath()
	name, isCredentials, isGrant := grantOf(path)
	methods, serve := []string{http.MethodGet}, x.me
	switch {
	case path == "/":
		x.record.Operation = "me"
	case !isGrant:
		return answer{}, &Refusal{Code: api.NotFound, Rule: "path", Detail: fmt.Sprintf("path %.100q", path)}
	case isCredentials:
		x.record.Operation, x.record.Grant = "credentials", session.Printable(name)
		methods, serve = append(methods, http.MethodPost), func() (answer, *Refusal) { return x.credentials(name) }
	default:
		x.record.Operation, x.record.Grant = "grant", session.Printable(name)
		serve = func() (answer, *Refusal) { return x.grant(name) }
	}
	if !slices.Contains(methods, x.request.Method) {
		allow := strings.Join(methods, ", ")
		return answer{}, &Refusal{Code: api.MethodNotAllowed, Message: "want " + allow, Rule: "method", Detail: fmt.Sprintf("method %.20q", x.request.Method), allow: allow}
	}
	return serve()
}

// grantOf takes /grants/NAME or /grants/NAME/credentials apart before it decodes
// the name: an encoded slash belongs to the name, and no grant has one in its
// name.
func grantOf(path string) (name string, isCredentials, ok bool) {
	name, isGrant := strings.CutPrefix(path, "/grants/")
	name, isCredentials = strings.CutSuffix(name, "/credentials")
	if !isGrant || strings.Contains(name, "/") {
		return "", false, false
	}
	name, err := url.PathUnescape(name)
	return name, isCredentials, err == nil && name != ""
}

// badRequest is a mistake that the caller can mend, in words that repeat no
// more than what the caller sent.
func badRequest(rule string, err error) *Refusal {
	return &Refusal{Code: api.BadRequest, Message: err.Error(), Rule: rule, Detail: err.Error()}
}

// bare refuses a query and a body where there is nothing to say in them.
func (x *exchange) bare() *Refusal {
	if x.request.URL.RawQuery != "" {
		return badRequest("query", errors.New("want no query here"))
	}
	body, f := x.body()
	if f == nil && len(body) != 0 {
		f = badRequest("body", errors.New("want no body here"))
	}
	return f
}

// body reads the whole body, if it is not too large.
func (x *exchange) body() ([]byte, *Refusal) {
	body, err := io.ReadAll(io.LimitReader(x.request.Body, api.MaxBody+1))
	switch {
	case err != nil:
		return nil, badRequest("body", errors.New("the body cannot be read"))
	case len(body) > api.MaxBody:
		return nil, &Refusal{Code: api.TooLarge, Rule: "body"}
	}
	return body, nil
}
