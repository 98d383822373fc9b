package sandbox

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

const formType = "application/x-www-form-urlencoded"

// sessionJSON is credentials as the federation endpoint wants them.
func sessionJSON(c *types.Credentials) string {
	text, _ := json.Marshal(map[string]string{"sessionId": *c.AccessKeyId, "sessionKey": *c.SecretAccessKey, "sessionToken": *c.SessionToken})
	return string(text)
}

// signinToken asks for a sign-in token by POST, with more parameters behind the session.
func (w *world) signinToken(session string, more ...string) (int, string) {
	w.t.Helper()
	form := url.Values{"Action": {"getSigninToken"}, "Session": {session}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	status, body := w.ask("POST", federationPath, form.Encode(), "Content-Type", formType)
	var answer struct{ SigninToken string }
	_ = json.Unmarshal([]byte(body), &answer)
	if strings.Contains(body, Mark) != (answer.SigninToken != "") {
		w.t.Errorf("%d %s", status, body)
	}
	return status, answer.SigninToken
}

// login follows a sign-in URL as far as the redirect.
func (w *world) login(token, destination string) (status int, to string, cookies []*http.Cookie) {
	w.t.Helper()
	query := url.Values{"Action": {"login"}, "SigninToken": {token}, "Destination": {destination}}
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+federationPath+"?"+query.Encode(), nil)
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode, answer.Header.Get("Location"), answer.Cookies()
}

func (w *world) console(cookie string) (int, string) {
	return w.ask("GET", consolePath, "", "Cookie", consoleCookie+"="+cookie)
}

func TestSignin(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials
	status, token := w.signinToken(sessionJSON(c))
	if status != 200 || token == "" {
		t.Fatal(status, token)
	}
	status, to, cookies := w.login(token, "https://us-east-1.console.aws.amazon.com/s3/home?region=us-east-1")
	if status != 302 || to != consolePath || len(cookies) != 1 {
		t.Fatalf("%d %s %v", status, to, cookies)
	}
	cookie := cookies[0]
	if !cookie.HttpOnly || cookie.Path != consolePath || cookie.SameSite != http.SameSiteLaxMode {
		t.Errorf("%+v", cookie)
	}
	status, page := w.console(cookie.Value)
	if status != 200 || !strings.HasPrefix(page, "signed in as arn:aws:sts::123456789012:assumed-role/toy-role/some-session\nfor ") ||
		!strings.Contains(page, "at https://us-east-1.console.aws.amazon.com/s3/home?region=us-east-1\n") {
		t.Errorf("%d %s", status, page)
	}
	w.Advance(14 * time.Minute)
	if got, _, _ := w.login(token, "https://console.aws.amazon.com/"); got != 302 {
		t.Errorf("after 14 minutes the URL gives %d", got)
	}
	w.Advance(time.Minute)
	if got, _, _ := w.login(token, "https://console.aws.amazon.com/"); got != 400 {
		t.Errorf("after 15 minutes the URL gives %d", got)
	}
	w.Advance(44 * time.Minute)
	if status, _ := w.console(cookie.Value); status != 200 {
		t.Errorf("before the credentials end the console gives %d", status)
	}
	w.Advance(time.Minute)
	if status, _ := w.console(cookie.Value); status != 403 {
		t.Errorf("after the credentials ended the console gives %d", status)
	}
	if status, _ := w.signinToken(sessionJSON(c)); status != 400 || !strings.Contains(w.log.last(), "have expired") {
		t.Errorf("expired credentials: %d, %s", status, w.log.last())
	}
	if strings.Contains(w.log.String(), Mark) {
		t.Error("a secret is in the log")
	}
}

// TestSigninByGET is the guide's own example.
func TestSigninByGET(t *testing.T) {
	w := newWorld(t, Options{})
	c := w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials
	query := url.Values{"Action": {"getSigninToken"}, "SessionDuration": {"1800"}, "Session": {sessionJSON(c)}}
	if status, body := w.ask("GET", federationPath+"?"+query.Encode(), ""); status != 200 || !strings.Contains(body, `{"SigninToken":"`) {
		t.Errorf("%d %s", status, body)
	}
}

