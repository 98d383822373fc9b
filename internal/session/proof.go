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
	}
	if err := CheckProver(c); err != nil {
		return err
	}
	if err := CheckSerialNumber(serialNumber); err != nil || tokenCode == "" {
		return err
	}
	return CheckTokenCode(tokenCode)
}

// CheckProver refuses callers that cannot prove MFA: a device is a user's. The
// zero Caller, nobody known, passes.
func CheckProver(c caller.Caller) error {
	if c.Kind != caller.AssumedRole {
		return nil
	}
	return &Refusal{Rule: RuleMFA, Problem: fmt.Sprintf(
		"an MFA device proves a user, and the caller is a session of the role %s: want it where the first role is assumed, with the user's own access key", c.Name)}
}
