package format

import (
	"fmt"
	"strings"
)

// DefaultProfile names the section of the ini format where nobody does. It is
// not "default", which would stand in for whatever a user has there.
const DefaultProfile = "karikagi"

// section renders a section of the shared credentials file. It has no quoting
// that all SDKs read alike, so a value that would need it is refused. There is
// no Region: in this file it would win over the config file's for the same
// profile. And no expiration, which no SDK reads there.
func section(p Product) (string, error) {
	profile := p.Profile
	if profile == "" {
		profile = DefaultProfile
	}
	if err := CheckProfile(profile); err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "[%s]\n", profile)
	for _, v := range variables(p)[:3] { // the key pair and the token, whose keys are the variables' names
		value, err := plain(v.Value)
		if err != nil {
			return "", fmt.Errorf("%s: %w", v.Name, err)
		}
		fmt.Fprintf(&b, "%s = %s\n", strings.ToLower(v.Name), value)
	}
	return b.String(), nil
}

// CheckProfile tells whether name can name a section: characters that no SDK's
// parser gives a meaning, and no more of them than a person would type.
func CheckProfile(name string) error {
	const most = 128
	if name == "" || len(name) > most || strings.ContainsFunc(name, needsQuote) || strings.ContainsAny(name, "=,") {
		return fmt.Errorf("profile %.40q: want 1 to %d letters, digits and _-/.%%@:+", name, most)
	}
	return nil
}
