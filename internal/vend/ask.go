package vend

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"karikagi/internal/api"
)

// The forms of the answer with credentials.
const (
	formJSON = "json"
	formEnv  = "env"
)

// ask reads what the caller wants: of a POST from the body, of a GET from the
// query. What stands in both places, or in the wrong one, is refused: a policy
// that narrows must not get lost on the way.
func (x *exchange) ask() (api.Request, string, *Refusal) {
	body, f := x.body()
	if f != nil {
		return api.Request{}, "", f
	}
	query, err := api.ParseQuery(x.request.URL.RawQuery)
	if err != nil {
		return api.Request{}, "", badRequest("query", err)
	}
	form, err := x.form(query.Format)
	if err != nil {
		return api.Request{}, "", badRequest("format", err)
	}
	if x.request.Method != http.MethodPost {
		if len(body) != 0 {
			return api.Request{}, "", badRequest("body", errors.New("want no body with GET: send it by POST"))
		}
		return query.Request, form, nil
	}
	if len(query.Parameters) != 0 || query.DurationSeconds != 0 || query.Reason != "" {
		return api.Request{}, "", badRequest("query", errors.New("want nothing but format in the query of a POST"))
	}
	r, err := api.ParseRequest(body)
	if err != nil {
		return api.Request{}, "", badRequest("body", fmt.Errorf("body: %w", err))
	}
	return r, form, nil
}

// form is json, unless ?format= or an Accept header that begins with text/plain
// asks for lines of export. Clients that would take either list JSON first.
func (x *exchange) form(name string) (string, error) {
	switch name {
	case formJSON, formEnv:
		return name, nil
	case "":
	default:
		return "", fmt.Errorf("format %.40q: want json or env", name)
	}
	first, _, _ := strings.Cut(x.request.Header.Get("Accept"), ",")
	kind, _, _ := strings.Cut(first, ";")
	if strings.EqualFold(strings.TrimSpace(kind), "text/plain") {
		return formEnv, nil
	}
	return formJSON, nil
}
