package mfa

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"karikagi/internal/caller"
	"karikagi/internal/session"
)

// fake signs by noting what it was to sign, and sends wherever it is told.
type fake struct {
	client  aws.HTTPClient
	scopes  []string
	signed  []string
	refuses error
}

func (f *fake) Sign(_ context.Context, r *http.Request, body []byte, service, region string) error {
	f.scopes = append(f.scopes, service+" "+region)
	f.signed = append(f.signed, string(body))
	r.Header.Set("Authorization", "signed")
	return f.refuses
}

func (f *fake) HTTP() aws.HTTPClient { return f.client }

// roundTrip is a client that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) Do(r *http.Request) (*http.Response, error) { return f(r) }

func member(serial string) string {
	return "<member><UserName>testuser</UserName><SerialNumber>" + serial + "</SerialNumber><EnableDate>2026-01-01T00:00:00Z</EnableDate></member>"
}

// page is an answer in the shape of the IAM API Reference.
func page(marker string, serials ...string) string {
	var list strings.Builder
	for _, serial := range serials {
		list.WriteString(member(serial))
	}
	end := "<IsTruncated>false</IsTruncated>"
	if marker != "" {
		end = "<IsTruncated>true</IsTruncated><Marker>" + marker + "</Marker>"
	}
	return `<ListMFADevicesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListMFADevicesResult><MFADevices>` + list.String() +
		`</MFADevices>` + end + `</ListMFADevicesResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></ListMFADevicesResponse>`
}

const denied = `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>AccessDenied</Code>` +
	`<Message>no&#155;31m, not you</Message></Error><RequestId>id-1</RequestId></ErrorResponse>`

func user(t *testing.T, arn string) caller.Caller {
	t.Helper()
	c, err := caller.Parse(arn)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestFind asks a server and looks at what it was asked.
func TestFind(t *testing.T) {
	const base = "Action=ListMFADevices&"
	for _, test := range []struct {
		name, arn string
		pages     []string
		want      []Device
		asked     []string
		scope     string
	}{
		{"one", "arn:aws:iam::123456789012:user/testuser", []string{page("", virtual)}, []Device{{virtual, Virtual}},
			[]string{base + "UserName=testuser&Version=2010-05-08"}, "iam us-east-1"},
		{"none", "arn:aws:iam::123456789012:user/testuser", []string{page("")}, nil, []string{base + "UserName=testuser&Version=2010-05-08"}, "iam us-east-1"},
		{"a path is not part of the name", "arn:aws:iam::123456789012:user/team/blue/alice", []string{page("", passkey, fob)},
			[]Device{{passkey, FIDO}, {fob, Hardware}}, []string{base + "UserName=alice&Version=2010-05-08"}, "iam us-east-1"},
		{"root", "arn:aws:iam::123456789012:root", []string{page("", virtual)}, []Device{{virtual, Virtual}}, []string{base + "Version=2010-05-08"}, "iam us-east-1"},
		{"two pages", "arn:aws:iam::123456789012:user/testuser", []string{page("a&amp;b", virtual), page("", fob)}, []Device{{virtual, Virtual}, {fob, Hardware}},
			[]string{base + "UserName=testuser&Version=2010-05-08", base + "Marker=a%26b&UserName=testuser&Version=2010-05-08"}, "iam us-east-1"},
		{"of an unknown kind", "arn:aws:iam::123456789012:user/testuser", []string{page("", "arn:aws:iam::123456789012:sms-mfa/testuser", virtual)},
			[]Device{{virtual, Virtual}}, []string{base + "UserName=testuser&Version=2010-05-08"}, "iam us-east-1"},
		{"China", "arn:aws-cn:iam::123456789012:user/testuser", []string{page("", "arn:aws-cn:iam::123456789012:mfa/testuser")},
			[]Device{{"arn:aws-cn:iam::123456789012:mfa/testuser", Virtual}}, []string{base + "UserName=testuser&Version=2010-05-08"}, "iam cn-north-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				asked = append(asked, string(body))
				if r.Method != http.MethodPost || r.URL.Path != "/" || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.Header.Get("Authorization") != "signed" {
					t.Errorf("%s %s %v", r.Method, r.URL, r.Header)
				}
				_, _ = io.WriteString(w, test.pages[min(len(asked), len(test.pages))-1])
			}))
			defer server.Close()
			f := &fake{client: server.Client()}
			got, err := Find(t.Context(), f, user(t, test.arn), server.URL)
			if err != nil || !slices.Equal(got, test.want) {
				t.Errorf("got %v %v, want %v", got, err, test.want)
			}
			if !slices.Equal(asked, test.asked) || !slices.Equal(f.signed, test.asked) || f.scopes[0] != test.scope {
				t.Errorf("asked %q, signed %q for %q, want %q", asked, f.signed, f.scopes, test.asked)
			}
		})
	}
}

