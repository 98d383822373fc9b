package main

import (
	"io"
	"strings"
	"testing"

	"karikagi/internal/functionurl"
)

// variables is an environment with what Lambda puts there, and more.
func variables(more ...string) func(string) string {
	all := map[string]string{"AWS_ACCESS_KEY_ID": "ASIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": canary, "AWS_SESSION_TOKEN": canary, "AWS_REGION": "us-east-1"}
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return func(name string) string { return all[name] }
}

func TestReadConfiguration(t *testing.T) {
	got, err := readConfiguration(variables("AWS_LAMBDA_FUNCTION_NAME", "karikagi"), "/var/task")
	want := configuration{region: "us-east-1", grantsFile: "/var/task/grants.yaml", function: "karikagi",
		expectation: functionurl.Expectation{Region: "us-east-1", RequestIDCheck: functionurl.Report}}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	got, err = readConfiguration(variables("KARIKAGI_GRANTS", "other.yaml", "KARIKAGI_URL", "https://ABCDEFGHIJ.lambda-url.us-east-1.on.aws/",
		"KARIKAGI_REQUEST_ID_CHECK", "enforce", "AWS_ENDPOINT_URL_STS", "https://vpce-0123.sts.us-east-1.vpce.amazonaws.com"), "/var/task")
	want = configuration{region: "us-east-1", grantsFile: "/var/task/other.yaml", stsEndpoint: "https://vpce-0123.sts.us-east-1.vpce.amazonaws.com",
		expectation: functionurl.Expectation{Region: "us-east-1", RequestIDCheck: functionurl.Enforce, Host: "abcdefghij.lambda-url.us-east-1.on.aws"}}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err = readConfiguration(variables("KARIKAGI_GRANTS", "/opt/grants.yaml"), "/var/task"); err != nil || got.grantsFile != "/opt/grants.yaml" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestHostOf(t *testing.T) {
	for raw, want := range map[string]string{
		"https://a.example/": "a.example", "https://a.example": "a.example", "https://a.example:8443": "a.example:8443",
		"http://127.0.0.1:8080": "127.0.0.1:8080", "http://[::1]:8080/": "[::1]:8080", "http://localhost:1": "localhost:1",
		"http://a.example": "", "a.example": "", "": "", "https://": "", "https://a.example/path": "", "https://a.example/?q": "", "https://u:p@a.example": "",
		"http://127.0.0.1.example.com": "", "http://localhost.example.com": "", "ftp://127.0.0.1": "", "https://a.example/#f": "", "http://10.0.0.1": "", "://": "",
	} {
		if got, err := hostOf(raw); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", raw, got, err)
		}
	}
}

func TestColdStart(t *testing.T) {
	f, err := coldStart(variables("KARIKAGI_GRANTS", "grants.yaml"), "testdata", io.Discard, io.Discard)
	if err != nil || f == nil {
		t.Fatal(err)
	}
	f.afterReply() // all is well, so nothing happens
	for _, environment := range []func(string) string{func(string) string { return "" }, variables("KARIKAGI_GRANTS", "no.yaml"), variables("KARIKAGI_URL", "x")} {
		if f, err := coldStart(environment, "testdata", io.Discard, io.Discard); err == nil || f != nil || strings.Contains(err.Error(), canary) {
			t.Errorf("%v", err)
		}
	}
}
