package vend

import (
	"context"
	"fmt"
	"net/netip"

	"karikagi/internal/caller"
	"karikagi/internal/grant"
)

// Call is what the service says of one request, apart from the request. Nothing
// in it but UserAgent is the caller's word.
type Call struct {
	RequestID string // of the invocation: the service's, in every answer and record
	URLID     string
	// RequestIDCheck is "same" or "different", as the event's request id is to
	// the invocation's; "" where nobody looked.
	RequestIDCheck string

	// The principal whose signature the service verified; "" where it names none.
	ARN, AccountID, UserID string
	AccessKeyID            string
	OrgID                  string
	SourceIP               string
	UserAgent              string
}

type callKey struct{}

// In gives a context whose requests are this call's.
func (c Call) In(ctx context.Context) context.Context { return context.WithValue(ctx, callKey{}, c) }

// callOf is the call of a context; the zero Call, which is nobody's, without one.
func callOf(ctx context.Context) Call {
	c, _ := ctx.Value(callKey{}).(Call)
	return c
}

// principal takes the caller apart. A principal that the service did not name,
// or named in two ways, is nobody.
func (c Call) principal() (grant.Caller, error) {
	if c.ARN == "" {
		return grant.Caller{}, fmt.Errorf("the service names no caller")
	}
	who, err := caller.Parse(c.ARN)
	if err != nil {
		return grant.Caller{}, err
	}
	if who.Account != c.AccountID {
		return grant.Caller{}, fmt.Errorf("the service names account %.20q and the caller %s", c.AccountID, who.ARN)
	}
	g := grant.Caller{Principal: who, UserID: c.UserID, OrgID: c.OrgID}
	if ip, err := netip.ParseAddr(c.SourceIP); err == nil {
		g.SourceIP = ip.Unmap()
	}
	return g, nil
}
