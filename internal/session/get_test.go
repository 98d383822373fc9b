package session

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"karikagi/internal/caller"
)

// stub answers with what a test wants, and keeps what it was asked.
type stub struct {
	input *sts.AssumeRoleInput
	out   *sts.AssumeRoleOutput
	who   *sts.GetCallerIdentityOutput
	err   error
}

func (s *stub) AssumeRole(_ context.Context, in *sts.AssumeRoleInput, _ ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	s.input = in
	return s.out, s.err
}

func (s *stub) GetCallerIdentity(context.Context, *sts.GetCallerIdentityInput, ...func(*sts.Options)) (*sts.GetCallerIdentityOutput, error) {
	return s.who, s.err
}

func output() *sts.AssumeRoleOutput {
	return &sts.AssumeRoleOutput{
		AssumedRoleUser: &types.AssumedRoleUser{Arn: aws.String("arn:aws:sts::123456789012:assumed-role/R/alice")},
		Credentials: &types.Credentials{AccessKeyId: aws.String("ASIAEXAMPLE"), SecretAccessKey: aws.String("secret/+="),
			SessionToken: aws.String("token"), Expiration: aws.Time(time.Date(2096, 1, 2, 3, 4, 5, 0, time.FixedZone("JST", 9*3600)))},
	}
}

func TestGetSendsWhatWasPlannedAndNothingElse(t *testing.T) {
	role := caller.Role{Partition: "aws", Account: "123456789012", Path: "/team/", Name: "R"}
	s := &stub{out: output()}
	got, err := Get(t.Context(), s, Plan{Role: role, RoleSessionName: "alice", Duration: 45 * time.Minute, ExternalID: "an-id"})
	if err != nil {
		t.Fatal(err)
	}
	want := &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::123456789012:role/team/R"), RoleSessionName: aws.String("alice"),
		DurationSeconds: aws.Int32(2700), ExternalId: aws.String("an-id")}
	if !reflect.DeepEqual(s.input, want) {
		t.Errorf("sent %+v", s.input)
	}
	if c := got.Credentials; c.AccountID != "123456789012" || c.Expiration.Format(time.RFC3339) != "2096-01-01T18:04:05Z" || c.SecretAccessKey != "secret/+=" {
		t.Errorf("got %#v", got)
	}
	if _, err := Get(t.Context(), s, Plan{Role: role, RoleSessionName: "alice"}); err != nil || s.input.DurationSeconds != nil || s.input.ExternalId != nil {
		t.Errorf("%v, sent %+v", err, s.input)
	}
}

// Whoever answers may not be STS: an answer that is not whole is no session.
func TestGetRefusesHalfAnswers(t *testing.T) {
	for name, spoil := range map[string]func(*sts.AssumeRoleOutput){
		"no credentials": func(o *sts.AssumeRoleOutput) { o.Credentials = nil },
		"nobody":         func(o *sts.AssumeRoleOutput) { o.AssumedRoleUser = nil },
		"no ARN":         func(o *sts.AssumeRoleOutput) { o.AssumedRoleUser.Arn = nil },
		"a user": func(o *sts.AssumeRoleOutput) {
			o.AssumedRoleUser.Arn = aws.String("arn:aws:iam::123456789012:user/eve")
		},
		"no secret":     func(o *sts.AssumeRoleOutput) { o.Credentials.SecretAccessKey = nil },
		"no token":      func(o *sts.AssumeRoleOutput) { o.Credentials.SessionToken = aws.String("") },
		"no key":        func(o *sts.AssumeRoleOutput) { o.Credentials.AccessKeyId = nil },
		"a newline":     func(o *sts.AssumeRoleOutput) { o.Credentials.SessionToken = aws.String("to\nken") },
		"a space":       func(o *sts.AssumeRoleOutput) { o.Credentials.SecretAccessKey = aws.String("se cret") },
		"a NUL":         func(o *sts.AssumeRoleOutput) { o.Credentials.AccessKeyId = aws.String("AS\x00IA") },
		"beyond ASCII":  func(o *sts.AssumeRoleOutput) { o.Credentials.SessionToken = aws.String("tökèn") },
		"no expiration": func(o *sts.AssumeRoleOutput) { o.Credentials.Expiration = nil },
		"an absurd century": func(o *sts.AssumeRoleOutput) {
			o.Credentials.Expiration = aws.Time(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC))
		},
	} {
		t.Run(name, func(t *testing.T) {
			out := output()
			spoil(out)
			got, err := Get(t.Context(), &stub{out: out}, Plan{RoleSessionName: "alice"})
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Problem != ProblemAnswer || got != (Session{}) {
				t.Errorf("%+v, %v", got, err)
			}
			for _, secret := range []string{"secret/", "se cret", "to\nken", "tökèn"} {
				if strings.Contains(fmt.Sprint(err), secret) {
					t.Errorf("the error quotes a secret: %v", err)
				}
			}
		})
	}
}

