package source

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// settingProblem says in the user's terms which variable, or which key of which
// profile, the SDK could not read; "" where it was something else.
func settingProblem(said string) string {
	profile, problem, inProfile := strings.Cut(strings.TrimPrefix(said, "error fetching config from profile, "), ", failed to load ")
	key, problem, _ := strings.Cut(problem, " from shared config, ")
	for _, s := range [...]struct{ variable, key, want string }{ // of which the SDK does not say what it wants
		{"AWS_MAX_ATTEMPTS", "max_attempts", "a number"},
		{"AWS_RETRY_MODE", "retry_mode", "standard or adaptive"},
		{"AWS_DEFAULTS_MODE", "defaults_mode", "standard, in-region, cross-region, mobile, auto or legacy"},
	} {
		switch {
		case inProfile && key == s.key:
			problem = "want " + s.want
		case !inProfile && strings.Contains(said, s.variable):
			return fmt.Sprintf("%s %s: want %s", s.variable, quote(os.Getenv(s.variable)), s.want)
		}
	}
	switch {
	case inProfile:
		return fmt.Sprintf("profile %s: %s: %s", quote(profile), key, problem)
	case strings.HasPrefix(said, "invalid value for env"):
		return "configuration: " + said
	}
	return ""
}

// bundleName is the certificate bundle that is set for a profile, as it is
// called where it was set; "" where none is.
func bundleName(ctx context.Context, profile string) (name, path string) {
	if path := os.Getenv("AWS_CA_BUNDLE"); path != "" {
		return "AWS_CA_BUNDLE " + quote(path), path
	}
	shared, err := sharedConfig(ctx, profile)
	if err != nil || shared.CustomCABundle == "" {
		return "", ""
	}
	return fmt.Sprintf("profile %s: ca_bundle %s", quote(shared.Profile), quote(shared.CustomCABundle)), shared.CustomCABundle
}
