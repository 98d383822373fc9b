package iam

import "testing"

// The policies of AWS's own documentation, with our own names in them, and what the text beside them says they do.
func TestDocumentedTrustPolicies(t *testing.T) {
	user := userCalled("ueno")
	for _, c := range []struct {
		name, policy string
		request      Request
		want         Effect
	}{
		{"external ID", externalIDTrust, assume(user, Context{"sts:externalid": {"12345"}}), Allow},
		{"external ID, wrong", externalIDTrust, assume(user, Context{"sts:externalid": {"1234"}}), NoMatch},
		{"external ID, none", externalIDTrust, assume(user, nil), NoMatch},

		{"MFA", mfaTrust, assume(user, Context{"aws:multifactorauthpresent": {"true"}, "aws:multifactorauthage": {"60"}}), Allow},
		{"MFA, long ago", mfaTrust, assume(user, Context{"aws:multifactorauthpresent": {"true"}, "aws:multifactorauthage": {"3600"}}), NoMatch},
		{"MFA, not used", mfaTrust, assume(user, Context{"aws:multifactorauthpresent": {"false"}}), NoMatch},
		{"MFA, long-term key", mfaTrust, assume(user, nil), NoMatch},

		{"organization", orgTrust, assume(user, Context{"aws:principalorgid": {"o-abcd12efg1"}}), Allow},
		{"organization, another", orgTrust, assume(user, Context{"aws:principalorgid": {"o-xxxx12efg1"}}), NoMatch},
		{"organization, none", orgTrust, assume(user, nil), NoMatch},

		{"session name", sessionNameTrust, assume(user, Context{"aws:username": {"ueno"}, "sts:rolesessionname": {"ueno"}}), Allow},
		{"session name, another's", sessionNameTrust, assume(user, Context{"aws:username": {"ueno"}, "sts:rolesessionname": {"alice"}}), NoMatch},
		{"session name, role session", sessionNameTrust, assume(sessionOf("caller", "ueno"), Context{"sts:rolesessionname": {"ueno"}}), NoMatch},

		{"Identity Center role", ssoTrust, assume(sessionOf("aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef", "ueno@example.com"),
			Context{"aws:principalarn": {"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef"}}), Allow},
		{"Identity Center role, another", ssoTrust, assume(sessionOf("AWSReservedSSO_Admin_x", "ueno"),
			Context{"aws:principalarn": {"arn:aws:iam::111122223333:role/AWSReservedSSO_Admin_x"}}), NoMatch},

		{"source identity", sourceIdentityTrust, assume(user, Context{"sts:sourceidentity": {"ueno"}, "aws:username": {"ueno"}}), Allow},
		{"source identity, admin", sourceIdentityTrust, assume(user, Context{"sts:sourceidentity": {"admin"}, "aws:username": {"ueno"}}), NoMatch},

		{"session tags", tagsTrust, tagSession(user, Context{"aws:requesttag/project": {"Automation"}, "aws:tagkeys": {"Project"}, "sts:transitivetagkeys": {"Project"}}), Allow},
		{"session tags, more of them", tagsTrust, tagSession(user, Context{"aws:requesttag/project": {"Automation"}, "aws:tagkeys": {"Project", "x"}, "sts:transitivetagkeys": {"Project", "x"}}), NoMatch},
		{"session tags, wrong value", tagsTrust, tagSession(user, Context{"aws:requesttag/project": {"Other"}, "sts:transitivetagkeys": {"Project"}}), NoMatch},
		{"session tags, assume only", tagsTrust, assume(user, Context{"sts:externalid": {"Example987"}}), Allow},
		{"service role", `{"Statement":[{"Sid":"","Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`, assume(user, nil), NoMatch},
	} {
		d := mustTrust(t, c.policy)
		if got := d.Evaluate(c.request); got.Effect != c.want {
			t.Errorf("%s: got %+v, want %v", c.name, got, c.want)
		}
	}
}

func tagSession(p Principal, c Context) Request {
	r := assume(p, c)
	r.Action = "sts:TagSession"
	return r
}

