package setup

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"karikagi/internal/caller"
	"karikagi/internal/iam"
)

// Explanation is what a trust policy says to one AssumeRole of one caller.
type Explanation struct {
	Allowed bool
	// Action is what was refused, since an AssumeRole with tags or a source identity needs more than one.
	Action string
	// Decided is the statement that decided, Sid its Sid; Decided is -1 where none did, which refuses.
	Decided int
	Sid     string
	// Alone: the caller's own policy need not allow it, too.
	Alone bool
	// Why has what kept each statement that allows from applying, or of a Deny what it is about.
	Why []iam.Mismatch
	// Unknown are the policy's condition keys that only AWS knows: they were taken as absent, for better or worse.
	Unknown []string
	// RoleARN is what the caller's role was taken to be, "" for a user.
	RoleARN string
}

// Explain decides an AssumeRole by a trust policy, as if the caller's own policy allowed it. An error is a
// *iam.SyntaxError, with its place in data.
func Explain(data []byte, p Principal, role caller.Role, a Ask) (Explanation, error) {
	trust, err := iam.ParseTrust(data)
	if err != nil {
		return Explanation{}, err
	}
	statements := statementsOf(data)
	var all []Explanation
	for _, from := range p.rolesIn(data) {
		e := p.explain(trust, from, role, a)
		e.Unknown = unknown(statements, p.context(from, role, a))
		if e.Decided < 0 {
			// That a Deny does not apply is no reason.
			e.Why = slices.DeleteFunc(e.Why, func(m iam.Mismatch) bool { return denies(statements, m.Statement) })
		}
		if e.Decided >= 0 && !e.Allowed {
			return e, nil // a Deny that is about one of the paths may be about the right one
		}
		all = append(all, e)
	}
	if i := slices.IndexFunc(all, func(e Explanation) bool { return e.Allowed }); i >= 0 {
		return all[i], nil
	}
	return all[len(all)-1], nil
}

// explain is Explain for one path of the caller's role.
func (p Principal) explain(trust iam.Document, from, role caller.Role, a Ask) Explanation {
	actions := []string{"sts:AssumeRole"}
	if a.Tags {
		actions = append(actions, "sts:TagSession")
	}
	if a.SourceIdentity != "" {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	e := Explanation{Alone: true}
	if p.Caller.Kind == caller.AssumedRole {
		e.RoleARN = from.ARN()
	}
	for i, action := range actions {
		r := p.request(from, role, action, a)
		d := trust.Evaluate(r)
		verdict := authorize(r, iam.Policies{Identity: everything(), Trust: &trust})
		if i == 0 || !verdict.Allowed {
			e.Action, e.Decided, e.Sid = action, d.Statement, d.Sid
		}
		if !verdict.Allowed {
			e.Alone, e.Why = false, verdict.Why
			return e
		}
		e.Alone = e.Alone && authorize(r, iam.Policies{Trust: &trust}).Allowed
	}
	e.Allowed = true
	return e
}

// read is as much of a statement as iam does not tell of it.
type read struct {
	Effect    string
	Condition map[string]map[string]json.RawMessage
}

// statementsOf reads the statements of a document that iam has found sound.
func statementsOf(data []byte) []read {
	var document struct{ Statement json.RawMessage }
	var statements []read
	if json.Unmarshal(data, &document) != nil {
		return nil
	}
	if bytes.HasPrefix(document.Statement, []byte("{")) {
		document.Statement = slices.Concat([]byte("["), document.Statement, []byte("]"))
	}
	if json.Unmarshal(document.Statement, &statements) != nil {
		return nil
	}
	return statements
}

func denies(statements []read, i int) bool {
	return i >= 0 && i < len(statements) && statements[i].Effect == "Deny"
}

// unknown are the condition keys that nothing here has a word about. An external ID that was not given is not
// unknown: it is not sent.
func unknown(statements []read, known iam.Context) []string {
	var keys []string
	for _, s := range statements {
		for _, condition := range s.Condition {
			for name := range condition {
				key := strings.ToLower(name)
				if _, ok := known[key]; !ok && !slices.Contains(keys, name) && !slices.Contains(sentKeys(), key) {
					keys = append(keys, name)
				}
			}
		}
	}
	slices.Sort(keys)
	return keys
}

// sentKeys are in a request only when what they are about is.
func sentKeys() []string {
	return []string{"aws:username", "sts:rolesessionname", "sts:externalid", "sts:sourceidentity", "aws:multifactorauthpresent", "aws:multifactorauthage"}
}

// rolesIn is roles, or the caller's role as the policy itself names it with a path. There is one role of a name in an
// account, so whoever wrote that path meant this role.
func (p Principal) rolesIn(data []byte) []caller.Role {
	if p.Caller.Kind != caller.AssumedRole || p.Role.Path != "" {
		return p.roles()
	}
	var named []caller.Role
	prefix := "arn:" + p.Role.Partition + ":iam::" + p.Role.Account + ":role/"
	for text := string(data); ; {
		_, after, found := strings.Cut(text, prefix)
		if !found {
			break
		}
		rest, _, _ := strings.Cut(after, `"`)
		reference, err := caller.ParseRoleReference(prefix + rest)
		if r := reference.Role(caller.Caller{}); err == nil && r.Name == p.Role.Name && !slices.Contains(named, r) {
			named = append(named, r)
		}
		text = after
	}
	if len(named) == 0 {
		return p.roles()
	}
	return named
}
