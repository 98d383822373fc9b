package signin

import (
	"fmt"
	"net"
	"net/url"
	"time"

	"karikagi/internal/session"
)

// Endpoint is a federation endpoint, and the console behind it.
type Endpoint struct {
	place   place
	address *url.URL
}

// Find gives the endpoint of a partition; address names another one, for a
// private way to it or a test, and is "" otherwise.
func Find(partition, address string) (Endpoint, error) {
	p, err := placeOf(partition)
	if err != nil {
		return Endpoint{}, err
	}
	if address == "" {
		return Endpoint{p, &url.URL{Scheme: "https", Host: p.signin, Path: "/federation"}}, nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		err = fmt.Errorf("want https://HOST/federation") // the address may hold a password
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		err = fmt.Errorf("want https://, or http:// to this machine: the session is sent there")
	default:
		return Endpoint{p, u}, nil
	}
	return Endpoint{}, err
}

func isLoopback(host string) bool { return host == "localhost" || net.ParseIP(host).IsLoopback() }

// Page is what a URL shows once it signed somebody in.
type Page struct {
	Destination string // a URL or path of the console; "" is its home page
	Region      string // that the page is of; "" or another partition's: the console chooses
	Issuer      string // where the console sends people to sign in again; "" nowhere
}

// Check refuses a page before anybody is asked for a token.
func (e Endpoint) Check(p Page) error {
	_, err := e.place.destination(p.Destination, p.Region)
	if err == nil && p.Issuer != "" {
		err = checkIssuer(p.Issuer)
	}
	return err
}

// URL is the sign-in URL. It is a secret.
func (e Endpoint) URL(token string, p Page) (string, error) {
	if err := e.Check(p); err != nil {
		return "", err
	}
	destination, err := e.place.destination(p.Destination, p.Region)
	if err != nil {
		return "", err
	}
	query := url.Values{"Action": {"login"}, "Destination": {destination}, "SigninToken": {token}}
	if p.Issuer != "" {
		query.Set("Issuer", p.Issuer)
	}
	u := *e.address
	u.RawQuery = query.Encode()
	return u.String(), nil
}

// GoodFor is how long a sign-in URL is good (IAM user guide, the same page).
const GoodFor = 15 * time.Minute

// CheckSessionDuration refuses what SessionDuration cannot be: 900 to 43200
// seconds (the same page).
func CheckSessionDuration(d time.Duration) error {
	if d >= session.MinDuration && d <= session.MaxDuration {
		return nil
	}
	return fmt.Errorf("session duration %s: want %s to %s", session.FormatDuration(d),
		session.FormatDuration(session.MinDuration), session.FormatDuration(session.MaxDuration))
}
