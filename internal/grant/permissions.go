package grant

import (
	"bytes"
	"encoding/json"
	"slices"
)

// permission is a statement of a policy that an operator attaches.
type permission struct {
	Sid       string
	Effect    string
	Principal map[string]string `json:",omitempty"`
	Action    string
	Resource  []string                       `json:",omitempty"`
	Condition map[string]map[string][]string `json:",omitempty"`
}

// downstream is what one role is assumed with, by all grants together.
type downstream struct {
	externalIDs    []string // sorted; none if the grants send none
	tags, identity bool
}

// downstream lists the roles by ARN.
func (d *Document) downstream() map[string]*downstream {
	all := map[string]*downstream{}
	for _, name := range d.names {
		g := d.grants[name]
		role := all[g.role.ARN()]
		if role == nil {
			role = &downstream{}
			all[g.role.ARN()] = role
		}
		if g.externalID != "" && !slices.Contains(role.externalIDs, g.externalID) {
			role.externalIDs = append(role.externalIDs, g.externalID)
		}
		role.tags = role.tags || len(g.tags) > 0
		role.identity = role.identity || g.sourceIdentity != nil
	}
	for _, role := range all {
		slices.Sort(role.externalIDs)
	}
	return all
}

// ExecutionRolePolicy is the identity policy that the function's execution role needs for STS, and no more: JSON,
// indented, the same for the same document. Session tags and a source identity need permissions of their own (IAM user
// guide, "Passing session tags in AWS STS" and "Monitor and control actions taken with assumed roles").
func (d *Document) ExecutionRolePolicy() []byte {
	roles := d.downstream()
	var assumed, tagged, identified []string
	for _, arn := range sortedKeys(roles) {
		assumed = append(assumed, arn)
		if roles[arn].tags {
			tagged = append(tagged, arn)
		}
		if roles[arn].identity {
			identified = append(identified, arn)
		}
	}
	statements := []permission{}
	for _, p := range []permission{
		{Sid: "AssumeDownstreamRoles", Action: "sts:AssumeRole", Resource: assumed},
		{Sid: "TagTheirSessions", Action: "sts:TagSession", Resource: tagged},
		{Sid: "SetTheirSourceIdentity", Action: "sts:SetSourceIdentity", Resource: identified},
	} {
		if len(p.Resource) > 0 {
			p.Effect = "Allow"
			statements = append(statements, p)
		}
	}
	return indented(statements)
}

// TrustPolicies gives for each downstream role, by ARN, the trust policy that it needs: JSON, indented. It trusts
// nobody but the execution role, with the external ID of its grants; the IDs that several grants give are alternatives.
func (d *Document) TrustPolicies(executionRoleARN string) map[string][]byte {
	all := map[string][]byte{}
	for arn, role := range d.downstream() {
		assume := permission{Sid: "VendSessions", Action: "sts:AssumeRole"}
		if len(role.externalIDs) > 0 {
			assume.Condition = map[string]map[string][]string{"StringEquals": {"sts:ExternalId": role.externalIDs}}
		}
		statements := []permission{assume}
		if role.tags {
			statements = append(statements, permission{Sid: "TagThem", Action: "sts:TagSession"})
		}
		if role.identity {
			statements = append(statements, permission{Sid: "SetTheirSourceIdentity", Action: "sts:SetSourceIdentity"})
		}
		for i := range statements {
			statements[i].Effect, statements[i].Principal = "Allow", map[string]string{"AWS": executionRoleARN}
		}
		all[arn] = indented(statements)
	}
	return all
}

func indented(statements []permission) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(struct {
		Version   string
		Statement []permission
	}{"2012-10-17", statements}); err != nil {
		panic(err) // strings only
	}
	return b.Bytes()
}
