package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// raw is a request that is signed by the SDK's signer and then changed.
type raw struct {
	method, path, body string
	header             map[string]string // before signing
	key                aws.Credentials
	service, region    string
	at                 time.Time
	tamper             func(*http.Request) // after signing
}

// post is a well-signed GetCallerIdentity.
func (w *world) post(change ...func(*raw)) *http.Request {
	w.t.Helper()
	r := raw{
		method: http.MethodPost, path: "/", body: "Action=GetCallerIdentity&Version=2011-06-15", service: "sts", region: "eu-central-1",
		header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"},
		at:     w.clock.real(),
	}
	for _, c := range change {
		c(&r)
	}
	if r.key.AccessKeyID == "" {
		k := w.key("testuser")
		r.key = aws.Credentials{AccessKeyID: k.id, SecretAccessKey: k.secret}
	}
	request, err := http.NewRequestWithContext(w.t.Context(), r.method, w.url+r.path, strings.NewReader(r.body))
	if err != nil {
		w.t.Fatal(err)
	}
	for name, value := range r.header {
		request.Header.Set(name, value)
	}
	sum := sha256.Sum256([]byte(r.body))
	if err := v4.NewSigner().SignHTTP(w.t.Context(), r.key, request, hex.EncodeToString(sum[:]), r.service, r.region, r.at); err != nil {
		w.t.Fatal(err)
	}
	if r.tamper != nil {
		r.tamper(request)
	}
	return request
}

// errorDocument is an error as the STS API reference shows it.
type errorDocument struct {
	XMLName xml.Name `xml:"ErrorResponse"`
	Type    string   `xml:"Error>Type"`
	Code    string   `xml:"Error>Code"`
	Message string   `xml:"Error>Message"`
}

func (w *world) send(r *http.Request) (status int, body string, header http.Header) {
	w.t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return response.StatusCode, string(data), response.Header
}

// wantFault sends a request and checks the whole refusal.
func (w *world) wantFault(t *testing.T, r *http.Request, status int, code, message string) {
	t.Helper()
	got, body, _ := w.send(r)
	var e errorDocument
	if err := xml.Unmarshal([]byte(body), &e); err != nil {
		t.Fatalf("%d %q: %v", got, body, err)
	}
	if got != status || e.Code != code || message != "*" && e.Message != message {
		t.Errorf("got %d %s %q\nwant %d %s %q", got, e.Code, e.Message, status, code, message)
	}
}

const (
	mismatch     = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	invalidToken = "The security token included in the request is invalid."
)

func header(name, value string) func(*raw) { return func(r *raw) { r.header[name] = value } }

func tamper(f func(*http.Request)) func(*raw) { return func(r *raw) { r.tamper = f } }

func setHeader(name, value string) func(*raw) {
	return tamper(func(r *http.Request) { r.Header.Set(name, value) })
}

// inAuthorization changes the Authorization header.
func inAuthorization(old, replacement string) func(*raw) {
	return tamper(func(r *http.Request) {
		r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, replacement, 1))
	})
}

