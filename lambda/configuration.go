package main

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"karikagi/internal/functionurl"
	"karikagi/internal/grant"
	"karikagi/internal/session"
)

// configuration is what the environment says, but for secrets.
type configuration struct {
	region      string
	stsEndpoint string // "" for the Region's own
	grantsFile  string
	function    string // the function's name
	expectation functionurl.Expectation
}

// readConfiguration reads the environment. Its error names all that is missing
// at once, because each try is a deployment.
func readConfiguration(getenv func(string) string, folder string) (configuration, error) {
	var missing []string
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"} {
		if getenv(name) == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) != 0 {
		return configuration{}, fmt.Errorf("not in the environment, where Lambda puts them: %s", strings.Join(missing, ", "))
	}
	c := configuration{
		region: getenv("AWS_REGION"), stsEndpoint: getenv("AWS_ENDPOINT_URL_STS"),
		grantsFile: getenv("KARIKAGI_GRANTS"), function: getenv("AWS_LAMBDA_FUNCTION_NAME"),
	}
	if c.grantsFile == "" {
		c.grantsFile = "grants.yaml"
	}
	if !filepath.IsAbs(c.grantsFile) {
		c.grantsFile = filepath.Join(folder, c.grantsFile)
	}
	if c.stsEndpoint != "" {
		if _, err := hostOf(c.stsEndpoint); err != nil {
			return configuration{}, fmt.Errorf("AWS_ENDPOINT_URL_STS: %w", err)
		}
	}
	return c, c.expect(getenv)
}

// expect reads what the function is told of its own URL.
func (c *configuration) expect(getenv func(string) string) (err error) {
	c.expectation.Region = c.region
	if c.expectation.RequestIDCheck, err = functionurl.ParseRequestIDCheck(getenv("KARIKAGI_REQUEST_ID_CHECK")); err != nil {
		return fmt.Errorf("KARIKAGI_REQUEST_ID_CHECK: %w", err)
	}
	if own := getenv("KARIKAGI_URL"); own != "" {
		if c.expectation.Host, err = hostOf(own); err != nil {
			return fmt.Errorf("KARIKAGI_URL: %w", err)
		}
	}
	return nil
}

// hostOf takes the host from a URL that is https, or on this machine.
func hostOf(raw string) (string, error) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("want a URL like https://HOST/")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !session.IsLoopback(u.Hostname())) {
		return "", errors.New("want https")
	}
	return strings.ToLower(u.Host), nil
}

// loadGrants reads the grants document, which must be sound and must pass its
// own tests: a document that does not do what its author wrote down that it
// does grants nothing to anybody.
func loadGrants(file string) (*grant.Document, error) {
	data, err := os.ReadFile(file) //nolint:gosec // the operator names the file.
	if err != nil {
		return nil, fmt.Errorf("grants document: %w", err)
	}
	document, err := grant.Parse(filepath.Base(file), data)
	if err != nil {
		return nil, fmt.Errorf("grants document: %w", err)
	}
	if failures := document.RunTests(); len(failures) != 0 {
		return nil, fmt.Errorf("grants document: %d of its own tests fail, the first at %s", len(failures), failures[0])
	}
	return document, nil
}
