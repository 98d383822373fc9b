package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Request is what a caller asks of a grant. All of it is the caller's word.
type Request struct {
	Parameters      map[string]string `json:"parameters,omitempty"`
	DurationSeconds int               `json:"duration_seconds,omitempty"` // 0: the grant's own
	Reason          string            `json:"reason,omitempty"`
	// Policy is a further session policy, one JSON object; it only narrows.
	Policy json.RawMessage `json:"policy,omitempty"`
}

// MaxReason is the longest reason, in characters: it is for a line of a log.
const MaxReason = 256

// Marshal is the body of a POST.
func (r Request) Marshal() ([]byte, error) { return encode(r) }

// Duration is DurationSeconds as a duration.
func (r Request) Duration() time.Duration { return time.Duration(r.DurationSeconds) * time.Second }

// ParseRequest reads the body of a POST. An empty body is refused: where a
// narrowing policy got lost on the way, the caller must hear of it.
func ParseRequest(body []byte) (Request, error) {
	members, err := readObject(body)
	if err != nil {
		return Request{}, err
	}
	var r Request
	for _, m := range members {
		if err := r.read(m); err != nil {
			return Request{}, err
		}
	}
	return r, nil
}

func (r *Request) read(m member) (err error) {
	switch m.key {
	case "parameters":
		r.Parameters, err = parameters(m.value)
	case "duration_seconds":
		if r.DurationSeconds, err = m.integer(); err == nil {
			err = checkSeconds(r.DurationSeconds)
		}
	case "reason":
		if r.Reason, err = m.text(); err == nil {
			err = checkReason(r.Reason)
		}
	case "policy":
		if r.Policy = m.value; m.value[0] != '{' {
			err = errors.New(`"policy": want a JSON object`)
		}
	default:
		err = fmt.Errorf("unknown key %s: want parameters, duration_seconds, reason or policy", quote(m.key))
	}
	return err
}

func parameters(value json.RawMessage) (map[string]string, error) {
	members, err := readObject(value)
	if err != nil {
		return nil, fmt.Errorf(`"parameters": %w`, err)
	}
	named := make(map[string]string, len(members))
	for _, m := range members {
		if named[m.key], err = m.text(); err != nil {
			return nil, fmt.Errorf(`"parameters": %w`, err)
		}
	}
	return named, nil
}

// Query is what a query string can say.
type Query struct {
	Request
	Format string // "" or what ?format= names
}

// ParseQuery reads the query of a GET. What is no key of its own is a
// parameter of the grant. A policy is for a POST: an address is logged by every
// party on its way, and curl before 8.14 signs long ones wrongly.
func ParseQuery(raw string) (Query, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return Query{}, errors.New("the query is not one of keys and values")
	}
	if len(values) > maxMembers {
		return Query{}, fmt.Errorf("more than %d query keys", maxMembers)
	}
	q := Query{Request: Request{Parameters: map[string]string{}}}
	var keys []string
	for key, all := range values {
		if len(all) != 1 || slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, key) }) {
			return Query{}, fmt.Errorf("query key %s occurs twice", quote(key))
		}
		keys = append(keys, key)
		if err := q.read(key, all[0]); err != nil {
			return Query{}, err
		}
	}
	return q, nil
}

func (q *Query) read(key, value string) (err error) {
	if !utf8.ValidString(key) || !utf8.ValidString(value) {
		return errors.New("the query is not UTF-8")
	}
	switch key {
	case "format":
		q.Format = value
	case "reason":
		q.Reason, err = value, checkReason(value)
	case "duration_seconds":
		if q.DurationSeconds, err = (member{key: key, value: json.RawMessage(value)}).integer(); err == nil {
			err = checkSeconds(q.DurationSeconds)
		}
	case "policy", "parameters":
		err = fmt.Errorf("query key %s: want it in the body of a POST", quote(key))
	default:
		q.Parameters[key] = value
	}
	return err
}

// checkSeconds refuses what no session has: STS gives 900 to 43200 seconds (STS
// API reference, AssumeRole). The grant's own limits are below.
func checkSeconds(n int) error {
	if n < 900 || n > 43200 {
		return fmt.Errorf(`"duration_seconds": want 900 to 43200, not %d`, n)
	}
	return nil
}

// checkReason keeps a reason one line of printable text.
func checkReason(s string) error {
	if n := utf8.RuneCountInString(s); n > MaxReason {
		return fmt.Errorf(`"reason": want at most %d characters, not %d`, MaxReason, n)
	}
	if strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return errors.New(`"reason": want printable characters only`)
	}
	return nil
}
