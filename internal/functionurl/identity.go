package functionurl

import "strings"

// Identity is who the service says the caller is, and from where. It is read
// from authorizer.iam and requestContext.http and from nothing else: a header
// is the caller's word, and requestContext.accountId is the function's owner.
type Identity struct {
	ARN, AccountID, UserID string
	AccessKeyID            string
	OrgID                  string // "" outside an organization
	SourceIP               string
	UserAgent              string // the caller's word
}

// Identity tells who signed the request; false where the service names nobody,
// as behind a URL whose auth type is NONE. Half a name is nobody's: then nothing
// but the connection is told.
func (e Event) Identity() (Identity, bool) {
	http := e.RequestContext.HTTP
	id := Identity{SourceIP: http.SourceIP, UserAgent: http.UserAgent}
	if e.RequestContext.Authorizer == nil || e.RequestContext.Authorizer.IAM == nil {
		return id, false
	}
	iam := e.RequestContext.Authorizer.IAM
	if iam.UserARN == "" || iam.AccountID == "" {
		return id, false
	}
	id.ARN, id.AccountID, id.UserID, id.AccessKeyID = iam.UserARN, iam.AccountID, iam.UserID, iam.AccessKey
	if isOrgID(iam.PrincipalOrgID) {
		id.OrgID = iam.PrincipalOrgID
	}
	return id, true
}

// isOrgID is ^o-[a-z0-9]{10,32}$ (Organizations API reference, Organization,
// Id). Outside an organization the field was seen as null, empty, and as the
// words "aws:PrincipalOrgID": all that is no id counts as absent.
func isOrgID(s string) bool {
	rest, ok := strings.CutPrefix(s, "o-")
	return ok && len(rest) >= 10 && len(rest) <= 32 && strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz0123456789") == ""
}
