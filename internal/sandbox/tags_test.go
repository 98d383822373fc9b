package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// tagging is an account whose roles differ in which of sts:TagSession and sts:SetSourceIdentity each side allows.
const tagging = `
accounts:
  - id: "123456789012"
    org_id: o-a1b2c3d4e5
    users:
      - name: me
        access_key: true
        tags: {Team: blue}
        policies:
          - {Version: 2012-10-17, Statement: {Effect: Allow, Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], Resource: "*"}}
      - name: plain
        access_key: true
        policies:
          - {Version: 2012-10-17, Statement: {Effect: Allow, Action: "sts:AssumeRole", Resource: "*"}}
    roles:
      - name: tagged
        tags: {Team: role, Stage: test}
        trust: {Version: 2012-10-17, Statement: {Effect: Allow, Principal: {AWS: "123456789012"}, Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}}
        policies:
          - {Version: 2012-10-17, Statement: {Effect: Allow, Action: ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"], Resource: "*"}}
      - name: untagged
        trust: {Version: 2012-10-17, Statement: {Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:AssumeRole"}}
      - name: team-red
        trust:
          Version: 2012-10-17
          Statement:
            - Effect: Allow
              Principal: {AWS: "123456789012"}
              Action: ["sts:AssumeRole", "sts:TagSession"]
              Condition: {StringEquals: {"aws:RequestTag/Team": red}, "ForAllValues:StringEquals": {"aws:TagKeys": [Team]}, "ForAnyValue:StringEquals": {"sts:TransitiveTagKeys": Team}}
      - name: principal-red
        trust:
          Version: 2012-10-17
          Statement:
            - Effect: Allow
              Principal: {AWS: "123456789012"}
              Action: ["sts:AssumeRole", "sts:TagSession"]
              Condition: {StringEquals: {"aws:PrincipalTag/Team": red, "aws:PrincipalTag/Stage": test}}
      - name: source-ueno
        trust:
          Version: 2012-10-17
          Statement:
            - Effect: Allow
              Principal: {AWS: "123456789012"}
              Action: ["sts:AssumeRole", "sts:SetSourceIdentity"]
              Condition: {StringEquals: {"sts:SourceIdentity": ueno}}
      - name: carried-ueno
        trust:
          Version: 2012-10-17
          Statement:
            - Effect: Allow
              Principal: {AWS: "123456789012"}
              Action: ["sts:AssumeRole", "sts:SetSourceIdentity"]
              Condition: {StringEquals: {"aws:SourceIdentity": ueno}}
`

func tagged(pairs ...string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) {
		for i := 0; i < len(pairs); i += 2 {
			in.Tags = append(in.Tags, types.Tag{Key: &pairs[i], Value: &pairs[i+1]})
		}
	}
}

func transitive(keys ...string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) { in.TransitiveTagKeys = keys }
}

func source(identity string) func(*sts.AssumeRoleInput) {
	return func(in *sts.AssumeRoleInput) { in.SourceIdentity = &identity }
}

const me = "arn:aws:iam::123456789012:user/me"

func noTrust(action string) string {
	return " because no role trust policy allows the " + action + " action"
}
func noIdentity(action string) string {
	return " because no identity-based policy allows the " + action + " action"
}
func sessionOf(role string) string {
	return "arn:aws:sts::123456789012:assumed-role/" + role + "/some-session"
}
func many(n int, f func(i int) string) []string { // pairs of a key and the value v
	var all []string
	for i := range n {
		all = append(all, f(i), "v")
	}
	return all
}

