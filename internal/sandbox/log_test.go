package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// TestNoSecretInTheLog issues every kind of secret, has it refused in every way, and looks for the mark: it must be in what was
// asked for, and neither in the log nor in an error.
func TestNoSecretInTheLog(t *testing.T) {
	w := newWorld(t, Options{})
	session := w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials
	_, container := w.ask("GET", containerPath, "", "Authorization", w.consoleToken("ueno"))
	_, product, _ := w.send(w.assumeQuery())
	config, profiles := w.Profiles(w.url)
	for name, text := range map[string]string{"session": *session.SecretAccessKey + *session.SessionToken, "container": container, "document": product,
		"profiles": profiles, "console": w.consoleToken("ueno"), "clock": w.ClockToken(), "user": w.key("testuser").secret} {
		if !strings.Contains(text, Mark) {
			t.Errorf("%s: the mark was not issued, so this test would find nothing", name)
		}
	}
	if strings.Contains(config, Mark) {
		t.Error("a secret is in the config file")
	}
	secret, token := w.key("testuser").secret, *session.SessionToken
	var answers []string
	send := func(r *http.Request) {
		status, body, h := w.send(r)
		if status == 200 {
			t.Errorf("was to be refused: %s", body)
		}
		text, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, body, string(text))
	}
	for _, change := range []func(*raw){
		func(r *raw) {
			r.key = aws.Credentials{AccessKeyID: *session.AccessKeyId, SecretAccessKey: "x", SessionToken: token}
		},
		func(r *raw) {
			r.key = aws.Credentials{AccessKeyID: "AKIAAAAAAAAAAAAAAAAA", SecretAccessKey: secret, SessionToken: token}
		},
		setHeader("Authorization", "AWS4-HMAC-SHA256 Credential="+secret),
		setHeader("Authorization", "AWS4-HMAC-SHA256 "+secret),
		setHeader("Authorization", "AWS4-"+secret+" Credential=a/b/c/d/e, SignedHeaders=host, Signature=0"),
		inAuthorization("/aws4_request", "/"+token),
		inAuthorization("aws4_request", strings.ReplaceAll(token, "/", "")),
		setHeader("X-Amz-Date", secret),
		inAuthorization("AKIA", "Akia"),
		setHeader("Authorization", "Bearer "+token),
		setHeader("X-Amz-Security-Token", token),
		tamper(func(r *http.Request) { r.URL.Path = "/" + token }),
		tamper(func(r *http.Request) { r.URL.Path = "/"; r.Method = "PUT"; r.Header.Set("X-Amz-Target", "X."+secret) }),
	} {
		send(w.post(change))
	}
	for _, path := range []string{containerPath, clockPath} {
		_, body := w.ask("GET", path, secret, "Authorization", "Bearer "+token, "X-Custom", secret)
		answers = append(answers, body)
		_, body = w.ask("POST", path, "advance="+secret, "Authorization", "Bearer "+w.ClockToken())
		answers = append(answers, body)
	}
	for _, text := range append(answers, w.log.String()) {
		if strings.Contains(text, Mark) || strings.Contains(text, "SANDBOX") || strings.Contains(text, "Akia") || strings.Contains(text, secret) || strings.Contains(text, token) {
			t.Errorf("a secret is in %.300s", text)
		}
	}
	if !strings.Contains(w.log.String(), "event=AssumeRole") || len(answers) < 12 {
		t.Error("nothing was logged")
	}
	// What parameters hold is repeated to whoever sent it, as AWS does, but not to the log.
	for _, r := range []*http.Request{
		w.assumeQuery("RoleArn", secret), w.assumeQuery("RoleSessionName", secret), w.assumeQuery("SourceIdentity", secret), w.assumeQuery("ExternalId", token+"!"),
		w.assumeQuery("Policy", secret), w.assumeQuery("TokenCode", secret), w.assumeQuery("SerialNumber", token), w.query("Action", secret),
		w.assumeQuery("DurationSeconds", secret), w.assumeQuery("Tags.member.1.Key", "!"+secret, "Tags.member.1.Value", secret),
	} {
		w.send(r)
	}
	if strings.Contains(w.log.String(), Mark) {
		t.Errorf("a secret is in the log:\n%s", w.log)
	}
}

// TestLogSaysWhy: one line for each request, with what a person needs to find the mistake.
func TestLogSaysWhy(t *testing.T) {
	w := newWorld(t, Options{})
	_, _ = w.as("testuser").AssumeRole(t.Context(), assume("with-external-id"))
	line := w.log.last()
	for _, want := range []string{
		"time=", " event=AssumeRole ", " caller=arn:aws:iam::123456789012:user/testuser ", " role_arn=arn:aws:iam::123456789012:role/with-external-id ",
		" role_session_name=some-session ", " result=AccessDenied ", ` reason="role trust policy: statement 1: Condition StringEquals sts:ExternalId: `, " request_id=",
	} {
		if !strings.Contains(line, want) {
			t.Errorf("no %q in %s", want, line)
		}
	}
	if strings.Contains(line, "level=") || strings.Contains(line, "msg=") || strings.Count(w.log.String(), "\n") != 1 {
		t.Error(w.log)
	}
	w.mustAssume(w.as("testuser"), assume("sts_role", source("me@example.com")))
	if line := w.log.last(); !strings.Contains(line, "source_identity=me@example.com result=allowed request_id=") {
		t.Error(line)
	}
	_, _ = w.as("x").AssumeRole(t.Context(), assume("nothing"))
	if line := w.log.last(); !strings.Contains(line, "no such role in this partition; identity-based policy: statement 1: Resource: ") {
		t.Error(line)
	}
	_, _, _ = w.send(w.assumeQuery("RoleSessionName", "a\nevent=forged"))
	if strings.Count(w.log.String(), "\n") != 4 || strings.Contains(w.log.last(), "forged") {
		t.Error(w.log)
	}
}

func TestShorten(t *testing.T) {
	for _, s := range []string{"", "abc", "äöü", strings.Repeat("é", 300), "\xff\xff\xff\xff"} {
		for limit := range 6 {
			got := strings.TrimSuffix(shorten(s, limit), "...")
			if !strings.HasPrefix(s, got) || len(got) > max(limit, 0) || utf8.ValidString(s) && !utf8.ValidString(got) {
				t.Errorf("shorten(%q, %d) = %q", s, limit, got)
			}
		}
	}
	var b bytes.Buffer
	newRecorder(&b).write(entry{event: "e", reason: strings.Repeat("r", 3*maxLogReason)})
	if b.Len() > maxLogReason+200 {
		t.Errorf("a line of %d bytes", b.Len())
	}
}
