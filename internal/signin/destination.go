package signin

import (
	"fmt"
	"net/url"
	"strings"
)

// maxDestination is far above any address of the console.
const maxDestination = 4096

// destination is the page of the console that the URL leads to: a URL of this
// partition's console, or a path there (s3/buckets, /ec2/home#Instances:), which
// gets the Region's host and the Region. "" is the console's home page.
//
// The sign-in service redirects to it whoever follows the URL, so it is the
// console's and nobody else's.
func (p place) destination(text, region string) (string, error) {
	if err := checkCharacters(text); err != nil {
		return "", err
	}
	if strings.Contains(text, "://") {
		return p.whole(text)
	}
	path := strings.TrimPrefix(text, "/")
	if path == "" {
		path = "console/home"
	}
	u, err := url.Parse("/" + path)
	if err != nil || u.Host != "" || strings.HasPrefix(path, "/") {
		return "", fmt.Errorf("destination %.80q: want a path such as s3/buckets, or a URL", text)
	}
	u.Scheme, u.Host = "https", p.host(region)
	if query := u.Query(); p.has(region) && !query.Has("region") {
		if u.RawQuery != "" {
			u.RawQuery += "&"
		}
		u.RawQuery += "region=" + region
	}
	return u.String(), nil
}

// whole checks a destination that is a URL.
func (p place) whole(text string) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" || u.User != nil || u.Port() != "" || !p.isConsole(u.Hostname()) {
		return "", fmt.Errorf("destination %.80q: want https://%s/… or https://REGION.%s/…, or a path there", text, p.console, p.console)
	}
	return u.String(), nil
}

// checkIssuer wants the https page that the console links to when the session
// has ended.
func checkIssuer(text string) error {
	u, err := url.Parse(text)
	if checkCharacters(text) != nil || err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil {
		return fmt.Errorf("issuer %.80q: want https://HOST/…", text)
	}
	return nil
}

// checkCharacters refuses what browsers read in more than one way: a backslash
// is a slash to them, and control characters are not there.
func checkCharacters(text string) error {
	bad := strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`\"<>^`+"`{|}", r) })
	if bad || len(text) > maxDestination {
		return fmt.Errorf("destination %.80q: want printable ASCII, percent-encoded where a URL wants it", text)
	}
	return nil
}
