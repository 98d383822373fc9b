package caller

import (
	"errors"
	"strings"
	"testing"
)

var asker = Caller{
	ARN: "arn:aws-cn:iam::210987654321:user/team/ueno", Partition: "aws-cn", Account: "210987654321",
	Kind: User, Path: "/team/", Name: "ueno",
}

// The ARN is the one that the reference means to the asker.
var references = []struct {
	reference string
	needs     bool
	arn       string
	role      Role
}{
	{"arn:aws:iam::123456789012:role/toy-role", false, "arn:aws:iam::123456789012:role/toy-role", Role{"aws", "123456789012", "/", "toy-role"}},
	{"arn:aws:iam::123456789012:role/a/b/Name", false, "arn:aws:iam::123456789012:role/a/b/Name", Role{"aws", "123456789012", "/a/b/", "Name"}},
	{"arn:aws-us-gov:iam::123456789012:role/r+=,.@-_0", false, "arn:aws-us-gov:iam::123456789012:role/r+=,.@-_0", Role{"aws-us-gov", "123456789012", "/", "r+=,.@-_0"}},
	{"arn:aws-eusc:iam::123456789012:role/x", false, "arn:aws-eusc:iam::123456789012:role/x", Role{"aws-eusc", "123456789012", "/", "x"}},
	{"arn:aws-iso:iam::123456789012:role/x", false, "arn:aws-iso:iam::123456789012:role/x", Role{"aws-iso", "123456789012", "/", "x"}},
	{"arn:aws-iso-b:iam::123456789012:role/x", false, "arn:aws-iso-b:iam::123456789012:role/x", Role{"aws-iso-b", "123456789012", "/", "x"}},
	{"arn:aws-iso-e:iam::123456789012:role/x", false, "arn:aws-iso-e:iam::123456789012:role/x", Role{"aws-iso-e", "123456789012", "/", "x"}},
	{"arn:aws-iso-f:iam::123456789012:role/x", false, "arn:aws-iso-f:iam::123456789012:role/x", Role{"aws-iso-f", "123456789012", "/", "x"}},
	{"arn:aws:iam::123456789012:role/" + letters64, false, "arn:aws:iam::123456789012:role/" + letters64, Role{"aws", "123456789012", "/", letters64}},
	{"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ops_0123456789abcdef", false, "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Ops_0123456789abcdef", Role{"aws", "123456789012", "/aws-reserved/sso.amazonaws.com/eu-west-1/", "AWSReservedSSO_Ops_0123456789abcdef"}},
	// In full, what a short form would misread is plain.
	{"arn:aws:iam::123456789012:role/1234/role/12345", false, "arn:aws:iam::123456789012:role/1234/role/12345", Role{"aws", "123456789012", "/1234/role/", "12345"}},
	{"arn:aws:iam::123456789012:role/a:b/x", false, "arn:aws:iam::123456789012:role/a:b/x", Role{"aws", "123456789012", "/a:b/", "x"}},

	{"toy-role", true, "arn:aws-cn:iam::210987654321:role/toy-role", Role{"aws-cn", "210987654321", "/", "toy-role"}},
	{"x", true, "arn:aws-cn:iam::210987654321:role/x", Role{"aws-cn", "210987654321", "/", "x"}},
	{"role", true, "arn:aws-cn:iam::210987654321:role/role", Role{"aws-cn", "210987654321", "/", "role"}},
	{"team/blue/deploy", true, "arn:aws-cn:iam::210987654321:role/team/blue/deploy", Role{"aws-cn", "210987654321", "/team/blue/", "deploy"}},
	{"team/role/deploy", true, "arn:aws-cn:iam::210987654321:role/team/role/deploy", Role{"aws-cn", "210987654321", "/team/role/", "deploy"}},
	{"2024-01-31", true, "arn:aws-cn:iam::210987654321:role/2024-01-31", Role{"aws-cn", "210987654321", "/", "2024-01-31"}},
	{"2024-01/x", true, "arn:aws-cn:iam::210987654321:role/2024-01/x", Role{"aws-cn", "210987654321", "/2024-01/", "x"}},
	{"2nd/x", true, "arn:aws-cn:iam::210987654321:role/2nd/x", Role{"aws-cn", "210987654321", "/2nd/", "x"}},
	{"20240131beta", true, "arn:aws-cn:iam::210987654321:role/20240131beta", Role{"aws-cn", "210987654321", "/", "20240131beta"}},
	{"20240131001x", true, "arn:aws-cn:iam::210987654321:role/20240131001x", Role{"aws-cn", "210987654321", "/", "20240131001x"}},
	{"20240131beta/x", true, "arn:aws-cn:iam::210987654321:role/20240131beta/x", Role{"aws-cn", "210987654321", "/20240131beta/", "x"}},
	{letters64, true, "arn:aws-cn:iam::210987654321:role/" + letters64, Role{"aws-cn", "210987654321", "/", letters64}},
	{strings.Repeat(segment50, 10) + "0123456789/x", true, "arn:aws-cn:iam::210987654321:role/" + strings.Repeat(segment50, 10) + "0123456789/x", Role{"aws-cn", "210987654321", "/" + strings.Repeat(segment50, 10) + "0123456789/", "x"}},

	{"123456789012/toy-role", true, "arn:aws-cn:iam::123456789012:role/toy-role", Role{"aws-cn", "123456789012", "/", "toy-role"}},
	{"123456789012/team/blue/deploy", true, "arn:aws-cn:iam::123456789012:role/team/blue/deploy", Role{"aws-cn", "123456789012", "/team/blue/", "deploy"}},
	{"123456789012/1234", true, "arn:aws-cn:iam::123456789012:role/1234", Role{"aws-cn", "123456789012", "/", "1234"}},
	{"123456789012/role", true, "arn:aws-cn:iam::123456789012:role/role", Role{"aws-cn", "123456789012", "/", "role"}},
	{"012345678901/x", true, "arn:aws-cn:iam::012345678901:role/x", Role{"aws-cn", "012345678901", "/", "x"}},
}

