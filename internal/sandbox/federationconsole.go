package sandbox

import (
	"net/http"
	"net/url"
	"time"
)

// The console: one page, which says who is signed in. Nothing of AWS's console is imitated.
const (
	consolePath   = "/console"
	consoleCookie = "sandbox-console"
)

// serveConsole shows a signed-in browser whose session it has.
func (c *call) serveConsole() {
	c.entry.event = "Console"
	if c.http.Method != http.MethodGet {
		c.failPage(http.StatusMethodNotAllowed, "want GET", "")
		return
	}
	cookie, err := c.http.Cookie(consoleCookie)
	var n login
	var ok bool
	if err == nil {
		secret, _ := url.QueryUnescape(cookie.Value)
		n, ok = c.server.logins.find(secret, c.today)
	}
	if !ok || n.page == "" {
		c.failPage(http.StatusForbidden, "Sign in again", "no cookie of a console session, or it has ended")
		return
	}
	c.noteSession(n.session)
	c.entry.result = "allowed"
	c.send(http.StatusOK, "text/plain; charset=utf-8", []byte(
		"signed in as "+c.entry.caller+"\nfor "+n.until.Sub(c.today).Round(time.Second).String()+"\nat "+n.page+"\n"))
}