func TestSigninRefuses(t *testing.T) {
	w := newWorld(t, Options{})
	good := w.mustAssume(w.as("testuser"), assume("first-hop")).Credentials
	other := w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials
	chained := w.mustAssume(w.with(good), assume("second-hop")).Credentials
	own, err := w.as("testuser").GetSessionToken(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	mixed := *good
	mixed.SecretAccessKey = other.SecretAccessKey
	foreign := *good
	foreign.AccessKeyId = other.AccessKeyId
	for name, test := range map[string]struct {
		session string
		more    []string
		reason  string
	}{
		"nothing":             {"", nil, "not the JSON"},
		"more than JSON":      {sessionJSON(good) + "{}", nil, "more than the JSON"},
		"unknown key":         {strings.Replace(sessionJSON(good), "{", `{"role":"x",`, 1), nil, "not the JSON"},
		"another's secret":    {sessionJSON(&mixed), nil, "no such"},
		"another's ID":        {sessionJSON(&foreign), nil, "no such"},
		"long-term":           {`{"sessionId":"` + w.key("testuser").id + `","sessionKey":"` + w.key("testuser").secret + `","sessionToken":""}`, nil, "no such"},
		"GetSessionToken":     {sessionJSON(own.Credentials), nil, "not a role"},
		"too short":           {sessionJSON(good), []string{"SessionDuration", "899"}, "900 to"},
		"too long":            {sessionJSON(good), []string{"SessionDuration", "43201"}, "900 to"},
		"no number":           {sessionJSON(good), []string{"SessionDuration", ""}, "900 to"},
		"chained, and longer": {sessionJSON(chained), []string{"SessionDuration", "3600"}, "role chaining"},
		"another action":      {sessionJSON(good), []string{"Action", "logout"}, "no action"},
		"login by POST":       {sessionJSON(good), []string{"Action", "login"}, "no action"},
	} {
		if status, _ := w.signinToken(test.session, test.more...); status != 400 || !strings.Contains(w.log.last(), test.reason) {
			t.Errorf("%s: %d, %s", name, status, w.log.last())
		}
	}
	for name, more := range map[string][]string{"900": {"SessionDuration", "900"}, "43200": {"SessionDuration", "43200"}} {
		if status, token := w.signinToken(sessionJSON(good), more...); status != 200 || token == "" {
			t.Errorf("%s: %d", name, status)
		}
	}
	status, token := w.signinToken(sessionJSON(chained))
	if status != 200 {
		t.Errorf("chained: %d", status)
	}
	for _, destination := range []string{"", "http://console.aws.amazon.com/", "https://console.aws.amazon.com.example/", "https://aws.amazon.com/"} {
		if got, _, _ := w.login(token, destination); got != 400 {
			t.Errorf("destination %q: %d", destination, got)
		}
	}
	_, _, cookies := w.login(token, "https://console.aws.amazon.com/")
	secret, _ := url.QueryUnescape(cookies[0].Value)
	if got, _, _ := w.login(secret, "https://console.aws.amazon.com/"); got != 400 {
		t.Errorf("a console's cookie as a sign-in token: %d", got)
	}
	if status, _ := w.console(url.QueryEscape(token)); status != 403 {
		t.Errorf("a sign-in token as a console's cookie: %d", status)
	}
	for _, path := range []string{federationPath, consolePath} {
		if status, _ := w.ask("PUT", path, ""); status != 405 {
			t.Errorf("PUT %s: %d", path, status)
		}
	}
}

// TestSigninsAreBounded: a sandbox that is left running keeps no more than it can use.
func TestSigninsAreBounded(t *testing.T) {
	now := time.Now()
	var s logins
	for range maxLogins + 10 {
		s.add(login{until: now.Add(time.Hour)}, now)
	}
	last := s.add(login{until: now.Add(time.Hour)}, now)
	if _, ok := s.find(last, now); !ok || len(s.byHash) > maxLogins {
		t.Errorf("%d sign-ins", len(s.byHash))
	}
}

// FuzzFederation: nothing that is sent signs anybody in without the credentials.
func FuzzFederation(f *testing.F) {
	for _, body := range []string{"", "Action=getSigninToken", "Action=getSigninToken&Session=%7B%7D", "Action=login&SigninToken=&Destination=https://console.aws.amazon.com/", "%zz", "Action=getSigninToken&Session=null&SessionDuration=900",
		`Action=getSigninToken&Session={"sessionId":"","sessionKey":"","sessionToken":""}`} {
		f.Add(body)
	}
	server, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		for _, r := range []*http.Request{
			httptest.NewRequestWithContext(t.Context(), "POST", federationPath, strings.NewReader(body)),
			{Method: "GET", URL: &url.URL{Path: federationPath, RawQuery: body}, Header: http.Header{}, Body: http.NoBody},
			{Method: "GET", URL: &url.URL{Path: consolePath}, Header: http.Header{"Cookie": {consoleCookie + "=" + body}}, Body: http.NoBody},
		} {
			w := httptest.NewRecorder()
			server.ServeHTTP(w, r)
			if w.Code < 400 || w.Code >= 500 || strings.Contains(w.Body.String(), Mark) {
				t.Errorf("%s %s with %q: %d %s", r.Method, r.URL, body, w.Code, w.Body)
			}
		}
	})
}
