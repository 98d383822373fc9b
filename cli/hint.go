package main

import (
	"errors"
	"fmt"
	"strings"

	"karikagi/internal/api"
	"karikagi/internal/awsfile"
	"karikagi/internal/caller"
	"karikagi/internal/claim"
	"karikagi/internal/session"
	"karikagi/internal/setup"
	"karikagi/internal/signin"
	"karikagi/internal/source"
	"karikagi/internal/terminal"
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
	if e, ok := errors.AsType[*shortError](err); ok {
		return statusHints(e, err)
	}
	if e, ok := errors.AsType[*signin.Error](err); ok {
		return signinHints(e)
	}
	if _, ok := errors.AsType[*browserError](err); ok {
		return []string{"without --open the URL is printed"}
	}
	if _, ok := errors.AsType[*setup.CallerError](err); ok {
		return []string{"--caller ARN makes the policies for somebody else"}
	}
	if e, ok := errors.AsType[*awsfile.Error](err); ok {
		return profileFileHints(e)
	}
	if e, ok := errors.AsType[*session.Refusal](err); ok {
		return refusalHints(e, err)
	}
	if e, ok := errors.AsType[*source.Error](err); ok {
		return sourceHints(e)
	}
	if errors.Is(err, terminal.ErrNoTerminal) {
		return []string{"karikagi export and karikagi mfa take the code as --token-code; each is good once, for about a minute"}
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
		if profile := durationOf(err); profile != "" {
			return []string{"that is duration_seconds of " + profile + ": write at most " + r.Use + " there, in seconds"}
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
	case session.RuleLongTerm:
		a, ok := errors.AsType[*attempt](err)
		if ok && a.source.Kind == source.CloudShell {
			return []string{"if you signed in to the console with MFA, CloudShell's credentials carry the proof already: karikagi export ROLE"}
		}
		return []string{"name the profile with your access key: --profile"}
	}
	return nil
}

// durationOf is the profile whose duration_seconds an error is about; "" where
// the duration is the command line's.
func durationOf(err error) string {
	a, ok := errors.AsType[*attempt](err)
	if !ok || a.chain == nil {
		return ""
	}
	hop := 0
	if e, ok := errors.AsType[*session.HopError](err); ok {
		hop = e.Hop - 1
	}
	if profile := a.from[hop]; strings.HasPrefix(profile, "profile ") && (hop < len(a.chain)-1 || !a.durationGiven) {
		return profile
	}
	return ""
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
	case source.ProblemProfile:
		return profileHints(e.Profiles)
	case source.ProblemRetrieve:
		if list := machineHints(e); list != nil {
			return list
		}
		return renew(e.Source)
	case source.ProblemTimeout:
		return []string{"--timeout 2m waits longer"}
	}
	return nil
}

// profileHints name the profiles there are, as far as a line goes.
func profileHints(names []string) []string {
	const most = 8
	switch {
	case len(names) == 0:
		return nil
	case len(names) > most:
		return []string{fmt.Sprintf("profiles there are: %s, and %d more", strings.Join(names[:most], ", "), len(names)-most)}
	}
	return []string{"profiles there are: " + strings.Join(names, ", ")}
}

// renew says where fresh credentials come from for a source.
func renew(s *source.Source) []string {
	switch s.Kind {
	case source.SSO:
		return []string{"sign in again: aws sso login --profile " + toType(s.Detail)}
	case source.Login:
		return []string{"sign in again: aws login --profile " + toType(s.Detail)}
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
	case source.Container, source.ECS, source.EKSPodIdentity, source.InstanceMetadata:
		return []string{"the " + s.String() + " hands them out: see whether it is running and has a role"}
	}
	return []string{"see what gives the credentials of " + s.String()}
}

// claimHints go by the function's code, and by who said it.
func claimHints(e *claim.Error) []string {
	if e.Reach != nil {
		return reachHints(e.Reach, "--url or KARIKAGI_URL says where the function is: see that it is right")
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
