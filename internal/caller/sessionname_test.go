package caller

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// AWS's own pattern and limits, as an independent judge.
var legalSessionName = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{2,64}$`)

func TestRoleSessionName(t *testing.T) {
	for _, tc := range callers {
		c, err := Parse(tc.want.ARN)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.RoleSessionName(); got != tc.session {
			t.Errorf("%s: role session name %q, want %q", c.ARN, got, tc.session)
		}
	}
}

// A Caller may also be put together by hand, with names that Parse refuses.
func TestRoleSessionNameOfOddNames(t *testing.T) {
	const arn = "arn:aws:sts::123456789012:user-name"
	for _, tc := range []struct {
		kind       Kind
		name, want string
	}{
		{User, letters65, letters65[:47] + "-7ef0ed37ed521f58"},
		{User, "\u4e0a\u91ce", "---7ef0ed37ed521f58"},
		{User, "a b/c", "a-b-c-7ef0ed37ed521f58"},
		{User, "ueno\n", "ueno--7ef0ed37ed521f58"},
		{User, "\xff\xfe", "---7ef0ed37ed521f58"},
		{FederatedUser, "b", "b-7ef0ed37ed521f58"},
		{Other, "", "-7ef0ed37ed521f58"},
	} {
		c := Caller{ARN: arn, Kind: tc.kind, Name: tc.name}
		if got := c.RoleSessionName(); got != tc.want {
			t.Errorf("%s %q: role session name %q, want %q", tc.kind, tc.name, got, tc.want)
		}
	}
	session := Caller{ARN: arn, Kind: AssumedRole, Name: "Admin", Session: "u"}
	if got, want := session.RoleSessionName(), "u-7ef0ed37ed521f58"; got != want {
		t.Errorf("session u: role session name %q, want %q", got, want)
	}
}

// No two of these people may look the same in CloudTrail.
func TestRoleSessionNamesDiffer(t *testing.T) {
	user := func(account, name string) Caller {
		return Caller{ARN: "arn:aws:iam::" + account + ":user/" + name, Kind: User, Name: name}
	}
	other := func(account, name string) Caller {
		return Caller{ARN: "arn:aws:sts::" + account + ":" + name, Kind: Other, Name: name}
	}
	const a, b = "123456789012", "210987654321"
	seen := map[string]string{}
	for _, c := range []Caller{
		user(a, "x"), user(a, "x-"), user(a, "x_"), user(a, "X"), user(b, "x"), user(a, "xx"), user(a, "-"), user(a, "--"),
		user(a, letters64), user(a, letters64+"1"), user(a, letters64+"2"), user(b, letters64+"1"),
		user(a, letters64[:47]), user(a, letters64[:48]+"!"), user(a, letters64[:48]+"?"),
		other(a, "a:b"), other(b, "a:b"), other(a, "a-b"), other(a, "a;b"), other(a, "a::b"), other(a, "a b"),
	} {
		name := c.RoleSessionName()
		if !legalSessionName.MatchString(name) {
			t.Errorf("%s: role session name %q is illegal", c.ARN, name)
		}
		if first, taken := seen[name]; taken {
			t.Errorf("%s and %s share the role session name %q", first, c.ARN, name)
		}
		seen[name] = c.ARN
	}
}

func TestValidateRoleSessionName(t *testing.T) {
	for _, s := range []string{"me", "ueno", letters64, "a+b=c,d.e@f-g_h0", "--", "user@example.com"} {
		if err := ValidateRoleSessionName(s); err != nil {
			t.Error(err)
		}
	}
	for _, tc := range []struct{ name, want string }{
		{"", `role session name "": want 2-64 characters, not 0`},
		{"x", `role session name "x": want 2-64 characters, not 1`},
		{letters65, "want 2-64 characters, not 65"},
		{"a b", "want letters, digits and _+=,.@- only, not ' '"},
		{"ueno\n", `not '\n'`},
		{"a/b", "not '/'"},
		{"a:b", "not ':'"},
		{"a*", "not '*'"},
		{"\u00fceno", `role session name "\u00fceno": want letters, digits and _+=,.@- only, not '\u00fc'`},
		{"ab\xff", `not '\ufffd'`},
		{"ab\x7f", `not '\x7f'`},
		{"\u0661\u0662", `not '\u0661'`}, // digits to Unicode, not to STS
	} {
		err := ValidateRoleSessionName(tc.name)
		switch {
		case err == nil:
			t.Errorf("ValidateRoleSessionName(%q) = nil: want an error", tc.name)
		case !strings.Contains(err.Error(), tc.want):
			t.Errorf("ValidateRoleSessionName(%q): %v\nwant %s", tc.name, err, tc.want)
		default:
			checkErrorText(t, err.Error())
		}
	}
}

// Names are of \w and +=,.@-, in ASCII, wherever they stand: every character is
// tried, up to the first beyond Latin-1.
func TestEveryCharacter(t *testing.T) {
	const name = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+=,.@-"
	for kind, format := range map[string]string{
		"user": "arn:aws:iam::123456789012:user/a%sb", "role": "arn:aws:sts::123456789012:assumed-role/a%sb/cd",
		"session": "arn:aws:sts::123456789012:assumed-role/ab/c%sd", "federated": "arn:aws:sts::123456789012:federated-user/a%sb",
		"account": "arn:aws:iam::12345678901%s:user/ab",
	} {
		for c := rune(0); c <= 'Ā'; c++ {
			want := strings.ContainsRune(name, c)
			switch {
			case kind == "user" && c == '/': // a path
				want = true
			case kind == "account":
				want = c >= '0' && c <= '9'
			}
			if _, err := Parse(fmt.Sprintf(format, string(c))); (err == nil) != want {
				t.Errorf("%s with %q: %v", kind, c, err)
			}
			if got := ValidateRoleSessionName("a"+string(c)+"b") == nil; got != strings.ContainsRune(name, c) {
				t.Errorf("role session name with %q: %t", c, got)
			}
		}
	}
}

func FuzzRoleSessionName(f *testing.F) {
	for _, tc := range callers {
		f.Add(tc.want.ARN, string(tc.want.Kind), tc.want.Name, tc.want.Session)
	}
	f.Add("arn:aws:iam::123456789012:user/x", "user", "\u4e0a\u91ce", "")
	f.Add("", "", "", "")
	f.Add("", "assumed-role", "Admin", strings.Repeat("\xff", 70))
	f.Fuzz(func(t *testing.T, arn, kind, name, session string) {
		c := Caller{ARN: arn, Kind: Kind(kind), Name: name, Session: session}
		got := c.RoleSessionName()
		if !legalSessionName.MatchString(got) {
			t.Fatalf("%+v: role session name %q is illegal", c, got)
		}
		if err := ValidateRoleSessionName(got); err != nil {
			t.Fatal(err)
		}
		again := Caller{ARN: arn, Kind: Kind(kind), Name: name, Session: session, Partition: "aws", Account: "123456789012", Path: "/"}
		if again.RoleSessionName() != got {
			t.Errorf("%+v: role session name is not stable", c)
		}
		if c.Kind == User && legalSessionName.MatchString(name) && got != name {
			t.Errorf("user %q: role session name %q is not exact", name, got)
		}
		if parsed, err := Parse(arn); err == nil {
			checkParsedName(t, parsed)
		}
	})
}

// checkParsedName: everybody whom STS can report keeps the name that STS
// reports, unless it has only one letter.
func checkParsedName(t *testing.T, c Caller) {
	t.Helper()
	got := c.RoleSessionName()
	if !legalSessionName.MatchString(got) {
		t.Fatalf("%s: role session name %q is illegal", c.ARN, got)
	}
	last := c.ARN[strings.LastIndexAny(c.ARN, "/:")+1:]
	if c.Kind != Other && len(last) > 1 && got != last {
		t.Errorf("%s: role session name %q is not exact", c.ARN, got)
	}
	if len(last) == 1 && !strings.HasPrefix(got, last+"-") && c.Kind == User {
		t.Errorf("%s: role session name %q does not begin with the user's", c.ARN, got)
	}
}
