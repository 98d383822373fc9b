package sandbox

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

const passkey = "arn:aws:iam::123456789012:u2f/user/fido-only/"

// listing is a well-signed ListMFADevices by a user.
func (w *world) listing(user string, parameters ...string) func(*raw) {
	k := w.key(user)
	return listingWith(aws.Credentials{AccessKeyID: k.id, SecretAccessKey: k.secret}, parameters...)
}

func listingWith(key aws.Credentials, parameters ...string) func(*raw) {
	form := url.Values{"Action": {"ListMFADevices"}, "Version": {"2010-05-08"}}
	for i := 0; i < len(parameters); i += 2 {
		form.Set(parameters[i], parameters[i+1])
	}
	return func(r *raw) {
		r.key, r.body, r.service, r.region = key, form.Encode(), "iam", "us-east-1"
	}
}

func of(c *types.Credentials) aws.Credentials {
	return aws.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey, SessionToken: *c.SessionToken}
}

// TestListMFADevicesDocument is a whole answer, as in the IAM API reference.
func TestListMFADevicesDocument(t *testing.T) {
	w := newWorld(t, Options{})
	status, body, header := w.send(w.post(w.listing("testuser")))
	const want = `<ListMFADevicesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
  <ListMFADevicesResult>
    <MFADevices>
      <member>
        <UserName>testuser</UserName>
        <SerialNumber>arn:aws:iam::123456789012:mfa/testuser</SerialNumber>
        <EnableDate>2026-01-01T00:00:00Z</EnableDate>
      </member>
    </MFADevices>
    <IsTruncated>false</IsTruncated>
  </ListMFADevicesResult>
  <ResponseMetadata>
    <RequestId/>
  </ResponseMetadata>
</ListMFADevicesResponse>
`
	if blank(body) != want || status != 200 || header.Get("Content-Type") != "text/xml" {
		t.Errorf("%d %s\n%s\nwant\n%s", status, header, body, want)
	}
	if last := w.log.last(); !strings.Contains(last, "event=ListMFADevices caller=arn:aws:iam::123456789012:user/testuser") || !strings.Contains(last, "result=allowed") {
		t.Error(last)
	}
}

// serials are all that stands between the SerialNumber tags of an answer.
func serials(body string) string {
	var found []string
	for _, part := range strings.Split(body, "<SerialNumber>")[1:] {
		serial, _, _ := strings.Cut(part, "</SerialNumber>")
		found = append(found, serial)
	}
	return strings.Join(found, " ")
}

const manyDevices = `
accounts:
  - id: "123456789012"
    root: {access_key: true, mfa: {seed: JBSWY3DPEHPK3PXP}}
    users:
      - name: both
        path: /team/
        access_key: true
        fido: true
        mfa: {seed: JBSWY3DPEHPK3PXP, serial_number: GAHT12345678}
        tags: {team: blue}
        policies:
          - {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "iam:List*", Resource: "arn:aws:iam::123456789012:user/team/both"}]}
          - {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "sts:AssumeRole", Resource: "*"}]}
      - {name: none, console: true, policies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}
      - name: tagged
        access_key: true
        policies: [{Version: "2012-10-17", Statement: [{Effect: Allow, Action: "iam:ListMFADevices", Resource: "*", Condition: {StringEquals: {"iam:ResourceTag/team": blue}}}]}]
      - {name: nobody, access_key: true}
    roles:
      - name: reader
        trust: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::123456789012:user/team/both"}, Action: "sts:AssumeRole"}]}
        policies: ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
`