// A session of somebody else, or one that is over, is not what was asked for.
func TestGetRefusesAnotherSession(t *testing.T) {
	plan := Plan{Role: caller.Role{Partition: "aws", Account: "123456789012", Path: "/team/", Name: "R"}, RoleSessionName: "alice"}
	if _, err := Get(t.Context(), &stub{out: output()}, plan); err != nil {
		t.Fatal(err)
	}
	for _, arn := range []string{"arn:aws:sts::999999999999:assumed-role/R/alice", "arn:aws:sts::123456789012:assumed-role/Other/alice",
		"arn:aws:sts::123456789012:assumed-role/R/mallory", "arn:aws:sts::123456789012:assumed-role/R/Alice", "arn:aws-cn:sts::123456789012:assumed-role/R/alice"} {
		out := output()
		out.AssumedRoleUser.Arn = aws.String(arn)
		got, err := Get(t.Context(), &stub{out: out}, plan)
		if e, ok := errors.AsType[*Error](err); !ok || e.Problem != ProblemAnswer || got.Credentials.AccessKeyID != "" {
			t.Errorf("%s: %+v, %v", arn, got, err)
		}
	}
	// Two callers can have the same session name, and then their source identities differ.
	for stated, want := range map[string]bool{"": true, "alice-1234": true, "alice-9876": false, "Alice-1234": false} {
		out := output()
		if out.SourceIdentity = aws.String(stated); stated == "" {
			out.SourceIdentity = nil
		}
		own := plan
		own.SourceIdentity = "alice-1234"
		if _, err := Get(t.Context(), &stub{out: out}, own); (err == nil) != want {
			t.Errorf("asked for the source identity alice-1234, answered %q: %v", stated, err)
		}
		if _, err := Get(t.Context(), &stub{out: out}, plan); err != nil {
			t.Errorf("asked for none, as one was inherited, answered %q: %v", stated, err)
		}
	}
	own, out := plan, output()
	own.SourceIdentity, out.SourceIdentity = "alice-1234", aws.String("eve\x1b[31m")
	if _, err := Get(t.Context(), &stub{out: out}, own); err == nil || strings.Contains(err.Error(), "\x1b") {
		t.Errorf("%q", err)
	}
	_, err := Get(t.Context(), &stub{out: output(), err: refusal("AccessDenied", "no", 403, time.Now())}, plan)
	if e, ok := errors.AsType[*Error](err); !ok || e.Code != "AccessDenied" || e.Operation != AssumeRole {
		t.Errorf("a refusal with a session beside it: %v", err)
	}
	s := Session{}
	s.Credentials.Expiration = time.Date(2026, 1, 1, 1, 0, 0, 0, time.UTC)
	for minute, skew := range map[int]time.Duration{59: 0, 61: -2 * time.Minute} {
		s.Skew = skew
		if err := s.CheckEnd(AssumeRole, time.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC)); err != nil {
			t.Errorf("minute %d, skew %v: %v", minute, skew, err)
		}
	}
	for minute, skew := range map[int]time.Duration{60: 0, 59: 2 * time.Minute} {
		s.Skew = skew
		if s.CheckEnd(AssumeRole, time.Date(2026, 1, 1, 0, minute, 0, 0, time.UTC)) == nil {
			t.Errorf("minute %d, skew %v: has ended and passes", minute, skew)
		}
	}
}

