package grant

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"karikagi/internal/caller"
	"karikagi/internal/strictyaml"
)

// grant is one grant of the document, sound.
type grant struct {
	name, description string
	place, rolePlace  strictyaml.Place
	callers, deny     []rule
	require           require
	role              caller.Role
	externalID        string
	duration, maximum time.Duration // the default and the longest
	parameters        []parameter   // sorted by name
	policy            template      // the inline session policy; nil for none
	size              int           // what the session policies can become, in characters
	policyARNs        []string
	fullRole, onward  bool
	tags              []tag // sorted by key
	transitive        []string
	sourceIdentity    template

	reading *reading // nil once the grant was read
}

// reading is what is known while a document is read, of all its grants and of the one that is being read.
type reading struct {
	sound      map[string]bool // session policies that were found valid
	statements []statement     // of the session policy of the grant
	allows     bool            // one of them allows something
	speller    speller         // of one statement after the other
	text       []byte          // room for a session policy with the longest values
}

// readGrant reads a grant. The order matters: placeholders need the parameters and the callers.
func readGrant(key, v strictyaml.Value, read *reading) (*grant, error) {
	read.statements, read.allows = read.statements[:0], false
	g := &grant{reading: read, name: key.Raw(), place: key.Place(), duration: maxDuration, maximum: maxDuration}
	if !isWord(g.name, "._-") || len(g.name) > 64 || strings.Trim(g.name, ".") == "" {
		// What stands in the path of a URL as it is, for every client.
		return nil, key.Errorf("grants: name %.100q: want 1 to 64 letters, digits and ._-, not dots alone", g.name)
	}
	s := v.Section("grant "+g.name, "description", "callers", "deny", "require", "role_arn", "external_id", "duration", "parameters",
		"session_policy", "policy_arns", "full_role", "onward", "tags", "transitive_tag_keys", "source_identity")
	g.description = s.Quoted("description", "", wantDescription)
	g.readRules(s)
	g.readRole(s)
	s.Read("require", g.readRequire)
	s.Read("duration", g.readDuration)
	s.Read("parameters", g.readParameters)
	s.Read("policy_arns", g.readPolicyARNs)
	s.Read("session_policy", g.readPolicy)
	s.Read("tags", g.readTags)
	s.Read("transitive_tag_keys", g.readTransitive)
	s.Read("source_identity", g.readIdentity)
	g.fullRole, g.onward = s.Flag("full_role"), s.Flag("onward")
	g.checkLimits(s)
	if s.Err() == nil {
		g.finishPolicy(s)
	}
	g.reading = nil
	return g, s.Err()
}

func (g *grant) readRules(s *strictyaml.Section) {
	s.Need("callers")
	if v, ok := s.Take("callers"); ok {
		g.callers = make([]rule, 0, v.Len())
	}
	s.Each("callers", func(v strictyaml.Value) error { return readRule(v, "callers", &g.callers) })
	s.Each("deny", func(v strictyaml.Value) error { return readRule(v, "deny", &g.deny) })
	if s.Err() == nil && len(g.callers) == 0 {
		s.Fail("callers", "want at least one")
	}
}

// readRole reads which role is assumed, and how. Whoever can make somebody else assume a role that trusts them is
// stopped by the external ID (IAM user guide, "The confused deputy problem"), so that a grant needs one; not so where
// all its callers are of the role's own account, which nobody else speaks for.
func (g *grant) readRole(s *strictyaml.Section) {
	v, ok := s.Need("role_arn")
	if !ok {
		return
	}
	g.rolePlace = v.Place()
	arn := s.Quoted("role_arn", "", accept)
	reference, err := caller.ParseRoleReference(arn)
	switch {
	case s.Err() != nil:
		return
	case err != nil:
		s.Fail("role_arn", "%v", err)
	case reference.NeedsCaller():
		s.Fail("role_arn", "want arn:PARTITION:iam::ACCOUNT:role/NAME, not %.100q", arn)
	}
	g.role = reference.Role(caller.Caller{})
	g.externalID = s.Quoted("external_id", "", wantExternalID)
	own := true
	for _, r := range g.callers {
		own = own && r.account == g.role.Account
	}
	s.Keep(g.checkPartition(g.callers))
	s.Keep(g.checkPartition(g.deny))
	if g.externalID == "" && !own {
		s.Keep(s.Errorf("grant %s: want the key %q: only a grant whose callers are all of the role's own account %s may leave it out", g.name, "external_id", g.role.Account))
	}
}

