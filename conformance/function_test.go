//go:build conformance

package conformance

import (
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"karikagi/internal/workbench"
)

const functionARN = "arn:aws:lambda:us-east-1:" + home + ":function:karikagi:live"

// response is what a function gives to Lambda for a Function URL (Lambda
// developer guide, "Response payload format").
type response struct {
	StatusCode int
	Body       string
}

// startFunction runs a bootstrap in Lambda's place, with a session of the
// execution role.
func (m *moto) startFunction(bootstrap string, execution keys) *workbench.Process {
	m.t.Helper()
	p, err := workbench.Start(m.t.Context(), workbench.Options{
		Program: bootstrap, FunctionARN: functionARN,
		Environment: workbench.LambdaEnvironment(filepath.Dir(bootstrap), m.url, execution.id, execution.secret, execution.token),
	})
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { p.End() })
	return p
}

// ask sends the event of testdata, with some of its words replaced.
func ask(t *testing.T, p *workbench.Process, oldnew ...string) response {
	t.Helper()
	event, err := os.ReadFile("testdata/event.json")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(oldnew...).Replace(string(event))
	if len(oldnew) != 0 && text == string(event) {
		t.Fatalf("the event has nothing of %q", oldnew)
	}
	raw, _, err := p.Invoke(workbench.Event{ID: "6a5b1c9e-3d6e-4b5f-8a77-2f1f0c9d4e10", Body: []byte(text), Limit: 15 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	var r response
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatalf("%v: %s", err, raw)
	}
	return r
}

// bootstrap is the function as `make build-KarikagiFunction` left it for this
// machine, with the grants that are deployed beside it.
func bootstrap(t *testing.T) string {
	t.Helper()
	file, err := filepath.Abs("../.build/function-" + runtime.GOARCH + "/bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// reader is boto3 with a profile whose credential_process prints what the
// function answered.
const reader = `
import boto3, sys
from botocore.exceptions import ClientError
session = boto3.Session(profile_name="vended")
print(session.client("sts").get_caller_identity()["Arn"])
for key in sys.argv[1:]:
    try:
        print(key, session.client("s3").get_object(Bucket="data", Key=key)["Body"].read().decode().strip())
    except ClientError as refused:
        print(key, refused.response["Error"]["Code"])
`

// The compiled function, given to Lambda's Runtime API with an event of a
// Function URL, has moto's STS make a session of the grant's role, and boto3
// uses it. moto ignores a session policy and session tags: that they were asked
// for is read from what moto received, and that moto lets more pass than AWS
// would is wanted here, so that it is noticed should moto begin to hold them.
func testFunction(t *testing.T, m moto) {
	m.t = t
	const execution = "arn:aws:iam::" + home + ":role/karikagi-function"
	const downstream = "arn:aws:iam::" + other + ":role/data-reader"
	m.role(m.admin, "karikagi-function", trust("arn:aws:iam::"+home+":user/admin"), allow(downstream, "sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"))
	m.role(m.adminFar, "data-reader", trust(execution), allow("arn:aws:s3:::data/*", "s3:GetObject"))
	p := m.startFunction(bootstrap(t), m.assume(m.admin, execution, "karikagi"))

	got := ask(t, p)
	if got.StatusCode != 200 {
		t.Fatalf("%+v", got)
	}
	answer := filepath.Join(t.TempDir(), "answer.json")
	config := filepath.Join(t.TempDir(), "config")
	for file, text := range map[string]string{answer: got.Body, config: "[profile vended]\nregion = us-east-1\ncredential_process = cat " + answer + "\n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	environment := append(m.environment(keys{}), "AWS_CONFIG_FILE="+config)
	out, err := m.try(environment, "python3", "-c", reader, "blue/hello", "secret/hello")
	want := "arn:aws:sts::" + other + ":assumed-role/data-reader/alice\nblue/hello " + contents + "secret/hello " + strings.TrimSuffix(contents, "\n")
	if err != nil || out != want {
		t.Errorf("%v\n%s\nwant\n%s", err, out, want)
	}
	m.receivedOnce(downstream)

	if got := ask(t, p, "user/team/blue/alice", "user/eve"); got.StatusCode != 403 || strings.Contains(got.Body, "AccessKeyId") {
		t.Errorf("somebody without a grant: %+v", got)
	}
	if got := ask(t, p, "team=blue", "team=red", `"team": "blue"`, `"team": "red"`); got.StatusCode != 400 || strings.Contains(got.Body, "AccessKeyId") {
		t.Errorf("a parameter that is none: %+v", got)
	}
	m.receivedOnce(downstream) // and so not for those two

	// The role that the function has is what STS goes by, not what it says.
	m.aws(m.admin, "iam", "delete-role-policy", "--role-name", "karikagi-function", "--policy-name", "own")
	if got := ask(t, p); got.StatusCode < 500 || strings.Contains(got.Body, "AccessKeyId") {
		t.Errorf("an execution role that may nothing: %+v", got)
	}
}

// receivedOnce wants one AssumeRole of that role to have been received, and to
// say all that the deployed grant does.
func (m *moto) receivedOnce(role string) {
	m.t.Helper()
	forms := slices.DeleteFunc(m.received("AssumeRole"), func(form url.Values) bool { return form.Get("RoleArn") != role })
	if len(forms) != 1 {
		m.t.Fatalf("moto received %d requests for %s", len(forms), role)
	}
	// The end of the source identity is a hash of the caller's ARN.
	wanted := map[string]string{
		"Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": role, "RoleSessionName": "alice", "DurationSeconds": "900", "ExternalId": "karikagi-" + other,
		"SourceIdentity": `alice-[0-9a-f]{16}`, "TransitiveTagKeys.member.1": "caller",
		"Tags.member.1.Key": "caller", "Tags.member.1.Value": "alice", "Tags.member.2.Key": "team", "Tags.member.2.Value": "blue",
		"Policy": regexp.QuoteMeta(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject"],"Resource":"arn:aws:s3:::data/blue/*"},` +
			`{"Effect":"Deny","Action":["sts:AssumeRole*","sts:AssumeRoot"],"Resource":"*"}]}`),
	}
	for _, name := range slices.Sorted(maps.Keys(forms[0])) {
		if pattern := wanted[name]; pattern == "" || !regexp.MustCompile("^"+pattern+"$").MatchString(forms[0].Get(name)) {
			m.t.Errorf("moto received %s=%s, want %q", name, forms[0].Get(name), pattern)
		}
		delete(wanted, name)
	}
	if len(wanted) != 0 {
		m.t.Errorf("moto did not receive %v", wanted)
	}
}