// TestFindAddress: AWS's own addresses, as botocore's endpoint rules have them,
// where no other was given.
func TestFindAddress(t *testing.T) {
	want := map[string]string{
		"aws": "iam.amazonaws.com us-east-1", "aws-cn": "iam.cn-north-1.amazonaws.com.cn cn-north-1",
		"aws-us-gov": "iam.us-gov.amazonaws.com us-gov-west-1", "aws-eusc": "iam.eusc-de-east-1.amazonaws.eu eusc-de-east-1",
		"aws-iso": "iam.us-iso-east-1.c2s.ic.gov us-iso-east-1", "aws-iso-b": "iam.us-isob-east-1.sc2s.sgov.gov us-isob-east-1",
		"aws-iso-e": "iam.eu-isoe-west-1.cloud.adc-e.uk eu-isoe-west-1", "aws-iso-f": "iam.us-isof-south-1.csp.hci.ic.gov us-isof-south-1",
	}
	for _, partition := range caller.Partitions() {
		host := ""
		f := &fake{client: roundTrip(func(r *http.Request) (*http.Response, error) {
			host = r.URL.Host
			if r.URL.Scheme != "https" || r.URL.Path != "/" {
				t.Errorf("%s: asked %s", partition, r.URL)
			}
			return nil, errors.New("no network in tests")
		})}
		_, err := Find(t.Context(), f, user(t, "arn:"+partition+":iam::123456789012:user/testuser"), "")
		if err == nil || "iam "+strings.TrimPrefix(want[partition], host+" ") != f.scopes[0] {
			t.Errorf("%s: asked %s signed for %s (%v), want %s", partition, host, f.scopes[0], err, want[partition])
		}
	}
}

// TestFindRefuses: every error is a *session.Error that is fit for a terminal.
func TestFindRefuses(t *testing.T) {
	answer := func(status int, body string) roundTrip {
		return func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
		}
	}
	const me = "arn:aws:iam::123456789012:user/testuser"
	for _, test := range []struct {
		name    string
		c       caller.Caller
		address string
		client  roundTrip
		problem session.Problem
		want    string
	}{
		{"a role", user(t, "arn:aws:sts::123456789012:assumed-role/toy-role/alice"), "", nil, session.ProblemSetup, "is not a user: only users have MFA devices"},
		{"nobody", caller.Caller{}, "", nil, session.ProblemSetup, "the caller is not a user"},
		{"another partition", caller.Caller{Kind: caller.User, Partition: "aws-moon"}, "", nil, session.ProblemSetup, `partition "aws-moon"`},
		{"an address without a scheme", user(t, me), "iam.example", nil, session.ProblemSetup, "want https://HOST"},
		{"an address with a password", user(t, me), "https://me:hunter2@iam.example", nil, session.ProblemSetup, "want https://HOST"},
		{"denied", user(t, me), "", answer(403, denied), session.ProblemRefused, "ListMFADevices: AccessDenied: no 31m, not you (request id id-1)"},
		{"a gateway", user(t, me), "", answer(502, "<html>Bad Gateway</html>"), session.ProblemAnswer, "was not IAM's (HTTP 502)"},
		{"a redirect", user(t, me), "", answer(307, ""), session.ProblemAnswer, "was not IAM's (HTTP 307)"},
		{"empty", user(t, me), "", answer(200, ""), session.ProblemAnswer, "was not IAM's"},
		{"an error with 200", user(t, me), "", answer(200, denied), session.ProblemAnswer, "was not IAM's"},
		{"too large", user(t, me), "", answer(200, page("")+strings.Repeat(" ", maxAnswer)), session.ProblemAnswer, "larger than any of IAM's"},
		{"without end", user(t, me), "", answer(200, page("on", virtual)), session.ProblemAnswer, "goes on after 4 pages"},
		{"a device of somebody else's", user(t, me), "", answer(200, page("", "arn:aws:iam::210987654321:mfa/testuser")), session.ProblemAnswer, "is not of account 123456789012"},
		{"a device of another partition", user(t, me), "", answer(200, page("", "arn:aws-cn:iam::123456789012:u2f/user/a/b")), session.ProblemAnswer, "is not of account"},
		{"no connection", user(t, me), "", func(*http.Request) (*http.Response, error) { return nil, errors.New("gone") }, session.ProblemSetup, "gone"},
		{"a cut answer", user(t, me), "", func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: io.NopCloser(io.MultiReader(strings.NewReader("<List"), failing{}))}, nil
		}, session.ProblemAnswer, "cut off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Find(t.Context(), &fake{client: test.client}, test.c, test.address)
			e, ok := errors.AsType[*session.Error](err)
			if !ok || got != nil || e.Problem != test.problem || !strings.Contains(e.Error(), test.want) || e.Operation != "ListMFADevices" {
				t.Errorf("got %v %v, want %s: %s", got, err, test.problem, test.want)
			}
			if strings.Contains(fmt.Sprint(err), "hunter2") {
				t.Errorf("%v", err)
			}
		})
	}
	if _, err := Find(t.Context(), &fake{refuses: errors.New("no key")}, user(t, me), ""); err == nil || !strings.Contains(err.Error(), "no key") {
		t.Errorf("not signed: %v", err)
	}
}