func TestIdentify(t *testing.T) {
	got, err := Identify(t.Context(), &stub{who: &sts.GetCallerIdentityOutput{Arn: aws.String("arn:aws:iam::123456789012:user/a/ueno"), UserId: aws.String("AIDA\x1b[31m")}})
	if err != nil || got.Caller.Name != "ueno" || got.UserID != "AIDA [31m" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, arn := range []*string{nil, aws.String(""), aws.String("arn:aws:iam::123456789012:role/r"), aws.String("x")} {
		if _, err := Identify(t.Context(), &stub{who: &sts.GetCallerIdentityOutput{Arn: arn}}); err == nil {
			t.Errorf("%v: want an error", aws.ToString(arn))
		}
	}
}

// refusal builds the error that the SDK returns for an answer of STS.
func refusal(code, message string, status int, date time.Time) error {
	request := &http.Request{URL: &url.URL{Scheme: "https", Host: "sts.us-east-1.amazonaws.com", Path: "/", RawQuery: "X-Amz-Signature=feed"}}
	answer := &http.Response{StatusCode: status, Request: request, Header: http.Header{"Date": {date.UTC().Format(http.TimeFormat)}}}
	return &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: &awshttp.ResponseError{RequestID: "the-request",
		ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: answer}, Err: &smithy.GenericAPIError{Code: code, Message: message}}}}
}

func TestRecast(t *testing.T) {
	dial := func(err error) error {
		return &smithy.OperationError{Err: &url.Error{Op: "Post", URL: "https://user:pw@sts.example/?X-Amz-Signature=feed", Err: &net.OpError{Op: "dial", Err: err}}}
	}
	for name, test := range map[string]struct {
		err     error
		problem Problem
		text    string
	}{
		"a code":                {refusal("AccessDenied", "no \x1b[31mway", 403, time.Now()), ProblemRefused, "AssumeRole: AccessDenied: no  [31mway (request id the-request)"},
		"no code":               {refusal("UnknownError", "UnknownError", 503, time.Now()), ProblemAnswer, "AssumeRole: the answer from https://sts.us-east-1.amazonaws.com was not STS's (HTTP 503)"},
		"nobody there":          {dial(errors.New("connect: connection refused")), ProblemUnreachable, "AssumeRole: no connection to https://sts.example: connection refused"},
		"no such host":          {dial(&net.DNSError{Name: "sts.example"}), ProblemUnreachable, "AssumeRole: no connection to https://sts.example: host sts.example not found"},
		"the deadline":          {dial(context.DeadlineExceeded), ProblemTimeout, "AssumeRole: no answer in time from https://sts.example"},
		"Ctrl-C":                {dial(context.Canceled), ProblemCanceled, "AssumeRole: interrupted"},
		"a code with an escape": {refusal("Access\x1bDenied", "no", 403, time.Now()), ProblemRefused, "AssumeRole: Access Denied: no (request id the-request)"},
		"too large":             {dial(errTooLarge), ProblemAnswer, "AssumeRole: the answer from https://sts.example is larger than any of STS's (1 MiB)"},
		"cut off":               {dial(io.ErrUnexpectedEOF), ProblemAnswer, "AssumeRole: the answer from https://sts.example was cut off"},
		"no trust":              {dial(&tls.CertificateVerificationError{Err: errors.New("not for\x1b us")}), ProblemTLS, "AssumeRole: no trusted connection to https://sts.example: not for  us"},
		"no TLS":                {dial(tls.RecordHeaderError{Msg: "HTTP"}), ProblemTLS, "AssumeRole: no trusted connection to https://sts.example: the answer was not TLS"},
		"a host's name":         {dial(&net.DNSError{Name: "a\x1bb"}), ProblemUnreachable, "AssumeRole: no connection to https://sts.example: host a b not found"},
		"a system's word":       {dial(errors.New("a\x1bb")), ProblemUnreachable, "AssumeRole: no connection to https://sts.example: a b"},
		"no connection":         {&url.Error{URL: "https://user:pw@sts.example/", Err: errors.New("a\x1bb")}, ProblemUnreachable, "AssumeRole: no connection to https://sts.example: a b"},
		"no address":            {&url.Error{URL: "://pw", Err: errors.New("no")}, ProblemUnreachable, "AssumeRole: no connection: no"},
		"no host":               {&url.Error{URL: "pw", Err: errors.New("no")}, ProblemUnreachable, "AssumeRole: no connection: no"},
		"an endpoint":           {errors.New("failed to resolve service endpoint, https://user:pw@a b"), ProblemSetup, "AssumeRole: no endpoint: its address cannot be read, want https://HOST"},
		"the SDK":               {&smithy.OperationError{ServiceID: "STS", Err: errors.New("a\x1bb")}, ProblemSetup, "AssumeRole: a b"},
		"anything else":         {errors.New("bad\nluck"), ProblemSetup, "AssumeRole: bad luck"},
	} {
		t.Run(name, func(t *testing.T) {
			e := Recast("AssumeRole", test.err)
			if e.Problem != test.problem || e.Error() != test.text {
				t.Errorf("%s: %q", e.Problem, e)
			}
			if strings.Contains(e.Error(), "feed") || strings.Contains(e.Error(), "pw") {
				t.Errorf("shows a signed URL: %v", e)
			}
		})
	}
}

