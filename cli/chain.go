package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"karikagi/internal/caller"
	"karikagi/internal/session"
	"karikagi/internal/source"
)

// link is a role of the chain before it is known who calls.
type link struct {
	from      string // who named it: profile dev, --via, ROLE
	reference caller.RoleReference
	plan      session.Plan // without role, and without a session name that is derived
}

// links are all roles to assume, in their order: the profile's, those of --via,
// and ROLE. What shapes a session is for the last of them.
func (r request) links(s *source.Source) ([]link, error) {
	var all []link
	for i, h := range s.Hops() {
		l, err := profileLink(h, i == 0)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	profiles := len(all)
	for _, reference := range r.roles {
		all = append(all, link{from: "--via", reference: reference})
	}
	switch {
	case len(all) == 0:
		return nil, r.noRole(s)
	case len(all) > profiles:
		all[len(all)-1].from = "ROLE"
	}
	last := &all[len(all)-1].plan
	last.Duration = cmp.Or(r.duration, last.Duration)
	last.ExternalID = cmp.Or(r.externalID, last.ExternalID)
	last.RoleSessionName = cmp.Or(r.roleSessionName, last.RoleSessionName)
	last.Policy, last.PolicyARNs = r.scope.policy, r.scope.policyARNs
	return all, nil
}

// noRole says why a profile that was to name the role does not.
func (r request) noRole(s *source.Source) error {
	profile := cmp.Or(r.source.Profile, os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"))
	if r.source.Profile == "" && (s.Kind == source.Environment || s.Kind == source.Lambda || s.Kind == source.WebIdentity) {
		return misuse("name the role: karikagi export ROLE; or --profile "+toType(clip(profile))+", which goes before the environment",
			"no role named: the credentials in the environment go before profile %s of AWS_PROFILE", clip(profile))
	}
	return misuse("name one: karikagi export ROLE", "no role named: profile %s has no role_arn", clip(profile))
}

// profileLink reads a role of a profile, whose mistakes are named with it.
func profileLink(h source.Hop, first bool) (link, error) {
	// The hints for a flag would not help: the profile is what is wrong.
	wrong := func(key string, err error) (link, error) {
		return link{}, fmt.Errorf("profile %q: %s: %v", clip(h.Profile), key, err) //nolint:errorlint // see above.
	}
	l := link{from: "profile " + h.Profile, plan: session.Plan{
		RoleSessionName: h.RoleSessionName, Duration: h.Duration, ExternalID: h.ExternalID, SerialNumber: h.SerialNumber,
	}}
	var err error
	if l.reference, err = caller.ParseRoleReference(h.RoleARN); err != nil {
		return wrong("role_arn", err)
	}
	if l.reference.NeedsCaller() {
		return wrong("role_arn", fmt.Errorf("want arn:PARTITION:iam::ACCOUNT:role/NAME, not %q", clip(h.RoleARN)))
	}
	if h.RoleSessionName != "" {
		if err := caller.ValidateRoleSessionName(h.RoleSessionName); err != nil {
			return wrong("role_session_name", err)
		}
	}
	if h.Duration != 0 {
		if err := session.CheckDuration(h.Duration); err != nil {
			return wrong("duration_seconds", err)
		}
	}
	if h.ExternalID != "" {
		if err := session.CheckExternalID(h.ExternalID); err != nil {
			return wrong("external_id", err)
		}
	}
	if h.SerialNumber == "" {
		return l, nil
	}
	if !first {
		return wrong("mfa_serial", fmt.Errorf("its role is assumed with the session of another, and MFA proves a user: want it on the profile whose role is assumed first"))
	}
	if err := session.CheckSerialNumber(h.SerialNumber); err != nil {
		return wrong("mfa_serial", err)
	}
	return l, nil
}

// region is where STS is called. A role named in full says its partition, which
// must be the Region's.
func (r request) region(s *source.Source, all []link) (string, error) {
	region := ""
	for _, l := range all {
		if l.reference.NeedsCaller() {
			continue
		}
		role := l.reference.Role(caller.Caller{})
		if region == "" {
			region = knownRegion(r.notices, s, role.Partition)
		}
		if err := session.CheckRegion(role, region); err != nil {
			return region, err
		}
	}
	if region == "" {
		region = knownRegion(r.notices, s, "aws")
	}
	return region, nil
}

// chain plans every role before the first call but the one that asks who calls:
// what cannot work is refused as early as it is known.
func (r request) chain(ctx context.Context, a *attempt) error {
	all, err := r.links(a.source)
	if err != nil {
		return err
	}
	if a.region, err = r.region(a.source, all); err != nil {
		return err
	}
	a.chain, a.from, a.durationGiven = make(session.Chain, len(all)), make([]string, len(all)), r.duration != 0
	anonymous := all[0].reference.NeedsCaller()
	for i, l := range all {
		a.chain[i], a.from[i] = l.plan, l.from
		a.chain[i].RoleSessionName = cmp.Or(l.plan.RoleSessionName, r.roleSessionName)
		anonymous = anonymous || a.chain[i].RoleSessionName == ""
	}
	if err := a.chain.CheckDurations(a.source.Temporary()); err != nil {
		return err
	}
	client := a.source.STS(a.region)
	noticeUnencrypted(r.warnings, client)
	if anonymous {
		if a.identity, err = session.Identify(ctx, client); err != nil {
			return err
		}
	}
	who := a.identity.Caller
	for i, l := range all {
		a.chain[i].Role = l.reference.Role(who)
		a.chain[i].RoleSessionName = cmp.Or(a.chain[i].RoleSessionName, a.identity.Caller.RoleSessionName())
		who = a.chain[i].Role.Session(a.chain[i].RoleSessionName)
	}
	a.plan, a.caller = a.chain[0], a.identity.Caller
	if last := &a.chain[len(a.chain)-1]; r.scope.readOnly {
		last.PolicyARNs = append(last.PolicyARNs, "arn:"+last.Role.Partition+":iam::aws:policy/ReadOnlyAccess")
	}
	if err := r.prove(ctx, a); err != nil {
		return err
	}
	a.chain.Mark(r.scope.sourceIdentity, r.scope.tags, r.scope.transitive)
	return a.chain.Check(a.base())
}

// base is what the first role is assumed with.
func (a *attempt) base() session.Base {
	return session.Base{Caller: a.identity.Caller, Temporary: a.source.Temporary()}
}

// follow assumes the roles of the chain, each with the session of the one
// before.
func (r request) follow(run *patience, a *attempt) (session.Session, error) {
	var s session.Session
	at, base := a.source, a.base()
	for i, p := range a.chain {
		a.plan, a.caller, a.hop = p, base.Caller, i
		var err error
		if s, err = r.assume(run, at.STS(a.region), p); err == nil {
			err = s.CheckEnd(session.AssumeRole, time.Now())
		}
		if err != nil {
			return session.Session{}, a.chain.At(i, err)
		}
		noticeClock(r.warnings, s.Skew)
		at, base = at.As(keys(s.Credentials)), p.After(base)
	}
	a.session, a.last = at, session.Identity{Caller: s.AssumedRole, UserID: s.AssumedRoleID, Skew: s.Skew}
	return s, nil
}
