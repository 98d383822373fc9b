package caller

import (
	"strings"
	"testing"
)

var (
	letters64 = strings.Repeat("abcdefgh", 8)
	letters65 = letters64 + "i"
	segment50 = strings.Repeat("p", 49) + "/"
)

// The session column is what a role would see. Its hashes were computed with
// printf %s ARN | sha256sum | cut -c1-16, not with this package.
var callers = []struct {
	want    Caller
	session string
}{
	// IAM users.
	{Caller{"arn:aws:iam::123456789012:user/ueno", "aws", "123456789012", User, "/", "ueno", ""}, "ueno"},
	{Caller{"arn:aws:iam::123456789012:user/team/blue/alice", "aws", "123456789012", User, "/team/blue/", "alice", ""}, "alice"},
	{Caller{"arn:aws:iam::123456789012:user/division_abc/subdivision_xyz/Zhang", "aws", "123456789012", User, "/division_abc/subdivision_xyz/", "Zhang", ""}, "Zhang"},
	{Caller{"arn:aws:iam::123456789012:user/x", "aws", "123456789012", User, "/", "x", ""}, "x-2ff2a80db794fe2d"},
	{Caller{"arn:aws:iam::210987654321:user/x", "aws", "210987654321", User, "/", "x", ""}, "x-8f666d9a5473234e"},
	{Caller{"arn:aws:iam::123456789012:user/-", "aws", "123456789012", User, "/", "-", ""}, "--c1800e16b3d66d9a"},
	{Caller{"arn:aws:iam::123456789012:user/x-", "aws", "123456789012", User, "/", "x-", ""}, "x-"},
	{Caller{"arn:aws:iam::123456789012:user/x_", "aws", "123456789012", User, "/", "x_", ""}, "x_"},
	{Caller{"arn:aws:iam::123456789012:user/" + letters64, "aws", "123456789012", User, "/", letters64, ""}, letters64},
	{Caller{"arn:aws:iam::123456789012:user/a+b=c,d.e@f-g_h0", "aws", "123456789012", User, "/", "a+b=c,d.e@f-g_h0", ""}, "a+b=c,d.e@f-g_h0"},
	{Caller{"arn:aws:iam::123456789012:user/user@example.com", "aws", "123456789012", User, "/", "user@example.com", ""}, "user@example.com"},
	{Caller{"arn:aws:iam::123456789012:user/user/user", "aws", "123456789012", User, "/user/", "user", ""}, "user"},
	{Caller{"arn:aws:iam::123456789012:user/root", "aws", "123456789012", User, "/", "root", ""}, "root"},
	{Caller{"arn:aws:iam::123456789012:user/a:b!~(*)/testuser", "aws", "123456789012", User, "/a:b!~(*)/", "testuser", ""}, "testuser"},
	{Caller{"arn:aws:iam::123456789012:user/" + strings.Repeat(segment50, 10) + "0123456789/testuser", "aws", "123456789012", User, "/" + strings.Repeat(segment50, 10) + "0123456789/", "testuser", ""}, "testuser"},
	{Caller{"arn:aws:iam::000000000000:user/testuser", "aws", "000000000000", User, "/", "testuser", ""}, "testuser"},
	// The partitions.
	{Caller{"arn:aws-cn:iam::123456789012:user/ueno", "aws-cn", "123456789012", User, "/", "ueno", ""}, "ueno"},
	{Caller{"arn:aws-us-gov:iam::123456789012:user/ueno", "aws-us-gov", "123456789012", User, "/", "ueno", ""}, "ueno"},
	{Caller{"arn:aws-eusc:iam::123456789012:user/ueno", "aws-eusc", "123456789012", User, "/", "ueno", ""}, "ueno"},
	{Caller{"arn:aws-iso:sts::123456789012:assumed-role/Admin/ueno", "aws-iso", "123456789012", AssumedRole, "", "Admin", "ueno"}, "ueno"},
	{Caller{"arn:aws-iso-b:sts::123456789012:assumed-role/Admin/ueno", "aws-iso-b", "123456789012", AssumedRole, "", "Admin", "ueno"}, "ueno"},
	{Caller{"arn:aws-iso-e:sts::123456789012:federated-user/ueno", "aws-iso-e", "123456789012", FederatedUser, "", "ueno", ""}, "ueno"},
	{Caller{"arn:aws-iso-f:iam::123456789012:root", "aws-iso-f", "123456789012", Root, "", "root", ""}, "root"},
	// Assumed roles.
	{Caller{"arn:aws:sts::123456789012:assumed-role/FromMyAccount/ueno", "aws", "123456789012", AssumedRole, "", "FromMyAccount", "ueno"}, "ueno"},
	{Caller{"arn:aws:sts::123456789012:assumed-role/R/me", "aws", "123456789012", AssumedRole, "", "R", "me"}, "me"},
	{Caller{"arn:aws:sts::123456789012:assumed-role/" + letters64 + "/" + letters64, "aws", "123456789012", AssumedRole, "", letters64, letters64}, letters64},
	{Caller{"arn:aws:sts::123456789012:assumed-role/r+=,.@-_0/s+=,.@-_0", "aws", "123456789012", AssumedRole, "", "r+=,.@-_0", "s+=,.@-_0"}, "s+=,.@-_0"},
	{Caller{"arn:aws:sts::123456789012:assumed-role/web/i-0123456789abcdef0", "aws", "123456789012", AssumedRole, "", "web", "i-0123456789abcdef0"}, "i-0123456789abcdef0"},
	{Caller{"arn:aws:sts::123456789012:assumed-role/lambda-exec/my-function", "aws", "123456789012", AssumedRole, "", "lambda-exec", "my-function"}, "my-function"},
	{Caller{"arn:aws:sts::123456789012:assumed-role/task/0123456789abcdef0123456789abcdef", "aws", "123456789012", AssumedRole, "", "task", "0123456789abcdef0123456789abcdef"}, "0123456789abcdef0123456789abcdef"},
	{Caller{"arn:aws:sts::123456789012:assumed-role/gha/GitHubActions", "aws", "123456789012", AssumedRole, "", "gha", "GitHubActions"}, "GitHubActions"},
	// IAM Identity Center and service-linked roles are roles like others.
	{Caller{"arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/user@example.com", "aws", "123456789012", AssumedRole, "", "AWSReservedSSO_AdministratorAccess_0123456789abcdef", "user@example.com"}, "user@example.com"},
	{Caller{"arn:aws-cn:sts::123456789012:assumed-role/AWSReservedSSO_ReadOnly_fedcba9876543210/first.last+tag@example.co.jp", "aws-cn", "123456789012", AssumedRole, "", "AWSReservedSSO_ReadOnly_fedcba9876543210", "first.last+tag@example.co.jp"}, "first.last+tag@example.co.jp"},
	{Caller{"arn:aws-us-gov:sts::123456789012:assumed-role/AWSReservedSSO_Ops_0123456789abcdef/ueno", "aws-us-gov", "123456789012", AssumedRole, "", "AWSReservedSSO_Ops_0123456789abcdef", "ueno"}, "ueno"},
	{Caller{"arn:aws:sts::123456789012:assumed-role/AWSServiceRoleForSupport/support", "aws", "123456789012", AssumedRole, "", "AWSServiceRoleForSupport", "support"}, "support"},
	// Federated users and root.
	{Caller{"arn:aws:sts::123456789012:federated-user/Bob", "aws", "123456789012", FederatedUser, "", "Bob", ""}, "Bob"},
	{Caller{"arn:aws:sts::123456789012:federated-user/" + letters64[:32], "aws", "123456789012", FederatedUser, "", letters64[:32], ""}, letters64[:32]},
	{Caller{"arn:aws:iam::123456789012:root", "aws", "123456789012", Root, "", "root", ""}, "root"},
	// Forms that STS does not document.
	{Caller{"arn:aws:sts::012345678901:user-name", "aws", "012345678901", Other, "", "user-name", ""}, "user-name"},
	{Caller{"arn:aws:sts::123456789012:service/cloud9/ueno", "aws", "123456789012", Other, "", "ueno", ""}, "ueno"},
	{Caller{"arn:aws:sts::123456789012:thing/u", "aws", "123456789012", Other, "", "u", ""}, "u-88433be5478d863d"},
	{Caller{"arn:aws:sts::123456789012:thing:a(b)", "aws", "123456789012", Other, "", "thing:a(b)", ""}, "thing-a-b--e47260391c87add3"},
	{Caller{"arn:aws:sts::123456789012:" + letters65, "aws", "123456789012", Other, "", letters65, ""}, letters65[:47] + "-10f4fc2248ba0781"},
}

