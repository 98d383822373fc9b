package main

import (
	"slices"
	"testing"

	"karikagi/internal/session"
	"karikagi/internal/source"
)

// What cannot be had on this machine alone, such as a host of AWS's that does not
// exist. All other hints are in the transcripts.
func TestHints(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL_STS", "")
	t.Setenv("AWS_ENDPOINT_URL", "")
	for _, name := range []string{"HTTPS_PROXY", "https_proxy"} {
		t.Setenv(name, "")
	}
	asked := attempt{source: &source.Source{Kind: source.Environment, Region: "no-such-1", RegionFrom: "AWS_REGION"}, region: "no-such-1"}
	nowhere := attempt{source: &source.Source{Kind: source.Environment}, region: "us-east-1"}
	gone := session.Error{Problem: session.ProblemUnreachable, Endpoint: "https://sts.no-such-1.amazonaws.com",
		Message: "no connection to https://sts.no-such-1.amazonaws.com: host sts.no-such-1.amazonaws.com not found"}
	for _, c := range []struct {
		name string
		of   attempt
		err  session.Error
		want []string
	}{
		{"no such Region", asked, gone, []string{"STS was asked in Region no-such-1, of AWS_REGION: see that it is the right one, --region names another"}},
		{"no Region, no network", nowhere, gone, nil},
		{"IAM's own trouble", nowhere, session.Error{Operation: "ListMFADevices", Problem: session.ProblemRefused, Code: "ServiceUnavailable"}, []string{"--serial-number names the MFA device without asking IAM"}},
	} {
		if got := hints(c.of.failed(&c.err)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	t.Setenv("AWS_ENDPOINT_URL_STS", "https://sts.eu-west-1.amazonaws.com") // which wants another Region than the usual one
	got := hints(nowhere.failed(&session.Error{Problem: session.ProblemRefused, Code: "SignatureDoesNotMatch", Message: "Credential should be scoped to a valid region."}))
	if want := []string{"AWS_ENDPOINT_URL_STS says where STS is: see that it is right, or unset it"}; !slices.Equal(got, want) {
		t.Errorf("the address of another Region: %q, want %q", got, want)
	}
}
