package session

import (
	"fmt"
	"strings"
)

// CheckExternalID holds STS's rule: 2-1224 characters of [\w+=,.@:\/-] (STS API
// Reference, AssumeRole, ExternalId). It returns nil or a *Refusal.
func CheckExternalID(id string) error {
	const want = "want 2 to 1224 of letters, digits and _+=,.@:/-"
	if n := len(id); n < 2 || n > 1224 {
		return &Refusal{Rule: RuleExternalID, Problem: fmt.Sprintf("external ID of %d characters: %s", n, want)}
	}
	for _, r := range id {
		if !externalIDCharacter(r) {
			return &Refusal{Rule: RuleExternalID, Problem: fmt.Sprintf("external ID with character %q: %s", r, want)}
		}
	}
	return nil
}

func externalIDCharacter(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return true
	}
	return strings.ContainsRune("_+=,.@:/-", r)
}
