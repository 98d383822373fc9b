package functionurl

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

// sample is an event in the shape that the service was observed to send, nulls
// included, with values of nobody's.
const sample = `{
  "version": "2.0", "routeKey": "$default", "rawPath": "/grants/team-data", "rawQueryString": "team=blue&x=a%20b",
  "cookies": ["a=b"],
  "headers": {"host": "abcdefghij.lambda-url.us-east-1.on.aws", "accept": "*/*", "user-agent": "curl/7.88.1",
    "x-amz-date": "20260304T050607Z", "x-amz-security-token": "the-token", "x-forwarded-for": "203.0.113.7", "cookie": "a=b"},
  "queryStringParameters": {"team": "blue", "x": "a b"},
  "requestContext": {
    "accountId": "999999999999", "apiId": "abcdefghij", "authentication": null,
    "authorizer": {"iam": {"accessKey": "AKIAEXAMPLE", "accountId": "123456789012", "callerId": "AIDAEXAMPLE", "cognitoIdentity": null,
      "principalOrgId": "o-exampleorg1", "userArn": "arn:aws:iam::123456789012:user/team/alice", "userId": "AIDAEXAMPLE"}},
    "domainName": "abcdefghij.lambda-url.us-east-1.on.aws", "domainPrefix": "abcdefghij",
    "http": {"method": "GET", "path": "/grants/team-data", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "curl/7.88.1"},
    "requestId": "01234567-89ab-cdef-0123-456789abcdef", "routeKey": "$default", "stage": "$default",
    "time": "04/Mar/2026:05:06:07 +0000", "timeEpoch": 1772600767000},
  "pathParameters": null, "stageVariables": null, "isBase64Encoded": false
}`