func TestSignatureAccepted(t *testing.T) {
	w := newWorld(t, Options{})
	session := w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials
	empty := func(path string) func(*raw) {
		return func(r *raw) { r.method, r.path, r.body, r.header = http.MethodGet, path, "", map[string]string{} }
	}
	body := sha256.Sum256([]byte("Action=GetCallerIdentity&Version=2011-06-15"))
	for name, change := range map[string]func(*raw){
		"post":           func(*raw) {},
		"charset":        header("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
		"get":            empty("/?Action=GetCallerIdentity&Version=2011-06-15"),
		"unsorted query": empty("/?Version=2011-06-15&Action=GetCallerIdentity"),
		"unsorted query on the wire": func(r *raw) {
			empty("/?Version=2011-06-15&Action=GetCallerIdentity")(r)
			r.tamper = func(r *http.Request) { r.URL.RawQuery = "Version=2011-06-15&Action=GetCallerIdentity" } // the signer sorted it
		},
		"odd query":        empty("/?Version=2011-06-15&b=%20x%2F%7e~&a=2&a=1&flag&Action=GetCallerIdentity"),
		"another region":   func(r *raw) { r.region = "ap-northeast-1" },
		"hash stated":      header("X-Amz-Content-Sha256", hex.EncodeToString(body[:])),
		"blanks in header": header("X-Custom", "a   b  c"),
		"4 min early":      func(r *raw) { r.at = r.at.Add(-4 * time.Minute) },
		"4 min late":       func(r *raw) { r.at = r.at.Add(4 * time.Minute) },
		"session": func(r *raw) {
			r.key = aws.Credentials{AccessKeyID: *session.AccessKeyId, SecretAccessKey: *session.SecretAccessKey, SessionToken: *session.SessionToken}
		},
	} {
		if status, answer, _ := w.send(w.post(change)); status != http.StatusOK || !strings.Contains(answer, "<Arn>arn:aws:") {
			t.Errorf("%s: %d %s", name, status, answer)
		}
	}
}

func TestSignatureRefused(t *testing.T) {
	w := newWorld(t, Options{})
	own, other := w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials, w.mustAssume(w.as("testuser"), assume("toy-role")).Credentials
	key := func(id, secret, token string) func(*raw) {
		return func(r *raw) { r.key = aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: token} }
	}
	long := w.key("testuser")
	for _, test := range []struct {
		name          string
		change        func(*raw)
		status        int
		code, message string
	}{
		{"wrong secret", key(long.id, "wrong", ""), 403, "SignatureDoesNotMatch", mismatch},
		{"unknown key", key("AKIAAAAAAAAAAAAAAAAA", long.secret, ""), 403, "InvalidClientTokenId", invalidToken},
		{"token missing", key(*own.AccessKeyId, *own.SecretAccessKey, ""), 403, "InvalidClientTokenId", invalidToken},
		{"token of another session", key(*own.AccessKeyId, *own.SecretAccessKey, *other.SessionToken), 403, "InvalidClientTokenId", invalidToken},
		{"token on a long-term key", key(long.id, long.secret, *own.SessionToken), 403, "InvalidClientTokenId", invalidToken},
		{"wrong secret of a session", key(*own.AccessKeyId, "wrong", *own.SessionToken), 403, "SignatureDoesNotMatch", mismatch},
		{"bad token before bad secret", key(*own.AccessKeyId, "wrong", "token"), 403, "InvalidClientTokenId", invalidToken},
		{"tampered body", tamper(func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader("Action=GetSessionToken&Version=2011-06-15")) // as long as it says
			r.ContentLength = int64(len("Action=GetSessionToken&Version=2011-06-15"))
		}), 403, "SignatureDoesNotMatch", mismatch},
		{"tampered header", func(r *raw) {
			r.header["X-Custom"] = "one"
			r.tamper = func(r *http.Request) { r.Header.Set("X-Custom", "two") }
		}, 403, "SignatureDoesNotMatch", mismatch},
		{"signed header taken out", func(r *raw) {
			r.header["X-Custom"] = "one"
			r.tamper = func(r *http.Request) { r.Header.Del("X-Custom") }
		}, 403, "SignatureDoesNotMatch", mismatch},
		{"tampered host", tamper(func(r *http.Request) { r.Host = "sts.amazonaws.com" }), 403, "SignatureDoesNotMatch", mismatch},
		{"query added", tamper(func(r *http.Request) { r.URL.RawQuery = "DurationSeconds=900" }), 403, "SignatureDoesNotMatch", mismatch},
		{"values of the query exchanged", func(r *raw) {
			r.path = "/?a=1&b=2"
			r.tamper = func(r *http.Request) { r.URL.RawQuery = "a=2&b=1" }
		}, 403, "SignatureDoesNotMatch", mismatch},
		{"another method", tamper(func(r *http.Request) {
			r.Method = http.MethodGet
			r.URL.RawQuery = "Action=GetCallerIdentity&Version=2011-06-15"
		}),
			403, "SignatureDoesNotMatch", mismatch},
		{"another date", setHeader("X-Amz-Date", w.clock.real().Add(-time.Minute).Format(amzDate)), 403, "SignatureDoesNotMatch", mismatch},
		{"signature in upper case", tamper(func(r *http.Request) {
			head, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
			r.Header.Set("Authorization", head+"Signature="+strings.ToUpper(signature)+"A")
		}), 403, "SignatureDoesNotMatch", mismatch},
		{"signed headers out of order", inAuthorization("content-length;content-type", "content-type;content-length"), 403, "SignatureDoesNotMatch", mismatch},
		{"signed headers in upper case", inAuthorization("content-type", "Content-Type"), 403, "SignatureDoesNotMatch", "*"},
		{"signed header twice", inAuthorization("content-type", "content-type;content-type"), 403, "SignatureDoesNotMatch", mismatch},
		{"payload not hashed", header("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"), 403, "SignatureDoesNotMatch", mismatch},
		{"another payload's hash", header("X-Amz-Content-Sha256", strings.Repeat("0", 64)), 403, "SignatureDoesNotMatch", mismatch},
		{"host not signed", inAuthorization("host;", ""), 403, "SignatureDoesNotMatch", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."},
		{"date not signed", inAuthorization(";x-amz-date", ""), 403, "SignatureDoesNotMatch", "'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization."},
		{"token not signed", func(r *raw) {
			key(*own.AccessKeyId, *own.SecretAccessKey, *own.SessionToken)(r)
			inAuthorization(";x-amz-security-token", "")(r)
		}, 403, "SignatureDoesNotMatch", "'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization."},
		{"token added", setHeader("X-Amz-Security-Token", "token"), 403, "SignatureDoesNotMatch", "'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization."},
		{"wrong service", func(r *raw) { r.service = "iam" }, 403, "SignatureDoesNotMatch", "Credential should be scoped to correct service: 'sts'. "},
		{"wrong region", func(r *raw) { r.region = "mars" }, 403, "SignatureDoesNotMatch", "Credential should be scoped to a valid region. "},
		{"both wrong", func(r *raw) { r.region, r.service = "mars", "iam" }, 403, "SignatureDoesNotMatch",
			"Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. "},
		{"scope before token", func(r *raw) { key("AKIAAAAAAAAAAAAAAAAA", "", "token")(r); r.service = "iam" }, 403, "SignatureDoesNotMatch",
			"Credential should be scoped to correct service: 'sts'. "},
		{"wrong terminator", inAuthorization("aws4_request", "aws5_request"), 403, "SignatureDoesNotMatch",
			"Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. "},
		{"another partition's region", func(r *raw) { r.region = "cn-north-1" }, 403, "InvalidClientTokenId", invalidToken},
		{"nothing", tamper(func(r *http.Request) { r.Header.Del("Authorization") }), 403, "MissingAuthenticationToken", "Request is missing Authentication Token"},
		{"bearer token", setHeader("Authorization", "Bearer abc"), 403, "MissingAuthenticationToken", "Request is missing Authentication Token"},
		{"no credential", inAuthorization("Credential", "Kredential"), 400, "IncompleteSignature", "*"},
		{"no signature", inAuthorization("Signature", "Zignature"), 400, "IncompleteSignature", "*"},
		{"no signed headers", inAuthorization("SignedHeaders", "Zigned"), 400, "IncompleteSignature", "*"},
		{"no equal sign", inAuthorization("Signature=", "Signature"), 400, "IncompleteSignature", "*"},
		{"twice", inAuthorization("Signature=", "Signature=0, Signature="), 400, "IncompleteSignature", "*"},
		{"short scope", inAuthorization("/aws4_request", ""), 400, "IncompleteSignature", "*"},
		{"no date", tamper(func(r *http.Request) { r.Header.Del("X-Amz-Date") }), 400, "IncompleteSignature", "*"},
		{"bad date", setHeader("X-Amz-Date", "yesterday"), 400, "IncompleteSignature", "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See http://en.wikipedia.org/wiki/ISO_8601"},
		{"SigV4A", inAuthorization("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"), 400, "IncompleteSignature",
			"Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now). "},
	} {
		t.Run(test.name, func(t *testing.T) { w.wantFault(t, w.post(test.change), test.status, test.code, test.message) })
	}
}

