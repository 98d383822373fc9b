package main

import (
	"os"
	"strings"

	"karikagi/internal/source"
)

// machineHints say what gives a machine, or a sign-in, its credentials, and how
// to see it; nil where the hints for everybody are better.
func machineHints(e *source.Error) []string {
	switch e.Source.Kind {
	case source.WebIdentity:
		return webIdentityHints(e)
	case source.ECS:
		return []string{"they are the task role's: see that the task definition has a taskRoleArn, and that the role trusts ecs-tasks.amazonaws.com"}
	case source.EKSPodIdentity:
		return []string{"they are those of the pod's service account: aws eks list-pod-identity-associations --cluster-name CLUSTER shows its role; a new association needs a new pod"}
	case source.SSO:
		if e.Code == "ForbiddenException" || e.Code == "AccessDeniedException" {
			return []string{"you may not have sso_role_name in sso_account_id of this profile any more: the access portal (sso_start_url) lists what is yours"}
		}
	}
	return nil
}

// webIdentityHints go by what AssumeRoleWithWebIdentity answered. Its codes are
// the STS API Reference's; "" is a token that could not even be sent.
func webIdentityHints(e *source.Error) []string {
	switch e.Code {
	case "AccessDenied":
		list := []string{"the role's trust policy must allow sts:AssumeRoleWithWebIdentity to the token's provider, and its conditions on aud and sub must fit the token"}
		role := os.Getenv("AWS_ROLE_ARN")
		if name := role[strings.LastIndex(role, "/")+1:]; name != "" {
			list = append(list, "see it: aws iam get-role --role-name "+name+" --query Role.AssumeRolePolicyDocument")
		}
		return list
	case "InvalidIdentityToken":
		return []string{"the role's account must have the token's issuer as an identity provider, and the token's audience among its client IDs: aws iam list-open-id-connect-providers"}
	case "IDPRejectedClaim":
		return []string{"a token that is not valid yet comes from a machine whose clock is ahead: get a fresh one"}
	case "", "ExpiredTokenException", "ExpiredToken", "ValidationError":
		return []string{"the token file " + e.Source.Detail + " must be renewed by whatever wrote it"}
	}
	return nil
}

// renewal is what whoami adds to the end of a source's own credentials where
// nobody has to care for it.
func renewal(kind source.Kind) string {
	switch kind {
	case source.CloudShell:
		return "; CloudShell renews them by itself"
	case source.Container, source.ECS, source.EKSPodIdentity, source.InstanceMetadata:
		return "; fresh ones are there before"
	}
	return ""
}
