package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"karikagi/internal/api"
	"karikagi/internal/caller"
	"karikagi/internal/claim"
	"karikagi/internal/session"
	"karikagi/internal/source"
)

// hints gives the next steps for an error, each one line. Nothing else in
// karikagi knows hints.
func hints(err error) []string {
	if e, ok := errors.AsType[*usageError](err); ok && e.hint != "" {
		return []string{e.hint}
	}
	if e, ok := errors.AsType[*claim.AddressError](err); ok && e.Host != "" {
		return []string{"if that is your function, allow it by name: --allow-host " + e.Host}
	}
	if e, ok := errors.AsType[*claim.Error](err); ok {
		return claimHints(e)
	}
	if e, ok := errors.AsType[*caller.ReferenceError](err); ok && e.Meant != "" {
		return []string{"did you mean " + e.Meant}
	}
	if e, ok := errors.AsType[*session.Refusal](err); ok {
		return refusalHints(e, err)
	}
	if e, ok := errors.AsType[*source.Error](err); ok {
		return sourceHints(e)
	}
	if e, ok := errors.AsType[*session.Error](err); ok {
		a, _ := errors.AsType[*attempt](err)
		return stsHints(e, a)
	}
	return nil
}

// refusalHints names the value to use instead.
func refusalHints(r *session.Refusal, err error) []string {
	switch r.Rule {
	case session.RuleDuration, session.RuleChaining:
		if r.Use == "" {
			return nil
		}
		list := []string{"use --duration " + r.Use}
		if a, ok := errors.AsType[*attempt](err); ok && r.Rule == session.RuleChaining && a.source.Kind == source.CloudShell {
			list = append(list, "CloudShell's credentials are always temporary; run karikagi export again there when the hour is over")
		}
		return list
	case session.RulePartition:
		if r.Use != "" {
			return []string{"use --region " + r.Use}
		}
	case session.RulePrincipal:
		return []string{rootHint}
	}
	return nil
}

// sourceHints say how to get credentials.
func sourceHints(e *source.Error) []string {
	switch e.Problem {
	case source.ProblemMissing:
		list := make([]string, 0, len(e.Looked)+1)
		for _, place := range e.Looked {
			list = append(list, "looked at "+place)
		}
		return append(list, "in AWS CloudShell credentials are always there; elsewhere sign in with aws login, or name a profile with --profile")
	case source.ProblemRetrieve:
		return renew(e.Source)
	case source.ProblemTimeout:
		return []string{"--timeout 2m waits longer"}
	}
	return nil
}

// renew says where fresh credentials come from for a source.
func renew(s *source.Source) []string {
	switch s.Kind {
	case source.SSO:
		return []string{"sign in again: aws sso login --profile " + s.Detail}
	case source.Login:
		return []string{"sign in again: aws login --profile " + s.Detail}
	case source.CloudShell:
		return []string{"CloudShell renews its credentials by itself: try again, or restart the environment from its Actions menu"}
	case source.Environment:
		return []string{"the variables of this shell hold an old session: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN, or paste fresh lines from karikagi export"}
	case source.Profile:
		return []string{"profile " + s.Detail + " holds an old session: write fresh keys into it"}
	case source.Lambda:
		return []string{"the function's environment has outlived its credentials: let Lambda start a fresh one"}
	case source.WebIdentity:
		return []string{"the token file " + s.Detail + " must be renewed by whatever wrote it"}
	case source.Container, source.InstanceMetadata:
		return []string{"the " + s.String() + " hands them out: see whether it is running and has a role"}
	}
	return []string{"see what gives the credentials of " + s.String()}
}

// stsHints go by STS's code, then by what kept STS from answering.
func stsHints(e *session.Error, a *attempt) []string {
	if e.WrongClock() && (e.Code == "SignatureDoesNotMatch" || e.Code == "RequestExpired" || e.Code == "InvalidSignatureException") {
		return []string{clockText(e.Skew) + ": set it, AWS allows five minutes"}
	}
	if e.Expired() {
		return renew(a.source)
	}
	switch e.Code {
	case "AccessDenied", "AccessDeniedException":
		return deniedHints(e, a)
	case "ValidationError":
		return validationHints(e, a)
	case "InvalidClientTokenId":
		return []string{"AWS knows no such access key: it was deleted or made inactive, or belongs to another partition than Region " + a.region,
			"the keys came from " + a.source.String()}
	case "SignatureDoesNotMatch":
		return []string{"the secret access key is not the one of this access key ID: copy both again", "the keys came from " + a.source.String()}
	case "RegionDisabledException":
		return []string{"the account has not enabled Region " + a.region + ": use --region with another one"}
	case "Throttling", "ThrottlingException":
		return []string{"STS is limiting calls for the account: wait a little and try again"}
	}
	return reachHints(e)
}

