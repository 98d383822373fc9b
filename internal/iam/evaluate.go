package iam

import "fmt"

// Effect is what a document says about a request.
type Effect int

// The effects. NoMatch is IAM's implicit deny, Deny the explicit one.
const (
	NoMatch Effect = iota
	Allow
	Deny
)

// Decision is one document's answer to a request.
type Decision struct {
	Effect    Effect
	Statement int    // index of the statement that decided, or -1
	Sid       string // its Sid
	// Direct: the allowing statement of a trust policy names this principal itself, by user ARN, role ARN or session
	// ARN. Everyone: it names {"AWS": "*"}. Neither: it names the principal's account.
	Direct, Everyone bool
	Mismatches       []Mismatch
}

// Mismatch says why a statement did not apply: the first element that failed, what it wants and what the request
// has. For a Deny that applies since it cannot be decided, it says what cannot.
type Mismatch struct {
	Document  int // index among the policies of its kind
	Statement int // index in its document, or -1 when no statement was to blame
	Sid       string
	Element   string // "Principal", "Action", "Condition StringEquals sts:ExternalId"; "Request" for a request that makes no sense
	Detail    string
}

// Evaluate decides a request by this document alone: a Deny statement that applies decides, else an Allow
// statement that does. Of the latter the one that names the principal most closely decides, then the first.
func (d Document) Evaluate(r Request) Decision {
	decision := Decision{Statement: -1}
	if err := r.check(); err != nil {
		decision.Mismatches = []Mismatch{{Statement: -1, Element: "Request", Detail: err.Error()}}
		return decision
	}
	if d.kind == unparsed {
		decision.Mismatches = []Mismatch{{Statement: -1, Element: "Document", Detail: "there is no policy document"}}
		return decision
	}
	// All statements are looked at, also behind the one that decides: their mismatches are what a person asks for.
	closest := nobody
	for i, s := range d.statements {
		applies, closeness, m := s.applies(r)
		m.Statement, m.Sid = i, s.sid
		if m.Element != "" {
			decision.Mismatches = append(decision.Mismatches, m)
		}
		switch {
		case decision.Effect == Deny:
		case s.effect == Deny && applies != no:
			decision = Decision{Effect: Deny, Statement: i, Sid: s.sid, Mismatches: decision.Mismatches}
		case s.effect == Allow && applies == yes && (decision.Effect == NoMatch || closeness > closest):
			closest = closeness
			decision = Decision{Effect: Allow, Statement: i, Sid: s.sid, Mismatches: decision.Mismatches}
			decision.Direct, decision.Everyone = closeness == direct, closeness == everyone
		}
	}
	return decision
}

// trial is one element of a statement held against a request.
type trial struct {
	element string
	holds   truth
	detail  func() string
}

// applies holds all elements against a request. The mismatch is that of the first element that fails, or else of
// the first that cannot be decided, and empty when all hold.
func (s statement) applies(r Request) (truth, grade, Mismatch) {
	named, closeness := s.names(r)
	trials := []trial{{"Principal", named, func() string { return s.principalDetail(r) }}, s.covers(r), s.isAbout(r)}
	for _, c := range s.conditions {
		trials = append(trials, trial{c.element(), c.holds(r.Context), func() string { return c.detail(r.Context) }})
	}
	applies := yes
	var m Mismatch
	for _, t := range trials {
		if t.holds < applies {
			applies = t.holds
			m = Mismatch{Element: t.element, Detail: t.detail()}
			if t.holds == unsure {
				m.Detail += ", which cannot be decided"
			}
		}
	}
	return applies, closeness, m
}

// names holds the Principal element against the request's principal; the closest entry that does counts. A
// statement without the element is of a policy that is attached to its principal.
func (s statement) names(r Request) (truth, grade) {
	if s.principals == nil {
		return yes, nobody
	}
	named, closest := no, nobody
	for _, p := range s.principals {
		t, closeness := p.names(r)
		if t > named || t == named && t != no && closeness > closest {
			named, closest = t, closeness
		}
	}
	return named, closest
}

// covers holds the Action or NotAction element against the request.
func (s statement) covers(r Request) trial {
	t := trial{element: "Action", holds: anyOf(s.actions, func(a action) truth { return a.matches(r.Action) })}
	if s.notAction {
		t.element, t.holds = "NotAction", not(t.holds)
	}
	t.detail = func() string {
		want := list(s.actions, " or ", func(a action) string { return fmt.Sprintf("%q", a.text) })
		return wanted(s.notAction, want, fmt.Sprintf("%q", r.Action))
	}
	return t
}

// isAbout holds the Resource or NotResource element against the request. A trust policy has neither.
func (s statement) isAbout(r Request) trial {
	t := trial{element: "Resource", holds: yes}
	switch {
	case s.notResource:
		t.element = "NotResource"
		t.holds = not(anyOf(s.resources, func(x resource) truth { return x.excludes(r.Resource, r.Context) }))
	case s.resources != nil:
		t.holds = anyOf(s.resources, func(x resource) truth { return x.matches(r.Resource, r.Context) })
	}
	t.detail = func() string {
		want := list(s.resources, " or ", func(x resource) string { return x.describe(r.Context) })
		return wanted(s.notResource, want, fmt.Sprintf("%q", r.Resource))
	}
	return t
}

// principalDetail names the role, too, since a trust policy may name it where the session's ARN leaves out its
// path.
func (s statement) principalDetail(r Request) string {
	got := fmt.Sprintf("%q", r.Principal.ARN)
	if r.Principal.RoleARN != "" {
		got += fmt.Sprintf(" of role %q", r.Principal.RoleARN)
	}
	return wanted(false, list(s.principals, " or ", func(t trusted) string { return fmt.Sprintf("%q", t.text) }), got)
}

// wanted is the sentence of every Detail.
func wanted(negated bool, want, got string) string {
	if negated {
		want = "other than " + want
	}
	return fmt.Sprintf("want %s, got %s", want, got)
}
