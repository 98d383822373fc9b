package sandbox

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// blank replaces what is different in each answer.
func blank(body string) string {
	for _, tag := range []string{"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "RequestId"} {
		body = regexp.MustCompile("<"+tag+">[^<]+</"+tag+">").ReplaceAllString(body, "<"+tag+"/>")
	}
	return regexp.MustCompile("A(RO|ID)A[A-Z2-7]{17}").ReplaceAllString(body, "A${1}A")
}

// TestDocuments is whole documents, as STS sends them.
func TestDocuments(t *testing.T) {
	w := newWorld(t, Options{})
	const ns = ` xmlns="https://sts.amazonaws.com/doc/2011-06-15/"`
	for _, test := range []struct {
		request *http.Request
		status  int
		want    string
	}{
		{w.post(), 200, "<GetCallerIdentityResponse" + ns + `>
  <GetCallerIdentityResult>
    <Arn>arn:aws:iam::123456789012:user/testuser</Arn>
    <UserId>AIDA</UserId>
    <Account>123456789012</Account>
  </GetCallerIdentityResult>
  <ResponseMetadata>
    <RequestId/>
  </ResponseMetadata>
</GetCallerIdentityResponse>
`},
		{w.assumeQuery("SourceIdentity", "me@example.com", "Tags.member.1.Key", "a", "Tags.member.1.Value", "b"), 200, "<AssumeRoleResponse" + ns + `>
  <AssumeRoleResult>
    <AssumedRoleUser>
      <AssumedRoleId>AROA:some-session</AssumedRoleId>
      <Arn>arn:aws:sts::123456789012:assumed-role/sts_role/some-session</Arn>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId/>
      <SecretAccessKey/>
      <SessionToken/>
      <Expiration/>
    </Credentials>
    <PackedPolicySize>3</PackedPolicySize>
    <SourceIdentity>me@example.com</SourceIdentity>
  </AssumeRoleResult>
  <ResponseMetadata>
    <RequestId/>
  </ResponseMetadata>
</AssumeRoleResponse>
`},
		{w.query("Action", "GetSessionToken"), 200, "<GetSessionTokenResponse" + ns + `>
  <GetSessionTokenResult>
    <Credentials>
      <AccessKeyId/>
      <SecretAccessKey/>
      <SessionToken/>
      <Expiration/>
    </Credentials>
  </GetSessionTokenResult>
  <ResponseMetadata>
    <RequestId/>
  </ResponseMetadata>
</GetSessionTokenResponse>
`},
		{w.assumeQuery("RoleArn", "arn:aws:iam::210987654321:role/<nothing>&"), 403, "<ErrorResponse" + ns + `>
  <Error>
    <Type>Sender</Type>
    <Code>AccessDenied</Code>
    <Message>User: arn:aws:iam::123456789012:user/testuser is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/&lt;nothing&gt;&amp;</Message>
  </Error>
  <RequestId/>
</ErrorResponse>
`},
		{w.assumeQuery("DurationSeconds", "x"), 400, "<ErrorResponse" + ns + `>
  <Error>
    <Type>Sender</Type>
    <Code>MalformedInput</Code>
  </Error>
  <RequestId/>
</ErrorResponse>
`},
		{w.query("Action", "GetFederationToken"), 400, `<ErrorResponse xmlns="http://webservices.amazon.com/AWSFault/2005-15-09">
  <Error>
    <Type>Sender</Type>
    <Code>InvalidAction</Code>
    <Message>Could not find operation GetFederationToken for version 2011-06-15</Message>
  </Error>
  <RequestId/>
</ErrorResponse>
`},
	} {
		status, body, h := w.send(test.request)
		if status != test.status || blank(body) != test.want {
			t.Errorf("%d\n%s\nwant %d\n%s", status, blank(body), test.status, test.want)
		}
		if id := h.Get("X-Amzn-Requestid"); len(id) != 36 || !strings.Contains(body, "<RequestId>"+id+"</RequestId>") || !strings.Contains(w.log.last(), "request_id="+id) {
			t.Errorf("request ID %q is not in the document and the log", id)
		}
		if date, err := http.ParseTime(h.Get("Date")); err != nil || time.Since(date).Abs() > time.Minute || h.Get("Content-Type") != "text/xml" {
			t.Errorf("Date %q, Content-Type %q", h.Get("Date"), h.Get("Content-Type"))
		}
	}
}

