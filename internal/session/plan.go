// Package session gets a session from STS: who is calling, what is asked for,
// and one AssumeRole. What STS would refuse is refused here first, by name. It
// reads no environment, no file and no flag, and is handed an STS client: the
// function builds one from its own environment, the command from the SDK's
// configuration.
package session

import (
	"fmt"
	"time"

	"karikagi/internal/caller"
)

// Plan is one AssumeRole before it is made. Its fields are STS's own.
type Plan struct {
	Role            caller.Role
	RoleSessionName string
	Duration        time.Duration // 0 leaves it to STS, which gives one hour
	ExternalID      string        // "" sends none
	// Policy and PolicyARNs limit the session to what they allow too; without
	// either it has all that the role allows.
	Policy            string
	PolicyARNs        []string
	Tags              []Tag
	TransitiveTagKeys []string
	SourceIdentity    string // "" sends none
	// SerialNumber and TokenCode prove MFA; "" both without. The code may come
	// later than the plan is checked.
	SerialNumber, TokenCode string
}

// Base is what the plan starts from: the credentials that will sign the call.
type Base struct {
	// Caller is who STS says they are; the zero Caller when nobody asked.
	Caller caller.Caller
	// Temporary tells that the credentials have a session token. A role session
	// made with them is a chained one.
	Temporary bool
	// Tags are the transitive ones that the credentials' session passes on, and
	// SourceIdentity is what it has; both as far as they are known.
	Tags           []Tag
	SourceIdentity string
}

// Refusal is a plan that STS would refuse, found before the call.
type Refusal struct {
	Rule    string // a stable name of the rule, for hints and tests
	Problem string // what is wrong and what was wanted, one line
	Use     string // the value to use instead, "" where there is none
}

// The rules that a Refusal can name.
const (
	RulePrincipal       = "principal"
	RulePartition       = "partition"
	RuleRoleSessionName = "role session name"
	RuleDuration        = "duration"
	RuleChaining        = "role chaining"
	RuleExternalID      = "external ID"
	RulePolicy          = "session policy"
	RulePolicyARNs      = "policy ARNs"
	RuleTags            = "session tags"
	RuleTransitive      = "transitive tag keys"
	RuleSourceIdentity  = "source identity"
	RuleMFA             = "MFA"
	RuleLongTerm        = "long-term access key"
)

func (r *Refusal) Error() string { return r.Problem }

// Check refuses what STS would refuse for this base. It returns nil or a
// *Refusal.
func (p Plan) Check(b Base) error {
	if err := CheckPrincipal(b.Caller); err != nil {
		return err
	}
	if b.Caller.Partition != "" && b.Caller.Partition != p.Role.Partition {
		return &Refusal{Rule: RulePartition, Problem: fmt.Sprintf(
			"role %s is in partition %s and you are in %s: no role can be assumed across partitions", p.Role.ARN(), p.Role.Partition, b.Caller.Partition)}
	}
	if err := caller.ValidateRoleSessionName(p.RoleSessionName); err != nil {
		return &Refusal{Rule: RuleRoleSessionName, Problem: err.Error()}
	}
	if p.ExternalID != "" {
		if err := CheckExternalID(p.ExternalID); err != nil {
			return err
		}
	}
	if err := p.checkScope(); err != nil {
		return err
	}
	if err := p.checkInherited(b); err != nil {
		return err
	}
	if err := checkMFA(p.SerialNumber, p.TokenCode, b.Caller); err != nil {
		return err
	}
	if p.Duration == 0 {
		return nil
	}
	if err := CheckDuration(p.Duration); err != nil {
		return err
	}
	return CheckChaining(p.Duration, b.Temporary)
}

// CheckRegion refuses a role of another partition than the Region's: an STS
// endpoint knows neither the roles nor the callers of another partition. A
// Region of no known partition passes.
func CheckRegion(role caller.Role, region string) error {
	in := caller.PartitionOfRegion(region)
	if in == "" || in == role.Partition {
		return nil
	}
	return &Refusal{Rule: RulePartition, Use: caller.DefaultRegion(role.Partition), Problem: fmt.Sprintf(
		"role %s is in partition %s, and Region %s is in %s", role.ARN(), role.Partition, region, in)}
}

// CheckPrincipal refuses callers that cannot assume any role: the root user
// ("Roles may not be assumed by root accounts", STS) and federated users, whose
// sessions may call no STS operation but GetCallerIdentity (IAM User Guide,
// "Compare AWS STS credentials"). The zero Caller, nobody known, passes.
func CheckPrincipal(c caller.Caller) error {
	switch c.Kind {
	case caller.Root:
		return &Refusal{Rule: RulePrincipal, Problem: fmt.Sprintf("you are the root user of account %s, and the root user cannot assume roles", c.Account)}
	case caller.FederatedUser:
		return &Refusal{Rule: RulePrincipal, Problem: fmt.Sprintf("you are the federated user %s, and federated users cannot assume roles", c.Name)}
	}
	return nil
}

// CheckChaining holds the one-hour rule: with temporary credentials STS refuses
// a longer duration and does not shorten it (IAM User Guide, "Role chaining").
// It needs nobody's ARN, so it can be asked before the first call.
func CheckChaining(d time.Duration, temporary bool) error {
	if !temporary || d <= MaxChained {
		return nil
	}
	return &Refusal{Rule: RuleChaining, Use: FormatDuration(MaxChained), Problem: fmt.Sprintf(
		"duration %s: your own credentials are temporary, and a role session made with them (role chaining) lasts at most %s", FormatDuration(d), FormatDuration(MaxChained))}
}
