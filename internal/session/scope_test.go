package session

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"karikagi/internal/caller"
)

// policy is a session policy of n characters.
func policy(n int) string { return `{"a":"` + strings.Repeat("é", n-len(`{"a":""}`)) + `"}` }

// tags are n tags with keys that differ.
func tags(n int) (list []Tag) {
	for i := range n {
		list = append(list, Tag{Key: fmt.Sprint("k", i), Value: "v"})
	}
	return list
}

// What limits and marks a session is refused by its own rule exactly where STS
// refuses it.
func TestCheckScope(t *testing.T) {
	const own = "arn:aws:iam::123456789012:policy/"
	tag := func(key, value string) func(*Plan) { return func(p *Plan) { p.Tags = []Tag{{key, value}} } }
	for name, test := range map[string]struct {
		change func(*Plan)
		rule   string
	}{
		"a policy":                      {func(p *Plan) { p.Policy = `{"Statement":[]}` }, ""},
		"a policy with white space":     {func(p *Plan) { p.Policy = "\t\r\n {\n}\n" }, ""},
		"the longest policy":            {func(p *Plan) { p.Policy = policy(2048) }, ""},
		"too long a policy":             {func(p *Plan) { p.Policy = policy(2049) }, RulePolicy},
		"a policy with ÿ":               {func(p *Plan) { p.Policy = `{"a":"ÿ"}` }, ""},
		"a policy with Ā":               {func(p *Plan) { p.Policy = `{"a":"Ā"}` }, RulePolicy},
		"a policy with a NUL":           {func(p *Plan) { p.Policy = "{}\x00" }, RulePolicy},
		"a policy with broken text":     {func(p *Plan) { p.Policy = "{\"a\":\"\xff\"}" }, RulePolicy},
		"a list for a policy":           {func(p *Plan) { p.Policy = "[]" }, RulePolicy},
		"half a policy":                 {func(p *Plan) { p.Policy = "{" }, RulePolicy},
		"a blank policy":                {func(p *Plan) { p.Policy = " " }, RulePolicy},
		"managed policies":              {func(p *Plan) { p.PolicyARNs = []string{own + "a/b", "arn:aws:iam::aws:policy/ReadOnlyAccess"} }, ""},
		"ten managed policies":          {func(p *Plan) { p.PolicyARNs = strings.Fields(strings.Repeat(own+"a ", 10)) }, ""},
		"eleven managed policies":       {func(p *Plan) { p.PolicyARNs = strings.Fields(strings.Repeat(own+"a ", 11)) }, RulePolicyARNs},
		"another account's policy":      {func(p *Plan) { p.PolicyARNs = []string{"arn:aws:iam::210987654321:policy/a"} }, RulePolicyARNs},
		"another partition's policy":    {func(p *Plan) { p.PolicyARNs = []string{"arn:aws-cn:iam::aws:policy/a"} }, RulePolicyARNs},
		"a role for a policy":           {func(p *Plan) { p.PolicyARNs = []string{"arn:aws:iam::123456789012:role/a"} }, RulePolicyARNs},
		"a policy without a name":       {func(p *Plan) { p.PolicyARNs = []string{own} }, RulePolicyARNs},
		"a policy ARN with a space":     {func(p *Plan) { p.PolicyARNs = []string{own + "a b"} }, RulePolicyARNs},
		"the longest policy ARN":        {func(p *Plan) { p.PolicyARNs = []string{own + strings.Repeat("a", 2048-len(own))} }, ""},
		"too long a policy ARN":         {func(p *Plan) { p.PolicyARNs = []string{own + strings.Repeat("a", 2049-len(own))} }, RulePolicyARNs},
		"50 tags":                       {func(p *Plan) { p.Tags = tags(50) }, ""},
		"51 tags":                       {func(p *Plan) { p.Tags = tags(51) }, RuleTags},
		"all characters of a tag":       {tag("é_.:/=+-@ 1", "仮 _.:/=+-@1"), ""},
		"an empty value":                {tag("k", ""), ""},
		"an empty key":                  {tag("", "v"), RuleTags},
		"the longest key and value":     {tag(strings.Repeat("仮", 128), strings.Repeat("仮", 256)), ""},
		"too long a key":                {tag(strings.Repeat("k", 129), ""), RuleTags},
		"too long a value":              {tag("k", strings.Repeat("v", 257)), RuleTags},
		"a star in a value":             {tag("k", "*"), RuleTags},
		"a dollar in a key":             {tag("$k", ""), RuleTags},
		"a line feed in a value":        {tag("k", "a\nb"), RuleTags},
		"broken text in a value":        {tag("k", "a\xff"), RuleTags},
		"a key of AWS":                  {tag("AWS:k", "v"), RuleTags},
		"AWS's prefix alone":            {tag("Aws:", "v"), RuleTags},
		"a policy ARN with é":           {func(p *Plan) { p.PolicyARNs = []string{own + "é"} }, RulePolicyARNs},
		"a policy ARN with DEL":         {func(p *Plan) { p.PolicyARNs = []string{own + "\x7f"} }, RulePolicyARNs},
		"a policy ARN with a tilde":     {func(p *Plan) { p.PolicyARNs = []string{own + "~"} }, ""},
		"a key like AWS's":              {tag("aws", "v"), ""},
		"two keys but for case":         {func(p *Plan) { p.Tags = []Tag{{"Team", "a"}, {"team", "b"}} }, RuleTags},
		"a transitive key":              {func(p *Plan) { p.Tags, p.TransitiveTagKeys = tags(2), []string{"K1"} }, ""},
		"a transitive key of no tag":    {func(p *Plan) { p.Tags, p.TransitiveTagKeys = tags(2), []string{"k2"} }, RuleTransitive},
		"50 transitive keys":            {func(p *Plan) { p.Tags, p.TransitiveTagKeys = tags(1), strings.Fields(strings.Repeat("k0 ", 50)) }, ""},
		"51 transitive keys":            {func(p *Plan) { p.Tags, p.TransitiveTagKeys = tags(1), strings.Fields(strings.Repeat("k0 ", 51)) }, RuleTransitive},
		"a source identity":             {func(p *Plan) { p.SourceIdentity = "alice@example.com" }, ""},
		"the longest source identity":   {func(p *Plan) { p.SourceIdentity = strings.Repeat("a", 64) }, ""},
		"too long a source identity":    {func(p *Plan) { p.SourceIdentity = strings.Repeat("a", 65) }, RuleSourceIdentity},
		"a one-letter source identity":  {func(p *Plan) { p.SourceIdentity = "a" }, RuleSourceIdentity},
		"a source identity of AWS":      {func(p *Plan) { p.SourceIdentity = "aws:alice" }, RuleSourceIdentity},
		"a source identity with blanks": {func(p *Plan) { p.SourceIdentity = "a b" }, RuleSourceIdentity},
	} {
		t.Run(name, func(t *testing.T) {
			p := Plan{Role: caller.Role{Partition: "aws", Account: "123456789012", Path: "/", Name: "R"}, RoleSessionName: "alice"}
			test.change(&p)
			err := p.Check(Base{})
			refusal, _ := errors.AsType[*Refusal](err)
			switch {
			case test.rule == "" && err != nil:
				t.Errorf("refused: %v", err)
			case test.rule != "" && (refusal == nil || refusal.Rule != test.rule):
				t.Errorf("got %v, want a refusal of rule %q", err, test.rule)
			}
		})
	}
}

