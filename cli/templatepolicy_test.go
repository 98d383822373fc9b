package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"karikagi/internal/grant"
	"karikagi/internal/iam"
)

// The execution role of a sample stack, and its log group.
const (
	sampleRole = "arn:aws:iam::123412341234:role/karikagi-ExecutionRole-AbC123"
	sampleLogs = "arn:aws:logs:us-east-1:123412341234:log-group:karikagi"
)

// deployedGrants are those of lambda/grants.yaml, with their downstream roles.
func deployedGrants(t *testing.T) (document *grant.Document, roles []string) {
	t.Helper()
	text, err := os.ReadFile("../lambda/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if document, err = grant.Parse("grants.yaml", text); err != nil {
		t.Fatal(err)
	}
	if roles = slices.Sorted(maps.Keys(document.TrustPolicies(sampleRole))); len(roles) == 0 {
		t.Fatal("the premise is gone: no downstream roles")
	}
	return document, roles
}

// executionPolicies are those of template.yaml's execution role, when it is
// deployed for these downstream roles.
func executionPolicies(t *testing.T, roles []string) (documents []iam.Document) {
	t.Helper()
	role := path(t, readTemplate(t, "../template.yaml"), "Resources", "ExecutionRole", "Properties")
	for i := 0; i+1 < len(role.Content); i += 2 {
		if name := role.Content[i].Value; name != "AssumeRolePolicyDocument" && name != "Policies" {
			t.Errorf("the execution role has %s", name) // managed policies, say
		}
	}
	for _, p := range path(t, role, "Policies").Content {
		document, text := policy(t, iam.ParsePolicy, path(t, p, "PolicyDocument"), map[string]any{"DownstreamRoleArns": roles, "FunctionLogs.Arn": sampleLogs})
		// Neither a wildcard nor NotAction: what it allows is what it lists.
		if strings.ContainsAny(text, "*?") || strings.Contains(text, `"Not`) {
			t.Errorf("%s", text)
		}
		documents = append(documents, document)
	}
	return documents
}

// sessionOf is a session of a role, by the role's ARN.
func sessionOf(role string) iam.Principal {
	parts := strings.Split(role, ":")
	name := role[strings.LastIndex(role, "/")+1:]
	return iam.Principal{Kind: iam.AssumedRole, Partition: parts[1], Account: parts[4], RoleARN: role,
		ARN: "arn:" + parts[1] + ":sts::" + parts[4] + ":assumed-role/" + name + "/karikagi", UserID: "AROAEXAMPLE:karikagi"}
}

// allows tells whether identity-based policies allow an action.
func allows(r iam.Request, documents ...iam.Document) bool {
	allowed := false
	for _, d := range documents {
		switch d.Evaluate(r).Effect {
		case iam.Deny:
			return false
		case iam.Allow:
			allowed = true
		}
	}
	return allowed
}

// The execution role of the template may do what `karikagi grants policy` says,
// and write its log, and nothing else.
func TestExecutionRoleOfTheTemplate(t *testing.T) {
	grants, roles := deployedGrants(t)
	got := executionPolicies(t, roles)
	needed, err := iam.ParsePolicy(grants.ExecutionRolePolicy())
	if err != nil {
		t.Fatal(err)
	}
	vending := []string{"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"}
	logging := []string{"logs:CreateLogStream", "logs:PutLogEvents"}
	others := []string{"sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML", "sts:AssumeRoot", "sts:GetFederationToken", "sts:GetWebIdentityToken", "sts:SetContext",
		"iam:PassRole", "iam:UpdateAssumeRolePolicy", "lambda:InvokeFunction", "lambda:UpdateFunctionCode", "logs:CreateLogGroup", "logs:DeleteLogGroup", "s3:GetObject"}
	resources := append(slices.Clone(roles), sampleLogs, sampleLogs+"-of-others", sampleRole, "arn:aws:iam::210987654321:role/Admin", "arn:aws:iam::123412341234:role/Admin")
	for _, role := range roles {
		resources = append(resources, role+"2", strings.Replace(role, ":role/", ":role/path/", 1), strings.Replace(role, "::"+strings.Split(role, ":")[4], "::999999999999", 1))
	}
	for _, resource := range resources {
		for _, action := range slices.Concat(vending, logging, others) {
			r := iam.Request{Principal: sessionOf(sampleRole), Action: action, Resource: resource}
			want := allows(r, needed)
			if downstream := slices.Contains(roles, resource) && slices.Contains(vending, action); downstream != want {
				t.Errorf("grants policy: %s on %s: %t", action, resource, want)
			}
			if slices.Contains(logging, action) && resource == sampleLogs {
				want = true
			}
			if allows(r, got...) != want {
				t.Errorf("template.yaml: %s on %s: want %t", action, resource, want)
			}
		}
	}
}