// TestFindStops: an answer without end is not read to its end.
func TestFindStops(t *testing.T) {
	flood := &endless{}
	client := roundTrip(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: io.NopCloser(flood)}, nil
	})
	_, err := Find(t.Context(), &fake{client: client}, user(t, "arn:aws:iam::123456789012:user/testuser"), "")
	if err == nil || !strings.Contains(err.Error(), "larger than any of IAM's") || flood.read > 2*maxAnswer {
		t.Errorf("%v after %d bytes", err, flood.read)
	}
}

// endless is blanks, and fails where a reader without a bound would fill the memory.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	if e.read > 8*maxAnswer {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = ' '
	}
	e.read += len(p)
	return len(p), nil
}

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// TestFindEnds: an IAM that does not answer is left with the context.
func TestFindEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	released := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, _ *http.Request) {
		cancel()
		<-released
	}))
	defer server.Close()
	defer close(released)
	_, err := Find(ctx, &fake{client: server.Client()}, user(t, "arn:aws:iam::123456789012:user/testuser"), server.URL)
	if e, ok := errors.AsType[*session.Error](err); !ok || e.Problem != session.ProblemCanceled {
		t.Errorf("got %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	good := page("", virtual)
	for name, data := range map[string]string{
		"no namespace":         strings.Replace(good, ` xmlns="https://iam.amazonaws.com/doc/2010-05-08/"`, "", 1),
		"STS's namespace":      strings.Replace(good, "iam.amazonaws.com/doc/2010-05-08", "sts.amazonaws.com/doc/2011-06-15", 1),
		"another document":     strings.ReplaceAll(good, "ListMFADevices", "ListUsers"),
		"no result":            strings.ReplaceAll(good, "ListMFADevicesResult", "Other"),
		"no list":              strings.ReplaceAll(good, "MFADevices>", "Devices>"),
		"two documents":        good + good,
		"text behind":          good + "x",
		"cut":                  good[:len(good)-1],
		"a short serial":       page("", "short"),
		"no serial":            page("", ""),
		"a serial for shells":  page("", "arn:aws:iam::123456789012:mfa/$(id)"),
		"a serial with escape": page("", "arn:aws:iam::123456789012:mfa/a&#x9b;31m"),
		"maybe truncated":      strings.Replace(good, ">false<", ">maybe<", 1),
		"no marker":            strings.Replace(good, ">false<", ">true<", 1),
		"a long marker":        page(strings.Repeat("m", 321), virtual),
		"a marker of lines":    page("a&#10;b", virtual),
		"an entity":            `<!DOCTYPE x [<!ENTITY a "b">]>` + page("", "arn:aws:iam::123456789012:mfa/&a;"),
		"deep":                 strings.Repeat("<a>", 1<<17),
		"not XML":              `{"devices": []}`,
	} {
		if devices, marker, err := parse([]byte(data)); err == nil {
			t.Errorf("%s: %v %q", name, devices, marker)
		}
	}
	if devices, marker, err := parse([]byte("<?xml version=\"1.0\"?>\n" + strings.Replace(good, "<IsTruncated>false</IsTruncated>", "", 1) + "\n")); err != nil || len(devices) != 1 || marker != "" {
		t.Errorf("a good one: %v %q %v", devices, marker, err)
	}
}

// FuzzAnswer: whatever comes is refused, or gives devices whose serial numbers
// and marker are valid, and fit for a terminal and for the next request.
func FuzzAnswer(f *testing.F) {
	for _, s := range []string{page("", virtual, fob, passkey), page("next", virtual), page(""), denied, "", "<", "<a/>", page("", "short"), "<?xml version='1.0' encoding='latin1'?><a/>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		devices, marker, err := parse(data)
		if err != nil && strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' || r == 0x7f }) {
			t.Errorf("error %q", err)
		}
		for _, d := range devices {
			if session.CheckSerialNumber(d.SerialNumber) != nil || d.Kind == "" {
				t.Errorf("%+v", d)
			}
		}
		if len(marker) > 2*maxMarker || bytes.ContainsAny([]byte(marker), "\r\n\x00\x1b") {
			t.Errorf("marker %q", marker)
		}
		if e := refused(500, data); fmt.Sprint(e) == "" || session.Printable(e.Error()) != e.Error() && len(e.Error()) < 1000 {
			t.Errorf("error %q", e)
		}
	})
}
