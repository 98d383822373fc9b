package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/rogpeppe/go-internal/txtar"

	"karikagi/internal/functionurl"
	"karikagi/internal/vend"
)

// The threats of a vending function that events can carry, by number, each from
// both sides: what an attacker sends gets no session, and what it looks like
// goes on working. What else the events' answers are, TestEvents holds.
func TestThreats(t *testing.T) {
	for name, test := range map[string]struct{ refused, allowed []string }{
		"T1 forged events": {[]string{"forged-version", "forged-schedule", "forged-api-gateway", "forged-other-url", "forged-client-context", "forged-request-id-enforced"},
			[]string{"user-with-path", "own-url", "request-id-enforced", "forged-request-id-reported"}},
		"T2 nobody authenticated":           {[]string{"no-authorizer", "empty-authorizer", "no-authorizer-not-base64", "two-accounts"}, []string{"user-with-path"}},
		"T3 session-name spoofing":          {[]string{"assumed-role-with-a-users-name"}, []string{"assumed-role"}},
		"T4 same name in another account":   {[]string{"assumed-role-same-name-elsewhere", "assumed-role-others-grant", "user-of-another-account"}, []string{"assumed-role"}},
		"T5 wildcards cross separators":     {[]string{"user-of-another-path"}, []string{"user-with-path"}},
		"T8 injection into a policy":        {[]string{"undeclared-value"}, []string{"user-with-path"}},
		"T15 endless sessions":              {[]string{"assumed-role-vended-here"}, []string{"assumed-role"}},
		"T19 requests with two meanings":    {[]string{"duplicate-query-key", "duplicate-json-key", "user-post-not-base64", "encoded-slash", "encoded-path"}, []string{"user-post", "user-post-base64", "encoded-name"}},
		"T20 headers that say who or where": {[]string{"caller-in-headers", "source-address", "forged-host"}, []string{"user-with-path"}},
		"T29 listing":                       {[]string{"one-grant-of-others"}, []string{}},
		"T30 oracle":                        {[]string{"no-such-grant", "one-grant-of-others", "root"}, []string{}},
		"T31 browsers":                      {[]string{"options", "head"}, []string{"user-with-path"}},
		"T38 CloudFront":                    {[]string{"origin-access-control"}, []string{"assumed-role"}},
		"T42 partitions":                    {[]string{"user-of-another-partition"}, []string{"user-with-path"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, event := range slices.Concat(test.refused, test.allowed) {
				archive, err := txtar.ParseFile("testdata/events/" + event + ".txtar")
				if err != nil {
					t.Fatal(err)
				}
				var audit bytes.Buffer
				response := string(send(t, archive, &audit))
				want := slices.Contains(test.allowed, event)
				if got := strings.Contains(response, canary); got != want || strings.Contains(audit.String(), `"vended":1`) != want {
					t.Errorf("%s: session %t, want %t: %s", event, got, want, response)
				}
				if strings.Contains(response, "Access-Control") || !strings.Contains(response, `"Cache-Control":"no-store"`) || !strings.Contains(audit.String(), `"grants_digest":"`) {
					t.Errorf("%s: %s %s", event, response, audit.String())
				}
			}
		})
	}
}

// moody throttles every other call, and keeps whose session was asked for.
type moody struct {
	fakeSTS
	names []string
}

func (m *moody) AssumeRole(ctx context.Context, in *sts.AssumeRoleInput, o ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	m.names = append(m.names, *in.RoleSessionName+" "+*in.SourceIdentity)
	if len(m.names)%2 == 1 {
		return nil, &smithy.GenericAPIError{Code: "Throttling", Message: "Rate exceeded"}
	}
	return m.fakeSTS.AssumeRole(ctx, in, o...)
}

// T16, T17: nothing is kept from one request to the next. One caller's session
// is nobody else's, and one throttle locks nobody out.
func TestNothingIsKeptBetweenRequests(t *testing.T) {
	f, _ := newFunction(t, functionurl.Expectation{Region: "us-east-1"}, io.Discard)
	client := &moody{}
	options := f.handler.Options
	options.STS = client
	f.handler = vend.New(options)
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: requestID})
	for i, want := range []string{"429", "200", "429", "200", "429"} {
		name := []string{"user-with-path", "identity-center"}[i%2]
		reader, err := f.invoke(ctx, json.RawMessage(event(t, name)))
		if err != nil {
			t.Fatal(err)
		}
		response, err := io.ReadAll(reader)
		if err != nil || !strings.HasPrefix(string(response), `{"statusCode":`+want) || strings.Contains(string(response), `"Retry-After"`) != (want == "429") {
			t.Errorf("%d: %s, %v", i, response, err)
		}
	}
	if len(client.names) != 5 || client.names[0] == client.names[1] || client.names[0] != client.names[2] {
		t.Errorf("STS was asked for %q", client.names)
	}
}