// TestSignedHeaderList: a list that is out of order, in upper case, with a header twice or with one that is not there is refused, also
// when the signature is right for it.
func TestSignedHeaderList(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for list, want := range map[string]bool{
		"host;x-amz-date": true, "x-amz-date;host": false, "X-Custom;host;x-amz-date": false, "host;x-amz-date;x-custom": true, "host;host;x-amz-date": false, "host;x-amz-date;x-none": false,
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("X-Amz-Date", now.Format(amzDate))
		r.Header.Set("X-Custom", "one")
		a := authorization{scope: scope{"AKID", "20260301", "us-east-1", "sts", "aws4_request"}, time: now}
		var canonical strings.Builder
		canonical.WriteString("GET\n/\n\n")
		for name := range strings.SplitSeq(list, ";") {
			canonical.WriteString(name + ":" + map[string]string{"host": r.Host, "x-amz-date": now.Format(amzDate), "x-custom": "one"}[strings.ToLower(name)] + "\n")
		}
		canonical.WriteString("\n" + list + "\n" + hashOf(nil))
		r.Header.Set("Authorization", signingAlgorithm+" Credential=AKID/"+a.scope.parts()+", SignedHeaders="+list+", Signature="+sign("secret", a, canonical.String()))
		v := verifier{service: "sts", now: now, secret: func(scope, string, bool) (string, *fault) { return "secret", nil }}
		if _, f := v.verify(r, nil); (f == nil) != want {
			t.Errorf("%s: %+v", list, f)
		}
	}
}