// checkPartition refuses rules that could never mean anybody, of which a deny would be a slip that lets somebody in.
func (g *grant) checkPartition(rules []rule) error {
	for _, r := range rules {
		if r.partition != g.role.Partition {
			return fmt.Errorf("%s: partition %q: want the role's, %q: no role can be assumed across partitions", r.place, r.partition, g.role.Partition)
		}
	}
	return nil
}

// wantExternalID: 2-1224 characters of [\w+=,.@:\/-], STS API reference, AssumeRole, ExternalId.
func wantExternalID(id string) string {
	if len(id) < 2 || len(id) > 1224 || !only(id, nameCharacters+":/") {
		return "2 to 1224 letters, digits and _+=,.@:/-"
	}
	return ""
}

// readPolicyARNs reads managed session policies: at most 10, of the role's account or of AWS (STS API reference,
// AssumeRole, PolicyArns).
func (g *grant) readPolicyARNs(v strictyaml.Value) error {
	err := v.Items("policy_arns", func(v strictyaml.Value) error {
		arn, err := v.Quoted("policy_arns")
		if err != nil {
			return err
		}
		parts := strings.SplitN(arn, ":", 6)
		legal := len(parts) == 6 && len(arn) <= 2048 && parts[0] == "arn" && parts[2] == "iam" && parts[3] == "" &&
			strings.HasPrefix(parts[5], "policy/") && only(parts[5], nameCharacters+"/") &&
			!strings.HasSuffix(arn, "/") && !strings.Contains(arn, "//")
		switch {
		case !legal:
			return v.Errorf("policy_arns: want arn:PARTITION:iam::ACCOUNT:policy/NAME, not %.200q", arn)
		case parts[1] != g.role.Partition || parts[4] != "aws" && parts[4] != g.role.Account:
			return v.Errorf("policy_arns: want a policy of AWS or of the role's account %s, in partition %s, not %.200q", g.role.Account, g.role.Partition, arn)
		case slices.Contains(g.policyARNs, arn):
			return v.Errorf("policy_arns: %.200q is there twice", arn)
		}
		g.policyARNs = append(g.policyARNs, arn)
		return nil
	})
	if err == nil && len(g.policyARNs) > 10 {
		return v.Errorf("policy_arns: want at most 10, not %d", len(g.policyARNs))
	}
	return err
}

// checkLimits wants either a session policy or the word that there shall be none. A policy that is left out by
// mistake would otherwise vend all that the role may do.
func (g *grant) checkLimits(s *strictyaml.Section) {
	limited := s.Has("session_policy") || len(g.policyARNs) > 0
	switch {
	case s.Err() != nil:
	case !limited && !g.fullRole:
		s.Keep(s.Errorf("grant %s: want the key %q, or %q, or full_role: true for all that the role may do", g.name, "session_policy", "policy_arns"))
	case limited && g.fullRole:
		s.Fail("full_role", "want none beside session_policy or policy_arns, which limit the role")
	case limited && !g.reading.allows && len(g.policyARNs) == 0:
		s.Fail("session_policy", "want at least one Allow: a session may do nothing that its session policies do not allow")
	}
}

// vendedRole is how a role is known by its sessions, whose ARN has no path.
type vendedRole struct{ partition, account, name string }

// vended folds the name: names that differ in case only are the same to IAM.
func vended(partition, account, name string) vendedRole {
	return vendedRole{partition, account, lower(name)}
}
