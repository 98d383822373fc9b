package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/caller"
	"karikagi/internal/session"
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
			return scopeHints(a)
		}
		return []string{"the secret access key is not the one of this access key ID: copy both again", "the keys came from " + a.source.String()}
	case "RegionDisabledException":
		return []string{"the account has not enabled Region " + a.region + ": use --region with another one"}
	case "PackedPolicyTooLarge", "PackedPolicyTooLargeException":
		return []string{"session policies and tags, inherited ones too, are packed into one limit: give fewer or shorter --policy, --policy-arns and --tags"}
	case "ServiceUnavailable", "InternalFailure":
		if e.Operation != "ListMFADevices" { // which is of IAM, and of no Region
			return []string{"that is trouble on AWS's side: try again, or in another Region with --region"}
		}
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

// scopeHints are for a Region that is not the one of the address that was asked.
func scopeHints(a *attempt) []string {
	list := regionHints(a)
	if where := addressHint(a); where != "" {
		list = append(list, where)
	}
	return list
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
