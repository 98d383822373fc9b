package caller

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// ValidateRoleSessionName checks what STS checks: 2-64 characters of
// [\w+=,.@-], ASCII (STS API reference, AssumeRole, RoleSessionName).
func ValidateRoleSessionName(s string) error {
	if want := checkName(s, 2, 64); want != "" {
		return fmt.Errorf("role session name %s: %s", quote(s, wholeLimit), want)
	}
	return nil
}

// RoleSessionName is the name that a role assumed by this caller shows in its
// ARN and in CloudTrail. It is always legal for STS and depends on the ARN only.
//
// A name that is legal stays exact, because trust policies demand
// sts:RoleSessionName to be ${aws:username}, and because an assumed role's
// session name carries the person through chaining. Any other name is made
// legal and ends with a hash of the ARN, so that two callers never share one.
func (c Caller) RoleSessionName() string {
	name := c.Name
	switch c.Kind {
	case AssumedRole:
		name = c.Session
	case Root:
		return "root" // root cannot assume a role; this is for showing
	}
	if ValidateRoleSessionName(name) == nil {
		return name
	}
	return hashedName(name, c.ARN)
}

// hashedName ends with 16 hex characters of the ARN's SHA-256, which anybody
// can repeat for a trust policy: printf %s ARN | sha256sum | cut -c1-16.
func hashedName(name, arn string) string {
	sum := sha256.Sum256([]byte(arn))
	suffix := "-" + hex.EncodeToString(sum[:8])
	legal := strings.Map(func(r rune) rune {
		if isNameRune(r) {
			return r
		}
		return '-'
	}, name)
	return legal[:min(len(legal), 64-len(suffix))] + suffix
}
