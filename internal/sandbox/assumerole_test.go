package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// query is testuser's signed request with these parameters, as no SDK would let one send it.
func (w *world) query(pairs ...string) *http.Request {
	w.t.Helper()
	body := []string{"Version=2011-06-15"}
	for i := 0; i < len(pairs); i += 2 {
		body = append(body, url.QueryEscape(pairs[i])+"="+url.QueryEscape(pairs[i+1]))
	}
	return w.post(func(r *raw) { r.body = strings.Join(body, "&") })
}

// assumeQuery assumes sts_role, with these parameters before the right ones: the first counts.
func (w *world) assumeQuery(pairs ...string) *http.Request {
	w.t.Helper()
	pairs = append([]string{"Action", "AssumeRole"}, pairs...)
	return w.query(append(pairs, "RoleArn", roleARN("sts_role"), "RoleSessionName", "some-session")...)
}

func oneViolation(value, member, must string) string {
	return "1 validation error detected: Value " + value + " at '" + member + "' failed to satisfy constraint: Member must " + must
}

func TestParameters(t *testing.T) {
	w := newWorld(t, Options{})
	long := func(n int) string { return strings.Repeat("a", n) }
	const pattern = "satisfy regular expression pattern: "
	for _, test := range []struct{ parameter, value, member, must string }{
		{"RoleArn", "not-an-arn", "roleArn", "have length greater than or equal to 20"},
		{"RoleArn", long(2049), "roleArn", "have length less than or equal to 2048"},
		{"RoleArn", roleARN("a") + "\x00", "roleArn", pattern + `[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`},
		{"RoleArn", strings.Repeat("😀", 20), "roleArn", pattern + `[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`},
		{"RoleSessionName", "", "roleSessionName", "have length greater than or equal to 2"},
		{"RoleSessionName", "a", "roleSessionName", "have length greater than or equal to 2"},
		{"RoleSessionName", long(65), "roleSessionName", "have length less than or equal to 64"},
		{"RoleSessionName", "bad/name", "roleSessionName", pattern + `[\w+=,.@-]*`},
		{"RoleSessionName", "ünal", "roleSessionName", pattern + `[\w+=,.@-]*`},
		{"DurationSeconds", "899", "durationSeconds", "have value greater than or equal to 900"},
		{"DurationSeconds", "-1", "durationSeconds", "have value greater than or equal to 900"},
		{"DurationSeconds", "43201", "durationSeconds", "have value less than or equal to 43200"},
		{"ExternalId", "a", "externalId", "have length greater than or equal to 2"},
		{"ExternalId", long(1225), "externalId", "have length less than or equal to 1224"},
		{"ExternalId", "a b", "externalId", pattern + `[\w+=,.@:\/-]*`},
		{"ExternalId", strings.Repeat("é", 1224), "externalId", pattern + `[\w+=,.@:\/-]*`}, // characters count, not bytes
		{"SourceIdentity", "a", "sourceIdentity", "have length greater than or equal to 2"},
		{"SourceIdentity", long(65), "sourceIdentity", "have length less than or equal to 64"},
		{"SourceIdentity", "aws:me", "sourceIdentity", pattern + `[\w+=,.@-]*`},
		{"SerialNumber", long(8), "serialNumber", "have length greater than or equal to 9"},
		{"SerialNumber", long(257), "serialNumber", "have length less than or equal to 256"},
		{"SerialNumber", "a serial number", "serialNumber", pattern + `[\w+=/:,.@-]*`},
		{"TokenCode", "12345", "tokenCode", "have length greater than or equal to 6"},
		{"TokenCode", "1234567", "tokenCode", "have length less than or equal to 6"},
		{"TokenCode", "12345x", "tokenCode", pattern + `[\d]*`},
		{"Policy", "{\u2028}", "policy", pattern + `[\u0009\u000A\u000D\u0020-\u00FF]+`},
	} {
		quoted := test.value
		w.wantFault(t, w.assumeQuery(test.parameter, test.value), 400, "ValidationError",
			strings.ReplaceAll(oneViolation("'"+quoted+"'", test.member, test.must), "\x00", "\uFFFD"))
	}
	for parameter, member := range map[string]string{"RoleArn": "roleArn", "RoleSessionName": "roleSessionName"} {
		pairs := []string{"Action", "AssumeRole", "RoleArn", roleARN("sts_role"), "RoleSessionName", "some-session"}
		for i, p := range pairs {
			if p == parameter {
				pairs[i] = "Unknown"
			}
		}
		w.wantFault(t, w.query(pairs...), 400, "ValidationError", oneViolation("null", member, "not be null"))
	}
	w.wantFault(t, w.assumeQuery("RoleArn", ""), 400, "ValidationError", `2 validation errors detected: Value '' at 'roleArn' failed to satisfy `+
		`constraint: Member must satisfy regular expression pattern: [\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+; `+
		`Value '' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20`)
	w.wantFault(t, w.assumeQuery("RoleArn", long(20)), 400, "ValidationError", long(20)+" is invalid")
	w.wantFault(t, w.assumeQuery("ProvidedContexts.member.1.ProviderArn", "x"), 400, "ValidationError", "*")
}

