package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/caller"
	"karikagi/internal/session"
	"karikagi/internal/source"
)

// stsHints go by STS's code, then by what kept STS from answering.
func stsHints(e *session.Error, a *attempt) []string {
	if e.WrongClock() && (e.Code == "SignatureDoesNotMatch" || e.Code == "RequestExpired" || e.Code == "InvalidSignatureException") {
		return []string{clockText(e.Skew) + ": set it, AWS allows five minutes"}
	}
	if a.hop > 0 && (e.Expired() || e.Code == "InvalidClientTokenId" || e.Code == "SignatureDoesNotMatch") {
		return []string{fmt.Sprintf("the session of role %d of this chain, which STS gave a moment ago, was refused", a.hop)}
	}
	if e.Expired() {
		return renew(a.source)
	}
	switch e.Code {
	case "AccessDenied", "AccessDeniedException":
		return deniedHints(e, a)
	case "ValidationError":
		return validationHints(e, a)
	case "InvalidClientTokenId", "UnrecognizedClientException":
		return unknownKeyHints(a)
	case "SignatureDoesNotMatch":
		if strings.HasPrefix(e.Message, "Credential should be scoped") { // to a Region, and to sts
			return regionHints(a)
		}
		return []string{"the secret access key is not the one of this access key ID: copy both again", "the keys came from " + a.source.String()}
	case "RegionDisabledException":
		return []string{"the account has not enabled Region " + a.region + ": use --region with another one"}
	case "PackedPolicyTooLarge", "PackedPolicyTooLargeException":
		return []string{"session policies and tags, inherited ones too, are packed into one limit: give fewer or shorter --policy, --policy-arns and --tags"}
	case "ServiceUnavailable", "InternalFailure":
		return []string{"that is trouble on AWS's side: try again, or in another Region with --region"}
	case "Throttling", "ThrottlingException":
		return []string{"STS is limiting calls for the account: wait a little and try again"}
	}
	list := reachHints(e, addressHint(a))
	if e.Problem == session.ProblemUnreachable && len(list) == 0 && strings.HasSuffix(e.Message, " not found") {
		return regionHints(a) // which is a part of the host's name
	}
	return list
}

// unknownKeyHints are for a key that STS does not know. A session of the global
// endpoint it knows in the Regions that are enabled from the start ("Manage AWS STS in
// an AWS Region", IAM User Guide), as us-east-1 is.
func unknownKeyHints(a *attempt) []string {
	list := []string{"AWS knows no such access key: it was deleted or made inactive, or belongs to another partition than Region " + a.region}
	if a.source.Temporary() && a.region != "us-east-1" && caller.PartitionOfRegion(a.region) == "aws" {
		list = append(list, "a session of the global STS endpoint is refused in Regions that an account must enable: try --region us-east-1")
	}
	return append(list, "the keys came from "+a.source.String())
}

// regionHints say what named the Region; nothing where that was nobody.
func regionHints(a *attempt) []string {
	if a.source.Region == "" {
		return nil
	}
	return []string{"STS was asked in Region " + a.region + ", of " + a.source.RegionFrom + ": see that it is the right one, --region names another"}
}

// deniedHints name both policies that must agree, and show how to see them.
func deniedHints(e *session.Error, a *attempt) []string {
	switch {
	case strings.Contains(e.Message, "root accounts"):
		return []string{rootHint}
	case strings.Contains(e.Message, "invalid MFA one time pass code"):
		return []string{"each code is good once, and for about a minute: wait for the next; if none is taken, see that the device's clock is right"}
	case strings.Contains(e.Message, "unable to validate MFA code"):
		return []string{"no such MFA device is yours: aws iam list-mfa-devices shows them, --serial-number names one"}
	case a.plan.Role.Name == "": // of GetSessionToken, which no role is asked for with
		return nil
	}
	if a.holdsRole() {
		return []string{"this shell holds a session of that role already, and a role may assume itself only where its policies say so",
			"to begin with your own credentials: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN, or name a profile with --profile"}
	}
	role := a.plan.Role.ARN()
	who := "you"
	if a.caller.ARN != "" {
		who = a.caller.ARN
	}
	list := []string{"two policies must agree, and the role must exist: yours must allow " + deniedAction(e.Message) + " on " + role + ", and the role's trust policy must allow it to " + who}
	own := strings.Contains(e.Message, "no identity-based policy allows")
	switch {
	case own:
		list = append(list, "AWS says that it is yours that does not")
	case strings.Contains(e.Message, "no role trust policy allows"):
		list = append(list, "AWS says that it is the trust policy that does not")
	case strings.Contains(e.Message, "explicit deny"):
		list = append(list, "AWS says that a Deny statement refuses it, and no Allow overrides one")
	}
	if see := a.seePolicies(); see != "" {
		list = append(list, "see yours: "+see)
	}
	list = append(list, fmt.Sprintf("see the trust policy, in account %s: aws iam get-role --role-name %s --query Role.AssumeRolePolicyDocument%s",
		a.plan.Role.Account, a.plan.Role.Name, a.profileFlag(a.plan.Role.Account)))
	if !own {
		list = append(list, demandHints(a)...)
	}
	return list
}