var refusedReferences = []struct{ reference, problem, meant string }{
	// Not a role.
	{"arn:aws:sts::123456789012:assumed-role/Admin/ueno", "is an assumed-role session, not a role; the ARN of its role may have a path", "arn:aws:iam::123456789012:role/Admin"},
	{"arn:aws-cn:sts::123456789012:assumed-role/AWSReservedSSO_Ops_0123456789abcdef/user@example.com", "is an assumed-role session, not a role", "arn:aws-cn:iam::123456789012:role/AWSReservedSSO_Ops_0123456789abcdef"},
	{"arn:aws:sts::123456789012:assumed-role/Admin", "is an assumed-role session", "arn:aws:iam::123456789012:role/Admin"},
	{"arn:aws:sts::123456789012:role/Admin", "is of the service sts, but a role is of iam", "arn:aws:iam::123456789012:role/Admin"},
	{"arn:aws:sts::123456789012:role/a/Admin", "is of the service sts", "arn:aws:iam::123456789012:role/a/Admin"},
	{"arn:aws:iam::123456789012:user/ueno", "is a user, not a role", "arn:aws:iam::123456789012:role/ueno"},
	{"arn:aws:iam::123456789012:user/team/blue/alice", "is a user, not a role", "arn:aws:iam::123456789012:role/team/blue/alice"},
	{"arn:aws:iam::123456789012:group/admins", "is a group, not a role", "arn:aws:iam::123456789012:role/NAME"},
	{"arn:aws:iam::123456789012:policy/mine", "is a policy, not a role", "arn:aws:iam::123456789012:role/NAME"},
	{"arn:aws:iam::aws:policy/AdministratorAccess", "is a policy, not a role", ""},
	{"arn:aws:iam::123456789012:instance-profile/web/front", "is an instance profile, not the role in it", "arn:aws:iam::123456789012:role/web/front"},
	{"arn:aws:iam::123456789012:root", "is an account's root user, not a role", "arn:aws:iam::123456789012:role/NAME"},
	{"arn:aws:sts::123456789012:federated-user/Bob", "is a federated user, not a role", "arn:aws:iam::123456789012:role/NAME"},
	{"arn:aws:iam::123456789012:saml-provider/idp", `is not a role: want role/NAME, not "saml-provider/idp"`, "arn:aws:iam::123456789012:role/NAME"},
	{"arn:aws:iam::123456789012:deploy", `is not a role: want role/NAME, not "deploy"`, "arn:aws:iam::123456789012:role/NAME"},
	{"arn:aws:iam::123456789012:Role/deploy", `not "Role/deploy"`, "arn:aws:iam::123456789012:role/NAME"},
	{"arn:aws:sts::123456789012:user-name", "is not a role", "arn:aws:iam::123456789012:role/NAME"},
	{"arn:aws:s3:::some-bucket", `is of the service "s3"`, ""},
	// The account.
	{"arn:aws:iam::1234-5678-9012:role/x", `names the account "1234-5678-9012": want 12 digits`, "arn:aws:iam::123456789012:role/x"},
	{"arn:aws:iam::12345678901:role/x", `names the account "12345678901"`, "arn:aws:iam::012345678901:role/x"},
	{"arn:aws:iam::1234567890123:role/x", `names the account "1234567890123"`, ""},
	{"arn:aws:iam::12345678901O:role/x", `names the account "12345678901O"`, ""},
	{"arn:aws:iam::my-alias:role/x", `names the account "my-alias"`, ""},
	{"arn:aws:iam:::role/deploy", `names the account ""`, "deploy"},
	{"arn:aws:iam::aws:role/deploy", `names the account "aws"`, ""},
	{"arn:aws:iam::123456789012:", "ends after the account", "arn:aws:iam::123456789012:role/NAME"},
	{"arn:aws:iam::123456789012", "is not an ARN", "arn:aws:iam::123456789012:role/NAME"},
	{"123456789012", "is an account with no role behind it: want ACCOUNT/NAME", "arn:aws:iam::123456789012:role/NAME"},
	{"123456789012/", "is an account with no role behind it", "arn:aws:iam::123456789012:role/NAME"},
	{"1234-5678-9012", `begins with the account "1234-5678-9012": want 12 digits`, "arn:aws:iam::123456789012:role/NAME"},
	{"1234-5678-9012/x", `begins with the account "1234-5678-9012": want 12 digits`, "arn:aws:iam::123456789012:role/x"},
	{"1234-5678-9012/a/b/x", "begins with the account", "arn:aws:iam::123456789012:role/a/b/x"},
	{"12345678901/x", "begins with an account of 11 digits: want 12", "arn:aws:iam::012345678901:role/x"},
	{"12345678901", "begins with an account of 11 digits", "arn:aws:iam::012345678901:role/NAME"},
	{"1234567890123/x", "begins with an account of 13 digits", ""},
	{"12345678901O/x", `begins with the account "12345678901O"`, ""},
	{"l2345678901O/x", `begins with the account "l2345678901O"`, ""},
	{"1234/x", "begins with an account of 4 digits: want 12 (where it is no account, the role's ARN)", ""},
	{"1234", "begins with an account of 4 digits", ""},
	// The rest of an ARN.
	{"arn:aws:iam:us-east-1:123456789012:role/x", `names the Region "us-east-1": want none`, "arn:aws:iam::123456789012:role/x"},
	{"arn:aws:iam:123456789012:role/x", "is not an ARN: want arn:PARTITION:iam::ACCOUNT:RESOURCE, six parts with five colons", "arn:aws:iam::123456789012:role/x"},
	{"arn:aws:iam:123456789012:role/a:b/x", `names the Region "123456789012"`, "arn:aws:iam::123456789012:role/a:b/x"},
	{"arn:aws:iam:::123456789012:role/x", `names the account ""`, "arn:aws:iam::123456789012:role/x"},
	{"arn:aws:iam", "is not an ARN", ""},
	{"arn:", "is not an ARN", ""},
	{"arn:::::", "has 8 characters: want 20-2048", ""},
	{"aws:iam::123456789012:role/x", "is not an ARN, which begins with arn:", "arn:aws:iam::123456789012:role/x"},
	{"ARN:aws:iam::123456789012:role/x", "is not an ARN, which begins with arn:", "arn:aws:iam::123456789012:role/x"},
	{"123456789012:role/x", "is not an ARN, which begins with arn:", "arn:aws:iam::123456789012:role/x"},
	{"a:b", "is not an ARN, which begins with arn:", ""},
	{"arn:aws-mars:iam::123456789012:role/x", `names the partition "aws-mars": want one of aws, aws-cn, aws-us-gov, aws-eusc, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f`, ""},
	{"arn:aws:iam::123456789012:role/" + strings.Repeat(segment50, 41) + "x", "has 2082 characters: want 20-2048", ""},
	// Path and name.
	{"arn:aws:iam::123456789012:role/" + letters65, "want 1-64 characters, not 65", ""},
	{"arn:aws:iam::123456789012:role/" + strings.Repeat(segment50, 10) + "0123456789a/x", "has a path of 513 characters: want at most 512", ""},
	{"arn:aws:iam::123456789012:role/", "ends with a slash: want a role name behind it", "arn:aws:iam::123456789012:role/NAME"},
	{"arn:aws:iam::123456789012:role/x/", "ends with a slash", "arn:aws:iam::123456789012:role/x"},
	{"arn:aws:iam::123456789012:role//x", "has two slashes in a row: want one", "arn:aws:iam::123456789012:role/x"},
	{"arn:aws:iam::123456789012:role/a//x", "has two slashes in a row", "arn:aws:iam::123456789012:role/a/x"},
	{"arn:aws:iam::123456789012:role/a(b)", `has the role name "a(b)": want letters, digits and _+=,.@- only, not '('`, ""},
	{"arn:aws:iam::123456789012:role/a:b", `has the role name "a:b"`, ""},
	{letters65, "want 1-64 characters, not 65", ""},
	{"a(b)", `has the role name "a(b)"`, ""},
	{"role/deploy", `has "role/" before the name, which belongs in an ARN only`, "deploy"},
	{"role/a/deploy", `has "role/" before the name`, "a/deploy"},
	{"123456789012/role/deploy", `has "role/" before the name`, "arn:aws:iam::123456789012:role/deploy"},
	{"assumed-role/Admin/ueno", `has "assumed-role/" before the name`, "Admin"},
	{"/deploy", "has a slash before the role: want NAME or PATH/NAME", "deploy"},
	{"/a/deploy", "has a slash before the role", "a/deploy"},
	{"123456789012//deploy", "has a slash before the role", "arn:aws:iam::123456789012:role/deploy"},
	{"/123456789012/deploy", "has a slash before the role", "arn:aws:iam::123456789012:role/deploy"},
	{"/", "has a slash before the role", ""},
	{"deploy/", "ends with a slash", "deploy"},
	{"a//deploy", "has two slashes in a row", "a/deploy"},
	{"role/", `has "role/" before the name`, "role"},
	// Characters.
	{"", "is empty", ""},
	{" ", "contains ' '", ""},
	{"\n", `contains '\n'`, ""},
	{"deploy\n", `contains '\n': want printable ASCII without blanks`, "deploy"},
	{" deploy", "contains ' '", "deploy"},
	{"arn:aws:iam::123456789012:role/x\r\n", `contains '\r'`, "arn:aws:iam::123456789012:role/x"},
	{" arn:aws:sts::123456789012:assumed-role/Admin/ueno ", "contains ' '", "arn:aws:iam::123456789012:role/Admin"},
	{`"arn:aws:iam::123456789012:role/x",`, "is not an ARN, which begins with arn:", "arn:aws:iam::123456789012:role/x"},
	{"my role", "contains ' '", ""},
	{"arn:aws:iam::123456789012:role/\u0430dmin", `contains '\u0430'`, ""}, // Cyrillic
	{"\uff11\uff12\uff13456789012/x", `contains '\uff11'`, ""},
	{"a\x00b", `contains '\x00'`, ""},
	{"*", "contains a wildcard: want one role", ""},
	{"deploy-?", "contains a wildcard", ""},
	{"arn:aws:iam::123456789012:role/*", "contains a wildcard", ""},
	{"arn:aws:iam::*:role/x", "contains a wildcard", ""},
	{"arn:aws:iam::123456789012:role/*/x", "contains a wildcard", ""},
}

