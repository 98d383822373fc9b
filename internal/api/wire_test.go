package api

import (
	"strings"
	"testing"
	"time"
)

func credentials() Credentials {
	return Credentials{AccessKeyID: "ASIAEXAMPLE", SecretAccessKey: "the-secret/+<>&", SessionToken: "the-token==",
		Expiration: time.Date(2026, 3, 4, 14, 6, 7, 890, time.FixedZone("JST", 9*3600)), AccountID: "123456789012"}
}

const wireText = `{"Version":1,"AccessKeyId":"ASIAEXAMPLE","SecretAccessKey":"the-secret/+<>&","SessionToken":"the-token==",` +
	`"Token":"the-token==","Expiration":"2026-03-04T05:06:07Z","AccountId":"123456789012"}` + "\n"

func TestWire(t *testing.T) {
	text, err := credentials().MarshalWire()
	if err != nil || string(text) != wireText {
		t.Errorf("%s, %v", text, err)
	}
	got, err := ParseWire([]byte(wireText))
	want := credentials()
	want.Expiration = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	if err != nil || got != want {
		t.Errorf("%#v, %v", got, err)
	}
	newer := strings.Replace(wireText, "}", `,"Region":"us-east-1"}`, 1)
	if got, err := ParseWire([]byte(newer)); err != nil || got != want {
		t.Errorf("with a key of later: %#v, %v", got, err)
	}
}

// Whoever answers may not be the function. No error repeats a secret.
func TestParseWireRefuses(t *testing.T) {
	for name, change := range map[string]struct{ old, new string }{
		"a second answer":         {"}\n", "}{}"},
		"a key twice":             {`"Version":1`, `"Version":1,"AccessKeyId":"ASIAOTHER"`},
		"a key in other letters":  {`"Version":1`, `"Version":1,"accessKeyId":"ASIAOTHER"`},
		"no version":              {`"Version":1,`, ``},
		"another version":         {`"Version":1`, `"Version":2`},
		"a version of text":       {`"Version":1`, `"Version":"1"`},
		"no key":                  {`"ASIAEXAMPLE"`, `""`},
		"a null":                  {`"ASIAEXAMPLE"`, `null`},
		"a number":                {`"the-secret/+<>&"`, `7`},
		"a line feed":             {`the-secret`, `the-secret\n`},
		"a blank":                 {`the-secret`, `the-secret `},
		"an escape":               {`the-secret`, `the-secret\u001b`},
		"beyond ASCII":            {`the-secret`, `the-secret\u00e9`},
		"no token":                {`"Token":"the-token==",`, ``},
		"no session token":        {`"SessionToken":"the-token==",`, ``},
		"two tokens but for case": {`"Token":"the-token=="`, `"Token":"The-token=="`},
		"two tokens":              {`"Token":"the-token=="`, `"Token":"the-token=x"`},
		"no expiration":           {`"2026-03-04T05:06:07Z"`, `""`},
		"an expiration in a zone": {`07Z`, `07+09:00`},
		"a fraction of a second":  {`07Z`, `07.5Z`},
		"the year 0":              {`2026`, `0000`},
		"half an account":         {`123456789012`, `1234`},
		"an account of letters":   {`123456789012`, `12345678901x`},
		"not an object":           {wireText, `["the-secret"]`},
		"an HTML page":            {wireText, `<html>the-secret</html>`},
		"broken text":             {`the-secret`, "the-secret\xff"},
	} {
		body := strings.Replace(wireText, change.old, change.new, 1)
		if body == wireText {
			t.Fatalf("%s: nothing changed", name)
		}
		got, err := ParseWire([]byte(body))
		if err == nil || got != (Credentials{}) {
			t.Errorf("%s: read as %#v", name, got)
		} else if strings.Contains(err.Error(), "the-") {
			t.Errorf("%s: the error repeats a secret: %v", name, err)
		}
	}
}

func TestMarshalWireRefusesHalfCredentials(t *testing.T) {
	for name, spoil := range map[string]func(*Credentials){
		"no key": func(c *Credentials) { c.AccessKeyID = "" }, "no secret": func(c *Credentials) { c.SecretAccessKey = "" },
		"no token": func(c *Credentials) { c.SessionToken = "" }, "no expiration": func(c *Credentials) { c.Expiration = time.Time{} },
		"no account": func(c *Credentials) { c.AccountID = "" }, "a line feed": func(c *Credentials) { c.SessionToken = "the-token\n" },
	} {
		c := credentials()
		spoil(&c)
		if text, err := c.MarshalWire(); err == nil || text != nil || strings.Contains(err.Error(), "the-") {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
}

// Credentials are of printable ASCII without blanks and an account of digits:
// every character is tried, up to the first beyond Latin-1.
func TestEveryCharacter(t *testing.T) {
	for c := rune(0); c <= 'Ā'; c++ {
		for name, spoil := range map[string]func(*Credentials){
			"access key ID": func(w *Credentials) { w.AccessKeyID += string(c) }, "secret access key": func(w *Credentials) { w.SecretAccessKey += string(c) },
			"session token": func(w *Credentials) { w.SessionToken += string(c) }, "account ID": func(w *Credentials) { w.AccountID = w.AccountID[:11] + string(c) },
		} {
			want := c > ' ' && c <= '~'
			if name == "account ID" {
				want = c >= '0' && c <= '9'
			}
			all := credentials()
			spoil(&all)
			if err := all.Check(); (err == nil) != want || err != nil && !strings.HasPrefix(err.Error(), name+": ") {
				t.Errorf("%s with %q: %v", name, c, err)
			}
		}
	}
}

func FuzzParseWire(f *testing.F) {
	f.Add([]byte(wireText))
	f.Add([]byte(`{"Version":1,"AccessKeyId":"a","accesskeyid":"b"}`))
	f.Add([]byte(`{"Version":1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := ParseWire(body)
		if err != nil {
			return
		}
		text, err := c.MarshalWire()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseWire(text); err != nil || back != c {
			t.Fatalf("%s is read back as %#v, %v", text, back, err)
		}
	})
}

func TestAnswers(t *testing.T) {
	m := Me{Caller: Caller{ARN: "arn:aws:iam::123456789012:user/alice", AccountID: "123456789012", Kind: "user", Name: "alice", RoleSessionName: "alice"},
		Grants: []GrantInfo{{Name: "g", Parameters: map[string]Parameter{"team": {Required: true, Enum: []string{"blue"}}}, Duration: Durations{900, 3600}}}}
	text, err := m.Marshal()
	want := `{"caller":{"arn":"arn:aws:iam::123456789012:user/alice","account_id":"123456789012","kind":"user","name":"alice","role_session_name":"alice"},` +
		`"grants":[{"name":"g","parameters":{"team":{"required":true,"enum":["blue"]}},"duration":{"default_seconds":900,"max_seconds":3600}}]}` + "\n"
	if err != nil || string(text) != want {
		t.Errorf("%s, %v", text, err)
	}
	back, err := ParseMe(text)
	if err != nil || back.Caller != m.Caller || len(back.Grants) != 1 || back.Grants[0].Duration.MaxSeconds != 3600 {
		t.Errorf("%+v, %v", back, err)
	}
	if _, err := ParseMe([]byte("<html>")); err == nil {
		t.Error("a page is read as an answer")
	}
	if text, err := m.Grants[0].Marshal(); err != nil || !strings.HasPrefix(string(text), `{"name":"g"`) {
		t.Errorf("%s, %v", text, err)
	}
}
