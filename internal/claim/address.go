package claim

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"karikagi/internal/session"
)

// Address is where a vending function answers.
type Address struct {
	URL    *url.URL
	Region string // of the host's own name; "" where the name does not tell
}

// AddressError is an address that calls are not sent to.
type AddressError struct {
	Problem string
	Host    string // that could be allowed by name; "" where allowing it would not help
}

func (e *AddressError) Error() string { return e.Problem }

// ParseAddress takes the address of a function. A signed request is worth a
// session to whoever receives it within its five minutes, so it goes to a
// Function URL by https, to this machine, or to a host that the user allowed by
// its exact name; to nothing that merely looks like one.
func ParseAddress(raw string, allowed []string) (Address, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		name := fmt.Sprintf("function URL %.100q", raw)
		if strings.ContainsAny(raw, "@?#") { // it may hold a password
			name = "function URL"
		}
		return Address{}, &AddressError{Problem: name + ": want https://ID.lambda-url.REGION.on.aws/"}
	}
	host := u.Hostname()
	a := Address{URL: u, Region: regionOf(host)}
	loopback := session.IsLoopback(host)
	switch {
	case u.Scheme == "http" && loopback, u.Scheme == "https" && loopback:
		return a, nil
	case u.Scheme != "https":
		return Address{}, &AddressError{Problem: fmt.Sprintf("function URL %.100q: want https, or an address of this machine", raw)}
	case a.Region != "" && u.Port() == "":
		return a, nil
	case slices.Contains(allowed, u.Host):
		return a, nil
	}
	return Address{}, &AddressError{Host: u.Host, Problem: fmt.Sprintf("function URL %.100q: host %.100q is not a Function URL's (ID.lambda-url.REGION.on.aws)", raw, u.Host)}
}

// regionOf reads the Region out of a Function URL's host; "" for any other host.
func regionOf(host string) string {
	id, rest, _ := strings.Cut(host, ".lambda-url.")
	region, ok := strings.CutSuffix(rest, ".on.aws")
	if !ok || !isLabel(id) || !isLabel(region) {
		return ""
	}
	return region
}

// isLabel tells one label of a host name, as AWS makes them.
func isLabel(s string) bool {
	return s != "" && len(s) <= 63 && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	})
}

// join is the address of a path of the function.
func (a Address) join(path ...string) *url.URL {
	u := *a.URL
	u.Path = strings.TrimSuffix(u.Path, "/") + "/" + strings.Join(path, "/")
	return &u
}
