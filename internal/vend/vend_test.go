package vend

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"karikagi/internal/api"
	"karikagi/internal/format"
	"karikagi/internal/grant"
)

// aliceIdentity is the source identity that grant gives to alice: hers alone.
const aliceIdentity = "alice-f604f106281ad4d2"

const ofTeamData = "/grants/team-data/credentials"

// What was decided is what STS is asked for, and all of it is in the record.
func TestVends(t *testing.T) {
	w := newWorld(t)
	answer, body, _ := w.ask(alice(), "POST", ofTeamData, `{"parameters":{"team":"blue"},"duration_seconds":1800,"reason":"a <test>"}`)
	want := `{"Version":1,"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"the-secret/+=","SessionToken":"the-token==","Token":"the-token==","Expiration":"2026-03-04T05:21:07Z","AccountId":"210987654321"}` + "\n"
	if answer.StatusCode != 200 || body != want || answer.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %v %s", answer.StatusCode, answer.Header, body)
	}
	in := w.sts.inputs[0]
	if !strings.Contains(aws.ToString(in.Policy), `"arn:aws:s3:::data/blue/*"`) || !strings.Contains(aws.ToString(in.Policy), `"sts:AssumeRole`) {
		t.Errorf("the policy is %s", aws.ToString(in.Policy))
	}
	in.Policy = nil
	if want := (&sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::210987654321:role/data-reader"), RoleSessionName: aws.String("alice"), DurationSeconds: aws.Int32(1800),
		ExternalId: aws.String("karikagi-210987654321"), SourceIdentity: aws.String(aliceIdentity),
		Tags: []types.Tag{{Key: aws.String("caller"), Value: aws.String("alice")}}, TransitiveTagKeys: []string{"caller"},
	}); !reflect.DeepEqual(in, want) {
		t.Errorf("STS was asked for %+v", in)
	}
}

// The address that a grant asks for is the connection's, which the service
// names, and no header's. None is no address.
func TestTheSourceAddress(t *testing.T) {
	w := newWorld(t)
	d, err := grant.Parse("grants.yaml", []byte(strings.Replace(document, "    require: {reason: true}\n", "    require: {source_ip: [203.0.113.0/24]}\n", 1)))
	if err != nil {
		t.Fatal(err)
	}
	w.options.Grants = d
	w.sts.change = func(o *sts.AssumeRoleOutput) {
		o.AssumedRoleUser.Arn, o.Credentials.Expiration = aws.String("arn:aws:sts::210987654321:assumed-role/others/alice"), aws.Time(time.Date(2026, 3, 4, 6, 6, 7, 0, time.UTC))
	}
	for address, want := range map[string]int{
		"203.0.113.7": 200, "::ffff:203.0.113.8": 200,
		"198.51.100.7": 403, "::ffff:198.51.100.7": 403, "": 403, "203.0.113.7, 198.51.100.7": 403, "203.0.113.7:443": 403, "203.0.113.7%eth0": 403, "203.0.113": 403,
	} {
		c := alice()
		c.SourceIP = address
		for header, value := range map[string]string{"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7", "X-Real-IP": "203.0.113.7"} {
			if answer, body, record := w.ask(c, "GET", "/grants/with-reason/credentials", "", header, value); answer.StatusCode != want || record.SourceIP != address {
				t.Errorf("from %q: %d %s %+v", address, answer.StatusCode, body, record)
			}
		}
	}
}

// Whatever a caller, or whoever forged an event, wrote stands in the record
// printable and bounded.
func TestForeignTextsInTheRecord(t *testing.T) {
	const steers = "\x1b[31m\u202e\u2028"
	long := steers + strings.Repeat("x", 3000)
	w := newWorld(t)
	c := alice()
	c.UserAgent, c.UserID, c.OrgID, c.AccessKeyID, c.SourceIP = long, long, long, long, long
	all := func(target string) []string {
		_, _, r := w.ask(c, "GET", target, "")
		return []string{r.CallerARN, r.CallerAccount, r.CallerUserID, r.CallerOrgID, r.CallerAccessKeyID, r.SourceIP, r.UserAgent, r.Grant, r.Detail}
	}
	name := "/grants/" + url.PathEscape(long)
	texts := slices.Concat(all(name), all(name+"/credentials"), all("/no"+url.PathEscape(long)))
	c.ARN = long
	texts = append(texts, all("/")...)
	c.ARN, c.AccountID = alice().ARN, long
	texts = append(texts, all("/")...)
	for _, text := range texts {
		if len(text) > 1003 || strings.ContainsAny(text, steers[:1]+"\u202e\u2028") {
			t.Errorf("%d bytes: %.40q", len(text), text)
		}
	}
}

