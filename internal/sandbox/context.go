package sandbox

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"karikagi/internal/iam"
)

// context is the condition keys of an AssumeRole request, in lower case: IAM guide, "AWS global condition context keys" and
// "IAM and AWS STS condition context keys". A key that AWS does not send is not there, which policies can tell from empty:
// sts:DurationSeconds, for one, is a key of GetWebIdentityToken and not of AssumeRole.
func (c *call) context(in assumption, r *role) iam.Context {
	keys := iam.Context{
		"aws:currenttime":     {c.today.Format(time.RFC3339)},
		"aws:epochtime":       {strconv.FormatInt(c.today.Unix(), 10)},
		"aws:requestedregion": {c.scope.region},
		// STS is reached over TLS only, and the sandbox stands for it, although it listens on plain HTTP.
		"aws:securetransport":       {"true"},
		"aws:viaawsservice":         {"false"},
		"aws:principalisawsservice": {"false"},
	}
	host, _, _ := net.SplitHostPort(c.http.RemoteAddr)
	set(keys, "aws:sourceip", host)
	set(keys, "aws:useragent", c.http.UserAgent())
	set(keys, "sts:rolesessionname", in.sessionName)
	set(keys, "sts:externalid", in.externalID)
	set(keys, "sts:sourceidentity", in.sourceIdentity)
	c.principalKeys(keys)
	c.mfaKeys(keys, in.mfa)
	tagKeys(keys, in.tags)
	if r != nil {
		set(keys, "aws:resourceaccount", r.Account)
		set(keys, "aws:resourceorgid", r.account.org)
		for _, t := range r.tags {
			keys["aws:resourcetag/"+strings.ToLower(t.key)] = []string{t.value}
			keys["iam:resourcetag/"+strings.ToLower(t.key)] = []string{t.value}
		}
	}
	return keys
}

// set leaves out a key that has no value.
func set(keys iam.Context, key, value string) {
	if value != "" {
		keys[key] = []string{value}
	}
}

// principalKeys says who asks. aws:username is a user's only, which is how a policy can demand a user.
func (c *call) principalKeys(keys iam.Context) {
	p := c.caller
	set(keys, "aws:principalarn", p.principalARN())
	set(keys, "aws:principalaccount", p.account().id)
	set(keys, "aws:principalorgid", p.account().org)
	set(keys, "aws:userid", p.id())
	switch {
	case p.role != nil:
		set(keys, "aws:principaltype", "AssumedRole")
		set(keys, "aws:sourceidentity", p.session.sourceIdentity)
	case p.root():
		set(keys, "aws:principaltype", "Account")
	default:
		set(keys, "aws:principaltype", "User")
		set(keys, "aws:username", p.user.name)
	}
	if p.session != nil {
		set(keys, "aws:tokenissuetime", p.session.issued.Format(time.RFC3339))
	}
	for _, t := range p.tags() {
		keys["aws:principaltag/"+strings.ToLower(t.key)] = []string{t.value}
	}
}

// mfaKeys: present for temporary credentials only, so that a policy can tell "no MFA" from "long-term key"; or when this very request
// proves MFA. The credentials of a role never carry MFA on.
func (c *call) mfaKeys(keys iam.Context, proved time.Time) {
	if proved.IsZero() && c.caller.session != nil {
		proved = c.caller.session.mfa
	}
	switch {
	case !proved.IsZero():
		set(keys, "aws:multifactorauthpresent", "true")
		set(keys, "aws:multifactorauthage", strconv.FormatInt(int64(c.today.Sub(proved).Seconds()), 10))
	case c.caller.session != nil:
		set(keys, "aws:multifactorauthpresent", "false")
	}
}

// tagKeys are of this request's tags only, not of inherited ones.
func tagKeys(keys iam.Context, tags []sessionTag) {
	for _, t := range tags {
		keys["aws:requesttag/"+strings.ToLower(t.key)] = []string{t.value}
		keys["aws:tagkeys"] = append(keys["aws:tagkeys"], t.key)
		if t.transitive {
			keys["sts:transitivetagkeys"] = append(keys["sts:transitivetagkeys"], t.key)
		}
	}
}

// explain says for the log which policy refused and which of its statements did not apply, and why.
func explain(v iam.Verdict) string {
	text := v.Which
	if v.Action != "sts:AssumeRole" {
		text = v.Action + ": " + text
	}
	if v.Explicit {
		text += ": explicit deny"
	}
	why := make([]string, len(v.Why))
	for i, m := range v.Why {
		why[i] = place(m) + m.Element
		if m.Detail != "" {
			why[i] += ": " + m.Detail
		}
	}
	if len(why) > 0 {
		text += ": " + strings.Join(why, "; ")
	}
	return text
}

// place says which statement it is, counting from one as people do.
func place(m iam.Mismatch) string {
	if m.Statement < 0 {
		return ""
	}
	text := fmt.Sprintf("statement %d", m.Statement+1)
	if m.Document > 0 {
		text = fmt.Sprintf("policy %d, ", m.Document+1) + text
	}
	if m.Sid != "" {
		text += " (" + m.Sid + ")"
	}
	return text + ": "
}