func parse(t *testing.T, raw string) Event {
	t.Helper()
	e, err := Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// with is the sample with a text replaced; the premise is that it is there.
func with(t *testing.T, old, replacement string) string {
	t.Helper()
	if !strings.Contains(sample, old) {
		t.Fatalf("the sample has no %s", old)
	}
	return strings.Replace(sample, old, replacement, 1)
}

func TestParse(t *testing.T) {
	e := parse(t, sample)
	if e.RequestContext.APIID != "abcdefghij" || e.RawQueryString != "team=blue&x=a%20b" || e.Headers["accept"] != "*/*" {
		t.Errorf("%+v", e)
	}
	for name, raw := range map[string]string{
		"nothing": "", "null": "null", "a list": "[]", "a text": `"x"`, "half": sample[:200], "no version": with(t, `"version": "2.0",`, ""),
		"payload 1.0": with(t, `"2.0"`, `"1.0"`), "a number for a version": with(t, `"2.0"`, `2.0`), "a test event of the console": `{"key1":"value1"}`,
		"no method": with(t, `"method": "GET",`, ""), "no domain": with(t, `"domainName": "abcdefghij.lambda-url.us-east-1.on.aws",`, ""),
		"no request id":    with(t, `"requestId": "01234567-89ab-cdef-0123-456789abcdef",`, ""),
		"a queue's event":  `{"Records":[{"messageId":"m","body":"{}","eventSource":"aws:sqs"}]}`,
		"a header of list": with(t, `"*/*"`, `["*/*"]`),
	} {
		if e, err := Parse([]byte(raw)); err == nil {
			t.Errorf("%s: read as %+v", name, e)
		}
	}
}

// The caller is authorizer.iam: no header, and not requestContext.accountId.
func TestIdentity(t *testing.T) {
	want := Identity{ARN: "arn:aws:iam::123456789012:user/team/alice", AccountID: "123456789012", UserID: "AIDAEXAMPLE", AccessKeyID: "AKIAEXAMPLE",
		OrgID: "o-exampleorg1", SourceIP: "203.0.113.7", UserAgent: "curl/7.88.1"}
	spoofed := with(t, `"accept": "*/*"`, `"accept": "*/*", "x-forwarded-for": "192.0.2.1", "x-amzn-iam-user-arn": "arn:aws:iam::123456789012:root", "authorizer": "x"`)
	for _, raw := range []string{sample, spoofed} {
		if got, ok := parse(t, raw).Identity(); !ok || got != want {
			t.Errorf("%+v, %v", got, ok)
		}
	}
	before, rest, _ := strings.Cut(sample, `"authorizer"`)
	_, after, _ := strings.Cut(rest, `"domainName"`)
	after = `"domainName"` + after
	for name, raw := range map[string]string{
		"no authorizer":   before + after,
		"a null":          before + `"authorizer": null, ` + after,
		"a JWT":           before + `"authorizer": {"jwt": {"claims": {"sub": "x"}}}, ` + after,
		"nobody":          before + `"authorizer": {"iam": null}, ` + after,
		"no ARN":          with(t, `"userArn": "arn:aws:iam::123456789012:user/team/alice",`, ""),
		"no account":      with(t, `"accountId": "123456789012",`, ""),
		"an empty record": before + `"authorizer": {"iam": {}}, ` + after,
	} {
		if got, ok := parse(t, raw).Identity(); ok || got != (Identity{SourceIP: "203.0.113.7", UserAgent: "curl/7.88.1"}) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestOrgID(t *testing.T) {
	for id, want := range map[string]bool{
		`"o-exampleorg1"`: true, `"o-0123456789"`: true, `"o-` + strings.Repeat("a", 32) + `"`: true,
		`"o-012345678"`: false, `"o-` + strings.Repeat("a", 33) + `"`: false, `"O-exampleorg1"`: false, `"o-Exampleorg1"`: false, `"o-example-org"`: false, `"o-exampleorg~"`: false, `"o-exampleorgé"`: false,
		`"aws:PrincipalOrgID"`: false, `null`: false, `""`: false, `"o-"`: false, `"*"`: false, `"o-exampleorg1\n"`: false,
	} {
		got, ok := parse(t, with(t, `"o-exampleorg1"`, id)).Identity()
		if !ok || (got.OrgID != "") != want {
			t.Errorf("%s: %q", id, got.OrgID)
		}
	}
}

// An event that the URL cannot have sent is refused by its own rule; one that
// it can have sent passes.
func TestVerify(t *testing.T) {
	const id = "01234567-89ab-cdef-0123-456789abcdef"
	own := Expectation{Host: "abcdefghij.lambda-url.us-east-1.on.aws", Region: "us-east-1", RequestIDCheck: Report}
	with := func(change func(*Expectation, *Invocation, *Event)) func(*Expectation, *Invocation, *Event) {
		return change
	}
	for name, test := range map[string]struct {
		change func(*Expectation, *Invocation, *Event)
		rule   string
	}{
		"the URL's own": {with(func(*Expectation, *Invocation, *Event) {}), ""},
		"in capitals": {with(func(_ *Expectation, _ *Invocation, e *Event) {
			e.RequestContext.DomainName = "ABCDEFGHIJ.lambda-url.us-east-1.on.aws"
		}), ""},
		"another URL's": {with(func(_ *Expectation, _ *Invocation, e *Event) {
			e.RequestContext.DomainName = "zzzzzzzzzz.lambda-url.us-east-1.on.aws"
		}), "domain"},
		"any URL, nothing configured": {with(func(x *Expectation, _ *Invocation, e *Event) { x.Host = "" }), ""},
		"an API Gateway": {with(func(x *Expectation, _ *Invocation, e *Event) {
			x.Host = ""
			e.RequestContext.DomainName = "abcdefghij.execute-api.us-east-1.amazonaws.com"
		}), "domain"},
		"another Region's URL": {with(func(x *Expectation, _ *Invocation, e *Event) { x.Host = ""; x.Region = "us-east-2" }), "domain"},
		"a domain that ends like a URL's": {with(func(x *Expectation, _ *Invocation, e *Event) {
			x.Host = ""
			e.RequestContext.DomainName = "lambda-url.us-east-1.on.aws"
		}), "domain"},
		"a domain without an id": {with(func(x *Expectation, _ *Invocation, e *Event) {
			x.Host = ""
			e.RequestContext.DomainName = ".lambda-url.us-east-1.on.aws"
			e.Headers["host"] = ""
		}), "domain"},
		"an own URL that is not AWS's": {with(func(x *Expectation, _ *Invocation, e *Event) {
			x.Host, e.RequestContext.DomainName, e.Headers["host"] = "127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1:8080"
		}), ""},
		"a load balancer in front": {with(func(_ *Expectation, _ *Invocation, e *Event) { e.Headers["host"] = "credentials.example.com" }), "host"},
		"no host header":           {with(func(_ *Expectation, _ *Invocation, e *Event) { delete(e.Headers, "host") }), ""},
		"a client context":         {with(func(_ *Expectation, i *Invocation, _ *Event) { i.ClientContext = true }), "client context"},
		"another id, reported":     {with(func(_ *Expectation, i *Invocation, _ *Event) { i.RequestID = "other" }), ""},
		"another id, off":          {with(func(x *Expectation, i *Invocation, _ *Event) { i.RequestID, x.RequestIDCheck = "other", Off }), ""},
		"another id, enforced":     {with(func(x *Expectation, i *Invocation, _ *Event) { i.RequestID, x.RequestIDCheck = "other", Enforce }), "request id"},
		"no ids, enforced": {with(func(x *Expectation, i *Invocation, e *Event) {
			i.RequestID, e.RequestContext.RequestID, x.RequestIDCheck = "", "", Enforce
		}), "request id"},
		"the same id in capitals, enforced": {with(func(x *Expectation, i *Invocation, _ *Event) {
			x.RequestIDCheck, i.RequestID = Enforce, strings.ToUpper(i.RequestID)
		}), "request id"},
		"the same id, enforced": {with(func(x *Expectation, _ *Invocation, _ *Event) { x.RequestIDCheck = Enforce }), ""},
	} {
		t.Run(name, func(t *testing.T) {
			x, i, e := own, Invocation{RequestID: id}, parse(t, sample)
			test.change(&x, &i, &e)
			err := x.Verify(e, i)
			forged, _ := errors.AsType[*ForgedError](err)
			if (test.rule == "") != (err == nil) || forged != nil && forged.Rule != test.rule {
				t.Errorf("%v, want rule %q", err, test.rule)
			}
		})
	}
}

func TestParseRequestIDCheck(t *testing.T) {
	for text, want := range map[string]RequestIDCheck{"": Report, "enforce": Enforce, "report": Report, "off": Off, "Enforce": "", "none": "", "true": ""} {
		if got, err := ParseRequestIDCheck(text); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestRequest(t *testing.T) {
	e := parse(t, sample)
	e.RawPath, e.Body = "/grants/a%20b", "the body"
	r, err := e.Request(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(r.Body)
	if r.Method != "GET" || r.URL.Path != "/grants/a b" || r.URL.RawQuery != "team=blue&x=a%20b" || string(body) != "the body" || err != nil ||
		r.ContentLength != 8 || r.Header.Get("User-Agent") != "curl/7.88.1" || r.Host != "abcdefghij.lambda-url.us-east-1.on.aws" || r.Context() != t.Context() {
		t.Errorf("%+v, %s", r, body)
	}
	e.Body, e.IsBase64Encoded = "AP/+", true
	if r, err = e.Request(t.Context()); err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(r.Body); !reflect.DeepEqual(body, []byte{0, 0xff, 0xfe}) {
		t.Errorf("%x", body)
	}
	for name, change := range map[string]func(*Event){
		"no base64": func(e *Event) { e.Body, e.IsBase64Encoded = "{}", true }, "half of base64": func(e *Event) { e.Body, e.IsBase64Encoded = "AP/", true },
		"no path": func(e *Event) { e.RawPath = "" }, "a path from nowhere": func(e *Event) { e.RawPath = "grants" }, "a broken escape": func(e *Event) { e.RawPath = "/%zz" },
		"half an escape": func(e *Event) { e.RawPath = "/%2" }, "a space and a slash": func(e *Event) { e.RawPath = "/grants/a b%2Fc" },
		"a query in the path": func(e *Event) { e.RawPath = "/?a=b" }, "no ASCII": func(e *Event) { e.RawPath = "/é%2F" },
	} {
		e := parse(t, sample)
		change(&e)
		if r, err := e.Request(t.Context()); err == nil || r != nil {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(`{"version":"2.0","rawPath":"/","body":"e30=","isBase64Encoded":true,"requestContext":{"requestId":"r","domainName":"d","http":{"method":"POST"}}}`))
	f.Add([]byte(`{"version":"2.0","requestContext":{"authorizer":{"iam":{}}}}`))
	x := Expectation{Region: "us-east-1", RequestIDCheck: Enforce}
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := Parse(raw)
		if err != nil {
			return
		}
		if id, ok := e.Identity(); !ok && id.ARN+id.AccountID+id.UserID+id.AccessKeyID+id.OrgID != "" || ok && (e.RequestContext.Authorizer == nil || id.ARN == "" || id.ARN != e.RequestContext.Authorizer.IAM.UserARN) {
			t.Fatalf("an identity of nowhere: %+v", id)
		}
		if x.Verify(e, Invocation{RequestID: "the runtime's"}) == nil && e.RequestContext.RequestID != "the runtime's" {
			t.Fatal("a forged event passes")
		}
		r, err := e.Request(t.Context())
		if err != nil {
			return
		}
		if r.URL.EscapedPath() != e.RawPath {
			t.Fatalf("%q became %q", e.RawPath, r.URL.EscapedPath())
		}
		response, err := Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }), r)
		if err != nil || response.StatusCode != 200 {
			t.Fatalf("%+v, %v", response, err)
		}
		if _, err := response.Marshal(); err != nil {
			t.Fatal(err)
		}
	})
}
