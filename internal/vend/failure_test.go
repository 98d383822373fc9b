package vend

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// refusal builds the error that the SDK returns for an answer of STS.
func refusal(status int, code, message string) error {
	answer := &http.Response{StatusCode: status, Header: http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}}}
	return &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: &awshttp.ResponseError{RequestID: "the-sts-request",
		ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: answer}, Err: &smithy.GenericAPIError{Code: code, Message: message}}}}
}

// What STS says goes to the log, the caller gets a sentence and a status that
// tells whether to come back.
func TestFailures(t *testing.T) {
	unreachable := &url.Error{Op: "Post", URL: "https://sts.example/", Err: &net.OpError{Op: "dial", Err: errors.New("connect: connection refused")}}
	const denied = "User: arn:aws:sts::123456789012:assumed-role/function/f is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/data-reader"
	for name, test := range map[string]struct {
		err      error
		status   int
		detail   string
		retry    bool
		throttle bool
		expired  bool
	}{
		"the role refuses":        {refusal(403, "AccessDenied", denied), 502, denied, false, false, false},
		"the policy is too large": {refusal(400, "PackedPolicyTooLarge", "by 5%"), 502, "by 5%", false, false, false},
		"a value is wrong":        {refusal(400, "ValidationError", "1 validation error"), 502, "1 validation error", false, false, false},
		"a Region is off":         {refusal(403, "RegionDisabledException", "not activated"), 502, "not activated", false, false, false},
		"a throttle":              {refusal(400, "Throttling", "Rate exceeded"), 429, "Rate exceeded", true, true, false},
		"a throttle, by model":    {refusal(400, "ThrottlingException", "Rate exceeded"), 429, "Rate exceeded", true, true, false},
		"expired":                 {refusal(403, "ExpiredToken", "The security token included in the request is expired"), 503, "is expired", true, false, true},
		"expired, by model":       {refusal(400, "ExpiredTokenException", "expired"), 503, "expired", true, false, true},
		"a wrong key":             {refusal(403, "InvalidClientTokenId", "The security token is invalid"), 500, "InvalidClientTokenId (request id the-sts-request)", false, false, false},
		"a wrong signature":       {refusal(403, "SignatureDoesNotMatch", "The Canonical String should have been 'x-amz-security-token:the-token'"), 500, "SignatureDoesNotMatch (request id the-sts-request)", false, false, false},
		"STS fails":               {refusal(500, "InternalFailure", "oops"), 503, "oops", true, false, false},
		"STS is away":             {refusal(503, "ServiceUnavailable", "oops"), 503, "oops", true, false, false},
		"somebody else answers":   {refusal(502, "UnknownError", "the-secret"), 503, "was not STS's (HTTP 502)", true, false, false},
		"nobody answers":          {unreachable, 503, "connection refused", true, false, false},
		"not in time":             {context.DeadlineExceeded, 503, "no answer in time", true, false, false},
		"no call could be made":   {errors.New("no endpoint"), 500, "no endpoint", false, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.sts.err = test.err
			answer, body, record := w.ask(alice(), "GET", ofTeamData+"?team=blue", "")
			if answer.StatusCode != test.status || strings.Contains(body, test.detail) || !strings.Contains(record.Detail, test.detail) {
				t.Errorf("%d %s, %+v", answer.StatusCode, body, record)
			}
			if got := answer.Header.Get("Retry-After"); (got != "") != test.retry || test.retry && (got < "1" || got > "5" || len(got) != 1) {
				t.Errorf("Retry-After %q", got)
			}
			if (w.expired == 1) != test.expired || (record.Throttled == 1) != test.throttle || (record.Failed == 1) == test.throttle || record.Vended != 0 {
				t.Errorf("expired %d, %+v", w.expired, record)
			}
			// Who decided and for what stays in the record of what failed.
			if record.Decision != "allow" || record.Rule != "grants.yaml:6:9: callers" || record.RoleARN != "arn:aws:iam::210987654321:role/data-reader" || record.AccessKeyID != "" {
				t.Errorf("%+v", record)
			}
		})
	}
}

// A session that is over is none, whoever says so.
func TestASessionThatHasEnded(t *testing.T) {
	w := newWorld(t)
	w.options.Now = func() time.Time { return time.Date(2026, 3, 4, 5, 21, 7, 0, time.UTC) }
	answer, body, record := w.ask(alice(), "GET", ofTeamData+"?team=blue", "")
	if answer.StatusCode != 503 || strings.Contains(body, "ASIAEXAMPLE") || record.Vended != 0 || !strings.Contains(record.Detail, "its session has ended") {
		t.Errorf("%d %s %+v", answer.StatusCode, body, record)
	}
}

// Those who were throttled together do not come back together.
func TestRetryAfterSpreads(t *testing.T) {
	seen := map[int]bool{}
	for _, id := range []string{"the-request", "the-requesu", "the-requesv", "the-requesw", "the-requesx"} {
		w := newWorld(t)
		x := New(w.options).begin((&http.Request{}).WithContext(Call{RequestID: id}.In(t.Context())))
		seen[x.retryAfter()] = true
	}
	if len(seen) != 5 {
		t.Errorf("%v", seen)
	}
}
