package sandbox

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

func limited(policy string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) { in.Policy = &policy }
}

func managed(arns ...string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) {
		for _, arn := range arns {
			in.PolicyArns = append(in.PolicyArns, types.PolicyDescriptorType{Arn: aws.String(arn)})
		}
	}
}

const (
	identityOnly = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:GetCallerIdentity","Resource":"*"}]}`
	secondHop    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::123456789012:role/second-hop"}]}`
	toyRole      = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::123456789012:role/toy-role"}]}`
)

// TestSessionPolicyLimits: a session may do what both its role and its session policies allow.
func TestSessionPolicyLimits(t *testing.T) {
	w := newWorld(t, Options{})
	const (
		assumeNothing = "arn:aws:iam::123456789012:policy/assume-nothing"
		admin         = "arn:aws:iam::aws:policy/AdministratorAccess"
		readOnly      = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	)
	refused := notAuthorized(sessionOf("first-hop"), "sts:AssumeRole", "second-hop")
	for _, test := range []struct {
		name   string
		change func(*sts.AssumeRoleInput)
		suffix string // "": allowed
	}{
		{"none", func(*sts.AssumeRoleInput) {}, ""},
		{"allows", limited(secondHop), ""},
		{"does not allow", limited(identityOnly), " because no session policy allows the sts:AssumeRole action"},
		{"denies", managed(assumeNothing), " with an explicit deny in a session policy"},
		{"denies, and another allows", func(in *sts.AssumeRoleInput) { limited(secondHop)(in); managed(assumeNothing)(in) }, " with an explicit deny in a session policy"},
		{"managed allows", managed(admin), ""},
		{"managed does not allow", managed(readOnly), " because no session policy allows the sts:AssumeRole action"},
		{"any of them allows", managed(readOnly, admin), ""},
	} {
		out := w.mustAssume(w.as("testuser"), assume("first-hop", test.change))
		_, err := w.with(out.Credentials).AssumeRole(t.Context(), assume("second-hop"))
		t.Run(test.name, func(t *testing.T) {
			if test.suffix != "" {
				wantError(t, err, 403, "AccessDenied", refused+test.suffix)
			} else if err != nil {
				t.Error(err)
			}
			if arnOf(t, w.with(out.Credentials)) != sessionOf("first-hop") {
				t.Error("GetCallerIdentity needs no permission")
			}
		})
	}
	// It never adds: the role itself may not assume toy-role.
	out := w.mustAssume(w.as("testuser"), assume("first-hop", limited(toyRole)))
	_, err := w.with(out.Credentials).AssumeRole(t.Context(), assume("toy-role"))
	wantError(t, err, 403, "AccessDenied", notAuthorized(sessionOf("first-hop"), "sts:AssumeRole", "toy-role")+noIdentity("sts:AssumeRole"))
}

func TestSessionPolicyRefused(t *testing.T) {
	w := newWorld(t, Options{})
	var arns []string
	for i := range 11 {
		arns = append(arns, fmt.Sprintf("arn:aws:iam::123456789012:policy/p%d", i))
	}
	long := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]` + strings.Repeat(" ", 2048) + `}`
	nearly := long[:2047] + "}"
	w.mustAssume(w.as("testuser"), assume("sts_role", limited(nearly)))
	for _, test := range []struct {
		name, code, message string
		change              func(*sts.AssumeRoleInput)
	}{
		{"not JSON", "MalformedPolicyDocument", "", limited("{")},
		{"no resource", "MalformedPolicyDocument", "", limited(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*"}]}`)},
		{"principal", "MalformedPolicyDocument", "", limited(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"*","Resource":"*"}]}`)},
		{"plain text", "ValidationError", oneViolation("'"+long+"'", "policy", "have length less than or equal to 2048"), limited(long)},
		{"plain text with ARNs", "ValidationError", oneViolation("'"+nearly+"'", "policy", "have length less than or equal to 2048"), func(in *sts.AssumeRoleInput) {
			limited(nearly)(in)
			managed("arn:aws:iam::123456789012:policy/assume-nothing")(in)
		}},
		{"eleven ARNs", "ValidationError", oneViolation("'[11 items]'", "policyArns", "have length less than or equal to 10"), managed(arns...)},
		{"no such policy", "ValidationError", "Policy arn:aws:iam::123456789012:policy/p0 does not exist or is not attachable.", managed(arns[0])},
		{"unknown AWS policy", "ValidationError", "", managed("arn:aws:iam::aws:policy/PowerUserAccess")},
		{"another account's", "ValidationError", "", managed("arn:aws:iam::210987654321:policy/assume-nothing")},
		{"short ARN", "ValidationError", oneViolation("'arn:aws'", "policyArns.1.member.arn", "have length greater than or equal to 20"), managed("arn:aws")},
	} {
		_, err := w.as("testuser").AssumeRole(t.Context(), assume("sts_role", test.change))
		t.Run(test.name, func(t *testing.T) { wantError(t, err, 400, test.code, test.message) })
	}
}

// TestPackedPolicySize fixes the estimate where figures are known, and that it is there only when there is something to pack.
func TestPackedPolicySize(t *testing.T) {
	w := newWorld(t, Options{})
	packed := func(change ...func(*sts.AssumeRoleInput)) *int32 {
		return w.mustAssume(w.as("testuser"), assume("sts_role", change...)).PackedPolicySize //nolint:staticcheck // the model calls it deprecated, STS still sends it
	}
	if p := packed(); p != nil {
		t.Errorf("nothing to pack is %d %%, want none", *p)
	}
	simple := packed(limited(`{"Version":"2012-10-17","Statement":[{"Sid":"Stmt1","Effect":"Allow","Action":"s3:*","Resource":"*"}]}`))
	if simple == nil || *simple < 4 || *simple > 9 {
		t.Errorf("a small policy is %v, want 4-9 %%", aws.ToInt32(simple))
	}
	tags := tagged("Project", "Pegasus", "Team", "Engineering")
	if a, b := packed(tags), packed(tags, transitive("Team")); a == nil || *a != *b {
		t.Errorf("%d %% and %d %%: being transitive costs nothing", aws.ToInt32(a), aws.ToInt32(b))
	}
	var actions []string
	for i := range 42 {
		actions = append(actions, fmt.Sprintf(`"service%c:Describe%cThing%d"`, 'a'+i%26, 'A'+i%26, i*i*7919))
	}
	large := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[` + strings.Join(actions, ",") + `],"Resource":"*"}]}`
	_, err := w.as("testuser").AssumeRole(t.Context(), assume("sts_role", limited(large)))
	wantError(t, err, 400, "PackedPolicyTooLarge", "")
	if !strings.Contains(err.Error(), "Packed policy consumes ") || !strings.Contains(err.Error(), "% of allotted space, please use smaller policy.") {
		t.Error(err)
	}
	_, err = w.as("testuser").AssumeRole(t.Context(), assume("sts_role", tagged(many(50, func(i int) string { return uniqueID("KEY", fmt.Sprint(i)) })...)))
	wantError(t, err, 400, "PackedPolicyTooLarge", "")
	if !strings.Contains(err.Error(), "Packed size of session tags consumes ") {
		t.Error(err)
	}
}