const (
	externalIDTrust = `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {"AWS": "111122223333"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"sts:ExternalId": "12345"}}
  }
}`
	mfaTrust = `{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": "sts:AssumeRole",
    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}, "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}
  }]
}`
	orgTrust = `{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": "sts:AssumeRole",
    "Condition": {"StringEquals": {"aws:PrincipalOrgID": ["o-abcd12efg1"]}}
  }
}`
	sessionNameTrust = `{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "RoleTrustPolicyRequireUsernameForSessionName",
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Condition": {"StringLike": {"sts:RoleSessionName": "${aws:username}"}}
  }]
}`
	ssoTrust = `{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
    "Action": "sts:AssumeRole",
    "Condition": {"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*"]}}
  }]
}`
	sourceIdentityTrust = `{
  "Version": "2012-10-17",
  "Statement": [{
    "Effect": "Allow",
    "Principal": {"AWS": "111122223333"},
    "Action": ["sts:AssumeRole", "sts:SetSourceIdentity"],
    "Condition": {"StringLike": {"sts:SourceIdentity": "${aws:username}"}, "StringNotEquals": {"sts:SourceIdentity": ["admin", "root"]}}
  }]
}`
	tagsTrust = `{
  "Version": "2012-10-17",
  "Statement": [{
    "Sid": "AllowIamUserAssumeRole",
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"AWS": "arn:aws:iam::111122223333:user/ueno"},
    "Condition": {"StringEquals": {"sts:ExternalId": "Example987"}}
  }, {
    "Sid": "AllowPassSessionTagsAndTransitive",
    "Effect": "Allow",
    "Action": "sts:TagSession",
    "Principal": {"AWS": "arn:aws:iam::111122223333:user/ueno"},
    "Condition": {
      "StringLike": {"aws:RequestTag/Project": "*"},
      "StringEquals": {"aws:RequestTag/Project": ["Automation", "Heroes"]},
      "ForAllValues:StringEquals": {"sts:TransitiveTagKeys": ["Project"]}
    }
  }]
}`
)

func TestDocumentedPermissions(t *testing.T) {
	user := userCalled("ueno")
	getRole := Request{Principal: user, Action: "iam:GetRole", Resource: "arn:aws:iam::111122223333:role/toy-role"}
	withMFA := getRole
	withMFA.Context = Context{"aws:multifactorauthpresent": {"true"}}
	noMFA := getRole
	noMFA.Context = Context{"aws:multifactorauthpresent": {"false"}}
	ownTag := func(c Context) Request { return assume(user, c) }
	for _, c := range []struct {
		name, policy string
		request      Request
		want         Effect
	}{
		{"MFA or little", mfaPermissions, withMFA, Allow},
		{"MFA or little, long-term key", mfaPermissions, getRole, Deny},
		{"MFA or little, without", mfaPermissions, noMFA, Deny},
		{"MFA or little, little", mfaPermissions, Request{Principal: user, Action: "sts:GetSessionToken", Resource: "*"}, Allow},
		{"own team's roles", teamPermissions, ownTag(Context{"aws:principaltag/team": {"toy"}}), Allow},
		{"another team's roles", teamPermissions, ownTag(Context{"aws:principaltag/team": {"blue"}}), NoMatch},
		{"no team", teamPermissions, ownTag(nil), NoMatch},
		{"outside the company", ipPermissions, assume(user, Context{"aws:sourceip": {"198.51.100.7"}, "aws:viaawsservice": {"false"}}), Deny},
		{"inside the company", ipPermissions, assume(user, Context{"aws:sourceip": {"203.0.113.7"}, "aws:viaawsservice": {"false"}}), Allow},
		{"through a service", ipPermissions, assume(user, Context{"aws:sourceip": {"198.51.100.7"}, "aws:viaawsservice": {"true"}}), Allow},
	} {
		if got := mustPolicy(t, c.policy).Evaluate(c.request); got.Effect != c.want {
			t.Errorf("%s: got %+v, want %v", c.name, got, c.want)
		}
	}
}

const (
	mfaPermissions = `{
  "Version": "2012-10-17",
  "Statement": [
    {"Sid": "AllowAll", "Effect": "Allow", "Action": "*", "Resource": "*"},
    {"Sid": "DenyAllExceptListedIfNoMFA", "Effect": "Deny", "NotAction": ["iam:ListMFADevices", "sts:GetSessionToken"], "Resource": "*",
     "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
  ]
}`
	teamPermissions = `{
  "Version": "2012-10-17",
  "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::111122223333:role/${aws:PrincipalTag/team}-*"}
}`
	ipPermissions = `{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "*", "Resource": "*"},
    {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {
      "NotIpAddress": {"aws:SourceIp": ["192.0.2.0/24", "203.0.113.0/24"]}, "Bool": {"aws:ViaAWSService": "false"}}}
  ]
}`
)
