package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"karikagi/internal/functionurl"
)

const urlHost = "abcdefghij.lambda-url.us-east-1.on.aws"

// function is one that remembers its events and answers what it is told to.
type function struct {
	events []string
	answer string
	err    error
}

func (f *function) invoke(_ context.Context, event []byte) ([]byte, error) {
	f.events = append(f.events, string(event))
	return []byte(f.answer), f.err
}

// front is a world whose url is that of a function.
func (w *world) front(invoke func(context.Context, []byte) ([]byte, error), host string) *world {
	w.t.Helper()
	server := httptest.NewServer(w.FunctionURL(invoke, host))
	w.t.Cleanup(server.Close)
	front := *w
	front.url = server.URL
	return &front
}

// call is a well-signed request to a function.
func (w *world) call(change ...func(*raw)) *http.Request {
	w.t.Helper()
	return w.post(append([]func(*raw){func(r *raw) {
		r.service, r.region, r.path, r.body = "lambda", "us-east-1", "/grants/a/credentials?team=blue&x=a%20b", `{"reason":"<é>"}`
		r.header = map[string]string{"Content-Type": "application/json", "User-Agent": "test/1"}
	}}, change...)...)
}

// signedBy takes the credentials of a client of STS's.
func (w *world) signedBy(c *sts.Client) func(*raw) {
	w.t.Helper()
	key, err := c.Options().Credentials.Retrieve(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return func(r *raw) { r.key = key }
}

// console is an account whose console user may do everything.
const console = `
accounts:
  - id: "123456789012"
    users:
      - name: shell
        console: true
        policies: [arn:aws:iam::aws:policy/AdministratorAccess]
`

// TestFunctionURLEvent: what a function is told of each kind of caller is what STS tells the caller of himself.
func TestFunctionURLEvent(t *testing.T) {
	seeded, own := newWorld(t, Options{}), loaded(t, console)
	session, err := seeded.as("testuser").GetSessionToken(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	role := seeded.mustAssume(seeded.cloudShell("ueno"), assume("FromMyAccount", func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String("ueno") }))
	for name, test := range map[string]struct {
		*world
		client *sts.Client
		arn    string
	}{
		"user":          {seeded, seeded.as("testuser"), "arn:aws:iam::123456789012:user/testuser"},
		"path":          {seeded, seeded.as("alice"), "arn:aws:iam::123456789012:user/team/blue/alice"},
		"user's token":  {seeded, seeded.with(session.Credentials), "arn:aws:iam::123456789012:user/testuser"},
		"role":          {seeded, seeded.with(role.Credentials), "arn:aws:sts::123456789012:assumed-role/FromMyAccount/ueno"},
		"root":          {seeded, seeded.as("root"), "arn:aws:iam::123456789012:root"},
		"in CloudShell": {own, own.cloudShell("shell"), "arn:aws:iam::123456789012:user/shell"},
	} {
		t.Run(name, func(t *testing.T) {
			f := &function{answer: `{"statusCode":201,"body":"done"}`}
			front := test.front(f.invoke, urlHost)
			var key aws.Credentials
			status, body, h := front.send(front.call(test.signedBy(test.client), func(r *raw) {
				key = r.key
				r.header["X-Forwarded-For"], r.header["Cookie"], r.header["X-Custom"] = "192.0.2.1", "a=b; c=d", "Z"
			}))
			if status != 201 || body != "done" || len(f.events) != 1 {
				t.Fatalf("%d %s, %d events", status, body, len(f.events))
			}
			who, err := test.client.GetCallerIdentity(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			e, err := functionurl.Parse([]byte(f.events[0]))
			if err != nil {
				t.Fatal(err)
			}
			want := functionurl.Identity{ARN: test.arn, AccountID: account, UserID: *who.UserId, AccessKeyID: key.AccessKeyID,
				OrgID: test.account.accounts[0].org, SourceIP: "127.0.0.1", UserAgent: "test/1"}
			if id, ok := e.Identity(); !ok || id != want || *who.Arn != test.arn || e.RequestContext.Authorizer.IAM.CallerID != *who.UserId {
				t.Errorf("got %+v\nwant %+v", id, want)
			}
			checkEvent(t, e, h.Get("X-Amzn-RequestId"))
			if e.Headers["x-amz-security-token"] != key.SessionToken || strings.Contains(f.events[0], "Signature=") || strings.Contains(f.events[0], key.SecretAccessKey) {
				t.Errorf("token %v; %s", e.Headers["x-amz-security-token"] == key.SessionToken, f.events[0])
			}
			line := test.log.String()
			if !strings.Contains(line, " event=InvokeFunctionUrl caller="+test.arn+" access_key_id="+key.AccessKeyID+" result=allowed status=201 request_id=") || strings.Contains(line, Mark) {
				t.Error(line)
			}
		})
	}
}

// checkEvent checks what does not depend on the caller, with the rules that the function itself has.
func checkEvent(t *testing.T, e functionurl.Event, requestID string) {
	t.Helper()
	own := functionurl.Expectation{Host: urlHost, Region: "us-east-1", RequestIDCheck: functionurl.Enforce}
	if err := own.Verify(e, functionurl.Invocation{RequestID: requestID}); err != nil || len(requestID) != 36 {
		t.Error(err)
	}
	c := e.RequestContext
	if c.AccountID != account || c.APIID != "abcdefghij" || c.DomainPrefix != "abcdefghij" || c.Stage != "$default" || c.HTTP.Method != "POST" ||
		c.HTTP.Path != "/grants/a/credentials" || e.RawPath != "/grants/a/credentials" || e.RawQueryString != "team=blue&x=a%20b" ||
		e.Body != `{"reason":"<é>"}` || e.IsBase64Encoded || !slices.Equal(e.Cookies, []string{"a=b", "c=d"}) || time.Since(time.UnixMilli(c.TimeEpoch)) > time.Minute {
		t.Errorf("%+v", e)
	}
	for name, want := range map[string]string{"host": urlHost, "x-custom": "Z", "x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https",
		"x-forwarded-port": "443", "authorization": "", "content-type": "application/json"} {
		if e.Headers[name] != want {
			t.Errorf("header %s: %q, want %q", name, e.Headers[name], want)
		}
	}
	if trace := e.Headers["x-amzn-trace-id"]; len(trace) != len("Root=1-58337262-36d228ad5d99923122bbe354") || e.Headers["x-amz-date"] == "" {
		t.Errorf("trace id %q, date %q", trace, e.Headers["x-amz-date"])
	}
	for name := range e.Headers {
		if name != strings.ToLower(name) {
			t.Errorf("header %s: want lower case", name)
		}
	}
}

const forbiddenBody = `{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}`

func lower(message string) string { return `{"message":"` + message + `"}` }

// TestFunctionURLRefusals is the whole of each refusal. The function hears of none.
func TestFunctionURLRefusals(t *testing.T) {
	w := newWorld(t, Options{})
	f := &function{answer: `{"statusCode":200}`}
	front := w.front(f.invoke, urlHost)
	session := w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials
	old := w.mustAssume(w.as("testuser"), assume("first-hop")).Credentials
	w.Advance(30 * time.Minute)
	fresh := w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials
	w.Advance(31 * time.Minute) // session and old are over, fresh is not
	elsewhere := w.mustAssume(w.as("testuser"), assume("210987654321/in-second-account")).Credentials
	const forbidden, denied, signature = forbiddenBody, "AccessDeniedException", "InvalidSignatureException"
	for name, test := range map[string]struct {
		change     func(*raw)
		code, body string
		reason     string
	}{
		"unsigned":        {tamper(func(r *http.Request) { r.Header.Del("Authorization") }), denied, forbidden, "is missing Authentication Token"},
		"another scheme":  {setHeader("Authorization", "Bearer x"), denied, forbidden, "is missing Authentication Token"},
		"for sts":         {func(r *raw) { r.service = "sts" }, signature, lower("Credential should be scoped to correct service: 'lambda'. "), "correct service"},
		"another region":  {func(r *raw) { r.region = "eu-central-1" }, signature, lower("Credential should be scoped to a valid region. "), "valid region"},
		"wrong secret":    {func(r *raw) { r.key.SecretAccessKey += "x"; r.key.AccessKeyID = w.key("testuser").id }, signature, lower(mismatch), "signature we calculated"},
		"another path":    {tamper(func(r *http.Request) { r.URL.Path = "/grants/b/credentials" }), signature, lower(mismatch), ""},
		"another query":   {tamper(func(r *http.Request) { r.URL.RawQuery = "team=green" }), signature, lower(mismatch), ""},
		"another body":    {tamper(otherBody), signature, lower(mismatch), ""},
		"unsigned body":   {tamper(w.signWithoutBody), signature, lower(mismatch), ""},
		"half a header":   {inAuthorization(", SignedHeaders=", ", Signed="), "IncompleteSignatureException", "", "requires 'SignedHeaders'"},
		"unknown key":     {func(r *raw) { r.key = aws.Credentials{AccessKeyID: "AKIAAAAAAAAAAAAAAAAA", SecretAccessKey: "x"} }, "UnrecognizedClientException", lower(invalidToken), ""},
		"without token":   {func(r *raw) { w.signedBy(w.with(fresh))(r); r.key.SessionToken = "" }, "UnrecognizedClientException", lower(invalidToken), ""},
		"another's token": {func(r *raw) { w.signedBy(w.with(fresh))(r); r.key.SessionToken = *old.SessionToken }, "UnrecognizedClientException", lower(invalidToken), ""},
		"expired":         {w.signedBy(w.with(session)), "ExpiredTokenException", lower("The security token included in the request is expired"), ""},
		"role without":    {w.signedBy(w.with(fresh)), denied, forbidden, "lambda:InvokeFunctionUrl: identity-based policy: Document: there is no"},
		"x":               {w.signedBy(w.as("x")), denied, forbidden, "lambda:InvokeFunctionUrl: identity-based policy: statement 1: Action"},
		"ueno":            {w.signedBy(w.cloudShell("ueno")), denied, forbidden, "lambda:InvokeFunctionUrl: identity-based policy: statement 1 (OneRoleOnly): Action"},
		"another account": {w.signedBy(w.with(elsewhere)), denied, forbidden, "no resource-based policy"},
	} {
		t.Run(name, func(t *testing.T) {
			status, body, h := front.send(front.call(test.change))
			if status != 403 || h.Get("X-Amzn-Errortype") != test.code || h.Get("Content-Type") != "application/json" || test.body != "" && body != test.body {
				t.Errorf("%d %s\n%s\nwant %s", status, h.Get("X-Amzn-Errortype"), body, test.body)
			}
			if line := w.log.last(); !strings.Contains(line, "event=InvokeFunctionUrl ") || !strings.Contains(line, "result="+test.code) || !strings.Contains(line, test.reason) {
				t.Error(line)
			}
			if strings.Contains(body+w.log.String(), Mark) {
				t.Error("a secret is in the answer or the log")
			}
		})
	}
	if len(f.events) != 0 {
		t.Errorf("the function was invoked: %v", f.events)
	}
	if status, _, _ := front.send(front.call()); status != 200 || len(f.events) != 1 {
		t.Errorf("what was changed is refused unchanged: %d", status)
	}
}

func otherBody(r *http.Request) {
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(`{"reason":"<e>"}`)), 16
}

// signWithoutBody signs as clients do that will not hash what they send.
func (w *world) signWithoutBody(r *http.Request) {
	k := w.key("testuser")
	r.Header.Del("Authorization")
	r.Header.Set("X-Amz-Content-Sha256", unsignedPayload)
	key := aws.Credentials{AccessKeyID: k.id, SecretAccessKey: k.secret}
	if err := v4.NewSigner().SignHTTP(w.t.Context(), key, r, unsignedPayload, "lambda", "us-east-1", w.clock.real()); err != nil {
		w.t.Fatal(err)
	}
}

// TestFunctionURLPermissions: both are needed, each under its own condition, and a session policy narrows them.
func TestFunctionURLPermissions(t *testing.T) {
	const byURL, direct, arn = `lambda:InvokeFunctionUrl`, `lambda:InvokeFunction`, `arn:aws:lambda:us-east-1:123456789012:function:karikagi`
	statement := func(action, resource, condition string) string {
		return `{"Effect":"Allow","Action":"` + action + `","Resource":"` + resource + `","Condition":{` + condition + `}}`
	}
	both := func(resource, url, invoke string) []string {
		return []string{statement(byURL, resource, url), statement(direct, resource, invoke)}
	}
	const iamOnly, viaURL = `"StringEquals":{"lambda:FunctionUrlAuthType":"AWS_IAM"}`, `"Bool":{"lambda:InvokedViaFunctionUrl":"true"}`
	for name, test := range map[string]struct {
		statements []string
		want       int
	}{
		"both":                 {both(arn+":live", iamOnly, viaURL), 200},
		"without conditions":   {both(arn+":live", "", ""), 200},
		"any alias":            {both(arn+":*", iamOnly, viaURL), 200},
		"only the URL's":       {[]string{statement(byURL, "*", iamOnly)}, 403},
		"only the function's":  {[]string{statement(direct, "*", viaURL)}, 403},
		"unqualified":          {both(arn, iamOnly, viaURL), 403},
		"another alias":        {both(arn+":test", iamOnly, viaURL), 403},
		"another account's":    {both(strings.Replace(arn, account, "210987654321", 1)+":live", iamOnly, viaURL), 403},
		"for no signature":     {both("*", `"StringEquals":{"lambda:FunctionUrlAuthType":"NONE"}`, viaURL), 403},
		"for direct calls":     {both("*", iamOnly, `"Bool":{"lambda:InvokedViaFunctionUrl":"false"}`), 403},
		"keys changed over":    {both("*", viaURL, iamOnly), 403},
		"and a deny":           {append(both("*", "", ""), `{"Effect":"Deny","Action":"lambda:*","Resource":"*","Condition":{`+viaURL+`}}`), 403},
		"in this organization": {both("*", `"StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}","aws:ResourceAccount":"123456789012"}`, ""), 200},
		"in another one":       {both("*", `"StringEquals":{"aws:ResourceOrgID":"o-0000000000"}`, ""), 403},
	} {
		t.Run(name, func(t *testing.T) {
			policy := `{"Version":"2012-10-17","Statement":[` + strings.Join(test.statements, ",") + `]}`
			w := loaded(t, `{"accounts":[{"id":"123456789012","org_id":"o-a1b2c3d4e5","users":[
				{"name":"user","access_key":true,"policies":[`+policy+`,{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}]}],
				"roles":[{"name":"role","policies":["arn:aws:iam::aws:policy/AdministratorAccess"],"trust":{"Version":"2012-10-17","Statement":
				{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole"}}}]}]}`)
			front := w.front((&function{answer: `{"statusCode":200}`}).invoke, urlHost)
			if status, body, _ := front.send(front.call(w.signedBy(w.as("user")))); status != test.want {
				t.Errorf("as user: %d %s, want %d", status, body, test.want)
			}
			limited := w.mustAssume(w.as("user"), assume("role", func(in *sts.AssumeRoleInput) { in.Policy = &policy }))
			if status, body, _ := front.send(front.call(w.signedBy(w.with(limited.Credentials)))); status != test.want {
				t.Errorf("as session policy: %d %s, want %d", status, body, test.want)
			}
		})
	}
}

// TestFunctionURLBodies: what looks like text comes as it is, anything else in base64; both come back.
func TestFunctionURLBodies(t *testing.T) {
	w := newWorld(t, Options{})
	echo := func(_ context.Context, event []byte) ([]byte, error) {
		e, err := functionurl.Parse(event)
		if err != nil {
			return nil, err
		}
		return json.Marshal(map[string]any{"statusCode": 200, "body": e.Body, "isBase64Encoded": e.IsBase64Encoded,
			"headers": map[string]string{"Encoded": map[bool]string{true: "yes", false: "no"}[e.IsBase64Encoded]}})
	}
	front := w.front(echo, "")
	for _, test := range []struct{ contentType, body, encoded string }{
		{"application/json", `{"a":"é"}`, "no"}, {"text/plain; charset=utf-8", "x", "no"}, {"application/json", "\xff\x00", "yes"},
		{"application/x-www-form-urlencoded", "a=b", "yes"}, {"", "\x00\x01", "yes"}, {"idk", "x", "yes"}, {"application/json", "", "no"},
		{"application/octet-stream", strings.Repeat("\xff", maxPayload/2), "yes"},
	} {
		status, body, h := front.send(front.call(func(r *raw) { r.body = test.body; r.header["Content-Type"] = test.contentType }))
		if status != 200 || body != test.body || h.Get("Encoded") != test.encoded {
			t.Errorf("%q %.20q: %d %.20q encoded %q", test.contentType, test.body, status, body, h.Get("Encoded"))
		}
	}
	status, body, h := front.send(front.call(func(r *raw) { r.body = strings.Repeat("x", maxPayload+1) }))
	if status != 413 || !strings.HasPrefix(body, `{"Message":"Request must be smaller than 6291456 bytes`) || h.Get("X-Amzn-Errortype") != "RequestEntityTooLargeException" {
		t.Errorf("%d %s %v", status, body, h)
	}
}

// TestFunctionURLAnswers: a function's answer becomes HTTP, and whatever is none a 502 that tells nothing.
func TestFunctionURLAnswers(t *testing.T) {
	w := newWorld(t, Options{})
	for name, test := range map[string]struct {
		function
		status              int
		body, contentType   string
		cookies, log, cache string
	}{
		"whole": {function{answer: `{"statusCode":403,"headers":{"content-type":"text/plain","cache-control":"no-store"},"cookies":["a=b","c=d"],"body":"no"}`},
			403, "no", "text/plain", "a=b c=d", "result=allowed status=403", "no-store"},
		"no type":          {function{answer: `{"statusCode":200,"body":"<p>"}`}, 200, "<p>", "application/json", "", "status=200", ""},
		"base64":           {function{answer: `{"statusCode":200,"body":"AP8=","isBase64Encoded":true}`}, 200, "\x00\xff", "application/json", "", "status=200", ""},
		"no body":          {function{answer: `{"statusCode":204}`}, 204, "", "application/json", "", "status=204", ""},
		"no status":        {function{answer: `{"AccessKeyId":"x"}`}, 200, `{"AccessKeyId":"x"}`, "application/json", "", "status=200", ""},
		"its own framing":  {function{answer: `{"statusCode":200,"headers":{"content-length":"1","Transfer-Encoding":"x","x-amzn-RequestId":"mine","connection":"upgrade"},"body":"four"}`}, 200, "four", "application/json", "", "status=200", ""},
		"no JSON":          {function{answer: `<html>`}, 502, "", "", "", "no JSON", ""},
		"nothing":          {function{}, 502, "", "", "", "result=FunctionError", ""},
		"no status code":   {function{answer: `{"statusCode":9}`}, 502, "", "", "", "no HTTP answer", ""},
		"informational":    {function{answer: `{"statusCode":101}`}, 502, "", "", "", "status code 101", ""},
		"headers of lists": {function{answer: `{"statusCode":200,"headers":{"a":["b"]}}`}, 502, "", "", "", "no HTTP answer", ""},
		"broken base64":    {function{answer: `{"statusCode":200,"body":"%","isBase64Encoded":true}`}, 502, "", "", "", "not base64", ""},
		"too large":        {function{answer: `{"statusCode":200,"body":"` + strings.Repeat("x", maxPayload) + `"}`}, 502, "", "", "", "want at most 6291456", ""},
		"fails":            {function{answer: `{"statusCode":200}`, err: errors.New("the-secret")}, 502, "", "", "", `reason="the function failed"`, ""},
		"times out":        {function{err: context.DeadlineExceeded}, 502, "", "", "", `reason="the function timed out"`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			front := w.front(test.invoke, urlHost)
			if test.status == 502 {
				test.body, test.contentType = `{"Message":"Internal Server Error"}`, "application/json"
			}
			status, body, h := front.send(front.call())
			if status != test.status || body != test.body || h.Get("Content-Type") != test.contentType || h.Get("Cache-Control") != test.cache ||
				strings.Join(h.Values("Set-Cookie"), " ") != test.cookies || len(h.Get("X-Amzn-RequestId")) != 36 {
				t.Errorf("%d %.99q %v", status, body, h)
			}
			if line := w.log.last(); !strings.Contains(line, test.log) || strings.Contains(line, "the-secret") {
				t.Error(line)
			}
		})
	}
	front := w.front(func(context.Context, []byte) ([]byte, error) { panic("the-secret") }, urlHost)
	if status, body, _ := front.send(front.call()); status != 502 || body != `{"Message":"Internal Server Error"}` || !strings.Contains(w.log.last(), "panicked") {
		t.Errorf("%d %s\n%s", status, body, w.log.last())
	}
}