func TestDurationIsAnInteger(t *testing.T) {
	w := newWorld(t, Options{})
	for value, message := range map[string]string{
		"": "missing value for decimal type", "abc": "", "900.0": "", "2147483648": "", "-2147483649": "", "1h": "",
	} {
		w.wantFault(t, w.assumeQuery("DurationSeconds", value), 400, "MalformedInput", message)
	}
	for _, value := range []string{"900", "+900", "0900", "43200"} {
		if status, body, _ := w.send(w.assumeQuery("DurationSeconds", value)); status != 200 {
			t.Errorf("%s: %s", value, body)
		}
	}
}

// TestFirstCounts: of a repeated parameter, and unknown ones do not matter.
func TestFirstCounts(t *testing.T) {
	w := newWorld(t, Options{})
	status, body, _ := w.send(w.assumeQuery("RoleSessionName", "first-one", "RoleSessionName", "b", "DurationSeconds", "900", "DurationSeconds", "1", "Unknown", "x"))
	if status != 200 || !strings.Contains(body, "/first-one</Arn>") {
		t.Error(body)
	}
}

func TestBoundaries(t *testing.T) {
	w := newWorld(t, Options{})
	for _, pairs := range [][]string{
		{"RoleSessionName", "aa"}, {"RoleSessionName", strings.Repeat("b", 64)}, {"RoleSessionName", "azAZ09_+=,.@-"},
		{"ExternalId", "aa"}, {"ExternalId", strings.Repeat("b", 1224)}, {"ExternalId", "azAZ09_+=,.@:/-"},
		{"SourceIdentity", "aa"}, {"SourceIdentity", strings.Repeat("b", 64)},
	} {
		if status, body, _ := w.send(w.assumeQuery(pairs...)); status != 200 {
			t.Errorf("%q: %s", pairs, body)
		}
	}
}

func seconds(n int32) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) { in.DurationSeconds = &n }
}

func TestDurations(t *testing.T) {
	w := newWorld(t, Options{})
	chained := w.with(w.mustAssume(w.as("testuser"), assume("first-hop", seconds(43200))).Credentials)
	fromConsole := w.with(w.mustAssume(w.cloudShell("ueno"), assume("FromMyAccount", func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String("ueno") })).Credentials)
	token, err := w.as("testuser").GetSessionToken(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	const (
		role  = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
		chain = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
	)
	for _, test := range []struct {
		client  *sts.Client
		role    string
		seconds int32
		message string
	}{
		{w.as("testuser"), "sts_role", 43200, ""},
		{w.as("testuser"), "toy-role", 3600, ""},
		{w.as("testuser"), "toy-role", 3601, role},
		{chained, "second-hop", 3600, ""},
		{chained, "second-hop", 3601, chain},
		{fromConsole, "toy-role", 3601, role}, // the role is asked before the chain
		{w.with(token.Credentials), "sts_role", 3600, ""},
		{w.with(token.Credentials), "sts_role", 3601, chain},
	} {
		out, err := test.client.AssumeRole(t.Context(), assume(test.role, seconds(test.seconds)))
		if test.message != "" {
			wantError(t, err, 400, "ValidationError", test.message)
		} else if err != nil {
			t.Error(err)
		} else if d := time.Until(*out.Credentials.Expiration).Round(10 * time.Second); d != time.Duration(test.seconds)*time.Second {
			t.Errorf("%s: lasts %v, want %d s", test.role, d, test.seconds)
		}
	}
}

func TestRootAssumesNothing(t *testing.T) {
	w := newWorld(t, Options{})
	_, err := w.as("root").AssumeRole(t.Context(), assume("toy-role"))
	wantError(t, err, 403, "AccessDenied", "Roles may not be assumed by root accounts.")
	token, err := w.as("root").GetSessionToken(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.with(token.Credentials).AssumeRole(t.Context(), assume("toy-role"))
	wantError(t, err, 403, "AccessDenied", "Roles may not be assumed by root accounts.")
	_, err = w.as("root").AssumeRole(t.Context(), assume("toy-role", func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String("a") }))
	wantError(t, err, 400, "ValidationError", "")
}

