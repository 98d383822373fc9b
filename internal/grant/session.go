package grant

import (
	"slices"
	"time"
)

// Session is what to ask STS for, and all of it. Its fields are those of AssumeRole.
type Session struct {
	RoleARN           string
	RoleSessionName   string
	ExternalID        string // "" for none
	SourceIdentity    string // "" for none
	Policy            string // "" for none: only for a grant with onward: true and no session_policy
	PolicyARNs        []string
	Tags              []Tag // sorted by key
	TransitiveTagKeys []string
	Duration          time.Duration
}

// Tag is a session tag.
type Tag struct{ Key, Value string }

// session makes the session of an ask by a caller who may take the grant. An error is for the caller to read. Nothing
// is shared with another session or the document, so that nobody's change reaches another's.
func (g *grant) session(who Caller, ask Ask) (*Session, error) {
	duration, err := g.lasting(ask.Duration)
	if err != nil {
		return nil, err
	}
	if err := g.require.checkReason(ask.Reason); err != nil {
		return nil, err
	}
	if err := g.checkParameters(ask.Parameters); err != nil {
		return nil, err
	}
	v := values{who: who, parameters: ask.Parameters}
	s := &Session{
		RoleARN: g.role.ARN(), RoleSessionName: who.Principal.RoleSessionName(), ExternalID: g.externalID, Duration: duration,
		PolicyARNs: slices.Clone(g.policyARNs), TransitiveTagKeys: slices.Clone(g.transitive),
	}
	if s.Policy, err = g.sessionPolicy(v); err != nil {
		return nil, err
	}
	if ask.Policy != nil {
		if s.Policy, err = g.narrow(s.Policy, ask.Policy); err != nil {
			return nil, err
		}
	}
	if s.Tags, err = g.sessionTags(v); err != nil {
		return nil, err
	}
	s.SourceIdentity, err = g.identity(v)
	return s, err
}