// TestListMFADevices: who may see whose devices.
func TestListMFADevices(t *testing.T) {
	w := loaded(t, manyDevices)
	key := w.fidoSerial("both")
	role := w.mustAssume(w.as("both"), assume("reader"))
	limited := w.mustAssume(w.as("both"), assume("reader", func(in *sts.AssumeRoleInput) {
		in.Policy = aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}`)
	}))
	denial := func(who, whose string) string {
		return "User: " + who + " is not authorized to perform: iam:ListMFADevices on resource: user " + whose + " because no identity-based policy allows the iam:ListMFADevices action"
	}
	const nobody = "arn:aws:iam::123456789012:user/nobody"
	for _, test := range []struct {
		name    string
		ask     func(*raw)
		want    string // serial numbers, or
		status  int
		code    string
		message string
	}{
		{"himself", w.listing("both"), "GAHT12345678 " + key, 0, "", ""},
		{"himself by name", w.listing("both", "UserName", "both"), "GAHT12345678 " + key, 0, "", ""},
		{"one a page", w.listing("both", "MaxItems", "1"), "GAHT12345678", 0, "", ""},
		{"the next page", w.listing("both", "MaxItems", "1", "Marker", "GAHT12345678"), key, 0, "", ""},
		{"root", w.listing("root"), "arn:aws:iam::123456789012:mfa/root-account-mfa-device", 0, "", ""},
		{"root, of a user", w.listing("root", "UserName", "none"), "", 0, "", ""},
		{"a role, by name", listingWith(of(role.Credentials), "UserName", "both"), "GAHT12345678 " + key, 0, "", ""},
		{"by a tag", w.listing("tagged", "UserName", "both"), "GAHT12345678 " + key, 0, "", ""},
		{"a role", listingWith(of(role.Credentials)), "", 400, "ValidationError", "Must specify userName when calling with non-User credentials"},
		{"a limited role", listingWith(of(limited.Credentials), "UserName", "both"), "", 403, "AccessDenied", ""},
		{"somebody else", w.listing("both", "UserName", "none"), "", 403, "AccessDenied", denial("arn:aws:iam::123456789012:user/team/both", "none")},
		{"without the tag", w.listing("tagged"), "", 403, "AccessDenied", denial("arn:aws:iam::123456789012:user/tagged", "tagged")},
		{"without a policy", w.listing("nobody"), "", 403, "AccessDenied", denial(nobody, "nobody")},
		{"whoever there is not, without a policy", w.listing("nobody", "UserName", "nothing"), "", 403, "AccessDenied", denial(nobody, "nothing")},
		{"whoever there is not", w.listing("root", "UserName", "nothing"), "", 404, "NoSuchEntity", "The user with name nothing cannot be found."},
		{"a path", w.listing("root", "UserName", "team/both"), "", 400, "ValidationError", ""},
		{"a name of nothing", w.listing("root", "UserName", ""), "", 400, "ValidationError", ""},
		{"too many a page", w.listing("both", "MaxItems", "1001"), "", 400, "ValidationError",
			"1 validation error detected: Value '1001' at 'maxItems' failed to satisfy constraint: Member must have value less than or equal to 1000"},
		{"no number", w.listing("both", "MaxItems", "many"), "", 400, "MalformedInput", ""},
		{"a wrong marker", w.listing("both", "Marker", "GAHT"), "", 400, "ValidationError", "Invalid Marker."},
	} {
		t.Run(test.name, func(t *testing.T) {
			request := w.post(test.ask)
			if test.status != 0 {
				w.wantIAMFault(t, request, test.status, test.code, test.message)
				return
			}
			status, body, _ := w.send(request)
			if status != 200 || serials(body) != test.want || strings.Contains(body, "<Marker>") != strings.Contains(test.name, "one a page") {
				t.Errorf("%d %s, want %s", status, body, test.want)
			}
		})
	}
}

func (w *world) fidoSerial(user string) string {
	w.t.Helper()
	u, err := w.account.user(user)
	if err != nil {
		w.t.Fatal(err)
	}
	return u.fido
}

// wantIAMFault checks a refusal, that it is IAM's, and that it is in the log. An empty message allows any.
func (w *world) wantIAMFault(t *testing.T, r *http.Request, status int, code, message string) {
	t.Helper()
	got, body, _ := w.send(r)
	var e errorDocument
	if err := xml.Unmarshal([]byte(body), &e); err != nil {
		t.Fatalf("%d %q: %v", got, body, err)
	}
	if got != status || e.Code != code || message != "" && e.Message != message || e.XMLName.Space != "https://iam.amazonaws.com/doc/2010-05-08/" {
		t.Errorf("got %d %s %q in %s\nwant %d %s %q", got, e.Code, e.Message, e.XMLName.Space, status, code, message)
	}
	if last := w.log.last(); !strings.Contains(last, "event=ListMFADevices") || !strings.Contains(last, "result="+code) {
		t.Error(last)
	}
}

// TestListMFADevicesSessions: a session of a user's own is as good as he is where it proved MFA, or where it is of the console.
func TestListMFADevicesSessions(t *testing.T) {
	w := newWorld(t, Options{})
	without, err := w.as("testuser").GetSessionToken(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	w.wantIAMFault(t, w.post(listingWith(of(without.Credentials))), 403, "InvalidClientTokenId", "The security token included in the request is invalid")
	code, err := w.UnusedTokenCode("testuser")
	if err != nil {
		t.Fatal(err)
	}
	with, err := w.as("testuser").GetSessionToken(t.Context(), &sts.GetSessionTokenInput{SerialNumber: aws.String(device), TokenCode: &code})
	if err != nil {
		t.Fatal(err)
	}
	if status, body, _ := w.send(w.post(listingWith(of(with.Credentials)))); status != 200 || serials(body) != device {
		t.Errorf("%d %s", status, body)
	}
	// ueno has no such permission, so that the refusal shows that his credentials are good here.
	console, err := w.cloudShell("ueno").Options().Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.wantIAMFault(t, w.post(listingWith(console)), 403, "AccessDenied", "")
}

// TestListMFADevicesSigned: IAM's requests are signed for IAM, and for the first Region of the partition.
func TestListMFADevicesSigned(t *testing.T) {
	w := newWorld(t, Options{})
	list := w.listing("testuser")
	for message, change := range map[string]func(*raw){
		"Credential should be scoped to correct service: 'iam'. ":                                                func(r *raw) { r.service = "sts" },
		"Credential should be scoped to a valid region. ":                                                        func(r *raw) { r.region = "eu-central-1" },
		"Credential should be scoped to a valid region. Credential should be scoped to correct service: 'iam'. ": func(r *raw) { r.region, r.service = "moon-1", "sts" },
	} {
		w.wantIAMFault(t, w.post(list, change), 403, "SignatureDoesNotMatch", message)
	}
	w.wantIAMFault(t, w.post(list, func(r *raw) { r.region = "cn-north-1" }), 403, "InvalidClientTokenId", "")
	w.wantFault(t, w.post(func(r *raw) { r.service = "iam" }), 403, "SignatureDoesNotMatch", "Credential should be scoped to correct service: 'sts'. ")
	w.wantFault(t, w.post(list, func(r *raw) { r.body = strings.Replace(r.body, "2010-05-08", "2011-06-15", 1) }), 400, "InvalidAction",
		"Could not find operation ListMFADevices for version 2011-06-15")
}

// TestUnusedTokenCode: three codes are good at a time, each once.
func TestUnusedTokenCode(t *testing.T) {
	w := newWorld(t, Options{Now: func() time.Time { return fuzzTime }})
	for range 3 {
		code, err := w.UnusedTokenCode("testuser")
		if err != nil {
			t.Fatal(err)
		}
		u, err := w.account.user("testuser")
		if err != nil || !w.codes.use(u.mfa, code, w.clock.real()) {
			t.Fatalf("code %s was not taken: %v", code, err)
		}
	}
	for user, want := range map[string]string{"testuser": "were used", "alice": "has no MFA device", "fido-only": "has no MFA device", "eve": "want one of"} {
		if code, err := w.UnusedTokenCode(user); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %s %v", user, code, err)
		}
	}
}

// TestFIDO: the passkey of the built-in account, which proves nothing to STS.
func TestFIDO(t *testing.T) {
	w := newWorld(t, Options{})
	status, body, _ := w.send(w.post(w.listing("fido-only")))
	serial := serials(body)
	if status != 200 || !strings.HasPrefix(serial, passkey) || len(serial) != len(passkey)+len("default-")+17 {
		t.Errorf("%d %s", status, body)
	}
	_, err := w.as("fido-only").AssumeRole(t.Context(), assume("needs-mfa", mfa(serial, "123456")))
	wantError(t, err, 403, "AccessDenied", wrongMFA)
	w.wantIAMFault(t, w.post(w.listing("alice")), 403, "AccessDenied", "")
}
