package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// lambdaService is the principal that Lambda assumes execution roles as, in every partition.
const lambdaService = "lambda.amazonaws.com"

// functionSession is how long a function's credentials live. A role's maximum does not limit it: IAM guide, "Roles terms and concepts".
const functionSession = 12 * time.Hour

// RoleSession gives credentials as the Lambda service hands those of an execution role to its function: the service itself assumes the
// role, which must trust it. Both the secret access key and the session token are secret, and marked.
func (s *Server) RoleSession(roleARN, sessionName string) (accessKeyID, secretAccessKey, sessionToken string, expiration time.Time, err error) {
	if err := caller.ValidateRoleSessionName(sessionName); err != nil {
		return "", "", "", time.Time{}, err
	}
	r := s.account.role(roleARN)
	if r == nil {
		return "", "", "", time.Time{}, fmt.Errorf("sandbox role %q: no such role", shorten(roleARN, maxLogReason))
	}
	if !r.forLambda {
		return "", "", "", time.Time{}, fmt.Errorf("sandbox role %q: want a trust policy that lets %s assume it", roleARN, lambdaService)
	}
	n := &session{role: r, name: sessionName}
	now := s.clock.real()
	sessionToken, expiration = s.issue(n, now, s.clock.at(now), functionSession)
	return n.accessKeyID, n.secret, sessionToken, expiration, nil
}

// readTrust reads the role's trust policy. iam decides requests of principals with credentials of IAM, which a service has not, so
// what it trusts Lambda with is read here.
func (r *role) readTrust(data []byte) (iam.Document, error) {
	d, err := iam.ParseTrust(data)
	r.forLambda = err == nil && trustsService(data, lambdaService)
	r.machines = trustedMachines(data)
	return d, err
}

// trustStatement is as much of a statement as tells whether it lets a service assume the role.
type trustStatement struct {
	Effect    string
	Principal *struct{ AWS, Service oneOrMore[string] }
	Action    oneOrMore[string]
	Condition json.RawMessage
}

// oneOrMore is a value that may stand alone instead of in a list.
type oneOrMore[T any] []T

func (l *oneOrMore[T]) UnmarshalJSON(data []byte) error {
	if strings.HasPrefix(string(data), "[") {
		return json.Unmarshal(data, (*[]T)(l))
	}
	*l = make([]T, 1)
	return json.Unmarshal(data, &(*l)[0])
}

// trustsService wants an Allow that names the service and the action and has no condition, of which this sandbox knows no values that
// a service would send. A Deny that may be about the service is taken as one, whatever its action and conditions.
func trustsService(data []byte, service string) bool {
	var document struct{ Statement oneOrMore[trustStatement] }
	if json.Unmarshal(data, &document) != nil {
		return false
	}
	allowed := false
	for _, s := range document.Statement {
		named := s.Principal != nil && slices.Contains(s.Principal.Service, service)
		everyone := s.Principal == nil || slices.Contains(s.Principal.AWS, "*") // without a Principal it is a NotPrincipal
		if s.Effect != "Allow" && (named || everyone) {
			return false
		}
		assume := slices.ContainsFunc(s.Action, func(a string) bool {
			return strings.EqualFold(a, "sts:AssumeRole") || strings.EqualFold(a, "sts:*") || a == "*"
		})
		allowed = allowed || s.Effect == "Allow" && named && assume && len(s.Condition) == 0
	}
	return allowed
}
