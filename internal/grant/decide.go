package grant

import (
	"fmt"
	"net/netip"
	"time"

	"karikagi/internal/caller"
)

// Caller is who asks, as Lambda authenticated them: no field may come from what they sent.
type Caller struct {
	Principal caller.Caller
	UserID    string     // AIDA..., or AROA...:session; "" where it is not known
	OrgID     string     // "" where the caller is in no organization, or it is not known
	SourceIP  netip.Addr // the zero Addr where it is not known
}

// Ask is what a caller asks for. All of it is the caller's word.
type Ask struct {
	Grant      string
	Parameters map[string]string
	Duration   time.Duration // 0 for the grant's default
	Reason     string
	Policy     []byte // a further policy that narrows the session; nil for none
}

// Code is what a refusal is on the wire; the words are those of internal/api.
type Code string

// The codes of refusals.
const (
	AccessDenied Code = "AccessDenied" // this caller may not take this grant, or there is no such grant: not told which
	BadRequest   Code = "BadRequest"   // this caller may take the grant, but not by this request
)

// Decision is the answer to an Ask.
type Decision struct {
	Allowed bool
	Code    Code     // "" when allowed
	Grant   string   // the grant that was asked for; "" if there is none of that name
	Rule    string   // the rule that decided, with its place: "grants.yaml:7:9: callers"
	Reason  string   // why, in full: for the audit record and the operator
	Message string   // what the caller may be told of a refusal; "" when allowed
	Session *Session // nil unless allowed
}

// notYours is the one answer to an unknown grant and to another's.
const notYours = "you may not take this grant, or there is none of this name"

// Decide answers an ask by the document alone. Whoever may not take the grant learns nothing else about it: what they
// ask for is only looked at when they may.
func (d *Document) Decide(who Caller, ask Ask) Decision {
	g, ok := d.grant(ask.Grant)
	if !ok {
		return Decision{Code: AccessDenied, Rule: d.place() + ": grants", Reason: fmt.Sprintf("there is no grant %.100q", ask.Grant), Message: notYours}
	}
	rule, why, ok := d.admits(g, who)
	if !ok {
		return Decision{Code: AccessDenied, Grant: g.name, Rule: rule, Reason: why, Message: notYours}
	}
	session, err := g.session(who, ask)
	if err != nil {
		return Decision{Code: BadRequest, Grant: g.name, Rule: g.place.String() + ": grant " + g.name, Reason: err.Error(), Message: err.Error()}
	}
	return Decision{Allowed: true, Grant: g.name, Rule: rule, Reason: why, Session: session}
}

// grant finds a grant by its exact name. No document has no grants.
func (d *Document) grant(name string) (*grant, bool) {
	if d == nil {
		return nil, false
	}
	g, ok := d.grants[name]
	return g, ok
}

func (d *Document) place() string {
	if d == nil || d.name == "" {
		return "no document"
	}
	return d.name
}

// admits tells whether the caller may take a grant, by which rule, and why. Whatever refuses comes first.
func (d *Document) admits(g *grant, who Caller) (rule, why string, ok bool) {
	p := who.Principal
	if from := d.vended[vended(p.Partition, p.Account, p.Name)]; from != nil && p.Kind == caller.AssumedRole {
		// Sessions would renew themselves for ever, by way of one grant and another.
		return from.rolePlace.String() + ": role_arn", fmt.Sprintf("the caller's session is one of grant %s: a session that was vended here gets no further one", from.name), false
	}
	for _, r := range g.deny {
		switch r.names(who) {
		case yes:
			return r.place.String() + ": deny", "the caller is named", false
		case unsure: // a rule that cannot be decided must not be one that is skipped
			return r.place.String() + ": deny", "the caller may be named: their unique ID is not known", false
		}
	}
	for _, r := range g.callers {
		if !r.admits(who) {
			continue
		}
		if rule, why := g.require.unmet(who); rule != "" {
			return rule, why, false
		}
		return r.place.String() + ": callers", "the caller is named", true
	}
	return g.place.String() + ": grant " + g.name + ": callers", "no rule names the caller", false
}
