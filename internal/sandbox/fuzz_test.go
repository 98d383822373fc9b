package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var fuzzTime = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// FuzzAuthorizationHeader: whatever a client sends, the answer is a fault or the signature is the one that only the key gives.
func FuzzAuthorizationHeader(f *testing.F) {
	const good = "AWS4-HMAC-SHA256 Credential=AKIA/20260301/us-east-1/sts/aws4_request, SignedHeaders=host;x-amz-date, Signature="
	for _, header := range []string{good + strings.Repeat("0", 64), good, "AWS4-HMAC-SHA256", "AWS4-", "Bearer x", "", good + "=,=", "AWS4-HMAC-SHA256 Credential=////,SignedHeaders=;;,Signature= "} {
		f.Add(header, "20260301T120000Z", "/?Action=GetCallerIdentity&a=%20+b", "token", "a  b")
	}
	f.Add(good, "Sun, 01 Mar 2026 12:00:00 GMT", "/%zz?%zz=%", "", "")
	f.Fuzz(func(t *testing.T, header, date, target, token, custom string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.RequestURI = target
		r.Header.Set("Authorization", header)
		r.Header.Set("X-Amz-Date", date)
		r.Header.Set("X-Custom", custom)
		if token != "" {
			r.Header.Set("X-Amz-Security-Token", token)
		}
		asked := false
		v := verifier{service: "sts", now: fuzzTime, secret: func(s scope, got string, has bool) (string, *fault) {
			asked = true
			if got != token || has != (token != "") || s.service != "sts" || s.date != "20260301" {
				t.Errorf("scope %+v, token %q", s, got)
			}
			return "secret", nil
		}}
		s, refused := v.verify(r, nil)
		if refused == nil {
			t.Fatalf("%q was accepted with %+v", header, s)
		}
		if refused.code == "" || refused.status < 400 || refused.code == "SignatureDoesNotMatch" && refused.message == mismatch && !asked {
			t.Errorf("%q: %+v", header, refused)
		}
		// The same request with the right signature is accepted, so that the above is not for want of trying.
		a, wrong := readAuthorization(r.Header)
		if !asked || wrong != nil {
			return
		}
		canonical, ok := canonicalRequest(r, a.signedHeaders, hashOf(nil))
		if !ok {
			return
		}
		signature := sign("secret", a, canonical)
		if !hmac.Equal([]byte(signature), []byte(signature)) || len(signature) != 64 {
			t.Errorf("signature %q", signature)
		}
		r.Header.Set("Authorization", strings.Replace(header, a.signature, signature, 1))
		if again, wrong := readAuthorization(r.Header); wrong != nil || again.signature != signature {
			return // the old signature was also elsewhere in the header
		}
		if _, refused := v.verify(r, nil); refused != nil && refused.message == mismatch {
			t.Errorf("%q: right signature refused: %+v", header, refused)
		}
	})
}

func hashOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// small has every key, in few lines: the search for the line of a mistake is slow in long files.
const small = `
accounts:
  - id: "123456789012"
    partition: aws
    org_id: o-a1b2c3d4e5
    root: {access_key: true, mfa: {seed: JBSWY3DPEHPK3PXP}}
    users:
      - {name: a, path: /b/, access_key: true, console: true, console_mfa: true, tags: {k: v}, policies: [arn:aws:iam::aws:policy/ReadOnlyAccess, ` + allow + `]}
      - {name: c, fido: true, mfa: {seed: JBSWY3DPEHPK3PXP, serial_number: GAHT12345678}}
    roles:
      - {name: r, path: /b/, max_session_duration: 1h, tags: {k: v}, trust: ` + trustMe + `}
    policies: [{name: p, path: /b/, document: ` + allow + `}]
`

// FuzzAccountFile: a file is an account or an error with its place, never both, and never a crash. What is read can be served.
func FuzzAccountFile(f *testing.F) {
	for _, s := range []string{small, partitions, "", "accounts:\n  - id: 123456789012\n", "accounts: [", "a: &a [*a]", "- \xff", "accounts:\n- id: 123456789012\n  users: [{name: a, policies: ['{']}]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		a, err := LoadAccount("file.yaml", data)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "file.yaml:") || a != nil {
				t.Errorf("%v %v", a, err)
			}
			return
		}
		s, err := New(Options{Account: a})
		if err != nil {
			t.Fatal(err)
		}
		for _, user := range s.Users() {
			if _, err := s.Environment("http://127.0.0.1:1", user); err != nil {
				t.Error(err)
			}
		}
	})
}

// FuzzForm: any parameters of a caller who signed get an answer that is XML; only what is allowed gets credentials.
func FuzzForm(f *testing.F) {
	s, err := New(Options{Now: func() time.Time { return fuzzTime }, Log: io.Discard})
	if err != nil {
		f.Fatal(err)
	}
	u, err := s.account.user("x")
	if err != nil {
		f.Fatal(err)
	}
	arn := url.QueryEscape(roleARN("toy-role"))
	for _, form := range []string{
		"Action=GetCallerIdentity", "Action=AssumeRole&RoleArn=" + arn + "&RoleSessionName=xx", "Action=GetSessionToken&DurationSeconds=900",
		"Action=AssumeRole&RoleArn=" + arn + "&RoleSessionName=xx&Tags.member.1.Key=a&Tags.member.1.Value=b&TransitiveTagKeys.member.1=a",
		"Action=AssumeRole&RoleArn=" + arn + "&RoleSessionName=xx&Policy=%7B%7D&PolicyArns.member.1.arn=arn:aws:iam::aws:policy/ReadOnlyAccess",
		"Action=AssumeRole&RoleArn=arn:aws:iam::123456789012:role/sts_role&RoleSessionName=xx&SourceIdentity=xx&ExternalId=xx",
		"Action=AssumeRole&SerialNumber=123456789&TokenCode=123456", "Action=ListMFADevices&Version=2010-05-08&UserName=x&MaxItems=1&Marker=a", "Action=%zz", "&&=&;", "Action=x&Action=AssumeRole", "Tags.member.=&Tags.member.1=", "\xff=\x00",
	} {
		f.Add(form)
	}
	key := s.keyOf(u)
	f.Fuzz(func(t *testing.T, form string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(form+"&Version=2011-06-15"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Amz-Date", fuzzTime.Format(amzDate))
		values, _ := url.ParseQuery(form)
		service := "sts"
		if values.Get("Action") == "ListMFADevices" && values.Get("Version") == "2010-05-08" {
			service = "iam"
		}
		a := authorization{scope: scope{key.id, "20260301", "us-east-1", service, "aws4_request"}, time: fuzzTime}
		canonical, _ := canonicalRequest(r, []string{"host", "x-amz-date"}, hashOf([]byte(form+"&Version=2011-06-15")))
		r.Header.Set("Authorization", signingAlgorithm+" Credential="+key.id+"/"+a.scope.parts()+", SignedHeaders=host;x-amz-date, Signature="+sign(key.secret, a, canonical))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		body := w.Body.String()
		if w.Code == http.StatusInternalServerError || strings.Contains(body, "SignatureDoesNotMatch") || !utf8.ValidString(body) {
			t.Errorf("%d %s", w.Code, body)
		}
		if err := xml.Unmarshal([]byte(body), &struct{}{}); err != nil {
			t.Errorf("%v: %s", err, body)
		}
		isAllowed := values.Get("RoleArn") == roleARN("toy-role") || values.Get("Action") == "GetSessionToken"
		if strings.Contains(body, "<SecretAccessKey>") && !isAllowed {
			t.Errorf("%s got credentials: %s", form, body)
		}
	})
}
