package vend

import (
	"bytes"
	"encoding/json"
	"io"
	"time"

	"karikagi/internal/api"
	"karikagi/internal/grant"
	"karikagi/internal/session"
)

// Record is the audit record of one request: who asked for what, what was
// decided by which rule of which document, and what STS gave. It is built field
// by field, and no field is of a type that holds a secret: an access key ID is
// an identifier, which CloudTrail shows. Headers and bodies never enter it.
type Record struct {
	Time           string `json:"time"`
	RequestID      string `json:"request_id"`
	RequestIDCheck string `json:"request_id_check,omitempty"`
	URLID          string `json:"url_id,omitempty"`
	Operation      string `json:"operation,omitempty"` // me, grant, credentials

	CallerARN         string `json:"caller_arn,omitempty"`
	CallerAccount     string `json:"caller_account,omitempty"`
	CallerUserID      string `json:"caller_user_id,omitempty"`
	CallerOrgID       string `json:"caller_org_id,omitempty"`
	CallerAccessKeyID string `json:"caller_access_key_id,omitempty"`
	SourceIP          string `json:"source_ip,omitempty"`
	UserAgent         string `json:"user_agent,omitempty"`

	Grant        string            `json:"grant,omitempty"`
	Parameters   map[string]string `json:"parameters,omitempty"` // of what was allowed
	Reason       string            `json:"reason,omitempty"`
	Decision     string            `json:"decision"`       // allow, deny; none where no rule was asked
	Rule         string            `json:"rule,omitempty"` // that decided, or at which the request ended
	Detail       string            `json:"detail,omitempty"`
	Code         api.Code          `json:"code,omitempty"`
	Status       int               `json:"status"`
	GrantsDigest string            `json:"grants_digest"`

	RoleARN         string `json:"role_arn,omitempty"`
	RoleSessionName string `json:"role_session_name,omitempty"`
	SourceIdentity  string `json:"source_identity,omitempty"`
	DurationSeconds int    `json:"duration_seconds,omitempty"`

	AccessKeyID   string `json:"access_key_id,omitempty"` // vended
	AssumedRoleID string `json:"assumed_role_id,omitempty"`
	Expiration    string `json:"expiration,omitempty"`
	STSRequestID  string `json:"sts_request_id,omitempty"`

	DecideLatency float64 `json:"decide_latency"` // milliseconds
	STSLatency    float64 `json:"sts_latency"`
	Stack         string  `json:"stack,omitempty"` // of a panic

	metrics
}

// newRecord begins a record with what the service said of the request. Foreign
// texts are bounded and printable in it, here and below.
func newRecord(c Call, now time.Time) Record {
	return Record{
		Time: now.UTC().Format("2006-01-02T15:04:05.000Z"), RequestID: c.RequestID, RequestIDCheck: c.RequestIDCheck, URLID: c.URLID,
		CallerARN: session.Printable(c.ARN), CallerAccount: session.Printable(c.AccountID), CallerUserID: session.Printable(c.UserID),
		CallerOrgID: session.Printable(c.OrgID), CallerAccessKeyID: session.Printable(c.AccessKeyID),
		SourceIP: session.Printable(c.SourceIP), UserAgent: session.Printable(c.UserAgent),
		Decision: "none", metrics: metrics{timestamp: now.UnixMilli()},
	}
}

func (r *Record) decided(d grant.Decision, allowed bool) {
	r.Rule, r.Detail, r.Decision = d.Rule, session.Printable(d.Reason), "deny"
	if allowed {
		r.Decision = "allow"
	}
}

func (r *Record) plan(p session.Plan) {
	r.RoleARN, r.RoleSessionName, r.SourceIdentity = p.Role.ARN(), p.RoleSessionName, p.SourceIdentity
	r.DurationSeconds = int(p.Duration / time.Second)
}

func (r *Record) vended(s session.Session) {
	r.AccessKeyID, r.AssumedRoleID, r.STSRequestID = s.Credentials.AccessKeyID, s.AssumedRoleID, s.RequestID
	r.Expiration = s.Credentials.Expiration.UTC().Format(time.RFC3339)
	r.PackedPolicySize = &s.PackedPolicySize
}

// refuse notes a refusal. Where the document allowed and STS refused, the rule
// stays the document's; code and detail say who refused.
func (r *Record) refuse(f *Refusal) {
	r.Code, r.Detail = f.Code, session.Printable(f.Detail)
	if r.Decision != "allow" {
		r.Rule = f.Rule
	}
	if f.Code == api.Unauthenticated || f.Code == api.AccessDenied {
		r.Decision = "deny"
	}
}

func (r *Record) close(status int, latency time.Duration) {
	r.Status, r.Latency = status, milliseconds(latency)
	r.count(r.Code, r.AccessKeyID != "")
}

// write writes the record as one line of JSON, in one Write.
func (r *Record) write(w io.Writer, function string) error {
	r.Function = function
	r.AWS = r.describe()
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		return err
	}
	_, err := w.Write(b.Bytes())
	return err
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Microseconds()) / 1000
}
