package format

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"karikagi/internal/api"
)

func product() Product {
	return Product{
		Credentials: api.Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "wJalr/XUtn+FEMI=", SessionToken: "IQoJ+b3/Jp=",
			Expiration: time.Date(2026, 3, 4, 14, 6, 7, 890, time.FixedZone("JST", 9*3600)), AccountID: "123456789012"},
		Region: "ap-northeast-1",
	}
}

func render(t testing.TB, name string, p Product) string {
	t.Helper()
	text, err := Render(name, p)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What every format looks like, whole.
func TestFormats(t *testing.T) {
	wanted := map[string]string{
		"env": `export AWS_ACCESS_KEY_ID='ASIAEXAMPLE'
export AWS_SECRET_ACCESS_KEY='wJalr/XUtn+FEMI='
export AWS_SESSION_TOKEN='IQoJ+b3/Jp='
export AWS_CREDENTIAL_EXPIRATION='2026-03-04T05:06:07Z'
export AWS_REGION='ap-northeast-1'
export AWS_DEFAULT_REGION='ap-northeast-1'
unset AWS_SECURITY_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ACCOUNT_ID
`,
		"oneline": `export AWS_ACCESS_KEY_ID='ASIAEXAMPLE'; export AWS_SECRET_ACCESS_KEY='wJalr/XUtn+FEMI='; export AWS_SESSION_TOKEN='IQoJ+b3/Jp='; ` +
			`export AWS_CREDENTIAL_EXPIRATION='2026-03-04T05:06:07Z'; export AWS_REGION='ap-northeast-1'; export AWS_DEFAULT_REGION='ap-northeast-1'; ` +
			"unset AWS_SECURITY_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ACCOUNT_ID\n",
		"env-no-export": `AWS_ACCESS_KEY_ID=ASIAEXAMPLE
AWS_SECRET_ACCESS_KEY=wJalr/XUtn+FEMI=
AWS_SESSION_TOKEN=IQoJ+b3/Jp=
AWS_CREDENTIAL_EXPIRATION=2026-03-04T05:06:07Z
AWS_REGION=ap-northeast-1
AWS_DEFAULT_REGION=ap-northeast-1
`,
		"fish": `set -eg AWS_SECURITY_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ACCOUNT_ID
set -gx AWS_ACCESS_KEY_ID 'ASIAEXAMPLE'
set -gx AWS_SECRET_ACCESS_KEY 'wJalr/XUtn+FEMI='
set -gx AWS_SESSION_TOKEN 'IQoJ+b3/Jp='
set -gx AWS_CREDENTIAL_EXPIRATION '2026-03-04T05:06:07Z'
set -gx AWS_REGION 'ap-northeast-1'
set -gx AWS_DEFAULT_REGION 'ap-northeast-1'
`,
		"csh": `setenv AWS_ACCESS_KEY_ID 'ASIAEXAMPLE';
setenv AWS_SECRET_ACCESS_KEY 'wJalr/XUtn+FEMI=';
setenv AWS_SESSION_TOKEN 'IQoJ+b3/Jp=';
setenv AWS_CREDENTIAL_EXPIRATION '2026-03-04T05:06:07Z';
setenv AWS_REGION 'ap-northeast-1';
setenv AWS_DEFAULT_REGION 'ap-northeast-1';
unsetenv AWS_SECURITY_TOKEN;
unsetenv AWS_PROFILE;
unsetenv AWS_DEFAULT_PROFILE;
unsetenv AWS_ACCOUNT_ID;
`,
		"powershell": `$Env:AWS_ACCESS_KEY_ID = 'ASIAEXAMPLE'
$Env:AWS_SECRET_ACCESS_KEY = 'wJalr/XUtn+FEMI='
$Env:AWS_SESSION_TOKEN = 'IQoJ+b3/Jp='
$Env:AWS_CREDENTIAL_EXPIRATION = '2026-03-04T05:06:07Z'
$Env:AWS_REGION = 'ap-northeast-1'
$Env:AWS_DEFAULT_REGION = 'ap-northeast-1'
$Env:AWS_SECURITY_TOKEN = $null
$Env:AWS_PROFILE = $null
$Env:AWS_DEFAULT_PROFILE = $null
$Env:AWS_ACCOUNT_ID = $null
`,
		"windows-cmd": `set "AWS_ACCESS_KEY_ID=ASIAEXAMPLE"
set "AWS_SECRET_ACCESS_KEY=wJalr/XUtn+FEMI="
set "AWS_SESSION_TOKEN=IQoJ+b3/Jp="
set "AWS_CREDENTIAL_EXPIRATION=2026-03-04T05:06:07Z"
set "AWS_REGION=ap-northeast-1"
set "AWS_DEFAULT_REGION=ap-northeast-1"
set "AWS_SECURITY_TOKEN="
set "AWS_PROFILE="
set "AWS_DEFAULT_PROFILE="
set "AWS_ACCOUNT_ID="
`,
		"nushell": `$env.AWS_ACCESS_KEY_ID = "ASIAEXAMPLE"
$env.AWS_SECRET_ACCESS_KEY = "wJalr/XUtn+FEMI="
$env.AWS_SESSION_TOKEN = "IQoJ+b3/Jp="
$env.AWS_CREDENTIAL_EXPIRATION = "2026-03-04T05:06:07Z"
$env.AWS_REGION = "ap-northeast-1"
$env.AWS_DEFAULT_REGION = "ap-northeast-1"
hide-env --ignore-errors AWS_SECURITY_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ACCOUNT_ID
`,
		"github": `::add-mask::wJalr/XUtn+FEMI=
::add-mask::IQoJ+b3/Jp=
`,
		"ini": `[karikagi]
aws_access_key_id = ASIAEXAMPLE
aws_secret_access_key = wJalr/XUtn+FEMI=
aws_session_token = IQoJ+b3/Jp=
`,
		"json": `{
  "access_key_id": "ASIAEXAMPLE",
  "secret_access_key": "wJalr/XUtn+FEMI=",
  "session_token": "IQoJ+b3/Jp=",
  "expiration": "2026-03-04T05:06:07Z",
  "account_id": "123456789012",
  "region": "ap-northeast-1"
}
`,
		"process": `{
  "Version": 1,
  "AccessKeyId": "ASIAEXAMPLE",
  "SecretAccessKey": "wJalr/XUtn+FEMI=",
  "SessionToken": "IQoJ+b3/Jp=",
  "Expiration": "2026-03-04T05:06:07Z",
  "AccountId": "123456789012"
}
`}
	for _, name := range Names() {
		if got := render(t, name, product()); got != wanted[name] {
			t.Errorf("%s:\n%swant:\n%s", name, got, wanted[name])
		}
	}
	if len(wanted) != len(Names()) {
		t.Errorf("%d formats are written down here, and there are %d", len(wanted), len(Names()))
	}
}

// A space stands before each line that is typed at a prompt, and before no line
// of a file or of JSON.
func TestForTerminal(t *testing.T) {
	for _, name := range Names() {
		want := render(t, name, product())
		if slices.Contains([]string{"csh", "env", "fish", "nushell", "oneline", "powershell", "windows-cmd"}, name) {
			want = " " + strings.ReplaceAll(strings.TrimSuffix(want, "\n"), "\n", "\n ") + "\n"
		}
		p := product()
		p.ForTerminal = true
		if got := render(t, name, p); got != want {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

func TestNoRegionNoAccount(t *testing.T) {
	p := product()
	p.Region, p.Credentials.AccountID = "", ""
	for _, name := range Names() {
		if got := strings.ToLower(render(t, name, p)); strings.Contains(got, "region") || strings.Contains(got, "accountid\"") || strings.Contains(got, "account_id\":") {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	if text, err := Render("yaml", product()); err == nil || text != "" {
		t.Errorf("err %v, text %q", err, text)
	}
	if text, err := RenderVariables("yaml", nil, nil, false); err == nil || text != "" {
		t.Errorf("err %v, text %q", err, text)
	}
}

// Other variables than a session's have the same quoting, and no place in a
// format that holds a session.
func TestRenderVariables(t *testing.T) {
	set := []Variable{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/it's"}}
	for name, want := range map[string]string{
		"env":  ` export AWS_CONTAINER_CREDENTIALS_FULL_URI='http://127.0.0.1:1/it'\''s'` + "\n unset A B\n",
		"fish": " set -eg A B\n" + ` set -gx AWS_CONTAINER_CREDENTIALS_FULL_URI 'http://127.0.0.1:1/it\'s'` + "\n",
	} {
		if got, err := RenderVariables(name, set, []string{"A", "B"}, true); got != want || err != nil {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
	if got, err := RenderVariables("env", set, nil, false); strings.Contains(got, "unset") || err != nil {
		t.Errorf("nothing to forget: %v\n%s", err, got)
	}
	if text, err := RenderVariables("json", set, nil, false); err == nil || text != "" {
		t.Errorf("json: err %v, text %q", err, text)
	}
}

// What no format may carry, by whatever field it comes, and never a word of it
// in the error.
func TestRefusedByEveryFormat(t *testing.T) {
	for _, value := range []string{"a\nB=c", "a\r", "\x00", "a\x01", "\x1b[2J", "a\tb", "\x7f", "a\u0085b", "\u009b2J", "a\xffb"} {
		for field, put := range map[string]func(*Product){
			"AWS_ACCESS_KEY_ID":     func(p *Product) { p.Credentials.AccessKeyID = value },
			"AWS_SECRET_ACCESS_KEY": func(p *Product) { p.Credentials.SecretAccessKey = value },
			"AWS_SESSION_TOKEN":     func(p *Product) { p.Credentials.SessionToken = value },
			"AWS_REGION":            func(p *Product) { p.Region = value },
			"the account ID":        func(p *Product) { p.Credentials.AccountID = value },
			"the profile":           func(p *Product) { p.Profile = value },
		} {
			p := product()
			put(&p)
			for _, name := range Names() {
				if _, isDialect := dialects()[name]; isDialect && strings.HasPrefix(field, "the ") {
					continue // it is not printed there
				}
				text, err := Render(name, p)
				if err == nil || text != "" {
					t.Errorf("%s: %s %q: err %v, text %q", name, field, value, err, text)
				} else if !strings.Contains(err.Error(), field) || strings.Contains(err.Error(), value) {
					t.Errorf("%s: %s %q: %v", name, field, value, err)
				}
			}
		}
	}
}

// What single readers cannot be given.
func TestRefusedByOneFormat(t *testing.T) {
	refused := map[string][]string{
		"env-no-export": {"a b", "a'b", `a"b`, "a$b", "a#b", "a`b", `a\b`, "仮", "a!b", "a;b", "a&b"},
		"ini":           {"a b", "a'b", `a"b`, "a$b", "a#b", "a`b", `a\b`, "仮", "a!b", "a;b", "[x]"},
		"windows-cmd":   {"", "%", "a%PATH%b", "%%", "!", `"`, `a" & calc & "`, "仮", "é", "\u201c"},
		"powershell":    {"", "仮", "é", "a\u2018b", "\u2019; calc; \u2019", "\u201a", "\u201b"},
	}
	for name, values := range refused {
		for _, value := range values {
			p := product()
			p.Credentials.SessionToken = value
			text, err := Render(name, p)
			if err == nil || text != "" {
				t.Errorf("%s: %q: err %v, text %q", name, value, err, text)
			} else if len(value) > 1 && strings.Contains(err.Error(), value) {
				t.Errorf("%s: %q: the error quotes the value: %v", name, value, err)
			}
		}
	}
}

// The quoting of each reader by its own rules, also where that reader is not on
// this machine to be asked.
func TestQuotes(t *testing.T) {
	for name, of := range map[string]map[string]string{
		"env":           {`a'b"c\d$e`: `'a'\''b"c\d$e'`, "": "''"},
		"csh":           {`a'b!c\d`: `'a'\''b'\!'c'\\'d'`},
		"fish":          {`a'b"c\d$e`: `'a\'b"c\\d$e'`},
		"nushell":       {`a'b"c\d$e`: `"a'b\"c\\d$e"`, `\"`: `"\\\""`},
		"powershell":    {`a'b"c\d$e`: `'a''b"c\d$e'`, `''`: `''''''`, `'; calc; '`: `'''; calc; '''`},
		"windows-cmd":   {`a'b\c&d|e<f>g^h(i)`: `a'b\c&d|e<f>g^h(i)`},
		"env-no-export": {"a/b+c=d": "a/b+c=d"},
	} {
		for value, want := range of {
			if got, err := dialects()[name].quote(value); err != nil || got != want {
				t.Errorf("%s: %q is written as %s, want %s, %v", name, value, got, want, err)
			}
		}
	}
}

// What is written without quotes is of characters that mean nothing to any of
// the readers: every one of them is tried, up to the first beyond Latin-1.
func TestEveryCharacter(t *testing.T) {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/_-.:@%"
	for c := rune(0); c <= 'Ā'; c++ {
		want := map[string]bool{
			"env-no-export": strings.ContainsRune(plain+"=,", c), "ini": strings.ContainsRune(plain+"=,", c),
			"windows-cmd": c >= ' ' && c <= '~' && !strings.ContainsRune(`%!"`, c), "powershell": c >= ' ' && c <= '~',
			"env": c >= ' ' && c <= '~' || c >= 0xa0,
		}
		for name, taken := range want {
			p := product()
			p.Credentials.SessionToken = "a" + string(c) + "b"
			if _, err := Render(name, p); (err == nil) != taken {
				t.Errorf("%s with %q: %v", name, c, err)
			}
		}
		if err := CheckProfile("a" + string(c) + "b"); (err == nil) != strings.ContainsRune(plain, c) {
			t.Errorf("profile with %q: %v", c, err)
		}
	}
	for name, want := range map[string]bool{strings.Repeat("a", 128): true, strings.Repeat("a", 129): false, "": false} {
		if err := CheckProfile(name); (err == nil) != want {
			t.Errorf("profile of %d characters: %v", len(name), err)
		}
	}
}

func TestProfile(t *testing.T) {
	p := product()
	p.Profile = "team/blue.dev_1@x:+%-"
	if got := render(t, "ini", p); !strings.HasPrefix(got, "[team/blue.dev_1@x:+%-]\n") {
		t.Errorf("%s", got)
	}
	for _, name := range []string{"a]b", "a b", "[a", "a=b", "a#", "é", "a'b", strings.Repeat("x", 129)} {
		p.Profile = name
		if text, err := Render("ini", p); err == nil || text != "" {
			t.Errorf("%q: err %v, text %q", name, err, text)
		}
	}
}

func TestGitHub(t *testing.T) {
	p := product()
	p.Credentials.SecretAccessKey, p.Credentials.SessionToken = "a%0Ab", "x<<EOF=1"
	if got := render(t, "github", p); got != "::add-mask::a%250Ab\n::add-mask::x<<EOF=1\n" {
		t.Errorf("masks:\n%s", got)
	}
	got, err := GitHubEnvironment(p)
	if want := "AWS_ACCESS_KEY_ID=ASIAEXAMPLE\nAWS_SECRET_ACCESS_KEY=a%0Ab\nAWS_SESSION_TOKEN=x<<EOF=1\nAWS_CREDENTIAL_EXPIRATION=2026-03-04T05:06:07Z\nAWS_REGION=ap-northeast-1\nAWS_DEFAULT_REGION=ap-northeast-1\n"; got != want || err != nil {
		t.Errorf("%v\n%s", err, got)
	}
	p.Credentials.SessionToken = "a\nLD_PRELOAD=b"
	if got, err := GitHubEnvironment(p); err == nil || got != "" {
		t.Errorf("a second line: err %v, text %q", err, got)
	}
}

// No value makes a line more than any other, and JSON gives it back.
func FuzzRender(f *testing.F) {
	for _, value := range hostile() {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		p := product()
		p.Credentials.SessionToken = value
		for _, name := range Names() {
			text, err := Render(name, p)
			if err != nil {
				if text != "" {
					t.Fatalf("%s: an error and a text: %q", name, text)
				}
				continue
			}
			if want := render(t, name, product()); strings.Count(text, "\n") != strings.Count(want, "\n") || !strings.HasSuffix(text, "\n") {
				t.Fatalf("%s: %q", name, text)
			}
			var got struct {
				SessionToken string `json:"session_token"`
			}
			if name == "json" && (json.Unmarshal([]byte(text), &got) != nil || got.SessionToken != value) {
				t.Fatalf("%q came back as %q", value, got.SessionToken)
			}
		}
	})
}