var refusedCallers = []struct{ arn, want string }{
	{"", `caller ARN "" is empty`},
	{"ueno", "is not an ARN"},
	{"123456789012", "is not an ARN"},
	{"arn", "is not an ARN"},
	{"arn:aws:iam::123456789012", "is not an ARN"},
	{"arn:aws:iam:123456789012:user/ueno", "is not an ARN"},
	{"urn:aws:iam::123456789012:user/ueno", "is not an ARN"},
	{"ARN:aws:iam::123456789012:user/ueno", "is not an ARN"},
	{"arn:aws:iam::1:u", "has 16 characters: want 20-2048"},
	{"arn:aws:sts::123456789012:" + strings.Repeat("a", 2023), "has 2049 characters: want 20-2048"},
	// Partition, service, Region, account.
	{"arn::iam::123456789012:user/ueno", `names the partition "": want one of aws, aws-cn,`},
	{"arn:AWS:iam::123456789012:user/ueno", `names the partition "AWS"`},
	{"arn:aws-x:iam::123456789012:user/ueno", `names the partition "aws-x"`},
	{"arn:aws-cn-:iam::123456789012:user/ueno", `names the partition "aws-cn-"`},
	{"arn:aws:s3:::some-bucket/user/ueno", `is of the service "s3": want iam or sts`},
	{"arn:aws:IAM::123456789012:user/ueno", `is of the service "IAM"`},
	{"arn:aws:::123456789012:user/ueno", `is of the service ""`},
	{"arn:aws:iam:us-east-1:123456789012:user/ueno", `names the Region "us-east-1": want none`},
	{"arn:aws:iam:::user/ueno-and-some", `names the account "": want 12 digits`},
	{"arn:aws:iam::12345678901:user/ueno", `names the account "12345678901": want 12 digits`},
	{"arn:aws:iam::1234567890123:user/ueno", `names the account "1234567890123"`},
	{"arn:aws:iam::12345678901a:user/ueno", `names the account "12345678901a"`},
	{"arn:aws:iam::1234-5678-9012:user/ueno", `names the account "1234-5678-9012"`},
	{"arn:aws:iam::aws:policy/AdministratorAccess", `names the account "aws"`},
	{"arn:aws:iam::123456789012:", "ends after the account"},
	// Characters.
	{"arn:aws:iam::123456789012:user/ueno\n", `contains '\n': want printable ASCII`},
	{"arn:aws:iam::123456789012:user/ueno\x00", `contains '\x00'`},
	{"arn:aws:iam::123456789012:user/ueno\x7f", `contains '\x7f'`},
	{" arn:aws:iam::123456789012:user/ueno", "contains ' '"},
	{"arn:aws:iam::123456789012:user/a b/ueno", "contains ' '"},
	{"arn:aws:iam::123456789012:user/\u0430lice", `contains '\u0430'`}, // Cyrillic
	{"arn:aws:iam::\uff11\uff12\uff13456789012:user/ueno", `contains '\uff11'`},
	{"arn:aws:iam::123456789012:user/\xff", `contains '\ufffd'`},
	// Users.
	{"arn:aws:iam::123456789012:user", `is no caller: want user/NAME or root, not "user"`},
	{"arn:aws:iam::123456789012:user:ueno", "is no caller"},
	{"arn:aws:iam::123456789012:username/ueno", "is no caller"},
	{"arn:aws:iam::123456789012:User/ueno", "is no caller"},
	{"arn:aws:iam::123456789012:user/", "ends with a slash: want a user name"},
	{"arn:aws:iam::123456789012:user/team/", "ends with a slash"},
	{"arn:aws:iam::123456789012:user//ueno", "has two slashes in a row"},
	{"arn:aws:iam::123456789012:user/a//ueno", "has two slashes in a row"},
	{"arn:aws:iam::123456789012:user/" + letters65, "want 1-64 characters, not 65"},
	{"arn:aws:iam::123456789012:user/al*ce", `has the user name "al*ce": want letters, digits and _+=,.@- only, not '*'`},
	{"arn:aws:iam::123456789012:user/team/a:b", `has the user name "a:b"`},
	{"arn:aws:iam::123456789012:user/" + strings.Repeat(segment50, 10) + "0123456789a/testuser", "has a path of 513 characters: want at most 512"},
	// Assumed roles.
	{"arn:aws:sts::123456789012:assumed-role", "has no session name: want assumed-role/ROLE/SESSION"},
	{"arn:aws:sts::123456789012:assumed-role/Admin", "has no session name"},
	{"arn:aws:sts::123456789012:assumed-role/Admin/", `has the role session name "": want 2-64 characters, not 0`},
	{"arn:aws:sts::123456789012:assumed-role/Admin/u", `has the role session name "u": want 2-64 characters, not 1`},
	{"arn:aws:sts::123456789012:assumed-role/Admin/" + letters65, "want 2-64 characters, not 65"},
	{"arn:aws:sts::123456789012:assumed-role//ueno", `has the role name "": want 1-64 characters, not 0`},
	{"arn:aws:sts::123456789012:assumed-role/" + letters65 + "/ueno", "want 1-64 characters, not 65"},
	{"arn:aws:sts::123456789012:assumed-role/path/Admin/ueno", `has the role session name "Admin/ueno": want letters, digits and _+=,.@- only, not '/'`},
	{"arn:aws:sts::123456789012:assumed-role/Admin/ueno/", "not '/'"},
	{"arn:aws:sts::123456789012:assumed-role/Adm*n/ueno", `has the role name "Adm*n"`},
	{"arn:aws:iam::123456789012:assumed-role/Admin/ueno", "is no caller"},
	// Federated users.
	{"arn:aws:sts::123456789012:federated-user/B", `has the federated user name "B": want 2-32 characters, not 1`},
	{"arn:aws:sts::123456789012:federated-user/" + letters64[:33], "want 2-32 characters, not 33"},
	{"arn:aws:sts::123456789012:federated-user/a/b", "not '/'"},
	{"arn:aws:sts::123456789012:federated-user", "has the federated user name"},
	// Principals of the wrong service, and what calls nothing.
	{"arn:aws:sts::123456789012:user/ueno", `is of the service sts, but "user/ueno" is of iam`},
	{"arn:aws:sts::123456789012:root", `is of the service sts, but "root" is of iam`},
	{"arn:aws:sts::123456789012:role/Admin", "is of the service sts"},
	{"arn:aws:iam::123456789012:role/Admin", "is a role, which calls only as arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION"},
	{"arn:aws:iam::123456789012:root/", "is no caller"},
	{"arn:aws:iam::123456789012:group/admins", "is no caller"},
	{"arn:aws:sts::123456789012:*", "contains a wildcard"},
	{"arn:aws:sts::123456789012:thing/?", "contains a wildcard"},
	{"arn:aws:sts::123456789012:thing/", "ends with a slash"},
}

