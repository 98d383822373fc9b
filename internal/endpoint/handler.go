package endpoint

import (
	"crypto/subtle"
	"net"
	"net/http"
	"strings"

	"karikagi/internal/api"
)

// handler answers for one address and one token.
type handler struct {
	keeper *keeper
	hosts  [2]string
	token  string
}

// newHandler serves what a listener on loopback accepts.
func newHandler(k *keeper, address net.Addr, token string) *handler {
	_, port, _ := net.SplitHostPort(address.String())
	return &handler{k, [2]string{net.JoinHostPort("127.0.0.1", port), net.JoinHostPort("localhost", port)}, token}
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	header.Set("X-Content-Type-Options", "nosniff")
	if code, why := h.refuse(r); code != "" {
		if code == api.MethodNotAllowed {
			header.Set("Allow", http.MethodGet)
		}
		fail(w, code, why)
		return
	}
	answer, err := h.keeper.get(r.Context())
	if err != nil {
		header.Set("Retry-After", "1")
		fail(w, api.Unavailable, err.Error())
		return
	}
	_, _ = w.Write(answer)
}

// refuse tells why a request gets nothing; "" where it gets the session. Who has
// no token learns nothing about it, and a web page does not even learn whether
// its token was right.
func (h *handler) refuse(r *http.Request) (api.Code, string) {
	switch {
	case !h.isHere(r.Host):
		return api.AccessDenied, "want Host to be this endpoint's own address"
	case isRelayed(r.Header):
		return api.AccessDenied, "no browsers and no proxies"
	case !h.isAuthorized(r.Header):
		return api.AccessDenied, "wrong or missing Authorization header: want the value of AWS_CONTAINER_AUTHORIZATION_TOKEN"
	case r.Method != http.MethodGet:
		return api.MethodNotAllowed, "want GET"
	case r.RequestURI != path:
		return api.NotFound, "want " + path
	}
	return "", ""
}

// isHere refuses a name that somebody let point to 127.0.0.1, by which a web
// page would reach the endpoint as its own origin.
func (h *handler) isHere(host string) bool {
	return host == h.hosts[0] || strings.EqualFold(host, h.hosts[1])
}

// isRelayed knows what no SDK sends: the headers by which browsers and proxies
// say for whom they ask. A browser's page cannot leave out Origin, Referer and
// Sec-Fetch-* all together, nor change the User-Agent of a navigation.
func isRelayed(header http.Header) bool {
	for name := range header {
		switch name {
		case "Origin", "Referer", "X-Forwarded-For", "Forwarded":
			return true
		}
		if strings.HasPrefix(name, "Sec-Fetch-") {
			return true
		}
	}
	return strings.HasPrefix(header.Get("User-Agent"), "Mozilla/") // as every browser's does
}

// isAuthorized compares in constant time: the token is found out as a whole, or
// not at all.
func (h *handler) isAuthorized(header http.Header) bool {
	given := header.Values("Authorization")
	return len(given) == 1 && subtle.ConstantTimeCompare([]byte(given[0]), []byte(h.token)) == 1
}

// fail answers with what Go's and JavaScript's SDKs show to people.
func fail(w http.ResponseWriter, code api.Code, message string) {
	w.WriteHeader(code.Status())
	_, _ = w.Write((&api.Error{Code: code, Message: message}).Marshal())
}
