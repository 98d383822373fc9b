package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"karikagi/internal/caller"
	"karikagi/internal/functionurl"
	"karikagi/internal/grant"
)

// What is asked of the function. The execution role and the role of the first
// grant are the sandbox's own, with the policies that the grant needs.
const (
	functionARN   = "arn:aws:lambda:us-east-1:123456789012:function:karikagi:live"
	executionRole = "arn:aws:iam::123456789012:role/karikagi-function"
	callerARN     = "arn:aws:iam::123456789012:user/team/blue/alice"
	urlID         = "abcdefghij"
	urlDomain     = urlID + ".lambda-url.us-east-1.on.aws"
)

// grantName is the name of a grant of a document that is made here.
func grantName(i int) string { return fmt.Sprintf("team-%04d", i) }

// downstream is the role of a grant: the first one's is there.
func downstream(i int) string {
	if i == 0 {
		return "data-reader"
	}
	return fmt.Sprintf("data-reader-%04d", i)
}

// wholeGrant has all that lambda/grants.yaml shows.
const wholeGrant = `  %s:
    description: Read one team's prefix in the data bucket.
    callers:
      - user: arn:aws:iam::123456789012:user/team/*/*
      - role: arn:aws:iam::123456789012:role/FromMyAccount
    require: {reason: true}
    role_arn: arn:aws:iam::210987654321:role/%s
    external_id: karikagi-210987654321
    duration: {default: 15m, max: 1h}
    parameters:
      team: {enum: [blue, green]}
    session_policy:
      Version: "2012-10-17"
      Statement:
        - Effect: Allow
          Action: [s3:GetObject]
          Resource: arn:aws:s3:::data/${parameter.team}/*
    tags: {team: "${parameter.team}", caller: "${caller.name}"}
    transitive_tag_keys: [caller]
    source_identity: "${caller.name}"
`

// shortGrant is one of 10,000 that fit into the largest document there may be.
const shortGrant = `  %s: {callers: [{user: "arn:aws:iam::123456789012:user/team/*/*"}], role_arn: "arn:aws:iam::210987654321:role/%s", ` +
	`external_id: karikagi, parameters: {team: {enum: [blue, green]}}, session_policy: {Version: "2012-10-17", Statement: ` +
	`[{Effect: Allow, Action: [s3:GetObject], Resource: "arn:aws:s3:::data/${parameter.team}/*"}]}, source_identity: "${caller.name}"}
`

// document is a grants document of n grants in one form.
func document(n int, form string) *strings.Builder {
	b := new(strings.Builder)
	b.WriteString("version: 1\ngrants:\n")
	for i := range n {
		fmt.Fprintf(b, form, grantName(i), downstream(i))
	}
	return b
}

// testedDocument is a document of n whole grants with a test of each, all of
// which the function runs before it starts.
func testedDocument(n int) []byte {
	b := document(n, wholeGrant)
	b.WriteString("tests:\n")
	for i := range n {
		fmt.Fprintf(b, "  - {caller: %q, grant: %s, parameters: {team: blue}, expect: allow}\n", callerARN, grantName(i))
	}
	return []byte(b.String())
}

// who and ask are the caller of the event and what it asks for, as they are
// decided on.
func who() (grant.Caller, error) {
	principal, err := caller.Parse(callerARN)
	return grant.Caller{Principal: principal, UserID: "AIDAEXAMPLEALICE", OrgID: "o-a1b2c3d4e5"}, err
}

func ask(name string) grant.Ask {
	return grant.Ask{Grant: name, Parameters: map[string]string{"team": "blue"}, Reason: "bench"}
}

// credentialsEvent is the event of a request for the first grant's credentials.
func credentialsEvent(ctx context.Context) ([]byte, error) {
	body := []byte(`{"parameters":{"team":"blue"},"reason":"bench"}`)
	path := "https://" + urlDomain + "/grants/" + grantName(0) + "/credentials"
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.RemoteAddr = "203.0.113.7:443"
	for name, value := range map[string]string{
		"Accept": "*/*", "Content-Type": "application/json", "User-Agent": "bench", "X-Amz-Date": "20260304T050607Z",
		"X-Amzn-Trace-Id": "Root=1-69a7bf4f-0123456789abcdef01234567", "X-Forwarded-For": "203.0.113.7", "X-Forwarded-Port": "443", "X-Forwarded-Proto": "https",
	} {
		r.Header.Set(name, value)
	}
	return functionurl.NewEvent(r, body,
		functionurl.Origin{AccountID: "123456789012", URLID: urlID, DomainName: urlDomain, RequestID: requestID, Time: time.Now()},
		functionurl.Identity{ARN: callerARN, AccountID: "123456789012", UserID: "AIDAEXAMPLEALICE", AccessKeyID: "AKIAEXAMPLEALICE", OrgID: "o-a1b2c3d4e5"})
}
