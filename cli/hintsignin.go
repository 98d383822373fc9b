package main

import (
	"karikagi/internal/session"
	"karikagi/internal/signin"
)

// signinHints say what stands between a session and the console.
func signinHints(e *signin.Error) []string {
	switch {
	case e.Problem == session.ProblemRefused && e.Duration:
		return []string{"try without --session-duration: then the console session lasts as long as the credentials"}
	case e.Problem == session.ProblemRefused:
		// "When you use DurationSeconds in an AssumeRole* operation, you must call it
		// as an IAM user with long-term credentials" (IAM user guide, the page on
		// custom identity brokers); the endpoint itself gives no reason.
		return []string{"the federation endpoint says no more than that; if your own credentials are temporary, try without --duration"}
	case e.Problem == session.ProblemTimeout:
		return []string{"--timeout 2m waits longer"}
	}
	return []string{"the console is asked at " + e.Endpoint + ": KARIKAGI_SIGNIN_URL names another address, HTTPS_PROXY a way to it"}
}
