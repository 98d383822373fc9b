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

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"karikagi/internal/session"
)

// refusal builds the error that the SDK returns for an answer of STS.
func refusal(status int, code, message string) error {
	answer := &http.Response{StatusCode: status, Header: http.Header{"Date": {time.Now().UTC().Format(http.TimeFormat)}}}
	return &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: &awshttp.ResponseError{RequestID: "the-sts-request",
		ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: answer}, Err: &smithy.GenericAPIError{Code: code, Message: message}}}}
}

// late is a refusal by somebody whose clock is an hour ahead.
func late(err error) error {
	answer, _ := errors.AsType[*awshttp.ResponseError](err)
	answer.HTTPResponse().Header.Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
	return err
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
		"a throttle of requests":  {refusal(503, "RequestLimitExceeded", "Rate exceeded"), 429, "Rate exceeded", true, true, false},
		"a throttle of many":      {refusal(429, "TooManyRequestsException", "Rate exceeded"), 429, "Rate exceeded", true, true, false},
		"an unknown key":          {refusal(403, "UnrecognizedClientException", "x-amz-security-token:the-token"), 500, "UnrecognizedClientException (request id the-sts-request)", false, false, false},
		"half a signature":        {refusal(400, "IncompleteSignature", "x-amz-security-token:the-token"), 500, "IncompleteSignature (request id the-sts-request)", false, false, false},
		"no signature":            {refusal(403, "MissingAuthenticationToken", "x-amz-security-token:the-token"), 500, "MissingAuthenticationToken (request id the-sts-request)", false, false, false},
		"an old signature":        {refusal(400, "RequestExpired", "x-amz-security-token:the-token"), 500, "RequestExpired (request id the-sts-request)", false, false, false},
		"no subscription":         {refusal(403, "OptInRequired", "x-amz-security-token:the-token"), 500, "OptInRequired (request id the-sts-request)", false, false, false},
		"a wrong clock":           {late(refusal(403, "AccessDenied", "not now")), 500, "not now", false, false, false},
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
			if _, answered := errors.AsType[*awshttp.ResponseError](test.err); answered != (record.STSRequestID == "the-sts-request") {
				t.Errorf("%+v", record)
			}
			if record.Decision != "allow" || record.Rule != "grants.yaml:6:9: callers" || record.RoleARN != "arn:aws:iam::210987654321:role/data-reader" || record.AccessKeyID != "" {
				t.Errorf("%+v", record)
			}
		})
	}
}

