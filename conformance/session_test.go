//go:build conformance

package conformance

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// consumer is a program of others that reads the object data/blue/hello and
// prints it, and then the ARN that STS gives it.
type consumer struct {
	name    string
	command []string
}

func consumers() []consumer {
	return []consumer{
		{"AWS CLI", []string{"sh", "-c", `aws s3 cp s3://data/blue/hello - && aws sts get-caller-identity --query Arn --output text`}},
		{"boto3", []string{"python3", "-c", `
import boto3
print(boto3.client("s3").get_object(Bucket="data", Key="blue/hello")["Body"].read().decode(), end="")
print(boto3.client("sts").get_caller_identity()["Arn"])`}},
		{"JavaScript", []string{"node", "--no-warnings", "-e", `
const { S3Client, GetObjectCommand } = require("@aws-sdk/client-s3");
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
(async () => {
	const object = await new S3Client({}).send(new GetObjectCommand({ Bucket: "data", Key: "blue/hello" }));
	process.stdout.write(await object.Body.transformToString());
	console.log((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn);
})().catch((wrong) => { console.error(wrong.name + ": " + wrong.message); process.exitCode = 1; });`}},
	}
}

// contents are what is in the bucket's one object, and on no screen of who is
// denied it.
const contents = "no more of this\n"

// makeBucket puts the object that is denied and allowed into a bucket.
func (m *moto) makeBucket(as keys, name string, objects ...string) {
	m.t.Helper()
	m.aws(as, "s3api", "create-bucket", "--bucket", name)
	file := filepath.Join(m.folder, name)
	if err := os.WriteFile(file, []byte(contents), 0o600); err != nil {
		m.t.Fatal(err)
	}
	for _, object := range objects {
		m.aws(as, "s3api", "put-object", "--bucket", name, "--key", object, "--body", file)
	}
}

const readsData = "arn:aws:s3:::data/*"

// All that is done beside one moto, whose users and roles are each test's own.
func TestBesideMoto(t *testing.T) {
	m := startMoto(t)
	m.makeBucket(m.admin, "data", "blue/hello", "secret/hello")
	for name, test := range map[string]func(*testing.T, moto){
		"access key to session": testAccessKeyToSession,
		"CloudShell to laptop":  testCloudShellToLaptop,
		"the function":          testFunction,
		"profiles":              testProfiles,
		"the sandbox":           testProbes,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, *m)
		})
	}
}

// An IAM user with an access key may do nothing but assume one role. What is
// denied to every program with the key, every program may do once a shell has
// read the lines that karikagi exports, and STS tells each that it is the
// role's session with the user's name.
func testAccessKeyToSession(t *testing.T, m moto) {
	m.t = t
	const role = "arn:aws:iam::" + home + ":role/data-reader"
	ueno := m.user("ueno", "/team/blue/", allow(role, "sts:AssumeRole"))
	// moto's name for a user leaves the path out.
	m.role(m.admin, "data-reader", trust("arn:aws:iam::"+home+":user/ueno"), allow(readsData, "s3:GetObject"))

	for _, c := range consumers() {
		if out, err := m.try(m.environment(ueno), c.command[0], c.command[1:]...); err == nil || !isDenied(out) || strings.Contains(out, contents) {
			t.Errorf("%s before: %v\n%s", c.name, err, out)
		}
	}
	m.usesSession(ueno, role, "assumed-role/data-reader/ueno")

	// Neither the user nor the role may more. moto's refusal has not the shape
	// that the STS API reference documents (docs/conformance.md), and so is not
	// read for one of STS; it is none the less a refusal.
	if out, err := m.try(m.environment(ueno), "karikagi", "export", "arn:aws:iam::"+home+":role/another"); err == nil || strings.Contains(out, "export AWS") || !strings.Contains(out, "karikagi: error: AssumeRole: the answer from "+m.url+" was not STS's (HTTP 403)") {
		t.Errorf("another role: %v\n%s", err, out)
	}
	script := `eval "$(karikagi export --quiet ` + role + `)" && aws s3 rm s3://data/blue/hello`
	if out, err := m.try(m.environment(ueno), "sh", "-c", script); err == nil || !isDenied(out) {
		t.Errorf("more than the role: %v\n%s", err, out)
	}
	// With what the role may taken away, a session that was good is denied.
	script = `eval "$(karikagi export --quiet ` + role + `)" && aws s3 cp s3://data/blue/hello - &&
AWS_ACCESS_KEY_ID=` + m.admin.id + ` AWS_SECRET_ACCESS_KEY=` + m.admin.secret + ` AWS_SESSION_TOKEN= aws iam delete-role-policy --role-name data-reader --policy-name own && aws s3 cp s3://data/blue/hello -`
	if out, err := m.try(m.environment(ueno), "sh", "-c", script); err == nil || !strings.HasPrefix(out, contents) || !isDenied(out) {
		t.Errorf("after the role lost its policy: %v\n%s", err, out)
	}
}