// holdsRole tells that the shell's variables hold what was asked for: lines of
// karikagi export that were pasted before.
func (a *attempt) holdsRole() bool {
	return a.hop == 0 && a.source.Kind == source.Environment && a.caller.Kind == caller.AssumedRole &&
		a.caller.Account == a.plan.Role.Account && strings.EqualFold(a.caller.Name, a.plan.Role.Name)
}

// demandHints are for what a trust policy may demand and the call did not bring.
func demandHints(a *attempt) []string {
	var list []string
	switch {
	case a.plan.ExternalID != "":
	case a.hop == len(a.chain)-1:
		list = append(list, "if the trust policy demands an external ID, give it with --external-id")
	default:
		list = append(list, "if the trust policy demands an external ID, a profile for this role can give it (external_id): --external-id is the last role's")
	}
	switch {
	case a.plan.SerialNumber != "" || a.caller.Kind == caller.AssumedRole:
	case a.source.Kind == source.CloudShell:
		list = append(list, "if it demands MFA, sign in to the console with MFA: CloudShell's credentials carry the proof from there")
	case !a.source.Temporary():
		list = append(list, "if it demands MFA, give --serial-number, and the code is asked for; karikagi mfa proves it once for many roles")
	}
	return list
}

// rootHint is for those who can assume no role at all.
const rootHint = "sign in as an IAM user or with a role, and try again"

// seePolicies is the command that shows what whoever was refused may do.
func (a *attempt) seePolicies() string {
	about, lists := "", []string{}
	switch a.caller.Kind {
	case caller.User:
		about, lists = " --user-name ", []string{"list-attached-user-policies", "list-user-policies", "list-groups-for-user"}
	case caller.AssumedRole:
		about, lists = " --role-name ", []string{"list-attached-role-policies", "list-role-policies"}
	}
	for i, list := range lists {
		lists[i] = "aws iam " + list + about + a.caller.Name + a.profileFlag(a.caller.Account)
	}
	return strings.Join(lists, "; ")
}

// profileFlag lets the AWS CLI look at an account with the credentials that
// karikagi had, where they are a profile's and of that account.
func (a *attempt) profileFlag(account string) string {
	switch a.source.Kind {
	case source.Profile, source.Process, source.SSO, source.Login:
		if account == a.identity.Caller.Account && a.source.Detail != "default" {
			return " --profile " + toType(a.source.Detail)
		}
	}
	return ""
}

// toType is a word as a shell takes it.
func toType(word string) string {
	if quoted, err := quoteWord(runtime.GOOS, word); err == nil {
		return quoted
	}
	return word
}

// deniedAction is what AWS says that nobody allows. With tags and a source
// identity a role is not just assumed, and each is a permission of its own.
func deniedAction(message string) string {
	for _, action := range []string{"sts:TagSession", "sts:SetSourceIdentity"} {
		if strings.Contains(message, " perform: "+action+" ") {
			return action
		}
	}
	return "sts:AssumeRole"
}

// validationHints know the two durations that only STS can check.
func validationHints(e *session.Error, a *attempt) []string {
	switch {
	case strings.Contains(e.Message, "MaxSessionDuration"):
		return []string{
			"see the role's maximum: aws iam get-role --role-name " + a.plan.Role.Name + " --query Role.MaxSessionDuration" + a.profileFlag(a.plan.Role.Account),
			"use a shorter --duration, or raise the maximum: aws iam update-role --role-name " + a.plan.Role.Name + " --max-session-duration SECONDS" + a.profileFlag(a.plan.Role.Account),
		}
	case strings.Contains(e.Message, "role chaining"):
		return []string{"use --duration " + session.FormatDuration(session.MaxChained)}
	}
	return nil
}

// addressHint says who named the address of STS; "" where nobody did.
func addressHint(a *attempt) string {
	const right = " says where STS is: see that it is right"
	switch {
	case os.Getenv("AWS_ENDPOINT_URL_STS") != "":
		return "AWS_ENDPOINT_URL_STS" + right + ", or unset it"
	case os.Getenv("AWS_ENDPOINT_URL") != "":
		return "AWS_ENDPOINT_URL" + right + ", or unset it"
	case a.source.Endpoint(context.Background(), sts.ServiceID) != "":
		return "endpoint_url, of the profile or in its services section," + right
	}
	return ""
}

// reachHints say what stands between here and whoever was asked; where says who
// named their address, "" where nobody did.
func reachHints(e *session.Error, where string) []string {
	var list []string
	if e.Operation == "ListMFADevices" { // of IAM, not STS
		return []string{"--serial-number names the MFA device without asking IAM"}
	}
	switch e.Problem {
	case session.ProblemUnreachable, session.ProblemAnswer, session.ProblemTLS, session.ProblemTimeout, session.ProblemSetup:
		if where != "" {
			list = append(list, where)
		}
		list = append(list, proxyHints(e.Endpoint)...)
	}
	switch e.Problem {
	case session.ProblemTLS:
		list = append(list, "AWS_CA_BUNDLE names a file with the certificate authority of a proxy or a private endpoint")
	case session.ProblemTimeout:
		list = append(list, "--timeout 2m waits longer")
	}
	return list
}