func TestGetSessionToken(t *testing.T) {
	w := newWorld(t, Options{})
	get := func(c *sts.Client, seconds int32) (*types.Credentials, error) {
		in := &sts.GetSessionTokenInput{}
		if seconds != 0 {
			in.DurationSeconds = &seconds
		}
		out, err := c.GetSessionToken(t.Context(), in)
		if err != nil {
			return nil, err
		}
		return out.Credentials, nil
	}
	for _, test := range []struct {
		user          string
		seconds, want int32
	}{
		{"testuser", 0, 43200}, {"testuser", 900, 900}, {"testuser", 129600, 129600},
		{"root", 900, 900}, {"root", 3600, 3600}, {"root", 0, 3600}, {"root", 7200, 3600}, // root gets an hour, and no error
	} {
		c, err := get(w.as(test.user), test.seconds)
		if err != nil {
			t.Fatal(err)
		}
		if d := time.Until(*c.Expiration).Round(10 * time.Second); d != time.Duration(test.want)*time.Second {
			t.Errorf("%v: lasts %v", test, d)
		}
		if arnOf(t, w.with(c)) != arnOf(t, w.as(test.user)) {
			t.Errorf("%s: a session token changed the ARN", test.user)
		}
	}
	for value, must := range map[int32]string{899: "greater than or equal to 900", 129601: "less than or equal to 129600"} {
		_, err := get(w.as("testuser"), value)
		wantError(t, err, 400, "ValidationError", oneViolation(fmt.Sprintf("'%d'", value), "durationSeconds", "have value "+must))
	}
	token, err := get(w.as("testuser"), 0)
	if err != nil {
		t.Fatal(err)
	}
	role := w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials
	for _, c := range []*sts.Client{w.with(token), w.with(role), w.cloudShell("ueno")} {
		_, err := get(c, 0)
		wantError(t, err, 403, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	}
	w.wantFault(t, w.query("Action", "GetSessionToken", "Version", "2011-06-15", "MinimumSessionTokenSize", "4096"), 400, "ValidationError",
		"MinimumSessionTokenSize is not supported by this sandbox")
}

const partitions = `
accounts:
  - id: "111111111111"
    users:
      - {name: me, access_key: true, policies: ['{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}']}
  - id: "222222222222"
    partition: aws-cn
    users:
      - {name: wo, access_key: true, policies: ['{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}']}
    roles:
      - {name: everyone, trust: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: "*"}, Action: "sts:AssumeRole"}]}}
`

func TestPartitions(t *testing.T) {
	w := loaded(t, partitions)
	in := &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws-cn:iam::222222222222:role/everyone"), RoleSessionName: aws.String("me")}
	_, err := w.as("me").AssumeRole(t.Context(), in)
	wantError(t, err, 403, "AccessDenied", "User: arn:aws:iam::111111111111:user/me is not authorized to perform: sts:AssumeRole on resource: arn:aws-cn:iam::222222222222:role/everyone")
	in.RoleArn = aws.String("arn:aws-cn:iam::111111111111:role/none") // the account's number in another partition is another account
	_, err = w.as("me").AssumeRole(t.Context(), in)
	wantError(t, err, 403, "AccessDenied", "User: arn:aws:iam::111111111111:user/me is not authorized to perform: sts:AssumeRole on resource: arn:aws-cn:iam::111111111111:role/none")
	in.RoleArn = aws.String("arn:aws-cn:iam::222222222222:role/everyone")
	k := w.key("wo")
	for region, ok := range map[string]bool{"cn-north-1": true, "us-east-1": false} {
		_, body, _ := w.send(w.post(func(r *raw) {
			r.region, r.key = region, aws.Credentials{AccessKeyID: k.id, SecretAccessKey: k.secret}
			r.body = "Action=AssumeRole&Version=2011-06-15&RoleArn=" + *in.RoleArn + "&RoleSessionName=wo"
		}))
		if strings.Contains(body, "arn:aws-cn:sts::222222222222:assumed-role/everyone/wo") != ok || strings.Contains(body, "InvalidClientTokenId") == ok {
			t.Errorf("%s: %s", region, body)
		}
	}
}

func TestNotARole(t *testing.T) {
	w := newWorld(t, Options{})
	for _, arn := range []string{
		"arn:aws:iam::123456789012:user/testuser", "arn:aws:sts::123456789012:assumed-role/toy-role/me",
		"arn:aws:iam::123456789012:role/", "arn:aws:iam::123456789012:role/toy-rol", "arn:::::::::::::::::::::",
	} {
		w.wantFault(t, w.assumeQuery("RoleArn", arn), 403, "AccessDenied", "*")
	}
}
