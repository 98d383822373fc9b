package sandbox

import (
	"net/http"
	"strings"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// principal is who makes a request, once the signature was right: a user, the root user or a role, with his session if the
// credentials are temporary.
type principal struct {
	user    *user    // nil for a role session
	role    *role    // nil for a user
	session *session // nil for long-term keys
}

// account is the one that the principal belongs to: of a role session, the role's and not that of whoever assumed it.
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

// sessionARN is how STS calls a session of the role.
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

// policies are the identity-based policies that are in force: the session policies are in the session. The root user has none and may
// do everything in his own account, which is written as a policy so that one rule decides.
func (p principal) policies() []iam.Document {
	if p.root() {
		everything, _ := awsPolicy("AdministratorAccess")
		return []iam.Document{everything}
	}
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

// iam is the principal as policies see it.
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

// authenticate finds out who signed the request for the verifier's service, or says why nobody did.
func (c *call) authenticate(v verifier, body []byte) *fault {
	var claimed principal // not the caller before the signature was compared
	v.now = c.now
	v.secret = func(s scope, token string, hasToken bool) (secret string, f *fault) {
		secret, claimed, f = c.credentialsOf(s, token, hasToken)
		return secret, f
	}
	signedBy, f := v.verify(c.http, body)
	if isAccessKeyID(signedBy.accessKeyID) {
		c.entry.accessKeyID = signedBy.accessKeyID
	}
	if f != nil {
		return f
	}
	c.caller, c.scope = claimed, signedBy
	c.entry.caller = c.caller.arn()
	return nil
}

// credentialsOf finds whom an access key ID and session token belong to, and the secret that the request should be signed with.
// A key of another partition is not known at this partition's STS, nor is a token that came with another key, nor a temporary key
// without its token. Only a token that is known can be expired.
func (c *call) credentialsOf(s scope, token string, hasToken bool) (secret string, of principal, f *fault) {
	unknown := &fault{status: http.StatusForbidden, code: "InvalidClientTokenId", message: "The security token included in the request is invalid."}
	if hasToken {
		found := c.server.sessions.find(token, s.accessKeyID)
		if found == nil {
			return "", of, unknown
		}
		secret, of = found.secret, principal{user: found.user, role: found.role, session: found}
	} else {
		key := c.server.keys[s.accessKeyID]
		if key == nil {
			return "", of, unknown
		}
		secret, of = key.secret, principal{user: key.user}
	}
	if caller.PartitionOfRegion(s.region) != of.account().partition {
		return "", of, unknown
	}
	if of.session != nil && !c.today.Before(of.session.expires) {
		return "", of, &fault{status: http.StatusForbidden, code: "ExpiredToken", message: "The security token included in the request is expired"}
	}
	return secret, of, nil
}

// isAccessKeyID keeps out of the log what somebody wrote where the access key ID should be.
func isAccessKeyID(s string) bool {
	known := strings.HasPrefix(s, "AKIA") || strings.HasPrefix(s, "ASIA")
	return known && len(s) == len("AKIA")+idLength && strings.Trim(s, base32Alphabet) == ""
}
