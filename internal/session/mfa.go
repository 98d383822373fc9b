package session

import (
	"fmt"
	"strings"
)

// The rules of MFA that a Refusal can name.
const (
	RuleSerialNumber = "serial number"
	RuleTokenCode    = "token code"
)

// CheckSerialNumber holds STS's rule: 9-256 characters of [\w+=/:,.@-] (STS API
// Reference, AssumeRole and GetSessionToken, SerialNumber; IAM's is the same).
// Whether there is such a device, and of whom, only AWS can tell. It returns
// nil or a *Refusal.
func CheckSerialNumber(s string) error {
	const want = "want 9 to 256 of letters, digits and _+=/:,.@-"
	for _, r := range s {
		if !serialCharacter(r) {
			return &Refusal{Rule: RuleSerialNumber, Problem: fmt.Sprintf("serial number %.100q with character %q: %s", s, r, want)}
		}
	}
	if n := len(s); n < 9 || n > 256 {
		return &Refusal{Rule: RuleSerialNumber, Problem: fmt.Sprintf("serial number %.100q of %d characters: %s", s, n, want)}
	}
	return nil
}

func serialCharacter(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return true
	}
	return strings.ContainsRune("_+=/:,.@-", r)
}

// CheckTokenCode holds STS's rule: exactly six digits, ASCII ones (STS API
// Reference, AssumeRole and GetSessionToken, TokenCode). A code is a secret for
// as long as it is good, and people paste passwords where a code is asked for:
// the error does not show it. It returns nil or a *Refusal.
func CheckTokenCode(code string) error {
	const want = "want the six digits that the MFA device shows"
	if n := len([]rune(code)); n != 6 {
		return &Refusal{Rule: RuleTokenCode, Problem: fmt.Sprintf("token code of %d characters: %s", n, want)}
	}
	if strings.Trim(code, "0123456789") != "" {
		return &Refusal{Rule: RuleTokenCode, Problem: "token code with something else than digits: " + want}
	}
	return nil
}
