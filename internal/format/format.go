// Package format writes one session in each output format, quoted for its
// reader. It knows what a session is and nothing of where it came from.
package format

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"karikagi/internal/api"
)

// Product is what the formats print: the credentials and the Region that
// belongs to them ("" where none is known; then no Region is printed).
type Product struct {
	Credentials api.Credentials
	Region      string
	// Profile names the section of the ini format; "" is DefaultProfile.
	Profile string
	// ForTerminal says that a person will copy the lines off a screen: each line
	// of a shell format begins with a space, which keeps it out of the history of
	// fish and nushell, of bash with HISTCONTROL=ignorespace and of zsh with
	// HIST_IGNORE_SPACE. No other shell minds it.
	ForTerminal bool
}

// Variable is an environment variable to set. The name is the program's own and
// is not quoted; the value may be anybody's.
type Variable struct{ Name, Value string }

// documents are the formats that hold a session as data. The others are
// dialects, in dialect.go. A new format is one row there or here and one file.
func documents() map[string]func(Product) (string, error) {
	return map[string]func(Product) (string, error){
		"github":  githubMasks,
		"ini":     section,
		"json":    object,
		"process": process,
	}
}

// Names lists the formats in alphabetical order.
func Names() []string {
	names := slices.Collect(maps.Keys(documents()))
	names = slices.AppendSeq(names, maps.Keys(dialects()))
	slices.Sort(names)
	return names
}

// Check tells whether name is a format; its error lists those that are.
func Check(name string) error {
	if !slices.Contains(Names(), name) {
		return fmt.Errorf("format %q: want %s", name, strings.Join(Names(), ", "))
	}
	return nil
}

// Render gives p in the named format, whole, so that it can be written at once
// and a reader sees all of it or none.
func Render(name string, p Product) (string, error) {
	if err := Check(name); err != nil {
		return "", err
	}
	if write, ok := documents()[name]; ok {
		text, err := "", checkValues(fields(p))
		if err == nil {
			text, err = write(p)
		}
		if err != nil {
			return "", fmt.Errorf("format %s: %w", name, err)
		}
		return text, nil
	}
	return RenderVariables(name, variables(p), stale(), p.ForTerminal)
}

// RenderVariables gives lines in the named format that set some variables and
// forget others. Only the formats for shells and the like can say that; the
// error names a format that cannot.
func RenderVariables(name string, set []Variable, forget []string, forTerminal bool) (string, error) {
	if err := Check(name); err != nil {
		return "", err
	}
	d, ok := dialects()[name]
	if !ok {
		return "", fmt.Errorf("format %s: holds a session, and no other variables", name)
	}
	text, err := d.render(set, forget)
	if err != nil {
		return "", fmt.Errorf("format %s: %w", name, err)
	}
	if forTerminal && d.typed {
		text = " " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n ") + "\n"
	}
	return text, nil
}

// checkValues refuses what would end a line or steer a terminal, and broken
// text, which readers repair each in its own way. No AWS credential holds any of
// it. An error names the variable and never shows its value.
func checkValues(list []Variable) error {
	for _, v := range list {
		switch {
		case strings.ContainsFunc(v.Value, unicode.IsControl):
			return fmt.Errorf("%s has a control character", v.Name)
		case !utf8.ValidString(v.Value):
			return fmt.Errorf("%s is not UTF-8", v.Name)
		}
	}
	return nil
}

// fields are all texts of the product.
func fields(p Product) []Variable {
	return append(variables(p), Variable{"the account ID", p.Credentials.AccountID}, Variable{"the profile", p.Profile})
}

// variables are what SDKs read: the key pair and token everywhere,
// AWS_CREDENTIAL_EXPIRATION in botocore and the AWS CLI (RFC 3339, with a zone),
// AWS_REGION in most SDKs, AWS_DEFAULT_REGION in botocore.
func variables(p Product) []Variable {
	c := p.Credentials
	list := []Variable{
		{"AWS_ACCESS_KEY_ID", c.AccessKeyID},
		{"AWS_SECRET_ACCESS_KEY", c.SecretAccessKey},
		{"AWS_SESSION_TOKEN", c.SessionToken},
		{"AWS_CREDENTIAL_EXPIRATION", expiration(c)},
	}
	if p.Region != "" {
		list = append(list, Variable{"AWS_REGION", p.Region}, Variable{"AWS_DEFAULT_REGION", p.Region})
	}
	return list
}

// stale are the variables that would silently win over the new ones: botocore
// reads AWS_SECURITY_TOKEN before AWS_SESSION_TOKEN, and the JavaScript SDK and
// aws-sdk-go v1 prefer AWS_PROFILE to keys in the environment, and an old
// AWS_ACCOUNT_ID leads account-based endpoints astray. They are unset and not
// emptied: the AWS CLI looks for a profile named "".
func stale() []string {
	return []string{"AWS_SECURITY_TOKEN", "AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_ACCOUNT_ID"}
}

// expiration is RFC 3339 in UTC, as STS states it.
func expiration(c api.Credentials) string {
	return c.Expiration.UTC().Format("2006-01-02T15:04:05Z")
}
