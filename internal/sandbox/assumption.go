package sandbox

import (
	"slices"
	"strings"
)

// namePattern is the pattern of names of sessions.
const namePattern = `[\w+=,.@-]*`

// readAssumption reads and checks AssumeRole's parameters: STS API reference, AssumeRole, and the lengths and patterns of the service
// model. What could be read is returned also with a fault.
func readAssumption(f form) (assumption, *fault) {
	var wrong violations
	in := assumption{
		roleARN: wrong.check(f, constraint{parameter: "RoleArn", min: 20, max: 2048, allowed: isARNRune, required: true,
			pattern: `[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`}),
		sessionName: wrong.check(f, constraint{parameter: "RoleSessionName", min: 2, max: 64, pattern: namePattern, allowed: isNameRune, required: true}),
		externalID: wrong.check(f, constraint{parameter: "ExternalId", min: 2, max: 1224, allowed: isExternalIDRune,
			pattern: `[\w+=,.@:\/-]*`}),
		// A colon is not in the pattern, so that this refuses aws:... too.
		sourceIdentity: wrong.check(f, constraint{parameter: "SourceIdentity", min: 2, max: 64, pattern: namePattern, allowed: isNameRune}),
		policy: wrong.check(f, constraint{parameter: "Policy", min: 1, allowed: isPolicyRune,
			pattern: `[\u0009\u000A\u000D\u0020-\u00FF]+`}),
	}
	in.serialNumber, in.tokenCode = wrong.checkMFA(f)
	var malformed *fault
	if in.duration, malformed = wrong.seconds(f, 43200, 3600); malformed != nil {
		return in, malformed
	}
	transitive := in.readTags(f, &wrong)
	in.readPolicyARNs(f, &wrong)
	if f := wrong.fault(); f != nil {
		return in, f
	}
	if f := unsupported(f, "ProvidedContexts", "MinimumSessionTokenSize"); f != nil {
		return in, f
	}
	if !strings.HasPrefix(in.roleARN, "arn:") || strings.Count(in.roleARN, ":") < 5 {
		return in, invalid(in.roleARN+" is invalid", "roleArn is not an ARN")
	}
	return in, in.markTransitive(transitive)
}

// checkMFA reads the parameters that GetSessionToken has too.
func (v *violations) checkMFA(f form) (serialNumber, tokenCode string) {
	serialNumber = v.check(f, constraint{parameter: "SerialNumber", min: 9, max: 256, pattern: `[\w+=/:,.@-]*`, allowed: isSerialRune})
	tokenCode = v.check(f, constraint{parameter: "TokenCode", min: 6, max: 6, pattern: `[\d]*`, allowed: isDigitRune})
	return serialNumber, tokenCode
}

// readPolicyARNs reads PolicyArns; whether there are such policies is asked when the role is known.
func (in *assumption) readPolicyARNs(f form, wrong *violations) {
	items := f.members("PolicyArns")
	// "up to 10 managed policy ARNs": AssumeRole, PolicyArns.
	wrong.checkCount("PolicyArns", items, 10)
	for _, item := range items {
		in.policyARNs = append(in.policyARNs, wrong.check(f, constraint{
			parameter: item + ".arn", min: 20, max: 2048, pattern: `.*`, allowed: isARNRune, required: true,
		}))
	}
}

// unsupported refuses what STS would act on and the sandbox does not, rather than to leave it out silently.
func unsupported(f form, parameters ...string) *fault {
	for name := range f.values {
		if slices.ContainsFunc(parameters, func(p string) bool { return strings.HasPrefix(name, p) }) {
			return invalid(name+" is not supported by this sandbox", "")
		}
	}
	return nil
}
