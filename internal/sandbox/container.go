package sandbox

import (
	"net/http"
	"time"
)

// containerPath is where CloudShell's shells get their credentials.
const containerPath = "/latest/meta-data/container/security-credentials"

// consoleDuration is the lifetime that CloudShell's credentials have: some 15 minutes, with new ones at each request.
const consoleDuration = 15 * time.Minute

// containerCredentials is CloudShell's answer. It calls the session token Token, unlike every other document.
type containerCredentials struct {
	Type            string `json:"Type"`
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string `json:"SecretAccessKey"`
	Token           string `json:"Token"`
	Expiration      string `json:"Expiration"`
	Code            string `json:"Code"`
	LastUpdated     string `json:"LastUpdated"`
}

// containerError is what the SDKs' container providers read of a refusal.
type containerError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// serveContainer gives the credentials of the user whose token this is: GET, with the token verbatim as Authorization.
func (c *call) serveContainer() {
	c.entry.event = "GetContainerCredentials"
	from := c.signIn()
	if f := c.ownRequest(http.MethodGet, from.user != nil); f != nil {
		c.refuse(f)
		c.answerJSON(f.status, containerError{f.code, f.message})
		return
	}
	n := &session{user: from.user, console: true}
	if n.user.consoleMFA {
		n.mfa = from.signedIn // new credentials do not make MFA newer
	}
	issued := c.issue(n, consoleDuration)
	c.entry.caller, c.entry.result, c.entry.accessKeyID = n.user.arn, "allowed", issued.AccessKeyID
	c.answerJSON(http.StatusOK, containerCredentials{
		AccessKeyID: issued.AccessKeyID, SecretAccessKey: issued.SecretAccessKey, Token: issued.SessionToken,
		Expiration: issued.Expiration, Code: "Success", LastUpdated: timestamp(time.Unix(0, 0)),
	})
}

// signIn is the sign-in whose token this is. Every token is compared, so that the time tells nothing.
func (c *call) signIn() consoleToken {
	var found consoleToken
	for _, t := range c.server.console {
		if sameSecret(c.authorization(), t.value) {
			found = t
		}
	}
	return found
}
