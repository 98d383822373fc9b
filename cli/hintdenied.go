package main

import (
	"fmt"
	"runtime"
	"strings"

	"karikagi/internal/caller"
	"karikagi/internal/session"
	"karikagi/internal/source"
)

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
	if own := a.identity.Caller; own.ARN != "" && a.plan.RoleSessionName != own.RoleSessionName() {
		list = append(list, "if it demands that the session bear your own name, leave the role session name out: it is "+own.RoleSessionName()+" then")
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