// TestDateHeader: a request may be dated by its Date header, which must be signed then.
func TestDateHeader(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, date := range []string{now.Format(http.TimeFormat), now.Format(amzDate)} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
		r.Header.Set("Date", date)
		a := authorization{scope: scope{"AKID", "20260301", "us-east-1", "sts", "aws4_request"}, time: now}
		canonical := "GET\n/\n\ndate:" + date + "\nhost:" + r.Host + "\n\ndate;host\n" + hashOf(nil)
		r.Header.Set("Authorization", signingAlgorithm+" Credential=AKID/"+a.scope.parts()+", SignedHeaders=date;host, Signature="+sign("secret", a, canonical))
		v := verifier{service: "sts", now: now, secret: func(scope, string, bool) (string, *fault) { return "secret", nil }}
		if _, f := v.verify(r, nil); f != nil {
			t.Errorf("%s: %+v", date, f)
		}
		r.Header.Set("X-Amz-Date", now.Format(amzDate)) // wins, and is not signed
		if _, f := v.verify(r, nil); f == nil {
			t.Errorf("%s: an unsigned X-Amz-Date was accepted", date)
		}
	}
}

// TestIncompleteSignatureHashesTheHeader: people send bearer tokens and passwords in it.
func TestIncompleteSignatureHashesTheHeader(t *testing.T) {
	w := newWorld(t, Options{})
	const secret = "AWS4-HMAC-SHA256 Credential=hunter2"
	_, body, _ := w.send(w.post(setHeader("Authorization", secret)))
	if !strings.Contains(body, "Authorization header requires &#39;Signature&#39; parameter. ") || strings.Contains(body, "hunter2") || strings.Contains(w.log.String(), "hunter2") {
		t.Errorf("%s\n%s", body, w.log)
	}
}