// TestFunctionURLHost: without a name of its own the URL has that of the request.
func TestFunctionURLHost(t *testing.T) {
	w := newWorld(t, Options{})
	f := &function{answer: `{"statusCode":200}`}
	front := w.front(f.invoke, "")
	front.send(front.call())
	e, err := functionurl.Parse([]byte(f.events[0]))
	if host := strings.TrimPrefix(front.url, "http://"); err != nil || e.RequestContext.DomainName != host || e.Headers["host"] != host {
		t.Errorf("%+v, %v", e, err)
	}
	if got := w.FunctionARN(); got != "arn:aws:lambda:us-east-1:123456789012:function:karikagi:live" {
		t.Error(got)
	}
}

// functionClient is STS as the function sees it, with the credentials of its execution role.
func (w *world) functionClient(role string) *sts.Client {
	w.t.Helper()
	id, secret, token, _, err := w.RoleSession(roleARN(role), "karikagi")
	if err != nil {
		w.t.Fatal(err)
	}
	return w.client(credentials.NewStaticCredentialsProvider(id, secret, token))
}

func TestRoleSession(t *testing.T) {
	w := newWorld(t, Options{})
	before := time.Now().Truncate(time.Second)
	id, secret, token, expiration, err := w.RoleSession(roleARN("karikagi-function"), "karikagi")
	if err != nil || !isAccessKeyID(id) || !strings.HasPrefix(id, "ASIA") || !strings.HasPrefix(secret, Mark) || !strings.HasPrefix(token, Mark) {
		t.Fatalf("%s, %v", id, err)
	}
	if d := expiration.Sub(before); d < 12*time.Hour || d > 12*time.Hour+time.Minute {
		t.Errorf("for %v", d)
	}
	c := w.client(credentials.NewStaticCredentialsProvider(id, secret, token))
	if arn := arnOf(t, c); arn != "arn:aws:sts::123456789012:assumed-role/karikagi-function/karikagi" {
		t.Error(arn)
	}
	w.Advance(12*time.Hour - time.Minute)
	arnOf(t, c)
	w.Advance(2 * time.Minute)
	_, err = c.GetCallerIdentity(t.Context(), nil)
	wantError(t, err, 403, "ExpiredToken", "")
	if strings.Contains(w.log.String(), Mark) {
		t.Error("a secret is in the log")
	}
	for name, test := range map[string]struct{ role, session, want string }{
		"no such role":     {roleARN("nothing"), "karikagi", "no such role"},
		"for users only":   {roleARN("toy-role"), "karikagi", "lambda.amazonaws.com"},
		"for a role only":  {roleARN("210987654321/data-reader"), "karikagi", "lambda.amazonaws.com"},
		"short name":       {roleARN("karikagi-function"), "k", "2"},
		"name of blanks":   {roleARN("karikagi-function"), "kari kagi", ""},
		"no ARN of a role": {"karikagi-function", "karikagi", "no such role"},
	} {
		id, secret, token, _, err := w.RoleSession(test.role, test.session)
		if err == nil || !strings.Contains(err.Error(), test.want) || id+secret+token != "" {
			t.Errorf("%s: %s, %v", name, id, err)
		}
	}
}

