package sandbox

import (
	"fmt"
	"net/url"
	"strings"

	"karikagi/internal/caller"
)

// Environment is KEY=VALUE lines that point a process at the sandbox, listening at baseURL, as that user: one of Account.Users. A
// console user gets what CloudShell's shells have; everybody else an access key. The lines contain secrets.
func (s *Server) Environment(baseURL, user string) ([]string, error) {
	base, err := parseBase(baseURL)
	if err != nil {
		return nil, err
	}
	u, err := s.account.user(user)
	if err != nil {
		return nil, err
	}
	region := caller.DefaultRegion(u.account.partition)
	lines := []string{
		"AWS_ENDPOINT_URL=" + base, "AWS_ENDPOINT_URL_STS=" + base,
		"AWS_REGION=" + region, "AWS_DEFAULT_REGION=" + region,
		"AWS_EC2_METADATA_DISABLED=true", // there is no instance, and looking for one takes seconds
	}
	for _, t := range s.console {
		if t.user == u {
			return append(lines,
				"AWS_CONTAINER_CREDENTIALS_FULL_URI="+base+containerPath,
				"AWS_CONTAINER_AUTHORIZATION_TOKEN="+t.value,
				"AWS_EXECUTION_ENV=CloudShell"), nil
		}
	}
	if k := s.keyOf(u); k != nil {
		return append(lines, "AWS_ACCESS_KEY_ID="+k.id, "AWS_SECRET_ACCESS_KEY="+k.secret), nil
	}
	return nil, fmt.Errorf("sandbox user %q: has neither an access key nor console access", user)
}

// parseBase wants a URL without a path, because the path is part of what is signed and STS's is /.
func parseBase(baseURL string) (string, error) {
	u, err := url.Parse(baseURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil {
		return "", fmt.Errorf("sandbox URL %q: want one such as http://127.0.0.1:8080", baseURL)
	}
	return u.Scheme + "://" + u.Host, nil
}

// keyOf is nil for a user without an access key.
func (s *Server) keyOf(u *user) *longTermKey {
	for _, k := range s.keys {
		if k.user == u {
			return k
		}
	}
	return nil
}

// Users lists who can be named in Environment.
func (s *Server) Users() []string { return s.account.Users() }

// Profiles is the contents of an AWS config file and of a credentials file with one profile for each user who has an access key,
// called as in Environment. credentials is secret.
func (s *Server) Profiles(baseURL string) (config, credentials string) {
	var c, k strings.Builder
	base := strings.TrimSuffix(baseURL, "/")
	for u := range s.account.allUsers() {
		key := s.keyOf(u)
		if key == nil {
			continue
		}
		name := s.account.reference(u)
		fmt.Fprintf(&c, "[profile %s]\nregion = %s\nendpoint_url = %s\n\n", name, caller.DefaultRegion(u.account.partition), base)
		fmt.Fprintf(&k, "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n\n", name, key.id, key.secret)
	}
	return strings.TrimSuffix(c.String(), "\n"), strings.TrimSuffix(k.String(), "\n")
}
