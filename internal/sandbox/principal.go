package sandbox

import (
	"net/http"
	"strings"

	"karikagi/internal/iam"
)

// principal is who makes a request, once the signature was right: a user, the root user or a role, with his session if the
// credentials are temporary.
type principal struct {
	user    *user    // nil for a role session
	role    *role    // nil for a user
	session *session // nil for long-term keys
}

func (p principal) account() *awsAccount {
	if p.role != nil {
		return p.role.account
	}
	return p.user.account
}

func (p principal) root() bool { return p.user != nil && p.user.root }

// arn is what GetCallerIdentity reports. STS drops the path of a role.
func (p principal) arn() string {
	if p.role == nil {
		return p.user.arn
	}
	return p.role.sessionARN(p.session.name)
}

func (r *role) sessionARN(name string) string {
	return "arn:" + r.Partition + ":sts::" + r.Account + ":assumed-role/" + r.Name + "/" + name
}

// principalARN is aws:PrincipalArn: of a role session, the role's own ARN with its path.
func (p principal) principalARN() string {
	if p.role == nil {
		return p.user.arn
	}
	return p.role.ARN()
}

// id is aws:userid and the UserId of GetCallerIdentity.
func (p principal) id() string {
	if p.role == nil {
		return p.user.id
	}
	return p.role.id + ":" + p.session.name
}

// policies are the identity-based policies that are in force: the session policies are in the session.
func (p principal) policies() []iam.Document {
	if p.role == nil {
		return p.user.policies
	}
	return p.role.policies
}

// tags are the principal tags. A session tag replaces a role's tag of the same key: IAM guide, "Pass session tags in AWS STS".
func (p principal) tags() []sessionTag {
	if p.role == nil {
		return p.user.tags
	}
	tags := p.session.tags
	for _, t := range p.role.tags {
		if !hasTag(tags, t.key) {
			tags = append(tags[:len(tags):len(tags)], t)
		}
	}
	return tags
}

func (p principal) iam() iam.Principal {
	of := iam.Principal{
		Kind: iam.User, ARN: p.arn(), Account: p.account().id, Partition: p.account().partition, UserID: p.id(),
	}
	if p.role != nil {
		of.Kind, of.RoleARN = iam.AssumedRole, p.role.ARN()
	} else if p.root() {
		of.Kind = iam.Root
	}
	return of
}

// authenticate finds out who signed the request, or answers why nobody did.
func (c *call) authenticate(body []byte) bool {
	v := verifier{service: "sts", now: c.now, secret: c.secretOf}
	signedBy, f := v.verify(c.http, body)
	if isAccessKeyID(signedBy.accessKeyID) {
		c.entry.accessKeyID = signedBy.accessKeyID
	}
	if f != nil {
		c.fail(f)
		return false
	}
	c.scope, c.entry.caller = signedBy, c.caller.arn()
	return true
}

// secretOf is the secret that a request should have been signed with. It sets the caller, who counts only when the signature was
// right. A key of another partition is not known at this partition's STS, nor is a token that came with another key.
func (c *call) secretOf(s scope, token string, hasToken bool) (string, *fault) {
	unknown := &fault{status: http.StatusForbidden, code: "InvalidClientTokenId", message: "The security token included in the request is invalid."}
	var secret string
	if hasToken {
		found := c.server.sessions.find(token, s.accessKeyID)
		if found == nil {
			return "", unknown
		}
		secret, c.caller = found.secret, principal{user: found.user, role: found.role, session: found}
	} else {
		key := c.server.keys[s.accessKeyID]
		if key == nil {
			return "", unknown
		}
		secret, c.caller = key.secret, principal{user: key.user}
	}
	if !regionIn(s.region, c.caller.account().partition) {
		return "", unknown
	}
	if c.caller.session != nil && !c.today.Before(c.caller.session.expires) {
		return "", &fault{status: http.StatusForbidden, code: "ExpiredToken", message: "The security token included in the request is expired"}
	}
	return secret, nil
}

// isAccessKeyID keeps out of the log what somebody wrote where the access key ID should be.
func isAccessKeyID(s string) bool {
	rest, long := strings.CutPrefix(s, "AKIA")
	if !long {
		var temporary bool
		if rest, temporary = strings.CutPrefix(s, "ASIA"); !temporary {
			return false
		}
	}
	return len(rest) == idLength && strings.Trim(rest, base32Alphabet) == ""
}