func TestParseRoleReference(t *testing.T) {
	for _, tc := range references {
		r, err := ParseRoleReference(tc.reference)
		if err != nil {
			t.Errorf("ParseRoleReference: %v", err)
			continue
		}
		if r.NeedsCaller() != tc.needs {
			t.Errorf("%s: NeedsCaller() = %t", tc.reference, r.NeedsCaller())
		}
		got := r.Role(asker)
		if got != tc.role {
			t.Errorf("%s means %+v, want %+v", tc.reference, got, tc.role)
		}
		if got.ARN() != tc.arn {
			t.Errorf("%s means %s, want %s", tc.reference, got.ARN(), tc.arn)
		}
		if !tc.needs && r.Role(Caller{}) != tc.role {
			t.Errorf("%s depends on the caller", tc.reference)
		}
	}
}

func TestParseRoleReferenceRefuses(t *testing.T) {
	for _, tc := range refusedReferences {
		r, err := ParseRoleReference(tc.reference)
		var refused *ReferenceError
		if !errors.As(err, &refused) {
			t.Errorf("ParseRoleReference(%q) = %+v, %v: want a *ReferenceError", tc.reference, r, err)
			continue
		}
		if r != (RoleReference{}) {
			t.Errorf("ParseRoleReference(%q) returns %+v beside its error", tc.reference, r)
		}
		if !strings.Contains(refused.Problem, tc.problem) {
			t.Errorf("ParseRoleReference(%q): %s\nwant %s", tc.reference, refused.Problem, tc.problem)
		}
		if refused.Meant != tc.meant {
			t.Errorf("ParseRoleReference(%q): meant %q, want %q", tc.reference, refused.Meant, tc.meant)
		}
		if refused.Reference != tc.reference || !strings.HasPrefix(err.Error(), `role "`) || !strings.HasSuffix(err.Error(), " "+refused.Problem) {
			t.Errorf("ParseRoleReference(%q): error %q", tc.reference, err)
		}
		checkErrorText(t, err.Error())
	}
}

