package vend

import (
	"errors"
	"fmt"
	"time"

	"karikagi/internal/api"
	"karikagi/internal/caller"
	"karikagi/internal/format"
	"karikagi/internal/grant"
	"karikagi/internal/session"
)

// credentials vends: it decides, asks STS, and answers.
func (x *exchange) credentials(name string) (answer, *Refusal) {
	asked, form, f := x.ask()
	if f != nil {
		return answer{}, f
	}
	x.record.Reason = asked.Reason
	decision, f := x.decide(grant.Ask{Grant: name, Parameters: asked.Parameters, Duration: asked.Duration(), Reason: asked.Reason, Policy: asked.Policy})
	if f != nil {
		return answer{}, f
	}
	// They are as the grant declares them, and so they may stand in the log.
	x.record.Parameters = asked.Parameters
	plan, err := planOf(decision.Session)
	if err != nil {
		return answer{}, &Refusal{Code: api.InternalError, Rule: "plan", Detail: err.Error()}
	}
	x.record.plan(plan)
	s, err := x.assume(plan)
	if err != nil {
		return answer{}, x.failure(err)
	}
	x.record.vended(s)
	return x.product(s.Credentials, form)
}

func (x *exchange) decide(ask grant.Ask) (grant.Decision, *Refusal) {
	started := x.Now()
	d := x.Grants.Decide(x.who, ask)
	x.record.DecideLatency = milliseconds(x.Now().Sub(started))
	f := refusalOf(d)
	x.record.decided(d, f == nil)
	return d, f
}

// refusalOf is nil where the decision allows. It must say so and name the
// session; whatever else it may be is no.
func refusalOf(d grant.Decision) *Refusal {
	switch {
	case d.Allowed && d.Session != nil && d.Code == "":
		return nil
	case !d.Allowed && d.Code == grant.BadRequest:
		// What was wrong with a value repeats it: the caller is told, and the
		// record is not.
		return &Refusal{Code: api.BadRequest, Message: d.Message, Rule: d.Rule}
	case !d.Allowed && d.Code == grant.AccessDenied:
		// The one sentence for all of these, so that no wording tells them apart.
		return &Refusal{Code: api.AccessDenied, Rule: d.Rule, Detail: d.Reason}
	}
	return &Refusal{Code: api.InternalError, Rule: d.Rule, Detail: fmt.Sprintf("a decision that is none: allowed %t, code %q", d.Allowed, d.Code)}
}

// planOf is the decision's session in the words of internal/session, checked
// against what STS refuses. The document is checked when it is loaded, so an
// error here is the program's.
func planOf(g *grant.Session) (session.Plan, error) {
	reference, err := caller.ParseRoleReference(g.RoleARN)
	if err != nil {
		return session.Plan{}, err
	}
	if reference.NeedsCaller() {
		return session.Plan{}, fmt.Errorf("role %.100q: want a role ARN", g.RoleARN)
	}
	if g.Duration == 0 { // STS would choose one
		return session.Plan{}, errors.New("want a duration")
	}
	p := session.Plan{
		Role: reference.Role(caller.Caller{}), RoleSessionName: g.RoleSessionName, Duration: g.Duration, ExternalID: g.ExternalID,
		Policy: g.Policy, PolicyARNs: g.PolicyARNs, TransitiveTagKeys: g.TransitiveTagKeys, SourceIdentity: g.SourceIdentity,
	}
	for _, t := range g.Tags {
		p.Tags = append(p.Tags, session.Tag(t))
	}
	// The function's credentials are its role's, so the session is a chained one.
	return p, p.Check(session.Base{Temporary: true})
}

func (x *exchange) assume(p session.Plan) (session.Session, error) {
	started := x.Now()
	s, err := session.Get(x.request.Context(), x.STS, p)
	x.record.STSLatency = milliseconds(x.Now().Sub(started))
	if err != nil {
		return session.Session{}, err
	}
	return s, checkTerm(s, p, x.started)
}

// checkTerm refuses a session that is over, or that lasts beyond what was asked
// for: STS gives neither, so whoever answered was not STS. started is the
// function's own time, which Lambda keeps right; the Date of an answer that is
// in doubt is not asked.
func checkTerm(s session.Session, p session.Plan, started time.Time) error {
	end := s.Credentials.Expiration
	problem := ""
	switch {
	case !end.After(started):
		problem = "its session has ended"
	case end.After(started.Add(p.Duration + session.MaxSkew)):
		problem = "its session lasts longer than was asked for"
	default:
		return nil
	}
	return &session.Error{Operation: "AssumeRole", Problem: session.ProblemAnswer, Message: "the answer was not STS's: " + problem}
}

// product is the session in the form that was asked for.
func (x *exchange) product(c api.Credentials, form string) (answer, *Refusal) {
	if form != formEnv {
		return jsonAnswer(c.MarshalWire())
	}
	text, err := format.Render(formEnv, format.Product{Credentials: c, Region: x.Region})
	if err != nil {
		return answer{}, &Refusal{Code: api.InternalError, Rule: "encoding", Detail: err.Error()}
	}
	return answer{status: 200, contentType: typeText, body: []byte(text)}, nil
}
