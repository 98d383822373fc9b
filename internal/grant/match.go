package grant

import (
	"strings"

	"karikagi/internal/caller"
)

// truth is yes, no, or not known. What is not known must not let anybody in: in callers it counts as no and in deny
// as yes.
type truth int

const (
	no truth = iota
	unsure
	yes
)

// names tells whether the rule names the caller, by partition, account, kind and name; never by a session name alone.
func (r rule) names(who Caller) truth {
	p := who.Principal
	if p.Kind != r.kind || p.Partition != r.partition || p.Account != r.account || !r.name.match(r.fold(subject(p))) {
		return no
	}
	if r.session != nil && !r.session.match(r.fold(p.Session)) {
		return no
	}
	if r.id == "" {
		return yes
	}
	id, _, _ := strings.Cut(who.UserID, ":") // of a role session AROA...:session
	switch id {
	case "":
		return unsure
	case r.id:
		return yes
	}
	return no
}

// subject is what the name of a rule is held against.
func subject(p caller.Caller) string {
	switch p.Kind {
	case caller.User:
		return strings.TrimPrefix(p.Path, "/") + p.Name
	case caller.AssumedRole:
		return p.Name
	}
	return p.ARN
}

func (r rule) fold(s string) string {
	if r.folded {
		return lower(s)
	}
	return s
}

// lower gives the pattern for names in lower case.
func (g glob) lower() glob { return glob{lower(g.text)} }

// originAccessControl is the role as which CloudFront calls for whoever called CloudFront: behind it nobody is known.
const originAccessControl = "OriginAccessControlRole"

// admits is names for a rule of callers, which must name some principals literally: behind CloudFront's role anybody
// could stand, so that no wildcard means it.
func (r rule) admits(who Caller) bool {
	p := who.Principal
	if p.Kind == caller.AssumedRole && strings.EqualFold(p.Name, originAccessControl) && !r.name.literal() {
		return false
	}
	return r.names(who) == yes
}
