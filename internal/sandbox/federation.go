package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// federationPath is where a session is turned into a sign-in to the console: IAM guide, "Enable custom identity broker access to the
// AWS console". AWS's is on a host of its own.
const federationPath = "/federation"

// loginGood is how long a sign-in token is good: the same page.
const loginGood = 15 * time.Minute

// maxLogins bounds the memory of a sandbox that is left running.
const maxLogins = 5000

// FederationURL is the federation endpoint of a sandbox that listens at baseURL.
func (s *Server) FederationURL(baseURL string) string {
	return strings.TrimSuffix(baseURL, "/") + federationPath
}

// login is a sign-in to the console: first a token that was asked for, then, once its URL was followed, a cookie.
type login struct {
	session *session
	until   time.Time // the token's end, then the console session's, on the sandbox's clock
	ends    time.Time // of the console session
	page    string    // what the console shows
}

// logins are found by the hash of their token or cookie, as sessions are.
type logins struct {
	mu     sync.Mutex
	byHash map[[sha256.Size]byte]login
}

// add makes a secret that stands for a sign-in.
func (s *logins) add(n login, today time.Time) string {
	secret := newToken(tokenLength)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byHash == nil || len(s.byHash) >= maxLogins {
		kept := map[[sha256.Size]byte]login{}
		for hash, old := range s.byHash {
			if today.Before(old.until) && len(kept) < maxLogins/2 {
				kept[hash] = old
			}
		}
		s.byHash = kept
	}
	s.byHash[sha256.Sum256([]byte(secret))] = n
	return secret
}

// find gives a sign-in that has not ended.
func (s *logins) find(secret string, today time.Time) (login, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, ok := s.byHash[sha256.Sum256([]byte(secret))]
	return n, ok && today.Before(n.until)
}

// serveFederation answers getSigninToken, by GET and by POST, and login, which a browser follows.
func (c *call) serveFederation() {
	c.entry.event = "Federation"
	query := c.http.URL.RawQuery
	if c.http.Method == http.MethodPost {
		body, ok := c.body()
		if !ok {
			return
		}
		query = string(body)
	} else if c.http.Method != http.MethodGet {
		c.failPage(http.StatusMethodNotAllowed, "want GET or POST", "")
		return
	}
	form, err := url.ParseQuery(query)
	switch {
	case err == nil && form.Get("Action") == "getSigninToken":
		c.entry.event = "GetSigninToken"
		c.serveSigninToken(form)
	case err == nil && form.Get("Action") == "login" && c.http.Method == http.MethodGet:
		c.entry.event = "ConsoleLogin"
		c.serveLogin(form)
	default:
		c.failPage(http.StatusBadRequest, "Invalid request", "no action that this endpoint knows")
	}
}

// serveSigninToken wants the whole credentials of a role session that has not ended. All refusals read alike: observed.
func (c *call) serveSigninToken(form url.Values) {
	n, reason := c.readSession(form.Get("Session"))
	var duration time.Duration
	if reason == "" {
		c.noteSession(n)
		duration, reason = c.consoleDuration(form, n)
	}
	if reason != "" {
		c.failPage(http.StatusBadRequest, "Invalid credentials parameter", reason)
		return
	}
	token := c.server.logins.add(login{session: n, until: c.today.Add(loginGood), ends: c.today.Add(duration)}, c.today)
	c.entry.result = "allowed"
	c.answerJSON(http.StatusOK, struct{ SigninToken string }{token})
}

// readSession finds the session that the parameter has all credentials of.
func (c *call) readSession(text string) (*session, string) {
	var given struct{ SessionID, SessionKey, SessionToken string }
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&given); err != nil {
		return nil, "Session is not the JSON of credentials"
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, "Session is more than the JSON of credentials"
	}
	n := c.server.sessions.find(given.SessionToken, given.SessionID)
	switch {
	case n == nil || !sameSecret(given.SessionKey, n.secret):
		return nil, "no such credentials"
	case !c.today.Before(n.expires):
		return nil, "the credentials have expired"
	case n.role == nil:
		return nil, "the credentials are not a role session's"
	}
	return n, ""
}

// consoleDuration is SessionDuration, 900 to 43200 seconds, or without one what is left of the credentials. Where roles were chained the
// parameter is refused: AWS knowledge center, "Invalid credentials parameter".
func (c *call) consoleDuration(form url.Values, n *session) (time.Duration, string) {
	if !form.Has("SessionDuration") {
		return n.expires.Sub(c.today), ""
	}
	seconds, err := strconv.ParseInt(form.Get("SessionDuration"), 10, 32)
	switch {
	case err != nil || seconds < 900 || seconds > 43200:
		return 0, "SessionDuration is not 900 to 43200"
	case n.chained:
		return 0, "SessionDuration with credentials of role chaining"
	}
	return time.Duration(seconds) * time.Second, ""
}

func (c *call) noteSession(n *session) {
	c.entry.caller, c.entry.accessKeyID, c.entry.roleSessionName = n.role.sessionARN(n.name), n.accessKeyID, n.name
}

// serveLogin signs a browser in and sends it to the console, which here is a page of the sandbox's own.
func (c *call) serveLogin(form url.Values) {
	n, ok := c.server.logins.find(form.Get("SigninToken"), c.today)
	page, err := url.Parse(form.Get("Destination"))
	switch {
	case !ok || n.page != "":
		c.failPage(http.StatusBadRequest, "Invalid or expired token", "no such sign-in token, or not for 15 minutes")
		return
	case err != nil || page.Scheme != "https" || !isConsoleHost(page.Hostname()):
		c.failPage(http.StatusBadRequest, "Invalid Destination", "Destination is no URL of a console")
		return
	}
	c.noteSession(n.session)
	n.until, n.page = n.ends, page.String()
	cookie := c.server.logins.add(n, c.today)
	http.SetCookie(c.writer, &http.Cookie{
		Name: consoleCookie, Value: url.QueryEscape(cookie), Path: consolePath, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	c.entry.result = "allowed"
	c.writer.Header().Set("Location", consolePath)
	c.writer.WriteHeader(http.StatusFound)
}

// isConsoleHost knows the consoles of the partitions that are on the internet.
func isConsoleHost(host string) bool {
	for _, console := range []string{"console.aws.amazon.com", "console.amazonaws.cn", "console.amazonaws-us-gov.com", "console.amazonaws-eusc.eu"} {
		if host == console || strings.HasSuffix(host, "."+console) {
			return true
		}
	}
	return false
}

// failPage answers as the sign-in service does: a page for people. The message is one of ours.
func (c *call) failPage(status int, message, reason string) {
	c.refuse(&fault{code: http.StatusText(status), message: message, reason: reason})
	c.send(status, "text/html; charset=utf-8", []byte("<html><body><h1>HTTP Status "+strconv.Itoa(status)+" - "+message+"</h1></body></html>\n"))
}