// TestSeededFunction: the execution role may assume the downstream role with its external ID, tagged and named; nobody else may, nor
// may anybody but the service assume the execution role.
func TestSeededFunction(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.functionClient("karikagi-function")
	whole := func(in *sts.AssumeRoleInput) {
		in.ExternalId, in.SourceIdentity, in.TransitiveTagKeys = aws.String("karikagi-210987654321"), aws.String("alice"), []string{"caller"}
		in.Tags = []types.Tag{{Key: aws.String("caller"), Value: aws.String("alice")}}
	}
	out := w.mustAssume(c, assume("210987654321/data-reader", whole))
	if arn := arnOf(t, w.with(out.Credentials)); arn != "arn:aws:sts::210987654321:assumed-role/data-reader/some-session" {
		t.Error(arn)
	}
	for name, test := range map[string]struct {
		client *sts.Client
		in     *sts.AssumeRoleInput
	}{
		"no external ID":   {c, assume("210987654321/data-reader")},
		"wrong one":        {c, assume("210987654321/data-reader", whole, func(in *sts.AssumeRoleInput) { in.ExternalId = aws.String("karikagi-123456789012") })},
		"another role":     {c, assume("toy-role")},
		"testuser":         {w.as("testuser"), assume("210987654321/data-reader", whole)},
		"its own session":  {w.with(out.Credentials), assume("210987654321/data-reader", whole, func(in *sts.AssumeRoleInput) { in.Tags, in.TransitiveTagKeys = nil, nil })},
		"as the function":  {w.as("testuser"), assume("karikagi-function")},
		"ueno as function": {w.cloudShell("ueno"), assume("karikagi-function")},
	} {
		_, err := test.client.AssumeRole(t.Context(), test.in)
		t.Run(name, func(t *testing.T) { wantError(t, err, 403, "AccessDenied", "") })
	}
	_, err := c.AssumeRole(t.Context(), assume("210987654321/data-reader", whole, func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(3601) }))
	wantError(t, err, 400, "ValidationError", "")
}

