package session

import (
	"fmt"

	"karikagi/internal/caller"
)

// Chain is roles that are assumed one with the session of another, the first
// with the caller's own credentials. It has at least one.
type Chain []Plan

// HopError is what is wrong with one role of a chain of several.
type HopError struct {
	Hop, Of int         // from 1
	Role    caller.Role // zero where it depends on a caller that is not known yet
	Err     error
}

func (e *HopError) Error() string {
	role := ""
	if e.Role.Account != "" {
		role = ", " + e.Role.ARN()
	}
	return fmt.Sprintf("role %d of %d%s: %v", e.Hop, e.Of, role, e.Err)
}

func (e *HopError) Unwrap() error { return e.Err }

// At says which of the roles an error is about, where there are several.
func (c Chain) At(hop int, err error) error {
	if err == nil || len(c) == 1 {
		return err
	}
	return &HopError{Hop: hop + 1, Of: len(c), Role: c[hop].Role, Err: err}
}

// Check refuses what STS would refuse of any of the roles, before the first is
// assumed. b is what the first is assumed with. It returns nil, a *Refusal or a
// *HopError with one.
func (c Chain) Check(b Base) error {
	for i, p := range c {
		if err := p.Check(b); err != nil {
			return c.At(i, err)
		}
		b = p.After(b)
	}
	return nil
}

// CheckDurations is the part of Check that needs nobody's ARN.
func (c Chain) CheckDurations(temporary bool) error {
	for i, p := range c {
		if i > 0 && p.Duration > MaxChained {
			return c.At(i, &Refusal{Rule: RuleChaining, Use: FormatDuration(MaxChained), Problem: fmt.Sprintf(
				"duration %s: a role that is assumed with the session of another (role chaining) gives at most %s", FormatDuration(p.Duration), FormatDuration(MaxChained))})
		}
		if err := CheckChaining(p.Duration, temporary); err != nil {
			return c.At(i, err)
		}
	}
	return nil
}

// Mark gives the chain's sessions a source identity and tags. What is passed on
// from session to session is given to the first: the source identity, which
// cannot be changed later, and the transitive tags, which cannot be set again
// (IAM user guide, "Monitor and control actions taken with assumed roles" and
// "Pass session tags in AWS STS"). Every other tag ends with its session, and is
// given to the last.
func (c Chain) Mark(sourceIdentity string, tags []Tag, transitive []string) {
	first, last := &c[0], &c[len(c)-1]
	first.SourceIdentity, first.TransitiveTagKeys = sourceIdentity, transitive
	for _, tag := range tags {
		at := last
		if hasName(transitive, tag.Key) {
			at = first
		}
		at.Tags = append(at.Tags, tag)
	}
}

// After is what a session of the plan is a base of.
func (p Plan) After(b Base) Base {
	after := Base{Caller: p.Role.Session(p.RoleSessionName), Temporary: true, Tags: b.Tags, SourceIdentity: b.SourceIdentity}
	if p.SourceIdentity != "" {
		after.SourceIdentity = p.SourceIdentity
	}
	for _, tag := range p.Tags {
		if hasName(p.TransitiveTagKeys, tag.Key) {
			after.Tags = append(after.Tags[:len(after.Tags):len(after.Tags)], tag)
		}
	}
	return after
}

// Actions are the STS actions that the caller's policy and the role's trust
// policy must allow for the plan. Inherited tags want sts:TagSession as well,
// and an inherited source identity sts:SetSourceIdentity.
func (p Plan) Actions(b Base) []string {
	actions := []string{"sts:AssumeRole"}
	if len(p.Tags)+len(b.Tags) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	if p.SourceIdentity != "" || b.SourceIdentity != "" {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	return actions
}

// checkInherited refuses to set again what the base passes on.
func (p Plan) checkInherited(b Base) error {
	for _, tag := range p.Tags {
		if hasKey(b.Tags, tag.Key) {
			return &Refusal{Rule: RuleTransitive, Problem: fmt.Sprintf("session tag %.130q: it is inherited from the session before, and a transitive tag cannot be set again", tag.Key)}
		}
	}
	if p.SourceIdentity != "" && b.SourceIdentity != "" && p.SourceIdentity != b.SourceIdentity {
		return &Refusal{Rule: RuleSourceIdentity, Problem: fmt.Sprintf("source identity %q: the session before has %q, which cannot be changed", p.SourceIdentity, b.SourceIdentity)}
	}
	return nil
}