func TestRoleARN(t *testing.T) {
	r := Role{Partition: "aws", Account: "123456789012", Name: "x"}
	if got, want := r.ARN(), "arn:aws:iam::123456789012:role/x"; got != want {
		t.Errorf("a role without a path: %s, want %s", got, want)
	}
}

func FuzzRoleReference(f *testing.F) {
	for _, tc := range references {
		f.Add(tc.reference)
	}
	for _, tc := range refusedReferences {
		f.Add(tc.reference)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRoleReference(s)
		if err != nil {
			checkRefusal(t, s, err)
			return
		}
		role := r.Role(asker)
		if strings.HasPrefix(s, "arn:") == r.NeedsCaller() {
			t.Errorf("%q: NeedsCaller() = %t", s, r.NeedsCaller())
		}
		if !r.NeedsCaller() && r.Role(Caller{}).ARN() != s {
			t.Errorf("%q comes back as %q", s, r.Role(Caller{}).ARN())
		}
		if r.NeedsCaller() && !strings.HasSuffix(role.ARN(), "/"+strings.TrimPrefix(s, role.Account+"/")) {
			t.Errorf("%q means %q", s, role.ARN())
		}
		// What a short form means is a role ARN, which means the same.
		again, err := ParseRoleReference(role.ARN())
		if err != nil || again.Role(Caller{}) != role {
			t.Errorf("%q means %q, which means %+v, %v", s, role.ARN(), again, err)
		}
	})
}

func checkRefusal(t *testing.T, s string, err error) {
	t.Helper()
	var refused *ReferenceError
	if !errors.As(err, &refused) || refused.Problem == "" || refused.Reference != s {
		t.Fatalf("ParseRoleReference(%q): %#v", s, err)
	}
	checkErrorText(t, err.Error())
	if refused.Meant == "" {
		return
	}
	if _, err := ParseRoleReference(refused.Meant); err != nil || refused.Meant == s {
		t.Errorf("ParseRoleReference(%q) means %q: %v", s, refused.Meant, err)
	}
}
