package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// ask is one request, and what must become of it while STS answers as it does.
type ask struct {
	who          *person
	method, path string
	query        url.Values
	body         []byte
	signature    signature

	want     outcome // what becomes of it
	role     string  // of the session, where one is wanted: its name
	duration time.Duration
}

// signature is what a request is signed with.
type signature int

const (
	right signature = iota
	wrong           // of another request
	none
)

// outcome is what became of a request: a session, another answer with 200, one
// of the function's codes, or a refusal of the service before it.
type outcome string

// The outcomes that are not codes.
const (
	session outcome = "session"
	answer  outcome = "answer"
	service outcome = "service"
)

// nextAsk makes up a request. It is the same for the same random numbers.
func nextAsk(random *rand.Rand, everybody []*person) ask {
	a := ask{who: everybody[random.IntN(len(everybody))], method: http.MethodPost, query: url.Values{}}
	foreign := foreignGrants(a.who)
	if len(a.who.grants) == 0 || random.IntN(100) < 10 {
		a.credentials(random, foreign[random.IntN(len(foreign))])
		a.want = "AccessDenied"
		return a
	}
	a.credentials(random, a.who.grants[random.IntN(len(a.who.grants))])
	if n := random.IntN(100); n < 30 {
		a.misuse(random, n%10)
	}
	return a
}

// foreignGrants are those that a person may not take, and one that nobody has.
func foreignGrants(p *person) (foreign []string) {
	for name := range roles() {
		if !slices.Contains(p.grants, name) {
			foreign = append(foreign, name)
		}
	}
	slices.Sort(foreign)
	return append(foreign, "no-such-grant")
}

// credentials asks for a grant's, in one of the ways that there are.
func (a *ask) credentials(random *rand.Rand, grant string) {
	a.want, a.role, a.path, a.duration = session, roles()[grant], "/grants/"+grant+"/credentials", time.Hour
	team := []string{"blue", "green"}[random.IntN(2)]
	seconds := 0
	if random.IntN(2) == 0 {
		seconds = 900 + random.IntN(900)
		a.duration = time.Duration(seconds) * time.Second
	}
	if random.IntN(2) == 0 {
		a.query.Set("format", []string{"json", "env"}[random.IntN(2)])
	}
	if random.IntN(3) > 0 {
		document := map[string]any{"parameters": map[string]string{"team": team}, "reason": "load"}
		if seconds != 0 {
			document["duration_seconds"] = seconds
		}
		a.body, _ = json.Marshal(document) // strings and numbers
		return
	}
	a.method = http.MethodGet
	a.query.Set("team", team)
	a.query.Set("reason", "load")
	if seconds != 0 {
		a.query.Set("duration_seconds", fmt.Sprint(seconds))
	}
}

// misuse makes another request of it, one that gets no session.
func (a *ask) misuse(random *rand.Rand, kind int) {
	document := func(text string) { a.method, a.query, a.body = http.MethodPost, url.Values{}, []byte(text) }
	a.role = ""
	switch kind {
	case 0, 1:
		a.want, a.method, a.path, a.query, a.body = answer, http.MethodGet, "/", url.Values{}, nil
	case 2:
		a.want = "BadRequest"
		document(`{"parameters":{"team":"red"},"reason":"load"}`)
	case 3:
		a.want = "BadRequest"
		document(`{"parameters":{"team":"blue"},"reason":"load","duration_seconds":43200}`)
	case 4:
		a.want = "BadRequest"
		document(`{"parameters":{"team":"blue"},"reason":"load","caller":"` + people()[random.IntN(10)].arn + `"}`)
	case 5:
		a.want, a.method = "MethodNotAllowed", http.MethodDelete
	case 6:
		a.want, a.path = "NotFound", "/nowhere"
	case 7:
		a.want = "TooLarge"
		document(`{"reason":"` + strings.Repeat("x", 17<<10) + `"}`)
	case 8:
		a.want, a.signature = service, wrong
	case 9:
		a.want, a.signature = service, none
	}
}

// request is the ask on its way to the function's URL, signed.
func (a ask) request(ctx context.Context, base string) (*http.Request, error) {
	address := base + a.path
	if len(a.query) != 0 {
		address += "?" + strings.ReplaceAll(a.query.Encode(), "+", "%20")
	}
	r, err := http.NewRequestWithContext(ctx, a.method, address, bytes.NewReader(a.body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "soak")
	if len(a.body) != 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	if a.signature == none {
		return r, nil
	}
	signed := a.body
	if a.signature == wrong {
		signed = append(slices.Clone(signed), ' ')
	}
	sum := sha256.Sum256(signed)
	return r, v4.NewSigner().SignHTTP(ctx, a.who.keys, r, hex.EncodeToString(sum[:]), "lambda", region, time.Now())
}
