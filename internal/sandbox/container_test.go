package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// ask sends an unsigned request to one of the sandbox's own endpoints.
func (w *world) ask(method, path, body string, headers ...string) (int, string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	status, answer, _ := w.send(r)
	return status, answer
}

func (w *world) consoleToken(user string) string {
	w.t.Helper()
	lines, err := w.Environment(w.url, user)
	if err != nil {
		w.t.Fatal(err)
	}
	return environ(lines)["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
}

func TestContainerCredentials(t *testing.T) {
	w := newWorld(t, Options{})
	token := w.consoleToken("ueno")
	status, first := w.ask("GET", containerPath, "", "Authorization", token)
	var got map[string]string
	if err := json.Unmarshal([]byte(first), &got); err != nil || status != 200 {
		t.Fatalf("%d %s", status, first)
	}
	want := []string{"AccessKeyId", "Code", "Expiration", "LastUpdated", "SecretAccessKey", "Token", "Type"}
	var keys []string
	for k := range got {
		keys = append(keys, k)
	}
	if slices.Sort(keys); !slices.Equal(keys, want) || got["Code"] != "Success" || got["LastUpdated"] != "1970-01-01T00:00:00Z" || got["Type"] != "" {
		t.Errorf("%s", first)
	}
	expiration, err := time.Parse(time.RFC3339, got["Expiration"])
	if d := time.Until(expiration).Round(10 * time.Second); err != nil || d != 15*time.Minute || !strings.HasSuffix(got["Expiration"], "Z") {
		t.Errorf("expiration %s, in %v", got["Expiration"], d)
	}
	if _, second := w.ask("GET", containerPath, "", "Authorization", token); second == first {
		t.Error("the same credentials again")
	}
	if arn := arnOf(t, w.cloudShell("ueno")); arn != "arn:aws:iam::123456789012:user/ueno" {
		t.Errorf("ueno is %s", arn)
	}
	for name, headers := range map[string][]string{
		"none": nil, "wrong": {"Authorization", token + "x"}, "bearer": {"Authorization", "Bearer " + token}, "empty": {"Authorization", ""},
		"clock's": {"Authorization", w.ClockToken()}, "twice": {"Authorization", token, "Authorization", token},
	} {
		if status, body := w.ask("GET", containerPath, "", headers...); status != 401 || !strings.Contains(body, `"code":"Unauthorized"`) || strings.Contains(body, Mark) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	if status, body := w.ask("GET", containerPath, "", "Authorization", token, "Origin", "https://example.com"); status != 403 || strings.Contains(body, Mark) {
		t.Errorf("from a browser: %d %s", status, body)
	}
	if status, body := w.ask("POST", containerPath, "", "Authorization", token); status != 405 || strings.Contains(body, Mark) {
		t.Errorf("POST: %d %s", status, body)
	}
}

// TestConsoleMFA: somebody who signed in with MFA need not prove it again.
func TestConsoleMFA(t *testing.T) {
	w := loaded(t, `
accounts:
  - id: "123456789012"
    users:
      - {name: with, console: true, console_mfa: true, policies: [arn:aws:iam::aws:policy/AdministratorAccess]}
      - {name: without, console: true, policies: [arn:aws:iam::aws:policy/AdministratorAccess]}
    roles:
      - name: needs-mfa
        trust: {Version: 2012-10-17, Statement: {Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:AssumeRole", Condition: {Bool: {"aws:MultiFactorAuthPresent": "true"}}}}
      - name: needs-recent-mfa
        trust: {Version: 2012-10-17, Statement: {Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:AssumeRole", Condition: {NumericLessThan: {"aws:MultiFactorAuthAge": "600"}}}}
`)
	if _, err := w.cloudShell("with").AssumeRole(t.Context(), assume("needs-mfa")); err != nil {
		t.Error(err)
	}
	_, err := w.cloudShell("without").AssumeRole(t.Context(), assume("needs-mfa"))
	wantError(t, err, 403, "AccessDenied", "")
	c := w.cloudShell("with")
	w.mustAssume(c, assume("needs-recent-mfa"))
	w.Advance(11 * time.Minute)
	_, err = c.AssumeRole(t.Context(), assume("needs-recent-mfa"))
	wantError(t, err, 403, "AccessDenied", "")
}

// TestAdvance: sessions age, and nothing else changes for a client with a right clock.
func TestAdvance(t *testing.T) {
	w := newWorld(t, Options{})
	issue := func() *sts.Client {
		return w.with(w.mustAssume(w.as("testuser"), assume("toy-role", seconds(3600))).Credentials)
	}
	old := issue()
	w.Advance(59 * time.Minute)
	if _, err := old.GetCallerIdentity(t.Context(), nil); err != nil {
		t.Error(err)
	}
	newer := issue()
	w.Advance(2 * time.Minute)
	_, err := old.GetCallerIdentity(t.Context(), nil)
	wantError(t, err, 403, "ExpiredToken", "The security token included in the request is expired")
	if _, err := newer.GetCallerIdentity(t.Context(), nil); err != nil {
		t.Error(err)
	}
	out := w.mustAssume(w.as("testuser"), assume("toy-role"))
	if d := time.Until(*out.Credentials.Expiration).Round(10 * time.Second); d != time.Hour {
		t.Errorf("after the clock moved, a session says it lasts %v", d)
	}
	w.Advance(58 * time.Minute)
	_, err = newer.GetCallerIdentity(t.Context(), nil)
	wantError(t, err, 403, "ExpiredToken", "")
	w.Advance(-2 * time.Hour)
	w.Advance(maxAdvance * 2)
	_, err = newer.GetCallerIdentity(t.Context(), nil)
	wantError(t, err, 403, "ExpiredToken", "")
	arnOf(t, w.as("testuser")) // signatures are judged by the real time
}

// TestAdvanceIsBounded: the moves together, too, so that no session becomes younger.
func TestAdvanceIsBounded(t *testing.T) {
	w := newWorld(t, Options{})
	for i, want := range []bool{true, false} {
		if w.clock.advance(maxAdvance) != want {
			t.Errorf("move %d: want %t", i, want)
		}
	}
}

// TestExpiresOnTime: valid until the second that it says, expired from then on.
func TestExpiresOnTime(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 900, time.UTC)
	w := newWorld(t, Options{Now: func() time.Time { return now }})
	w.Advance(333 * time.Millisecond)
	c := &call{server: w.Server, now: now, today: w.clock.at(now)}
	n := &session{user: w.account.accounts[0].users[0]}
	issued := c.issue(n, 15*time.Minute)
	if issued.Expiration != "2026-03-01T12:15:00Z" {
		t.Error(issued.Expiration)
	}
	for at, want := range map[time.Time]string{
		time.Date(2026, 3, 1, 12, 14, 59, 0, time.UTC): "", time.Date(2026, 3, 1, 12, 15, 0, 0, time.UTC): "ExpiredToken",
	} {
		c := &call{server: w.Server, now: at, today: w.clock.at(at)}
		_, _, f := c.credentialsOf(scope{accessKeyID: issued.AccessKeyID, region: "us-east-1"}, issued.SessionToken, true)
		if f == nil && want != "" || f != nil && f.code != want {
			t.Errorf("at %v: %v", at, f)
		}
	}
}

func TestClockEndpoint(t *testing.T) {
	w := newWorld(t, Options{})
	bearer := []string{"Authorization", "Bearer " + w.ClockToken()}
	session := w.with(w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials)
	for name, test := range map[string]struct {
		method, body string
		headers      []string
		want         int
	}{
		"no token":    {"POST", "advance=61m", nil, 401},
		"wrong token": {"POST", "advance=61m", []string{"Authorization", "Bearer x"}, 401},
		"no bearer":   {"POST", "advance=61m", []string{"Authorization", w.ClockToken()}, 401},
		"browser":     {"POST", "advance=61m", append([]string{"Origin", "null"}, bearer...), 403},
		"proxy":       {"POST", "advance=61m", append([]string{"X-Forwarded-For", "192.0.2.1"}, bearer...), 403},
		"GET":         {"GET", "", bearer, 405},
		"nothing":     {"POST", "", bearer, 400},
		"backwards":   {"POST", "advance=-61m", bearer, 400},
		"not a time":  {"POST", "advance=soon", bearer, 400},
		"too far":     {"POST", "advance=200000h", bearer, 400},
		"malformed":   {"POST", "advance=%zz", bearer, 400},
	} {
		if status, body := w.ask(test.method, clockPath, test.body, test.headers...); status != test.want || strings.Contains(body, Mark) {
			t.Errorf("%s: %d %s", name, status, body)
		}
	}
	arnOf(t, session)
	status, body := w.ask("POST", clockPath, "advance=61m", bearer...)
	if status != 200 || body != "{\"ahead\":\"1h1m0s\"}\n" {
		t.Errorf("%d %s", status, body)
	}
	_, err := session.GetCallerIdentity(t.Context(), nil)
	wantError(t, err, 403, "ExpiredToken", "")
	if w.ClockURL("http://127.0.0.1:1/") != "http://127.0.0.1:1/sandbox/clock" {
		t.Error(w.ClockURL("http://127.0.0.1:1/"))
	}
}

// TestPrune: memory is bounded, what expired long ago goes first, and what is valid stays as long as it can.
func TestPrune(t *testing.T) {
	now := time.Now()
	const old = maxSessions / 4
	var s sessions
	for i := range maxSessions {
		s.add(newRequestID(), &session{forget: now.Add(time.Duration(i-old) * time.Second)}, now)
	}
	s.add("last", &session{accessKeyID: "ASIA"}, now)
	if len(s.byHash) != maxSessions-old+1 || s.find("last", "ASIA") == nil || s.find("last", "ASIB") != nil || s.find("none", "") != nil {
		t.Errorf("%d sessions, want the %d that are valid and the new one", len(s.byHash), maxSessions-old)
	}
	var all sessions
	for range maxSessions + 10 {
		all.add(newRequestID(), &session{forget: now.Add(time.Hour)}, now)
	}
	if len(all.byHash) > maxSessions {
		t.Errorf("%d sessions, all valid", len(all.byHash))
	}
}