func TestClockSkew(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	w := newWorld(t, Options{Now: func() time.Time { return now }})
	at := func(d time.Duration) func(*raw) { return func(r *raw) { r.at = now.Add(d) } }
	w.wantFault(t, w.post(at(-5*time.Minute-time.Second)), 403, "SignatureDoesNotMatch",
		"Signature expired: 20260301T115459Z is now earlier than 20260301T115500Z (20260301T120000Z - 5 min.)")
	w.wantFault(t, w.post(at(5*time.Minute+time.Second)), 403, "SignatureDoesNotMatch",
		"Signature not yet current: 20260301T120501Z is still later than 20260301T120500Z (20260301T120000Z + 5 min.)")
	for _, d := range []time.Duration{-5 * time.Minute, 5 * time.Minute} {
		if status, body, h := w.send(w.post(at(d))); status != 200 || h.Get("Date") != "Sun, 01 Mar 2026 12:00:00 GMT" {
			t.Errorf("%v: %d %s, Date %s", d, status, body, h.Get("Date"))
		}
	}
	w.wantFault(t, w.post(func(r *raw) {
		r.at = now
		r.tamper = func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "/20260301/", "/20260302/", 1))
		}
	}), 403, "SignatureDoesNotMatch", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "+
		"'20260302' != '20260301', from '20260301T120000Z'. ")
}

// TestPublishedSignature is the worked example of the IAM user guide's page on signing.
func TestPublishedSignature(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?Action=ListUsers&Version=2010-05-08", nil)
	r.Host = "iam.amazonaws.com"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	r.Header.Set("X-Amz-Date", "20150830T123600Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "+
		"SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7")
	v := verifier{service: "iam", now: time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC),
		secret: func(scope, string, bool) (string, *fault) { return "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", nil }}
	if s, f := v.verify(r, nil); f != nil || s.accessKeyID != "AKIDEXAMPLE" || s.region != "us-east-1" {
		t.Errorf("%+v %+v", s, f)
	}
}

// TestVerifierOfAnotherService: a front for another service has its own scope and takes unsigned payloads if it says so.
func TestVerifierOfAnotherService(t *testing.T) {
	for _, allow := range []bool{true, false} {
		front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			v := verifier{service: "lambda", now: time.Now(), allowUnsignedPayload: allow,
				secret: func(scope, string, bool) (string, *fault) { return "secret", nil }}
			if _, f := v.verify(r, []byte("body")); f != nil {
				w.WriteHeader(f.status)
			}
		}))
		defer front.Close()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, front.URL+"/a%20b/:c?x=1", strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Content-Sha256", unsignedPayload)
		err = v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "AKID", SecretAccessKey: "secret"}, r, unsignedPayload, "lambda", "us-east-1", time.Now())
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if (response.StatusCode == http.StatusOK) != allow {
			t.Errorf("unsigned payload allowed %t: %d", allow, response.StatusCode)
		}
	}
}

// TestCurl: an independent signer.
func TestCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("curl is not installed")
	}
	w := newWorld(t, Options{})
	for _, user := range []string{"testuser", "x"} {
		k := w.key(user)
		c := exec.CommandContext(t.Context(), curl, "-sS", "--config", "-", "--aws-sigv4", "aws:amz:us-east-1:sts",
			"--data", "Action=GetCallerIdentity", "--data", "Version=2011-06-15", w.url)
		c.Stdin = strings.NewReader("user = \"" + k.id + ":" + k.secret + "\"\n")
		out, err := c.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "<Arn>arn:aws:iam::123456789012:user/"+user+"</Arn>") {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

func TestLargeBody(t *testing.T) {
	w := newWorld(t, Options{})
	for size, want := range map[int]int{maxBody - 100: 200, maxBody + 1: 413} {
		status, body, _ := w.send(w.post(func(r *raw) { r.body += "&x=" + strings.Repeat("v", size-len(r.body)) }))
		if status != want || want == 413 && body != "" {
			t.Errorf("%d bytes: %d %s", size, status, body)
		}
	}
}

func TestUriEncode(t *testing.T) {
	if got := uriEncode("a/B-._~ *:%é", true); got != "a/B-._~%20%2A%3A%25%C3%A9" {
		t.Error(got)
	}
	if got := uriEncode("/", false); got != "%2F" {
		t.Error(got)
	}
}