func TestGetSendsTheWholePlanAndReadsTheWholeAnswer(t *testing.T) {
	out := output()
	out.AssumedRoleUser.AssumedRoleId = aws.String("AROAEXAMPLE:alice\x1b[31m")
	out.PackedPolicySize = aws.Int32(7) //nolint:staticcheck // as in get.go.
	awsmiddleware.SetRequestIDMetadata(&out.ResultMetadata, "the-request\x1b")
	s := &stub{out: out}
	got, err := Get(t.Context(), s, Plan{
		Role: caller.Role{Partition: "aws", Account: "123456789012", Path: "/", Name: "R"}, RoleSessionName: "alice", Duration: 15 * time.Minute,
		Policy: "{}", PolicyARNs: []string{"arn:1", "arn:2"}, Tags: []Tag{{"b", "1"}, {"a", ""}}, TransitiveTagKeys: []string{"a"}, SourceIdentity: "alice",
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::123456789012:role/R"), RoleSessionName: aws.String("alice"), DurationSeconds: aws.Int32(900),
		Policy: aws.String("{}"), PolicyArns: []types.PolicyDescriptorType{{Arn: aws.String("arn:1")}, {Arn: aws.String("arn:2")}},
		Tags:              []types.Tag{{Key: aws.String("b"), Value: aws.String("1")}, {Key: aws.String("a"), Value: aws.String("")}},
		TransitiveTagKeys: []string{"a"}, SourceIdentity: aws.String("alice"),
	}
	if !reflect.DeepEqual(s.input, want) {
		t.Errorf("sent %+v", s.input)
	}
	if got.AssumedRoleID != "AROAEXAMPLE:alice [31m" || got.PackedPolicySize != 7 || got.RequestID != "the-request" {
		t.Errorf("read %+v", got)
	}
}
