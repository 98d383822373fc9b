package source

import (
	"slices"
	"strings"

	"karikagi/internal/session"
)

// Profiles lists the names of the profiles there are. As for hints, nothing
// depends on it but what is offered to a person.
func Profiles() []string { return profileNames("") }

// RoleARNs lists the roles that the profiles name, for the same purpose.
func RoleARNs() []string {
	arns := append(settings(configFile(), "role_arn"), settings(credentialsFile(), "role_arn")...)
	slices.Sort(arns)
	return slices.Compact(arns)
}

// settings lists the values of a key, in whatever section.
func settings(file, key string) []string {
	var values []string
	for line := range linesOf(file) {
		name, value, ok := strings.Cut(line, "=")
		if ok && strings.TrimSpace(name) == key {
			values = append(values, session.Printable(value))
		}
	}
	return values
}