func TestTagSession(t *testing.T) {
	w := loaded(t, tagging)
	chain := w.with(w.mustAssume(w.as("me"), assume("tagged", tagged("Team", "red", "Cost", "1"), transitive("team"))).Credentials)
	plainChain := w.with(w.mustAssume(w.as("me"), assume("tagged", tagged("Team", "red"))).Credentials)
	for _, test := range []struct {
		name    string
		client  *sts.Client
		in      *sts.AssumeRoleInput
		message string // "" allowed
	}{
		{"both sides", w.as("me"), assume("tagged", tagged("Team", "red")), ""},
		{"role does not allow", w.as("me"), assume("untagged", tagged("Team", "red")), notAuthorized(me, "sts:TagSession", "untagged") + noTrust("sts:TagSession")},
		{"caller does not allow", w.as("plain"), assume("tagged", tagged("Team", "red")),
			notAuthorized("arn:aws:iam::123456789012:user/plain", "sts:TagSession", "tagged") + noIdentity("sts:TagSession")},
		{"no tags, no permission needed", w.as("plain"), assume("untagged"), ""},
		{"condition on the tag", w.as("me"), assume("team-red", tagged("Team", "red"), transitive("Team")), ""},
		{"wrong tag", w.as("me"), assume("team-red", tagged("Team", "green"), transitive("Team")), notAuthorized(me, "sts:TagSession", "team-red") + noTrust("sts:TagSession")},
		{"more tags", w.as("me"), assume("team-red", tagged("Team", "red", "Stage", "x"), transitive("Team")), notAuthorized(me, "sts:TagSession", "team-red") + noTrust("sts:TagSession")},
		{"not transitive", w.as("me"), assume("team-red", tagged("Team", "red")), notAuthorized(me, "sts:TagSession", "team-red") + noTrust("sts:TagSession")},
		{"inherited tags need it too", chain, assume("untagged"), notAuthorized(sessionOf("tagged"), "sts:TagSession", "untagged") + noTrust("sts:TagSession")},
		{"tags that stay behind do not", plainChain, assume("untagged"), ""},
		{"session tag over role tag", chain, assume("principal-red"), ""},
		{"user tag", w.as("me"), assume("principal-red"), notAuthorized(me, "sts:AssumeRole", "principal-red") + noTrust("sts:AssumeRole")},
	} {
		_, err := test.client.AssumeRole(t.Context(), test.in)
		t.Run(test.name, func(t *testing.T) {
			if test.message == "" && err != nil {
				t.Error(err)
			} else if test.message != "" {
				wantError(t, err, 403, "AccessDenied", test.message)
			}
		})
	}
	// Inherited tags take their space, too.
	packed := func(c *sts.Client, change ...func(*sts.AssumeRoleInput)) int32 {
		return aws.ToInt32(w.mustAssume(c, assume("tagged", change...)).PackedPolicySize) //nolint:staticcheck // the model calls it deprecated, STS still sends it
	}
	if inherited, passed := packed(chain), packed(w.as("me"), tagged("Team", "red")); inherited != passed || inherited == 0 {
		t.Errorf("inherited tags take %d %%, the same tags when passed %d %%", inherited, passed)
	}
	// The tag is still there after the next role, although the request did not name it.
	second := w.with(w.mustAssume(chain, assume("tagged")).Credentials)
	if _, err := second.AssumeRole(t.Context(), assume("principal-red")); err != nil {
		t.Error(err)
	}
}

func TestTagLimits(t *testing.T) {
	w := loaded(t, tagging)
	chain := w.with(w.mustAssume(w.as("me"), assume("tagged", tagged("Team", "red"), transitive("Team"))).Credentials)
	const (
		twice     = "Duplicate tag keys found. Please note that Tag keys are case insensitive."
		missing   = "The specified transitive tag key must be included in the requested tags."
		inherited = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session."
	)
	long := func(n int) string { return strings.Repeat("k", n) }
	keyPattern := `satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+`
	for _, test := range []struct {
		client        *sts.Client
		in            *sts.AssumeRoleInput
		code, message string
	}{
		{w.as("me"), assume("tagged", tagged("Team", "a", "team", "b")), "InvalidParameterValue", twice},
		{w.as("me"), assume("tagged", tagged("Team", "a"), transitive("Stage")), "InvalidParameterValue", missing},
		{w.as("me"), assume("tagged", transitive("Team")), "InvalidParameterValue", missing},
		{w.as("me"), assume("tagged", tagged("aws:x", "a")), "InvalidParameterValue", ""},
		{w.as("me"), assume("tagged", tagged("AWS:x", "a")), "InvalidParameterValue", ""},
		{chain, assume("tagged", tagged("TEAM", "green")), "InvalidParameterValue", inherited},
		{chain, assume("tagged", tagged("Team", "red")), "InvalidParameterValue", inherited},
		{w.as("me"), assume("tagged", tagged(long(129), "a")), "ValidationError", oneViolation("'"+long(129)+"'", "tags.1.member.key", "have length less than or equal to 128")},
		{w.as("me"), assume("tagged", tagged("a!", "a")), "ValidationError", oneViolation("'a!'", "tags.1.member.key", keyPattern)},
		{w.as("me"), assume("tagged", tagged("a", long(257))), "ValidationError", oneViolation("'"+long(257)+"'", "tags.1.member.value", "have length less than or equal to 256")},
		{w.as("me"), assume("tagged", tagged("a", "<")), "ValidationError", ""},
		{w.as("me"), assume("tagged", transitive(many(26, func(i int) string { return fmt.Sprintf("k%d", i) })...)), "ValidationError",
			oneViolation("'[52 items]'", "transitiveTagKeys", "have length less than or equal to 50")},
		{w.as("me"), assume("tagged", tagged(many(51, func(i int) string { return fmt.Sprintf("k%d", i) })...)), "ValidationError", ""},
	} {
		_, err := test.client.AssumeRole(t.Context(), test.in)
		wantError(t, err, 400, test.code, test.message)
	}
	for _, pairs := range [][]string{
		{"Ключ ключ", "日本語"}, {long(128), long(256)}, {"empty", ""}, {"_.:/=+-@", "_.:/=+-@"},
		many(50, func(i int) string { return fmt.Sprintf("k%d", i) }),
	} {
		if _, err := w.as("me").AssumeRole(t.Context(), assume("tagged", tagged(pairs...))); err != nil {
			t.Errorf("%q: %v", pairs, err)
		}
	}
}

