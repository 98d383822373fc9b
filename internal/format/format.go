// Package format writes one session in each output format, quoted for its
// reader. It knows what a session is and nothing of where it came from.
package format

import (
	"fmt"
	"slices"
	"strings"

	"karikagi/internal/api"
)

// Product is what the formats print: the credentials and the Region that
// belongs to them ("" where none is known; then no Region is printed).
type Product struct {
	Credentials api.Credentials
	Region      string
	// ForTerminal says that a person will copy the lines off a screen: each line
	// of a shell format begins with a space, which keeps it out of the history of
	// a shell with HISTCONTROL=ignorespace (bash) or HIST_IGNORE_SPACE (zsh).
	ForTerminal bool
}

// A writer renders the whole product in one format.
type writer func(Product) (string, error)

// formats are named as `aws configure export-credentials --format` names them.
// A new format is one row here and one file beside this one.
func formats() map[string]writer {
	return map[string]writer{
		"env":           env,
		"env-no-export": envNoExport,
		"process":       process,
	}
}

// Names lists the formats in alphabetical order.
func Names() []string {
	var names []string
	for name := range formats() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Check tells whether name is a format; its error lists those that are.
func Check(name string) error {
	if _, ok := formats()[name]; !ok {
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
	text, err := formats()[name](p)
	if err != nil {
		return "", fmt.Errorf("format %s: %w", name, err)
	}
	if p.ForTerminal && name != "process" {
		text = " " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n ") + "\n"
	}
	return text, nil
}

// variable is one environment variable of the product.
type variable struct{ name, value string }

// variables are what SDKs read: the key pair and token everywhere,
// AWS_CREDENTIAL_EXPIRATION in botocore and the AWS CLI (RFC 3339, with a zone),
// AWS_REGION in most SDKs, AWS_DEFAULT_REGION in botocore.
func variables(p Product) []variable {
	c := p.Credentials
	list := []variable{
		{"AWS_ACCESS_KEY_ID", c.AccessKeyID},
		{"AWS_SECRET_ACCESS_KEY", c.SecretAccessKey},
		{"AWS_SESSION_TOKEN", c.SessionToken},
		{"AWS_CREDENTIAL_EXPIRATION", expiration(c)},
	}
	if p.Region != "" {
		list = append(list, variable{"AWS_REGION", p.Region}, variable{"AWS_DEFAULT_REGION", p.Region})
	}
	return list
}

// expiration is RFC 3339 in UTC, as STS states it.
func expiration(c api.Credentials) string {
	return c.Expiration.UTC().Format("2006-01-02T15:04:05Z")
}
