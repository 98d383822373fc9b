package sandbox

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"karikagi/internal/iam"
)

// webIdentity is the name of the one action here that nobody signs: the token says who asks.
const webIdentity = "AssumeRoleWithWebIdentity"

type assumeRoleWithWebIdentityResponse struct {
	XMLName struct{}          `xml:"https://sts.amazonaws.com/doc/2011-06-15/ AssumeRoleWithWebIdentityResponse"`
	Result  webIdentityResult `xml:"AssumeRoleWithWebIdentityResult"`
	Meta    responseMetadata  `xml:"ResponseMetadata"`
}

type webIdentityResult struct {
	Audience    string               `xml:"Audience"`
	User        assumedRoleUser      `xml:"AssumedRoleUser"`
	Provider    string               `xml:"Provider"`
	Credentials temporaryCredentials `xml:"Credentials"`
	Subject     string               `xml:"SubjectFromWebIdentityToken"`
}

// assumeRoleWithWebIdentity checks the parameters, then the token, then the role's trust policy, which alone decides: whoever has a token has no
// policies of his own. STS API reference, AssumeRoleWithWebIdentity.
func (c *call) assumeRoleWithWebIdentity() (any, *fault) {
	in, token, f := readWebIdentity(c.form)
	c.note(in)
	if f != nil {
		return nil, f
	}
	p, claims, f := c.bearer(in.roleARN, token)
	if f != nil {
		return nil, f
	}
	c.entry.caller = p.host + ":" + claims.Subject
	r := c.server.account.role(in.roleARN)
	if why := c.trustsBearer(r, in, p, claims); why != "" {
		f := denied("Not authorized to perform sts:" + webIdentity)
		f.reason = why
		return nil, f
	}
	if f := c.checkDuration(in.duration, r); f != nil {
		return nil, f
	}
	issued := c.issue(&session{role: r, name: in.sessionName}, in.duration)
	return assumeRoleWithWebIdentityResponse{
		Result: webIdentityResult{
			User:        assumedRoleUser{ID: r.id + ":" + in.sessionName, ARN: r.sessionARN(in.sessionName)},
			Credentials: issued, Provider: p.arn(), Audience: claims.Audience[0], Subject: claims.Subject,
		},
		Meta: c.meta(),
	}, nil
}

// readWebIdentity reads the parameters: STS API reference, AssumeRoleWithWebIdentity. Session policies of such a session are not here.
func readWebIdentity(f form) (in assumption, token string, fault *fault) {
	var wrong violations
	// The token is not repeated in an error: it is a secret.
	if token = f.first("WebIdentityToken"); len(token) < 4 || len(token) > 20000 {
		wrong.texts = []string{"Value at 'webIdentityToken' failed to satisfy constraint: Member must have length from 4 to 20000"}
		wrong.reasons = wrong.texts
	}
	in.roleARN = wrong.check(f, constraint{parameter: "RoleArn", min: 20, max: 2048, allowed: isARNRune, required: true, pattern: `[\u0009\u000A\u000D\u0020-\u007E]+`})
	in.sessionName = wrong.check(f, constraint{parameter: "RoleSessionName", min: 2, max: 64, pattern: namePattern, allowed: isNameRune, required: true})
	if in.duration, fault = wrong.seconds(f, 43200, 3600); fault != nil {
		return in, "", fault
	}
	if fault = wrong.fault(); fault != nil {
		return in, "", fault
	}
	if fault = unsupported(f, "Policy", "ProviderId", "MinimumSessionTokenSize"); fault != nil {
		return in, "", fault
	}
	if !strings.HasPrefix(in.roleARN, "arn:") || strings.Count(in.roleARN, ":") < 5 {
		return in, "", invalid(in.roleARN+" is invalid", "roleArn is not an ARN")
	}
	return in, token, nil
}

// bearer finds out whose token this is. That a provider must be of the role's account, and the codes and sentences below, but for the one on a
// token from the future: observed.
func (c *call) bearer(roleARN, token string) (*identityProvider, tokenClaims, *fault) {
	header, claims, f := readIdentityToken(token)
	if f != nil {
		return nil, claims, f
	}
	arn := strings.SplitN(roleARN, ":", 6)
	p := c.server.account.provider(arn[1], arn[4], claims.Issuer)
	if p == nil {
		return nil, claims, badIdentityToken("No OpenIDConnect provider found in your account for " + claims.Issuer)
	}
	if f := c.server.checkIdentityToken(header, token); f != nil {
		return nil, claims, f
	}
	switch now := c.now.Unix(); {
	case now >= claims.Expiration:
		return nil, claims, &fault{status: http.StatusBadRequest, code: "ExpiredTokenException",
			message: fmt.Sprintf("Token expired: current date/time %d must be before the expiration date/time %d", now, claims.Expiration)}
	case claims.Issued > now+int64(maxSkew/time.Second):
		return nil, claims, &fault{status: http.StatusForbidden, code: "IDPRejectedClaim", message: "Token is not valid yet"}
	case !slices.ContainsFunc(claims.Audience, func(audience string) bool { return slices.Contains(p.clientIDs, audience) }):
		return nil, claims, badIdentityToken("Incorrect token audience")
	}
	return p, claims, nil
}

// trustsBearer says why the role's trust policy refuses; "" where it allows. The keys of a provider begin with its host: IAM guide, "IAM and AWS STS
// condition context keys", "Available keys for AWS OIDC federation".
func (c *call) trustsBearer(r *role, in assumption, p *identityProvider, claims tokenClaims) string {
	if r == nil {
		return "no such role"
	}
	host := strings.ToLower(p.host)
	decision := r.trust.Evaluate(iam.Request{
		Principal: iam.Principal{Kind: iam.WebIdentity, ARN: p.arn(), Account: p.account.id, Partition: p.account.partition},
		Action:    "sts:" + webIdentity, Resource: in.roleARN,
		Context: iam.Context{
			host + ":aud": claims.Audience, host + ":sub": {claims.Subject},
			"sts:rolesessionname": {in.sessionName}, "aws:federatedprovider": {p.arn()}, "aws:securetransport": {"true"},
			"aws:currenttime": {c.today.Format(time.RFC3339)}, "aws:epochtime": {strconv.FormatInt(c.today.Unix(), 10)},
		},
	})
	if decision.Effect == iam.Allow {
		return ""
	}
	return explain(iam.Verdict{Which: iam.RoleTrustPolicy, Action: "sts:" + webIdentity, Explicit: decision.Effect == iam.Deny, Why: decision.Mismatches})
}