func TestSourceIdentity(t *testing.T) {
	w := loaded(t, tagging)
	out := w.mustAssume(w.as("me"), assume("tagged", source("ueno")))
	if aws.ToString(out.SourceIdentity) != "ueno" {
		t.Errorf("source identity %q", aws.ToString(out.SourceIdentity))
	}
	chain := w.with(out.Credentials)
	fresh := w.with(w.mustAssume(w.as("me"), assume("tagged")).Credentials)
	for _, test := range []struct {
		name    string
		client  *sts.Client
		in      *sts.AssumeRoleInput
		status  int
		message string // "" allowed
	}{
		{"role does not allow", w.as("me"), assume("untagged", source("ueno")), 403, notAuthorized(me, "sts:SetSourceIdentity", "untagged") + noTrust("sts:SetSourceIdentity")},
		{"caller does not allow", w.as("plain"), assume("tagged", source("ueno")), 403,
			notAuthorized("arn:aws:iam::123456789012:user/plain", "sts:SetSourceIdentity", "tagged") + noIdentity("sts:SetSourceIdentity")},
		{"wrong value", w.as("me"), assume("source-ueno", source("someone")), 403, notAuthorized(me, "sts:SetSourceIdentity", "source-ueno") + noTrust("sts:SetSourceIdentity")},
		{"none", w.as("me"), assume("source-ueno"), 403, notAuthorized(me, "sts:AssumeRole", "source-ueno") + noTrust("sts:AssumeRole")},
		{"right value", w.as("me"), assume("source-ueno", source("ueno")), 0, ""},
		{"inherited", chain, assume("source-ueno"), 0, ""},
		{"repeated", chain, assume("source-ueno", source("ueno")), 0, ""},
		{"changed", chain, assume("source-ueno", source("someone")), 400, "The source identity is already set for this assume role session"},
		{"in another case", chain, assume("source-ueno", source("Ueno")), 400, "The source identity is already set for this assume role session"},
		{"inherited needs permission", chain, assume("untagged"), 403, notAuthorized(sessionOf("tagged"), "sts:SetSourceIdentity", "untagged") + noTrust("sts:SetSourceIdentity")},
		{"set later", fresh, assume("source-ueno", source("ueno")), 0, ""},
		{"aws:SourceIdentity is the caller's", chain, assume("carried-ueno"), 0, ""},
		{"and not the request's", fresh, assume("carried-ueno", source("ueno")), 403, notAuthorized(sessionOf("tagged"), "sts:SetSourceIdentity", "carried-ueno") + noTrust("sts:SetSourceIdentity")},
	} {
		out, err := test.client.AssumeRole(t.Context(), test.in)
		t.Run(test.name, func(t *testing.T) {
			switch {
			case test.message != "":
				wantError(t, err, test.status, map[int]string{400: "ValidationError", 403: "AccessDenied"}[test.status], test.message)
			case err != nil:
				t.Error(err)
			case aws.ToString(out.SourceIdentity) != "ueno":
				t.Errorf("source identity %q", aws.ToString(out.SourceIdentity))
			}
		})
	}
	if !strings.Contains(w.log.String(), "source_identity=ueno") {
		t.Error("the log does not show the source identity")
	}
}

func TestMembers(t *testing.T) {
	for query, want := range map[string][]string{
		"Tags.member.2.Key=b&Tags.member.10.Key=c&Tags.member.1.Key=a": {"Tags.member.1", "Tags.member.2", "Tags.member.10"},
		"Tags=": {},
		"Tags.member.0.Key=a&Tags.member.-1.Key=b&Tags.member.x=c&Tags.member.01.Key=d": {},
		"Tags.member.5.Key=a&Tags.member.5.Value=b":                                     {"Tags.member.5"},
		"Tags.members.1=a&XTags.member.1=b":                                             {},
	} {
		f, err := parseForm(query)
		if got := f.members("Tags"); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %q %v, want %q", query, got, err, want)
		}
	}
}
