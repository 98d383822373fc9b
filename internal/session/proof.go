package session

import (
	"fmt"

	"karikagi/internal/caller"
)

// checkMFA refuses a proof of MFA that STS would refuse from this caller. The
// code may come later than the plan is checked.
func checkMFA(serialNumber, tokenCode string, c caller.Caller) error {
	switch {
	case serialNumber == "" && tokenCode == "":
		return nil
	case serialNumber == "":
		return &Refusal{Rule: RuleMFA, Problem: "token code without a serial number: want both"}
	case c.Kind == caller.AssumedRole:
		// A device is a user's, so that a role's session never proves it.
		return &Refusal{Rule: RuleMFA, Problem: fmt.Sprintf(
			"MFA device %.260s proves a user, and the caller is a session of the role %s: want it where the first role is assumed, with the user's own access key", serialNumber, c.Name)}
	}
	if err := CheckSerialNumber(serialNumber); err != nil || tokenCode == "" {
		return err
	}
	return CheckTokenCode(tokenCode)
}