// deniedHints name both policies that must agree, and show how to see them.
func deniedHints(e *session.Error, a *attempt) []string {
	if strings.Contains(e.Message, "root accounts") {
		return []string{rootHint}
	}
	role := a.role.ARN()
	who := "you"
	if a.identity.Caller.ARN != "" {
		who = a.identity.Caller.ARN
	}
	list := []string{"two policies must agree, and the role must exist: yours must allow sts:AssumeRole on " + role + ", and the role's trust policy must allow it to " + who}
	own := strings.Contains(e.Message, "no identity-based policy allows")
	switch {
	case own:
		list = append(list, "AWS says that it is yours that does not")
	case strings.Contains(e.Message, "no role trust policy allows"):
		list = append(list, "AWS says that it is the trust policy that does not")
	case strings.Contains(e.Message, "explicit deny"):
		list = append(list, "AWS says that a Deny statement refuses it, and no Allow overrides one")
	}
	if see := seePolicies(a.identity.Caller); see != "" {
		list = append(list, "see yours: "+see)
	}
	list = append(list, fmt.Sprintf("see the trust policy, in account %s: aws iam get-role --role-name %s --query Role.AssumeRolePolicyDocument", a.role.Account, a.role.Name))
	if a.plan.ExternalID == "" && !own {
		list = append(list, "if the trust policy demands an external ID, give it with --external-id; if it demands MFA, use credentials that were got with it")
	}
	return list
}

// rootHint is for those who can assume no role at all.
const rootHint = "sign in as an IAM user or with a role, and try again"

// seePolicies is the command that shows what a caller may do.
func seePolicies(c caller.Caller) string {
	switch c.Kind {
	case caller.User:
		return fmt.Sprintf("aws iam list-attached-user-policies --user-name %s; aws iam list-user-policies --user-name %s", c.Name, c.Name)
	case caller.AssumedRole:
		return fmt.Sprintf("aws iam list-attached-role-policies --role-name %s; aws iam list-role-policies --role-name %s", c.Name, c.Name)
	}
	return ""
}

// validationHints know the two durations that only STS can check.
func validationHints(e *session.Error, a *attempt) []string {
	switch {
	case strings.Contains(e.Message, "MaxSessionDuration"):
		return []string{
			"see the role's maximum: aws iam get-role --role-name " + a.role.Name + " --query Role.MaxSessionDuration",
			"use a shorter --duration, or raise the maximum: aws iam update-role --role-name " + a.role.Name + " --max-session-duration SECONDS",
		}
	case strings.Contains(e.Message, "role chaining"):
		return []string{"use --duration " + session.FormatDuration(session.MaxChained)}
	}
	return nil
}

// claimHints go by the function's code, and by who said it.
func claimHints(e *claim.Error) []string {
	if e.Reach != nil {
		return reachHints(e.Reach)
	}
	if e.FromService && (e.Answer.Code == api.AccessDenied || e.Answer.Code == api.Unauthenticated) {
		return []string{"the function never saw this: your policy must allow lambda:InvokeFunctionUrl and lambda:InvokeFunction on it (the stack's output CallerPolicy)",
			"see that the keys are current: karikagi whoami"}
	}
	switch e.Answer.Code {
	case api.AccessDenied:
		return []string{"karikagi grants lists the grants that are yours"}
	case api.BadRequest:
		return []string{"karikagi grants lists the parameters that a grant takes"}
	case api.Throttled, api.Unavailable:
		if e.RetryAfter != "" {
			return []string{"try again in " + e.RetryAfter + " seconds"}
		}
		return []string{"wait a little and try again"}
	case api.DownstreamRefused:
		return []string{"the grant allows it and the role behind it does not: its owner finds the request id in the function's log"}
	}
	return nil
}

// reachHints say what stands between here and STS.
func reachHints(e *session.Error) []string {
	var list []string
	switch e.Problem {
	case session.ProblemUnreachable, session.ProblemAnswer, session.ProblemTLS, session.ProblemTimeout, session.ProblemSetup:
		for _, name := range []string{"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"} {
			if os.Getenv(name) != "" {
				list = append(list, name+" says where STS is: see that it is right, or unset it")
				break
			}
		}
		for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
			if proxy, err := url.Parse(os.Getenv(name)); err == nil && proxy.Host != "" {
				list = append(list, name+" sends calls through "+proxy.Host)
				break
			}
		}
	}
	switch e.Problem {
	case session.ProblemTLS:
		list = append(list, "AWS_CA_BUNDLE names a file with the certificate authority of a proxy or a private endpoint")
	case session.ProblemTimeout:
		list = append(list, "--timeout 2m waits longer")
	}
	return list
}