func TestTrustsService(t *testing.T) {
	const action = `,"Action":"sts:AssumeRole"}`
	allow := `{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"}` + action
	for name, test := range map[string]struct {
		statements string
		want       bool
	}{
		"alone":               {allow, true},
		"in a list":           {`[` + allow + `]`, true},
		"among others":        {`[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:TagSession"},{"Effect":"Allow","Principal":{"AWS":"123456789012","Service":["ec2.amazonaws.com","lambda.amazonaws.com"]},"Action":["sts:TagSession","sts:assumerole"]}]`, true},
		"every action":        {strings.Replace(allow, "sts:AssumeRole", "sts:*", 1), true},
		"another service":     {strings.Replace(allow, "lambda.", "ec2.", 1), false},
		"a like name":         {strings.Replace(allow, "lambda.amazonaws.com", "lambda.amazonaws.com.example.com", 1), false},
		"an account":          {`{"Effect":"Allow","Principal":{"AWS":"*"}` + action, false},
		"another action":      {strings.Replace(allow, "sts:AssumeRole", "sts:TagSession", 1), false},
		"under a condition":   {strings.Replace(allow, `"Action"`, `"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}},"Action"`, 1), false},
		"denied too":          {`[` + allow + `,` + strings.Replace(allow, "Allow", "Deny", 1) + `]`, false},
		"denied to everybody": {`[` + allow + `,{"Effect":"Deny","Principal":{"AWS":"*"}` + action + `]`, false},
		"denied to somebody":  {`[` + allow + `,{"Effect":"Deny","Principal":{"AWS":"123456789012"}` + action + `]`, true},
	} {
		r := &role{}
		_, err := r.readTrust([]byte(`{"Version":"2012-10-17","Statement":` + test.statements + `}`))
		if err != nil || r.forLambda != test.want {
			t.Errorf("%s: %v, %v", name, r.forLambda, err)
		}
	}
	r := &role{}
	if _, err := r.readTrust([]byte(`{"Version":"2012-10-17","Statement":` + strings.Replace(allow, "Effect", "effect", 1) + `}`)); err == nil || r.forLambda {
		t.Errorf("what iam refuses: %v, %v", r.forLambda, err)
	}
}