func TestParse(t *testing.T) {
	for _, tc := range callers {
		got, err := Parse(tc.want.ARN)
		if err != nil {
			t.Errorf("Parse: %v", err)
			continue
		}
		if got != tc.want {
			t.Errorf("Parse(%q)\n got %+v\nwant %+v", tc.want.ARN, got, tc.want)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, tc := range refusedCallers {
		got, err := Parse(tc.arn)
		if err == nil {
			t.Errorf("Parse(%q) = %+v: want an error", tc.arn, got)
			continue
		}
		if got != (Caller{}) {
			t.Errorf("Parse(%q) returns %+v beside its error", tc.arn, got)
		}
		if !strings.HasPrefix(err.Error(), `caller ARN "`) || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("Parse(%q): %v\nwant %s", tc.arn, err, tc.want)
		}
		checkErrorText(t, err.Error())
	}
}

// checkErrorText holds for every error of this package.
func checkErrorText(t *testing.T, text string) {
	t.Helper()
	for _, r := range text {
		if r < ' ' || r > '~' {
			t.Errorf("error text holds %q: %q", r, text)
			break
		}
	}
	if len(text) > 600 {
		t.Errorf("error text of %d characters: %.100q...", len(text), text)
	}
}

func TestErrorsEchoLittle(t *testing.T) {
	const marks = 5000
	for _, s := range []string{
		strings.Repeat("Z", marks),
		"arn:" + strings.Repeat("Z", marks/3) + ":iam::123456789012:user/ueno",
		"arn:aws:iam::" + strings.Repeat("Z", marks/3) + ":user/ueno",
		"arn:aws:iam::123456789012:user/" + strings.Repeat("Z", marks/3),
		"arn:aws:sts::123456789012:assumed-role/" + strings.Repeat("Z", marks/3) + "/x",
		"1234-5678-9012" + strings.Repeat("Z", marks) + "\n",
	} {
		_, err := Parse(s)
		_, refErr := ParseRoleReference(s)
		for _, err := range []error{err, refErr, ValidateRoleSessionName(s)} {
			if err == nil {
				t.Errorf("%.60q... is accepted", s)
			} else if n := strings.Count(err.Error(), "Z"); n > wholeLimit+partLimit {
				t.Errorf("error repeats %d characters of the input: %v", n, err)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, tc := range callers {
		f.Add(tc.want.ARN)
	}
	for _, tc := range refusedCallers {
		f.Add(tc.arn)
	}
	f.Fuzz(func(t *testing.T, arn string) {
		c, err := Parse(arn)
		if err != nil {
			if c != (Caller{}) {
				t.Errorf("Parse(%q) returns %+v beside %v", arn, c, err)
			}
			checkErrorText(t, err.Error())
			return
		}
		rebuilt := map[Kind]string{
			User:          "iam::" + c.Account + ":user" + c.Path + c.Name,
			Root:          "iam::" + c.Account + ":root",
			AssumedRole:   "sts::" + c.Account + ":assumed-role/" + c.Name + "/" + c.Session,
			FederatedUser: "sts::" + c.Account + ":federated-user/" + c.Name,
			Other:         strings.TrimPrefix(arn, "arn:"+c.Partition+":"),
		}[c.Kind]
		if want := "arn:" + c.Partition + ":" + rebuilt; arn != want || c.ARN != want {
			t.Errorf("Parse(%q) = %+v, which is %q", arn, c, want)
		}
		if (c.Path != "") != (c.Kind == User) || (c.Session != "") != (c.Kind == AssumedRole) || c.Name == "" {
			t.Errorf("Parse(%q) = %+v: fields do not fit the kind", arn, c)
		}
	})
}
