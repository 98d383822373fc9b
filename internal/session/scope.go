package session

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"karikagi/internal/caller"
)

// The limits of what narrows and marks a session (STS API reference,
// AssumeRole: Policy, PolicyArns, Tags, TransitiveTagKeys).
const (
	MaxPolicy     = 2048 // characters of the session policies together
	MaxPolicyARNs = 10
	MaxTags       = 50
	maxTagKey     = 128
	maxTagValue   = 256
)

// Tag is a session tag.
type Tag struct{ Key, Value string }

// checkScope refuses what STS takes from nobody of the policies, the tags and
// the source identity.
func (p Plan) checkScope() error {
	if err := CheckPolicy(p.Policy); err != nil {
		return err
	}
	if err := CheckPolicyARNs(p.PolicyARNs, p.Role); err != nil {
		return err
	}
	if err := CheckTags(p.Tags); err != nil {
		return err
	}
	if err := CheckTransitiveTagKeys(p.TransitiveTagKeys, p.Tags); err != nil {
		return err
	}
	return CheckSourceIdentity(p.SourceIdentity)
}

// CheckPolicy holds STS's rules for an inline session policy: JSON of at most
// 2,048 characters, each of them tab, line feed, carriage return or U+0020 to
// U+00FF. What it means is internal/iam's business. "" passes: none is sent.
func CheckPolicy(policy string) error {
	if policy == "" {
		return nil
	}
	if n := utf8.RuneCountInString(policy); n > MaxPolicy {
		return &Refusal{Rule: RulePolicy, Problem: fmt.Sprintf("session policy of %d characters: want at most %d", n, MaxPolicy)}
	}
	for _, r := range policy {
		if r != '\t' && r != '\n' && r != '\r' && (r < ' ' || r > 0xff) {
			return &Refusal{Rule: RulePolicy, Problem: fmt.Sprintf("session policy with character %+q: want U+0020 to U+00FF, tabs and line ends", r)}
		}
	}
	if !json.Valid([]byte(policy)) || !strings.HasPrefix(strings.TrimLeft(policy, " \t\r\n"), "{") {
		return &Refusal{Rule: RulePolicy, Problem: "session policy: want a JSON object"}
	}
	return nil
}

// CheckPolicyARNs holds STS's rules for managed session policies: at most ten,
// in the role's account or AWS's own.
func CheckPolicyARNs(arns []string, role caller.Role) error {
	if len(arns) > MaxPolicyARNs {
		return &Refusal{Rule: RulePolicyARNs, Problem: fmt.Sprintf("%d policy ARNs: want at most %d", len(arns), MaxPolicyARNs)}
	}
	for _, arn := range arns {
		name, mine := strings.CutPrefix(arn, "arn:"+role.Partition+":iam::"+role.Account+":policy/")
		if !mine {
			name, mine = strings.CutPrefix(arn, "arn:"+role.Partition+":iam::aws:policy/")
		}
		if !mine || name == "" || len(arn) > 2048 || strings.ContainsFunc(arn, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return &Refusal{Rule: RulePolicyARNs, Problem: fmt.Sprintf(
				"policy ARN %.100q: want one of the role's account, arn:%s:iam::%s:policy/NAME, or of AWS", arn, role.Partition, role.Account)}
		}
	}
	return nil
}

// CheckTags holds STS's rules for session tags: at most 50, keys of 1-128 and
// values of 0-256 characters of [\p{L}\p{Z}\p{N}_.:/=+\-@], keys that differ
// by more than case and do not begin with aws:.
func CheckTags(tags []Tag) error {
	if len(tags) > MaxTags {
		return &Refusal{Rule: RuleTags, Problem: fmt.Sprintf("%d session tags: want at most %d", len(tags), MaxTags)}
	}
	for i, tag := range tags {
		problem := ""
		switch {
		case !tagText(tag.Key, 1, maxTagKey):
			problem = fmt.Sprintf("want 1 to %d letters, digits, blanks and _.:/=+-@", maxTagKey)
		case !tagText(tag.Value, 0, maxTagValue):
			problem = fmt.Sprintf("want a value of at most %d letters, digits, blanks and _.:/=+-@", maxTagValue)
		case len(tag.Key) >= 4 && strings.EqualFold(tag.Key[:4], "aws:"):
			problem = "aws: is AWS's own"
		case hasKey(tags[:i], tag.Key):
			problem = "STS takes a key once, whatever its case"
		default:
			continue
		}
		return &Refusal{Rule: RuleTags, Problem: fmt.Sprintf("session tag %.130q: %s", tag.Key, problem)}
	}
	return nil
}

// CheckTransitiveTagKeys holds STS's rules for them: at most 50, each a key of
// the tags.
func CheckTransitiveTagKeys(keys []string, tags []Tag) error {
	if len(keys) > MaxTags {
		return &Refusal{Rule: RuleTransitive, Problem: fmt.Sprintf("%d transitive tag keys: want at most %d", len(keys), MaxTags)}
	}
	for _, key := range keys {
		if !hasKey(tags, key) {
			return &Refusal{Rule: RuleTransitive, Problem: fmt.Sprintf("transitive tag key %.130q: want one of the session tags", key)}
		}
	}
	return nil
}

// CheckSourceIdentity holds STS's rule: 2-64 characters of [\w+=,.@-], the same
// as of a role session name. The aws: that must not begin it cannot occur.
func CheckSourceIdentity(s string) error {
	if s == "" || caller.ValidateRoleSessionName(s) == nil {
		return nil
	}
	return &Refusal{Rule: RuleSourceIdentity, Problem: fmt.Sprintf("source identity %.70q: want 2 to 64 of letters, digits and _+=,.@-", s)}
}

func hasKey(tags []Tag, key string) bool {
	return slices.ContainsFunc(tags, func(t Tag) bool { return strings.EqualFold(t.Key, key) })
}

func hasName(keys []string, key string) bool {
	return slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, key) })
}

func tagText(s string, shortest, longest int) bool {
	if n := utf8.RuneCountInString(s); n < shortest || n > longest {
		return false
	}
	for _, r := range s { // U+FFFD, for what is not UTF-8, is none of them
		if !unicode.In(r, unicode.L, unicode.Z, unicode.N) && !strings.ContainsRune("_.:/=+-@", r) {
			return false
		}
	}
	return true
}
