package main

import (
	"net/http"
	"net/url"
	"os"
	"strings"

	"karikagi/internal/session"
)

// proxyHints name the proxy that calls to an endpoint went through, and the
// variable that names the proxy. They ask net/http, which the calls went by: it
// takes a proxy without a scheme, and asks none for loopback, nor for NO_PROXY.
func proxyHints(endpoint string) []string {
	to, err := url.Parse(endpoint)
	if err != nil || to.Host == "" || session.IsLoopback(to.Hostname()) {
		return nil
	}
	name := "HTTPS_PROXY"
	if to.Scheme == "http" {
		name = "HTTP_PROXY"
	}
	if os.Getenv(name) == "" {
		name = strings.ToLower(name)
	}
	proxy, err := http.ProxyFromEnvironment(&http.Request{URL: to})
	switch given := os.Getenv(name); {
	case given == "" || err != nil:
		return nil
	case isUnreadable(given): // and may hold a password
		return []string{name + " cannot be read: want http://HOST:PORT"}
	case proxy != nil:
		return []string{name + " sends calls through " + proxy.Host}
	}
	return nil
}

// isUnreadable tells an address that net/http ignores, or takes another host
// from than is meant: what it cannot read it reads again behind http://.
func isUnreadable(proxy string) bool {
	if !strings.Contains(proxy, "://") {
		proxy = "http://" + proxy
	}
	u, err := url.Parse(proxy)
	return err != nil || u.Host == ""
}