// An answer that STS would not give is handed to nobody, whoever gave it: not
// whole, not of the role or in the name that was asked for, over, or too long.
// The first of them is STS's own.
func TestAnswersThatAreNotSTSs(t *testing.T) {
	at := func(d time.Duration) func(*sts.AssumeRoleOutput) { // since the request, which is for 15 minutes
		return func(o *sts.AssumeRoleOutput) {
			o.Credentials.Expiration = aws.Time(time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC).Add(d))
		}
	}
	of := func(arn string) func(*sts.AssumeRoleOutput) {
		return func(o *sts.AssumeRoleOutput) { o.AssumedRoleUser.Arn = aws.String(arn) }
	}
	for name, test := range map[string]struct {
		change func(*sts.AssumeRoleOutput)
		detail string
	}{
		"STS's own":            {func(*sts.AssumeRoleOutput) {}, ""},
		"the role in capitals": {of("arn:aws:sts::210987654321:assumed-role/Data-Reader/alice"), ""},
		"a minute longer":      {at(16 * time.Minute), ""},
		"a minute left":        {at(time.Minute), ""},
		"nothing":              {func(o *sts.AssumeRoleOutput) { *o = sts.AssumeRoleOutput{} }, "no credentials"},
		"no credentials":       {func(o *sts.AssumeRoleOutput) { o.Credentials = nil }, "no credentials"},
		"nobody":               {func(o *sts.AssumeRoleOutput) { o.AssumedRoleUser = nil }, "no assumed-role user"},
		"no ARN":               {func(o *sts.AssumeRoleOutput) { o.AssumedRoleUser.Arn = nil }, "not an assumed role"},
		"a user":               {of("arn:aws:iam::210987654321:user/alice"), "not an assumed role"},
		"the role itself":      {of("arn:aws:iam::210987654321:role/data-reader"), "not an assumed role"},
		"another role":         {of("arn:aws:sts::210987654321:assumed-role/admin/alice"), "it is a session of arn:aws:sts::210987654321:assumed-role/admin/alice"},
		"another account":      {of("arn:aws:sts::999999999999:assumed-role/data-reader/alice"), "it is a session of"},
		"another partition":    {of("arn:aws-cn:sts::210987654321:assumed-role/data-reader/alice"), "it is a session of"},
		"another name":         {of("arn:aws:sts::210987654321:assumed-role/data-reader/bob"), "it is a session of"},
		"a name in capitals":   {of("arn:aws:sts::210987654321:assumed-role/data-reader/Alice"), "it is a session of"},
		"no key":               {func(o *sts.AssumeRoleOutput) { o.Credentials.AccessKeyId = nil }, "access key ID: empty"},
		"an empty key":         {func(o *sts.AssumeRoleOutput) { o.Credentials.AccessKeyId = aws.String("") }, "access key ID: empty"},
		"no secret":            {func(o *sts.AssumeRoleOutput) { o.Credentials.SecretAccessKey = nil }, "secret access key: empty"},
		"no token":             {func(o *sts.AssumeRoleOutput) { o.Credentials.SessionToken = nil }, "session token: empty"},
		"a key of two lines":   {func(o *sts.AssumeRoleOutput) { o.Credentials.AccessKeyId = aws.String("ASIA\nEXAMPLE") }, "access key ID: has a character"},
		"a token with blanks":  {func(o *sts.AssumeRoleOutput) { o.Credentials.SessionToken = aws.String("the-token $(id)") }, "session token: has a character"},
		"no expiration":        {func(o *sts.AssumeRoleOutput) { o.Credentials.Expiration = nil }, "no expiration"},
		"a zero expiration":    {func(o *sts.AssumeRoleOutput) { o.Credentials.Expiration = &time.Time{} }, "no expiration"},
		"over since 1970":      {at(-20516 * 24 * time.Hour), "no expiration"},
		"over":                 {at(-time.Minute), "its session has ended"},
		"over this moment":     {at(time.Millisecond), "its session has ended"}, // the first look at the clock is then
		"six minutes longer":   {at(21 * time.Minute), "lasts longer than was asked for"},
		"an hour":              {at(time.Hour), "lasts longer than was asked for"},
		"a century":            {at(876_000 * time.Hour), "lasts longer than was asked for"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.sts.change = test.change
			for _, form := range []string{"json", "env"} {
				answer, body, record := w.ask(alice(), "GET", ofTeamData+"?team=blue&format="+form, "")
				if test.detail == "" {
					if answer.StatusCode != 200 || record.Vended != 1 {
						t.Errorf("%d %+v", answer.StatusCode, record)
					}
					continue
				}
				if answer.StatusCode != 503 || strings.Contains(body, "ASIA") || record.AccessKeyID != "" || record.Vended != 0 || record.Failed != 1 ||
					record.Rule != "grants.yaml:6:9: callers" || !strings.Contains(record.Detail, "the answer was not STS's: ") || !strings.Contains(record.Detail, test.detail) {
					t.Errorf("%d %s %+v", answer.StatusCode, body, record)
				}
			}
		})
	}
}

// The time of an answer that is in doubt is its own word: it moves nothing.
func TestTheDateOfAnAnswerMovesNothing(t *testing.T) {
	started := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for end, skew := range map[time.Duration]time.Duration{2 * time.Hour: 2 * time.Hour, -time.Minute: -2 * time.Hour} {
		s := session.Session{Skew: skew}
		s.Credentials.Expiration = started.Add(end)
		if err := checkTerm(s, session.Plan{Duration: 15 * time.Minute}, started); err == nil {
			t.Errorf("the end is %v away and passes", end)
		}
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
