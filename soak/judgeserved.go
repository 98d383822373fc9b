package main

import (
	"context"
	"fmt"
	"net/http"
)

// verified is what was found of a served session.
type verified struct {
	product product
	fault   string
}

// judgeServed says what became of a request of `karikagi serve`, and what is
// wrong with that.
func (p *post) judgeServed(ctx context.Context, stranger bool, r reply) (became outcome, fault string) {
	if fault := checkHeaders(r); fault != "" {
		return service, fault
	}
	if r.status == http.StatusOK {
		v := p.verify(ctx, r)
		switch {
		case stranger:
			return session, "a session for somebody without the token, or from elsewhere"
		case v.fault != "":
			return session, v.fault
		case !v.product.expiration.After(r.began):
			return session, fmt.Sprintf("a session that had ended at %s, before it was asked for", v.product.expiration)
		}
		return session, ""
	}
	if fault := cleanReason(r.body); fault != "" {
		return service, fault
	}
	became, fault = checkRefusal(r)
	want := outcome("Unavailable")
	if stranger {
		want = "AccessDenied"
	}
	if fault == "" && became != want {
		fault = fmt.Sprintf("it got %s: want %s", became, want)
	}
	return became, fault
}

// verify asks the sandbox whose a session is, once for each session.
func (p *post) verify(ctx context.Context, r reply) verified {
	p.mu.Lock()
	defer p.mu.Unlock()
	v, ok := p.known[string(r.body)]
	if ok {
		return v
	}
	var err error
	if v.product, err = readProduct(r); err != nil {
		v.fault = "an empty success, or one that cannot be read: " + err.Error()
	} else if is, err := p.identify(ctx, v.product.keys); err != nil {
		v.fault = "a session that STS does not know: " + err.Error()
	} else if is != servedSession {
		v.fault = fmt.Sprintf("a wrong caller's session: of %s: want %s", is, servedSession)
	}
	p.known[string(r.body)] = v
	return v
}
