package vend

import (
	"time"

	"karikagi/internal/api"
	"karikagi/internal/grant"
)

// me answers who the caller is as the function sees it, and what is theirs.
func (x *exchange) me() (answer, *Refusal) {
	if f := x.bare(); f != nil {
		return answer{}, f
	}
	p := x.who.Principal
	m := api.Me{Grants: []api.GrantInfo{}, Caller: api.Caller{
		ARN: p.ARN, AccountID: p.Account, Kind: string(p.Kind), Name: p.Name, UserID: x.who.UserID, OrgID: x.who.OrgID,
		SourceIP: x.call.SourceIP, RoleSessionName: p.RoleSessionName(),
	}}
	for _, s := range x.Grants.For(x.who) {
		m.Grants = append(m.Grants, info(s))
	}
	return jsonAnswer(m.Marshal())
}

// grant answers with one grant of the caller's. A grant that is somebody else's
// and one that does not exist are the same.
func (x *exchange) grant(name string) (answer, *Refusal) {
	if f := x.bare(); f != nil {
		return answer{}, f
	}
	for _, s := range x.Grants.For(x.who) {
		if s.Name == name {
			return jsonAnswer(info(s).Marshal())
		}
	}
	return answer{}, &Refusal{Code: api.AccessDenied, Rule: "not a grant of this caller"}
}

func info(s grant.Summary) api.GrantInfo {
	g := api.GrantInfo{
		Name: s.Name, Description: s.Description, ReasonRequired: s.Reason,
		Duration: api.Durations{DefaultSeconds: int(s.Default / time.Second), MaxSeconds: int(s.Max / time.Second)},
	}
	for _, p := range s.Parameters {
		if g.Parameters == nil {
			g.Parameters = make(map[string]api.Parameter, len(s.Parameters))
		}
		g.Parameters[p.Name] = api.Parameter{Description: p.Description, Required: p.Required, Enum: p.Enum, Pattern: p.Pattern, MaxLength: p.MaxLength}
	}
	return g
}

func jsonAnswer(body []byte, err error) (answer, *Refusal) {
	if err != nil {
		return answer{}, &Refusal{Code: api.InternalError, Rule: "encoding", Detail: err.Error()}
	}
	return answer{status: 200, contentType: typeJSON, body: body}, nil
}