// Somebody signed in to the console has no key but the credentials that
// CloudShell's endpoint hands out, here a session of a role. The session that
// is exported there bears the same name, and works in another shell that has
// nothing of CloudShell.
//
// moto knows no CloudShell: the endpoint is this test's, and does no more than
// give out the credentials of a session that moto made.
func testCloudShellToLaptop(t *testing.T, m moto) {
	m.t = t
	const role = "arn:aws:iam::" + home + ":role/FromMyAccount"
	m.role(m.admin, "Console", trust("arn:aws:iam::"+home+":user/admin"), allow(role, "sts:AssumeRole"))
	m.role(m.admin, "FromMyAccount", trust("arn:aws:sts::"+home+":assumed-role/Console/ueno"), allow(readsData, "s3:GetObject"))
	console := m.assume(m.admin, "arn:aws:iam::"+home+":role/Console", "ueno")
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "of-this-shell" {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = w.Write([]byte(`{"Type": "", "Code": "Success", "AccessKeyId": "` + console.id + `", "SecretAccessKey": "` + console.secret + `", "Token": "` + console.token + `", "Expiration": "2099-01-01T00:00:00Z"}`))
	}))
	defer endpoint.Close()
	cloudShell := append(m.environment(keys{}), "AWS_EXECUTION_ENV=CloudShell", "AWS_CONTAINER_CREDENTIALS_FULL_URI="+endpoint.URL, "AWS_CONTAINER_AUTHORIZATION_TOKEN=of-this-shell")

	out, err := m.try(cloudShell, "karikagi", "whoami")
	if err != nil || !strings.Contains(out, "credentials from   AWS CloudShell") || !strings.Contains(out, "assumed-role/Console/ueno") || !strings.Contains(out, "role session name  ueno") {
		t.Errorf("whoami: %v\n%s", err, out)
	}
	for _, c := range consumers() {
		if out, err := m.try(cloudShell, c.command[0], c.command[1:]...); err == nil || !isDenied(out) {
			t.Errorf("%s before: %v\n%s", c.name, err, out)
		}
	}
	lines := filepath.Join(t.TempDir(), "lines")
	if out, err := m.try(cloudShell, "sh", "-c", "karikagi export --quiet FromMyAccount >"+lines); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	m.usesLines(lines, m.environment(keys{}), "assumed-role/FromMyAccount/ueno")
	// A role through a role lasts an hour at most, and is not asked for more.
	ofRole := func() int {
		return len(slices.DeleteFunc(m.received("AssumeRole"), func(form url.Values) bool { return form.Get("RoleArn") != role }))
	}
	before := ofRole()
	if out, err := m.try(cloudShell, "karikagi", "export", "--duration", "2h", "FromMyAccount"); err == nil || !strings.Contains(out, "karikagi: hint: use --duration 1h") {
		t.Errorf("two hours: %v\n%s", err, out)
	}
	if after := ofRole(); after != before || before == 0 {
		t.Errorf("AssumeRole was asked for %d times, then %d", before, after)
	}
}

// usesSession exports a session and uses it in every shell and program.
func (m *moto) usesSession(as keys, role, want string) {
	m.t.Helper()
	lines := filepath.Join(m.t.TempDir(), "lines")
	if out, err := m.try(m.environment(as), "sh", "-c", "karikagi export --quiet "+role+" >"+lines); err != nil {
		m.t.Fatalf("%v\n%s", err, out)
	}
	m.usesLines(lines, m.environment(as), want)
	for _, c := range consumers() {
		for _, verb := range [][]string{{"exec", "--quiet", role, "--"}, {"exec", "--endpoint", "--quiet", role, "--"}} {
			out, err := m.try(m.environment(as), "karikagi", append(verb, c.command...)...)
			m.isAllowed(c.name+" by "+strings.Join(verb[:len(verb)-2], " "), out, err, want)
		}
	}
}

// usesLines has shells read the lines of a file, and run every program.
func (m *moto) usesLines(lines string, environment []string, want string) {
	m.t.Helper()
	for shell, programs := range map[string][]consumer{"bash": consumers(), "sh": consumers()[:1], "zsh": consumers()[:1]} {
		if _, err := exec.LookPath(shell); err != nil {
			m.t.Logf("%s is not installed", shell)
			continue
		}
		for _, c := range programs {
			// As they are pasted: the text itself, read by the shell.
			out, err := m.try(environment, shell, append([]string{"-c", `eval "$(cat ` + lines + `)" && "$@"`, shell}, c.command...)...)
			m.isAllowed(c.name+" in "+shell, out, err, want)
		}
	}
}

func (m *moto) isAllowed(who, out string, err error, want string) {
	m.t.Helper()
	if err != nil || out != contents+"arn:aws:sts::"+home+":"+want {
		m.t.Errorf("%s: %v\n%s\nwant the object, and to be %s", who, err, out, want)
	}
}

// isDenied tells whether a program says so, each in its words.
func isDenied(out string) bool {
	return strings.Contains(out, "AccessDenied") || strings.Contains(out, "Access Denied") || strings.Contains(out, "403") && strings.Contains(out, "Forbidden")
}