// AWS repeats what should have been signed, and the token stands there.
func TestRecastLeavesTheTokenOut(t *testing.T) {
	token := strings.Repeat("TOKEN+secret/", 100) + "=="
	err := refusal("SignatureDoesNotMatch", "The Canonical String for this request should have been 'POST x-amz-security-token:"+token+" host'", 403, time.Now())
	response, _ := errors.AsType[*awshttp.ResponseError](err)
	response.HTTPResponse().Request.Header = http.Header{"X-Amz-Security-Token": {token}}
	response.RequestID = token
	e := Recast("AssumeRole", err)
	if strings.Contains(e.Error()+e.RequestID, "TOKEN") || !strings.Contains(e.Error(), "x-amz-security-token:… host") {
		t.Error(e)
	}
	response.HTTPResponse().Request.Header = http.Header{"X-Amz-Security-Token": {"Access"}}
	response.RequestID, response.Err = "a\x1bb", &smithy.GenericAPIError{Code: "AccessDenied"}
	if e := Recast("AssumeRole", err); e.Code != "…Denied" || e.RequestID != "a b" {
		t.Errorf("%+v", e)
	}
	// What was cut off within the token; fewer characters than eight could be anything.
	request := &http.Request{Header: http.Header{"X-Amz-Security-Token": {"TOKEN+secret"}}}
	for text, want := range map[string]string{
		"a TOKEN+secret b": "a … b", "a TOKEN+secre": "a …", "a TOKEN+se": "a …", "a TOKEN+s": "a TOKEN+s", "a TOKEN+secre b": "a TOKEN+secre b", "a": "a",
	} {
		if got := WithoutToken(text, request); got != want {
			t.Errorf("%q becomes %q", text, got)
		}
	}
	if got := WithoutToken("text", &http.Request{}) + WithoutToken("text", nil); got != "texttext" {
		t.Errorf("%q", got)
	}
}

// A foreign text is one line of bounded length.
func TestPrintable(t *testing.T) {
	for text, want := range map[string]string{
		"\na\x00\x1b[31m\u202eb\u2028\x7f仮\n": "a  [31m b  仮",
		strings.Repeat("a", 1000):             strings.Repeat("a", 1000),
		strings.Repeat("a", 1001):             strings.Repeat("a", 1000) + "…",
		strings.Repeat("a", 998) + "仮仮":       strings.Repeat("a", 998) + "…",
	} {
		if got := Printable(text); got != want {
			t.Errorf("%.20q becomes %q", text, got)
		}
	}
}

func TestRecastTellsTheClockFromTheKey(t *testing.T) {
	for ahead, want := range map[time.Duration]bool{0: false, 4 * time.Minute: false, 6 * time.Minute: true, -time.Hour: true} {
		e := Recast("AssumeRole", refusal("SignatureDoesNotMatch", "no", 403, time.Now().Add(ahead)))
		if e.WrongClock() != want {
			t.Errorf("AWS's clock %v ahead: skew %v, %v", ahead, e.Skew, e.WrongClock())
		}
	}
	if (&Error{Problem: ProblemAnswer, Skew: time.Hour}).WrongClock() {
		t.Error("an answer that is not STS's tells the time")
	}
	for code, want := range map[string]bool{"ExpiredToken": true, "ExpiredTokenException": true, "AccessDenied": false} {
		if got := Recast("", refusal(code, "", 403, time.Now())).Expired(); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
}