// What the template takes for a downstream role is one role and no pattern, and
// nobody but Lambda takes the execution role.
func TestParametersOfTheTemplate(t *testing.T) {
	node := readTemplate(t, "../template.yaml")
	_, roles := deployedGrants(t)
	for _, pattern := range []*yaml.Node{path(t, node, "Parameters", "DownstreamRoleArns", "AllowedPattern"),
		path(t, readTemplate(t, "../deploy/downstream-role.yaml"), "Parameters", "ExecutionRoleArn", "AllowedPattern")} {
		allowed := regexp.MustCompile(pattern.Value)
		for _, arn := range append(slices.Clone(roles), sampleRole) {
			if !allowed.MatchString(arn) {
				t.Errorf("%s is refused by %s", arn, pattern.Value)
			}
		}
		for _, arn := range []string{"", "*", "arn:aws:iam::210987654321:role/*", "arn:aws:iam::*:role/data-reader", "arn:aws:iam::210987654321:role/data-reade?",
			"arn:aws:iam::210987654321:root", "arn:aws:iam::210987654321:user/data-reader", "arn:aws:iam::210987654321:role/", "x" + roles[0], roles[0] + "\nx", "arn:aws:iam::210987654321:role/${aws:username}"} {
			if allowed.MatchString(arn) {
				t.Errorf("%s lets %q pass", pattern.Value, arn)
			}
		}
	}
	trust, _ := policy(t, iam.ParseTrust, path(t, node, "Resources", "ExecutionRole", "Properties", "AssumeRolePolicyDocument"), nil)
	everything, err := iam.ParsePolicy([]byte(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{sampleRole, "arn:aws:iam::123412341234:role/Admin", "arn:aws:iam::210987654321:role/data-reader"} {
		r := iam.Request{Principal: sessionOf(who), Action: "sts:AssumeRole", Resource: sampleRole}
		if iam.Authorize(r, iam.Policies{Identity: []iam.Document{everything}, Trust: &trust}, sessionOf(who).Account == "123412341234").Allowed {
			t.Errorf("%s may take the execution role", who)
		}
	}
}

// The downstream role lets the function in, with the external ID, and nobody
// else; what it answers is what the trust policy of `karikagi grants policy`
// answers.
func TestDownstreamRoleOfTheTemplate(t *testing.T) {
	grants, roles := deployedGrants(t)
	execution := executionPolicies(t, roles)
	const externalID = "karikagi-210987654321"
	role := path(t, readTemplate(t, "../deploy/downstream-role.yaml"), "Resources", "Role", "Properties", "AssumeRolePolicyDocument")
	ours, _ := policy(t, iam.ParseTrust, role, map[string]any{"ExecutionRoleArn": sampleRole, "ExternalId": externalID})
	printed, err := iam.ParseTrust(grants.TrustPolicies(sampleRole)[roles[0]])
	if err != nil {
		t.Fatal(err)
	}
	everything, err := iam.ParsePolicy([]byte(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`))
	if err != nil {
		t.Fatal(err)
	}
	with := func(id ...string) iam.Context { return iam.Context{"sts:externalid": id} }
	for name, test := range map[string]struct {
		who, action string
		context     iam.Context
		want        bool
	}{
		"the function":           {sampleRole, "sts:AssumeRole", with(externalID), true},
		"its tags":               {sampleRole, "sts:TagSession", with(externalID), true},
		"its source identity":    {sampleRole, "sts:SetSourceIdentity", with(externalID), true},
		"no external ID":         {sampleRole, "sts:AssumeRole", nil, false},
		"an empty one":           {sampleRole, "sts:AssumeRole", with(""), false},
		"another's":              {sampleRole, "sts:AssumeRole", with("karikagi-999999999999"), false},
		"in capitals":            {sampleRole, "sts:AssumeRole", with(strings.ToUpper(externalID)), false},
		"another role":           {"arn:aws:iam::123412341234:role/Admin", "sts:AssumeRole", with(externalID), false},
		"another role's tags":    {"arn:aws:iam::123412341234:role/Admin", "sts:TagSession", with(externalID), false},
		"a role below a path":    {strings.Replace(sampleRole, "role/", "role/path/", 1), "sts:AssumeRole", with(externalID), false},
		"another account":        {strings.Replace(sampleRole, "123412341234", "999999999999", 1), "sts:AssumeRole", with(externalID), false},
		"the role's own account": {"arn:aws:iam::210987654321:role/Admin", "sts:AssumeRole", with(externalID), false},
		"another partition":      {strings.Replace(sampleRole, "arn:aws:", "arn:aws-cn:", 1), "sts:AssumeRole", with(externalID), false},
		"a token instead":        {sampleRole, "sts:AssumeRoleWithWebIdentity", with(externalID), false},
		"an assertion instead":   {sampleRole, "sts:AssumeRoleWithSAML", with(externalID), false},
	} {
		identity := []iam.Document{everything} // whoever else asks may do all that their own account can give
		if test.who == sampleRole {
			identity = execution
		}
		r := iam.Request{Principal: sessionOf(test.who), Action: test.action, Resource: roles[0], Context: test.context}
		for side, trust := range map[string]iam.Document{"deploy/downstream-role.yaml": ours, "grants policy": printed} {
			if got := iam.Authorize(r, iam.Policies{Identity: identity, Trust: &trust}, strings.Contains(test.who, "::210987654321:")); got.Allowed != test.want {
				t.Errorf("%s: %s: %+v, want %t", name, side, got, test.want)
			}
		}
	}
}