func TestInvalidAction(t *testing.T) {
	w := newWorld(t, Options{})
	for body, message := range map[string]string{
		"Action=NoSuch&Version=2011-06-15":                          "Could not find operation NoSuch for version 2011-06-15",
		"Action=GetCallerIdentity":                                  "Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED",
		"Action=GetCallerIdentity&Version=":                         "Could not find operation GetCallerIdentity for version ",
		"Action=GetCallerIdentity&Version=2010-05-08":               "Could not find operation GetCallerIdentity for version 2010-05-08",
		"Action=&Version=2011-06-15":                                "Could not find operation  for version 2011-06-15",
		"Action=NoSuch&Action=GetCallerIdentity&Version=2011-06-15": "Could not find operation NoSuch for version 2011-06-15",
		"Action=AssumeRoleWithSAML&Version=2011-06-15":              "Could not find operation AssumeRoleWithSAML for version 2011-06-15",
	} {
		w.wantFault(t, w.post(func(r *raw) { r.body = body }), 400, "InvalidAction", message)
	}
	// It is reported before who asks is looked at.
	w.wantFault(t, w.post(func(r *raw) {
		r.body, r.key = "Action=NoSuch&Version=2011-06-15", aws.Credentials{AccessKeyID: "AKIA", SecretAccessKey: "x"}
	}), 400, "InvalidAction", "*")
	w.wantFault(t, w.post(func(r *raw) { r.body = "Version=2011-06-15" }), 400, "MissingAction", "*")
	w.wantFault(t, w.post(func(r *raw) { r.header = map[string]string{} }), 400, "MissingAction", "*")
	w.wantFault(t, w.post(func(r *raw) { r.body = "Action=%zz" }), 404, "MalformedQueryString", "*")
	w.wantFault(t, w.post(tamper(func(r *http.Request) { r.Header.Set("Authorization", "x") }), func(r *raw) { r.body = "" }), 400, "MissingAction", "*")
}

// TestOtherServices get an answer in their own form, and are unknown by name in the log.
func TestOtherServices(t *testing.T) {
	w := newWorld(t, Options{})
	for _, test := range []struct {
		name   string
		change func(*raw)
		status int
		body   string
		log    string
	}{
		{"query", func(r *raw) { r.service, r.body = "iam", "Action=ListUsers&Version=2010-05-08" }, 400,
			"Could not find operation ListUsers for version 2010-05-08", "event=unknown access_key_id= service=iam action=ListUsers result=InvalidAction"},
		{"json", func(r *raw) {
			r.service, r.body = "dynamodb", "{}"
			r.header = map[string]string{"X-Amz-Target": "DynamoDB_20120810.ListTables", "Content-Type": "application/x-amz-json-1.0"}
		}, 400, `{"__type":"UnknownOperationException"}`, "event=unknown service=dynamodb action=ListTables result=UnknownOperationException"},
		{"S3", func(r *raw) { r.service, r.method, r.body, r.path = "s3", "GET", "", "/" }, 501, "<Code>NotImplemented</Code>", "event=unknown service=s3 result=NotImplemented"},
		{"S3 object", func(r *raw) { r.service, r.method, r.path = "s3", "PUT", "/bucket/key" }, 501, "<Code>NotImplemented</Code>", "event=unknown service=s3 result=NotImplemented"},
		{"REST", func(r *raw) { r.service, r.method, r.path = "lambda", "GET", "/2015-03-31/functions/" }, 404, "<UnknownOperationException/>", "event=unknown service=lambda result=UnknownOperationException"},
		{"method", func(r *raw) { r.method = "DELETE" }, 404, "<UnknownOperationException/>", "event=unknown service=sts result=UnknownOperationException"},
		{"unsigned", tamper(func(r *http.Request) { r.Header.Del("Authorization"); r.URL.Path = "/favicon.ico" }), 404, "<UnknownOperationException/>", "event=unknown result=UnknownOperationException"},
	} {
		status, body, _ := w.send(w.post(test.change))
		last := regexp.MustCompile("access_key_id=[A-Z0-9]+").ReplaceAllString(w.log.last(), "access_key_id=")
		want := strings.Replace(test.log, " access_key_id=", "", 1)
		if status != test.status || !strings.Contains(body, test.body) || !strings.Contains(last, want) {
			t.Errorf("%s: %d %s\n%s", test.name, status, body, last)
		}
		if strings.HasPrefix(body, "{") && !json.Valid([]byte(body)) {
			t.Errorf("%s: %s", test.name, body)
		}
	}
}

// TestPanicIsAnswered: a bug of ours is one request's InternalFailure.
func TestPanicIsAnswered(t *testing.T) {
	w := newWorld(t, Options{})
	w.account.accounts[0].users[1].account = nil // testuser
	w.wantFault(t, w.post(), 500, "InternalFailure", "*")
	if !strings.Contains(w.log.last(), "result=InternalFailure") {
		t.Error(w.log.last())
	}
}