func TestRecord(t *testing.T) {
	w := newWorld(t)
	r := httptest.NewRequestWithContext(alice().In(t.Context()), "GET", ofTeamData+"?reason=a+%3Ctest%3E&team=blue", nil)
	r.Header.Set("X-Amz-Security-Token", "the-header")
	New(w.options).ServeHTTP(httptest.NewRecorder(), r)
	want := `{"time":"2026-03-04T05:06:07.001Z","request_id":"the-request","request_id_check":"same","url_id":"abcdefghij","operation":"credentials",` +
		`"caller_arn":"arn:aws:iam::123456789012:user/team/alice","caller_account":"123456789012","caller_user_id":"AIDAEXAMPLE","caller_org_id":"o-exampleorg1",` +
		`"caller_access_key_id":"AKIAEXAMPLE","source_ip":"203.0.113.7","user_agent":"test/1",` +
		`"grant":"team-data","parameters":{"team":"blue"},"reason":"a <test>","decision":"allow","rule":"grants.yaml:6:9: callers","detail":"the caller is named","status":200,` +
		`"grants_digest":"` + w.options.Grants.Digest() + `",` +
		`"role_arn":"arn:aws:iam::210987654321:role/data-reader","role_session_name":"alice","source_identity":"` + aliceIdentity + `","duration_seconds":900,` +
		`"access_key_id":"ASIAEXAMPLE","assumed_role_id":"AROAEXAMPLE:alice","expiration":"2026-03-04T05:21:07Z","sts_request_id":"the-sts-request","decide_latency":1,"sts_latency":1,` +
		`"_aws":{"Timestamp":1772600767001,"CloudWatchMetrics":[{"Namespace":"karikagi","Dimensions":[["function"]],"Metrics":[` +
		`{"Name":"vended","Unit":"Count"},{"Name":"denied","Unit":"Count"},{"Name":"throttled","Unit":"Count"},{"Name":"failed","Unit":"Count"},` +
		`{"Name":"latency","Unit":"Milliseconds"},{"Name":"packed_policy_size","Unit":"Percent"}]}]},` +
		`"function":"karikagi","vended":1,"denied":0,"throttled":0,"failed":0,"latency":5,"packed_policy_size":6}` + "\n"
	if got := w.audit.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Lines of export are those of the command, whichever way they are asked for.
func TestLinesOfExport(t *testing.T) {
	w := newWorld(t)
	want, err := format.Render("env", format.Product{Region: "us-east-1", Credentials: api.Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "the-secret/+=",
		SessionToken: "the-token==", Expiration: time.Date(2026, 3, 4, 5, 21, 7, 0, time.UTC), AccountID: "210987654321"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		target, accept string
		env            bool
	}{
		{"?format=env&team=blue", "", true}, {"?format=env&team=blue", "application/json", true}, {"?team=blue", "text/plain", true}, {"?team=blue", "Text/Plain; charset=utf-8, */*", true},
		{"?team=blue", "", false}, {"?team=blue", "*/*", false}, {"?team=blue", "application/json, text/plain, */*", false}, {"?format=json&team=blue", "text/plain", false},
		{"?team=blue", "text/html", false},
	} {
		answer, body, _ := w.ask(alice(), "GET", ofTeamData+test.target, "", "Accept", test.accept)
		if got := body == want && answer.Header.Get("Content-Type") == "text/plain; charset=utf-8"; answer.StatusCode != 200 || got != test.env {
			t.Errorf("%s as %q: %d %s", test.target, test.accept, answer.StatusCode, body)
		}
	}
	_, body, _ := w.ask(alice(), "POST", ofTeamData+"?format=env", `{"parameters":{"team":"blue"}}`)
	if body != want {
		t.Errorf("by POST: %s", body)
	}
}

func TestListings(t *testing.T) {
	w := newWorld(t)
	const info = `{"name":"team-data","description":"Read one team's part of the data.","parameters":{"team":{"required":true,"enum":["blue","green"]}},"duration":{"default_seconds":900,"max_seconds":3600}}`
	const second = `{"name":"with-reason","duration":{"default_seconds":3600,"max_seconds":3600},"reason_required":true}`
	answer, body, record := w.ask(alice(), "GET", "/", "", "Accept", "text/plain")
	want := `{"caller":{"arn":"arn:aws:iam::123456789012:user/team/alice","account_id":"123456789012","kind":"user","name":"alice","user_id":"AIDAEXAMPLE",` +
		`"org_id":"o-exampleorg1","source_ip":"203.0.113.7","role_session_name":"alice"},"grants":[` + info + "," + second + "]}\n"
	if answer.StatusCode != 200 || body != want || record.Operation != "me" || record.Decision != "none" || record.Vended != 0 {
		t.Errorf("%d %s\nwant %s\n%+v", answer.StatusCode, body, want, record)
	}
	answer, body, record = w.ask(alice(), "GET", "/grants/team-data", "")
	if answer.StatusCode != 200 || body != info+"\n" || record.Operation != "grant" {
		t.Errorf("%d %s %+v", answer.StatusCode, body, record)
	}
	stranger := alice()
	stranger.ARN, stranger.AccountID = "arn:aws:iam::555555555555:user/team/alice", "555555555555"
	if answer, body, _ = w.ask(stranger, "GET", "/", ""); answer.StatusCode != 200 || !strings.HasSuffix(body, `"grants":[]}`+"\n") {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	if len(w.sts.inputs) != 0 {
		t.Error("a listing asked STS")
	}
}

// Another's grant and no grant are one answer, to the byte, in all ways of asking.
func TestAGrantOfOthersIsLikeNone(t *testing.T) {
	w := newWorld(t)
	var all []string
	for _, name := range []string{"others", "no-such-grant", "OTHERS", "TEAM-DATA", "..", "%00", "others%20", "team-data%2f", "%2Fteam-data", "team-data%2Fcredentials", "others%2Fcredentials", "team-data%25", "team%252Ddata", strings.Repeat("x", 3000)} {
		for _, request := range [][3]string{
			{"GET", "/grants/" + name, ""}, {"GET", "/grants/" + name + "/credentials?team=blue", ""}, {"GET", "/grants/" + name + "/credentials", ""},
			{"POST", "/grants/" + name + "/credentials", `{"duration_seconds":43200}`},
		} {
			answer, body, record := w.ask(alice(), request[0], request[1], request[2])
			if answer.StatusCode != 403 || record.Decision != "deny" || record.Denied != 1 || record.Rule == "" {
				t.Errorf("%.80s: %d %s %+v", request[1], answer.StatusCode, body, record)
			}
			all = append(all, body)
		}
	}
	for _, body := range all {
		if body != all[0] {
			t.Errorf("%s and %s tell grants apart", body, all[0])
		}
	}
	if len(w.sts.inputs) != 0 {
		t.Error("STS was asked for what was refused")
	}
}

// Who the service does not name, or names in two ways, is nobody.
func TestNobody(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(*Call){
		"nobody": func(c *Call) { c.ARN = "" }, "no account": func(c *Call) { c.AccountID = "" }, "another account": func(c *Call) { c.AccountID = "999999999999" },
		"no ARN": func(c *Call) { c.ARN = "anonymous" }, "a star": func(c *Call) { c.ARN = "*" }, "a role": func(c *Call) { c.ARN = "arn:aws:iam::123456789012:role/Developer" },
		"a line feed": func(c *Call) { c.ARN += "\n" }, "nothing that is right": func(c *Call) { c.ARN, c.AccountID = "anonymous", "" },
	} {
		c := alice()
		change(&c)
		for _, target := range []string{"/", "/grants/team-data", ofTeamData + "?team=blue", "/no/such/path"} {
			answer, body, record := w.ask(c, "GET", target, "", "X-Forwarded-For", "203.0.113.7", "Authorization", "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE")
			if answer.StatusCode != 401 || record.Denied != 1 || record.Decision != "deny" || record.Rule != "caller" {
				t.Errorf("%s, %s: %d %s %+v", name, target, answer.StatusCode, body, record)
			}
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), "GET", "/", nil) // of no call at all
	answer := httptest.NewRecorder()
	if New(w.options).ServeHTTP(answer, r); answer.Code != 401 {
		t.Errorf("%d", answer.Code)
	}
}

// A request that says nothing, says it twice, or says it in the wrong place is
// refused before anybody is asked.
func TestRequestsThatAreRefused(t *testing.T) {
	large := `{"reason":"` + strings.Repeat("x", 16<<10) + `"}`
	exactly := `{"parameters":{"team":"blue"}}` + strings.Repeat(" ", 16<<10-len(`{"parameters":{"team":"blue"}}`))
	for _, test := range []struct {
		method, target, body string
		status               int
		text                 string
	}{
		{"GET", "", "", 404, ""}, {"GET", "/grants", "", 404, ""}, {"GET", "/grants/", "", 404, ""}, {"GET", "/grants//credentials", "", 404, ""},
		{"GET", "/grants/a/b", "", 404, ""}, {"GET", ofTeamData + "/", "", 404, ""}, {"GET", "//", "", 404, ""}, {"GET", "/grants%2fteam-data/credentials", "", 404, ""}, {"GET", "/%67rants/team-data", "", 404, ""}, {"GET", "/grants/team-data/%63redentials", "", 404, ""},
		{"POST", "/favicon.ico", "", 404, ""}, {"GET", "/Grants/team-data", "", 404, ""},
		{"POST", "/", "", 405, "want GET"}, {"HEAD", "/", "", 405, "want GET"}, {"OPTIONS", "/", "", 405, "want GET"}, {"POST", "/grants/team-data", "", 405, "want GET"},
		{"PUT", ofTeamData, "", 405, "want GET, POST"}, {"HEAD", ofTeamData, "", 405, "want GET, POST"}, {"OPTIONS", ofTeamData, "", 405, ""}, {"DELETE", ofTeamData, "", 405, ""},
		{"get", ofTeamData, "", 405, ""}, {"PATCH", ofTeamData, "", 405, ""},
		{"GET", "/?a=b", "", 400, "no query"}, {"GET", "/grants/team-data?team=blue", "", 400, "no query"}, {"GET", "/", "x", 400, "no body"},
		{"GET", ofTeamData + "?team=blue", "{}", 400, "no body with GET"}, {"GET", ofTeamData + "?team=blue&team=blue", "", 400, "occurs twice"},
		{"GET", ofTeamData + "?team=blue&TEAM=green", "", 400, "occurs twice"}, {"GET", ofTeamData + "?team=blue;x", "", 400, "query"},
		{"GET", ofTeamData + "?team=blue&format=yaml", "", 400, "want json or env"}, {"GET", ofTeamData + "?policy=%7B%7D", "", 400, "POST"},
		{"GET", ofTeamData, "", 400, "team"}, {"GET", ofTeamData + "?team=red", "", 400, "team"}, {"GET", ofTeamData + "?team=blue%2F*", "", 400, "team"},
		{"GET", ofTeamData + "?flag&team=blue", "", 400, "flag"}, {"GET", ofTeamData + "?duration_seconds=3601&team=blue", "", 400, "duration"},
		{"GET", "/grants/with-reason/credentials", "", 400, "reason"},
		{"POST", ofTeamData, "", 400, "JSON object"}, {"POST", ofTeamData, "team=blue", 400, "JSON object"}, {"POST", ofTeamData, `{"team":"blue"}`, 400, "unknown key"},
		{"POST", ofTeamData, `{"parameters":{"team":"blue"},"parameters":{"team":"green"}}`, 400, "occurs twice"},
		{"POST", ofTeamData, `{"parameters":{"team":"blue"},"Reason":"x"}`, 400, "unknown key"},
		{"POST", ofTeamData, `{"parameters":{"team":"blue"}}{}`, 400, "nothing behind it"}, {"POST", ofTeamData, `{"parameters":{"team":"blue"},"policy":{"Statement":1}}`, 400, ""},
		{"POST", ofTeamData + "?team=blue", `{}`, 400, "query of a POST"}, {"POST", ofTeamData + "?reason=x", `{"parameters":{"team":"blue"}}`, 400, "query of a POST"}, {"POST", ofTeamData + "?duration_seconds=900", `{"parameters":{"team":"blue"}}`, 400, "query of a POST"},
		{"POST", ofTeamData, large, 413, "16 KiB"}, {"GET", "/", large, 413, "16 KiB"}, {"GET", ofTeamData, large, 413, "16 KiB"}, {"POST", ofTeamData, exactly + " ", 413, ""},
		{"POST", ofTeamData, exactly, 200, ""}, {"GET", "/grants/%74eam%2ddata/credentials?team=blue", "", 200, ""},
	} {
		w := newWorld(t)
		target := test.target
		if target == "" {
			target = "/grants/../"
		}
		answer, body, record := w.ask(alice(), test.method, target, test.body)
		if answer.StatusCode != test.status || !strings.Contains(body, test.text) {
			t.Errorf("%s %s %.50s: %d %s, want %d with %q", test.method, test.target, test.body, answer.StatusCode, body, test.status, test.text)
		}
		if (test.status == 405) != (answer.Header.Get("Allow") != "") || (test.status != 200) != (len(w.sts.inputs) == 0) || record.Denied+record.Failed+record.Throttled != 0 {
			t.Errorf("%s %s: Allow %q, %d calls of STS, %+v", test.method, test.target, answer.Header.Get("Allow"), len(w.sts.inputs), record)
		}
	}
}

// A further policy reaches STS beside the grant's own, not in its place.
func TestAFurtherPolicyNarrows(t *testing.T) {
	w := newWorld(t)
	answer, body, _ := w.ask(alice(), "POST", ofTeamData, `{"parameters":{"team":"blue"},"policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/blue/one"}]}}`)
	policy := aws.ToString(w.sts.inputs[0].Policy)
	if answer.StatusCode != 200 || !strings.Contains(policy, "data/blue/one") || !strings.Contains(policy, "data/blue/*") {
		t.Errorf("%d %s: %s", answer.StatusCode, body, policy)
	}
}

// decisions stands in the document's place with whatever a test wants.
type decisions struct {
	Grants
	decision grant.Decision
	panics   any
}

func (d decisions) Decide(grant.Caller, grant.Ask) grant.Decision {
	if d.panics != nil {
		panic(d.panics)
	}
	return d.decision
}

// A decision that is not wholly one is no.
func TestOnlyAWholeDecisionVends(t *testing.T) {
	good := grant.Session{RoleARN: "arn:aws:iam::210987654321:role/data-reader", RoleSessionName: "alice", Duration: time.Hour}
	with := func(change func(*grant.Session)) grant.Decision {
		s := good
		change(&s)
		return grant.Decision{Allowed: true, Session: &s}
	}
	for name, test := range map[string]struct {
		decision grant.Decision
		status   int
	}{
		"a yes":                      {with(func(*grant.Session) {}), 200},
		"nothing":                    {grant.Decision{}, 500},
		"a yes to nothing":           {grant.Decision{Allowed: true}, 500},
		"a yes with a code":          {grant.Decision{Allowed: true, Code: grant.AccessDenied, Session: &good}, 500},
		"a no with a session":        {grant.Decision{Session: &good}, 500},
		"a no of an unknown code":    {grant.Decision{Code: "Maybe", Session: &good}, 500},
		"a no":                       {grant.Decision{Code: grant.AccessDenied, Session: &good}, 403},
		"a role of a short form":     {with(func(s *grant.Session) { s.RoleARN = "data-reader" }), 500},
		"no role":                    {with(func(s *grant.Session) { s.RoleARN = "" }), 500},
		"an illegal session name":    {with(func(s *grant.Session) { s.RoleSessionName = "a b" }), 500},
		"more than chaining allows":  {with(func(s *grant.Session) { s.Duration = time.Hour + time.Second }), 500},
		"no duration":                {with(func(s *grant.Session) { s.Duration = 0 }), 500},
		"too long a policy":          {with(func(s *grant.Session) { s.Policy = `{"a":"` + strings.Repeat("x", 2048) + `"}` }), 500},
		"a policy of another":        {with(func(s *grant.Session) { s.PolicyARNs = []string{"arn:aws:iam::123456789012:policy/a"} }), 500},
		"a tag twice":                {with(func(s *grant.Session) { s.Tags = []grant.Tag{{Key: "a"}, {Key: "A"}} }), 500},
		"an illegal source identity": {with(func(s *grant.Session) { s.SourceIdentity = "a b" }), 500},
	} {
		w := newWorld(t)
		w.options.Grants = decisions{w.options.Grants, test.decision, nil}
		answer, body, record := w.ask(alice(), "GET", ofTeamData, "")
		if answer.StatusCode != test.status || (test.status == 200) != (len(w.sts.inputs) == 1) {
			t.Errorf("%s: %d %s, %d calls of STS", name, answer.StatusCode, body, len(w.sts.inputs))
		}
		if (test.status == 500) != (record.Failed == 1) || test.status == 500 && record.Detail == "" {
			t.Errorf("%s: %+v", name, record)
		}
	}
}

func TestAPanicIsAnAnswerAndARecord(t *testing.T) {
	for name, test := range map[string]struct {
		value any
		text  string
	}{
		"a text":        {"the-secret", "string"},
		"an error":      {errors.New("the-secret"), "*errors.errorString"},
		"the runtime's": {runtimePanic(), "runtime error: index out of range [3] with length 0"},
	} {
		w := newWorld(t)
		w.options.Grants = decisions{Grants: w.options.Grants, panics: test.value}
		answer, body, record := w.ask(alice(), "GET", ofTeamData, "")
		if answer.StatusCode != 500 || strings.Contains(body, "panic") || record.Detail != test.text || record.Rule != "panic" ||
			!strings.Contains(record.Stack, "credentials.go") || record.Failed != 1 {
			t.Errorf("%s: %d %s %+v", name, answer.StatusCode, body, record)
		}
	}
}

// runtimePanic is what the runtime panics with.
func runtimePanic() (value any) {
	defer func() { value = recover() }()
	return []string{}[len("abc")]
}

// brokenPipe is an audit log that takes nothing.
type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

// What cannot be recorded is not vended.
func TestNoRecordNoCredentials(t *testing.T) {
	w := newWorld(t)
	w.options.Audit = brokenPipe{}
	answer := httptest.NewRecorder()
	New(w.options).ServeHTTP(answer, httptest.NewRequestWithContext(alice().In(t.Context()), "GET", ofTeamData+"?team=blue", nil))
	if len(w.sts.inputs) != 1 {
		t.Fatal("the premise is gone: STS gave nothing")
	}
	if body := answer.Body.String(); answer.Code != 500 || strings.Contains(body, "ASIAEXAMPLE") || strings.Contains(body, "the-") && !strings.Contains(body, "the-request") || !strings.Contains(body, "InternalError") {
		t.Errorf("%d %s", answer.Code, body)
	}
}

func TestRefuse(t *testing.T) {
	w := newWorld(t)
	answer := httptest.NewRecorder()
	h := New(w.options).Refuse(Refusal{Code: api.Unauthenticated, Rule: "the rule", Detail: "why"})
	h.ServeHTTP(answer, (&http.Request{}).WithContext(alice().In(t.Context())))
	if body := answer.Body.String(); answer.Code != 401 || !strings.Contains(body, `"requestId":"the-request"`) || strings.Contains(body, "why") {
		t.Errorf("%d %s", answer.Code, body)
	}
	if line := w.audit.String(); !strings.Contains(line, `"decision":"deny","rule":"the rule","detail":"why","code":"Unauthenticated","status":401`) {
		t.Errorf("%s", line)
	}
}
