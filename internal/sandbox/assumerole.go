package sandbox

import (
	"net/http"
	"strings"
	"time"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// maxChained is how long a role session may last that was assumed with temporary credentials, whatever the role allows: IAM guide,
// "Roles terms and concepts", role chaining. CloudShell's credentials are temporary too.
const maxChained = time.Hour

// assumption is a request to assume a role, after what can be checked of it without asking any policy.
type assumption struct {
	roleARN, sessionName       string
	externalID, sourceIdentity string
	serialNumber, tokenCode    string
	duration                   time.Duration
	policy                     string
	policyARNs                 []string
	tags                       []sessionTag // of this request
	inherited                  []sessionTag // transitive, of the caller's session
	mfa                        time.Time    // when MFA was proved; zero: not
}

// assumeRole checks what the request says of itself, then what the caller carries with him, then what the policies say, and then
// what only a role that may be assumed can tell: its maximum duration. Nothing is issued before everything was checked.
func (c *call) assumeRole() (any, *fault) {
	in, f := readAssumption(c.form)
	c.note(in)
	if f != nil {
		return nil, f
	}
	if c.caller.root() {
		return nil, denied("Roles may not be assumed by root accounts.")
	}
	if f := in.inherit(c.caller.session); f != nil {
		return nil, f
	}
	limits, packed, f := in.inlinePolicy()
	if f != nil {
		return nil, f
	}
	if in.mfa, f = c.proveMFA(in.serialNumber, in.tokenCode); f != nil {
		return nil, f
	}
	r, f := c.mayAssume(in)
	if f != nil {
		return nil, f
	}
	if f := c.checkDuration(in.duration, r); f != nil {
		return nil, f
	}
	if limits, f = in.managedPolicies(limits, r); f != nil {
		return nil, f
	}
	issued := c.issue(&session{
		role: r, name: in.sessionName, sourceIdentity: in.sourceIdentity, chained: c.caller.session != nil,
		tags: append(in.inherited, in.tags...), policies: limits,
	}, in.duration)
	return assumeRoleResponse{
		Result: assumeRoleResult{
			User:        assumedRoleUser{ID: r.id + ":" + in.sessionName, ARN: r.sessionARN(in.sessionName)},
			Credentials: issued, PackedSize: packed, SourceIdentity: in.sourceIdentity,
		},
		Meta: c.meta(),
	}, nil
}

// note puts the request into the log, as far as it is well-formed.
func (c *call) note(in assumption) {
	if _, err := caller.ParseRoleReference(in.roleARN); err == nil && strings.HasPrefix(in.roleARN, "arn:") {
		c.entry.roleARN = in.roleARN
	}
	if caller.ValidateRoleSessionName(in.sessionName) == nil {
		c.entry.roleSessionName = in.sessionName
	}
	if caller.ValidateRoleSessionName(in.sourceIdentity) == nil { // the same characters and lengths
		c.entry.sourceIdentity = in.sourceIdentity
	}
}

// denied is AWS's code for every refusal that is about who asks.
func denied(message string) *fault {
	return &fault{status: http.StatusForbidden, code: "AccessDenied", message: message}
}

// invalid is a ValidationError. Where the message repeats a parameter, the reason for the log says it without.
func invalid(message, reason string) *fault {
	return &fault{status: http.StatusBadRequest, code: "ValidationError", message: message, reason: reason}
}

// mayAssume asks the policies on both sides. A role that does not exist is one whose trust policy allows nobody, so that the answer
// does not tell which roles there are; so is a role of another partition.
func (c *call) mayAssume(in assumption) (*role, *fault) {
	from := c.caller.account()
	arn := strings.SplitN(in.roleARN, ":", 6)
	sameAccount := arn[1] == from.partition && arn[4] == from.id
	r := c.server.account.role(in.roleARN)
	if r != nil && r.Partition != from.partition {
		r = nil
	}
	policies := iam.Policies{Identity: c.caller.policies(), Trust: &iam.Document{}}
	if c.caller.session != nil {
		policies.Session = c.caller.session.policies
	}
	if r != nil {
		policies.Trust = &r.trust
	}
	context := c.context(in, r)
	for _, action := range in.actions() {
		verdict := iam.Authorize(iam.Request{
			Principal: c.caller.iam(), Action: action, Resource: in.roleARN, Context: context,
		}, policies, sameAccount)
		if !verdict.Allowed || r == nil {
			return nil, c.notAuthorized(verdict, in.roleARN, r, sameAccount)
		}
	}
	return r, nil
}

// actions are the permissions that the request needs, in the order in which STS complains: observed for the source identity.
func (in assumption) actions() []string {
	var actions []string
	if in.sourceIdentity != "" {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	if len(in.tags)+len(in.inherited) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	return append(actions, "sts:AssumeRole")
}

// notAuthorized words the refusal. AWS adds which policy it was only sometimes; here it does when caller and role are in one account.
// The log says in every case which statement did not apply and why.
func (c *call) notAuthorized(v iam.Verdict, roleARN string, r *role, sameAccount bool) *fault {
	message := "User: " + c.caller.arn() + " is not authorized to perform: " + v.Action + " on resource: " + roleARN
	if suffix := strings.TrimSpace(v.Suffix()); sameAccount && suffix != "" {
		message += " " + suffix
	}
	f := denied(message)
	f.reason = explain(v)
	if r == nil {
		f.reason = "no such role in this partition; " + f.reason
	}
	return f
}

// checkDuration compares with the role and then with the chain: observed.
func (c *call) checkDuration(d time.Duration, r *role) *fault {
	if d > r.maxSession {
		return invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", "")
	}
	if d > maxChained && c.caller.session != nil {
		return invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.", "")
	}
	return nil
}
