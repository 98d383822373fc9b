//go:build conformance

package conformance

// explanations say of each difference between the sandbox and moto which of the
// two AWS's documentation supports, and name the page. What the model of STS
// forbids needs none.
func explanations() map[string]string {
	const (
		made       = "the sandbox: a request is denied unless a policy allows it, and a role that is not there has no trust policy (IAM user guide, Policy evaluation logic). moto makes a role up"
		words      = "the same refusal; the sandbox's words are those of IAM user guide, Troubleshoot access denied error messages: they name the resource"
		noRight    = "the sandbox: no permission is needed (STS API reference, GetSessionToken, Permissions), and so the request itself is looked at"
		mfa        = "the sandbox: access is denied where the code is missing or wrong (STS API reference, AssumeRole, TokenCode). moto reads no MFA"
		policy     = "the sandbox: 400 MalformedPolicyDocument (STS API reference, AssumeRole, Errors), in words of its own. moto does not read session policies"
		length     = "the sandbox: at most 2,048 characters in all (STS API reference, AssumeRole, Policy)"
		packed     = "the sandbox: 400 PackedPolicyTooLarge (STS API reference, AssumeRole, Errors). AWS does not say how it packs: the sandbox estimates"
		tag        = "the sandbox: IAM user guide, Pass session tags in AWS STS. moto ignores tags"
		clock      = "the sandbox: a request must arrive within five minutes of its time (IAM user guide, Elements of an AWS API request signature). moto does not look"
		commonCode = "the sandbox: STS API reference, Common Error Types"
	)
	return map[string]string{
		"GetCallerIdentity: by GET":                                        "the sandbox: GET and POST for all actions (IAM user guide, Calling the IAM API using HTTP query requests). moto verifies the query as if it were the body",
		"AssumeRole: a role that trusts the account":                       "the sandbox: an account in Principal delegates to its own policies (IAM user guide, AWS JSON policy elements: Principal). moto wants the caller's ARN",
		"AssumeRole: a user without any policy, of a role that trusts him": "the sandbox: naming the user in the trust policy is enough in the same account (STS API reference, AssumeRole, Permissions)",
		"AssumeRole: a role that trusts somebody else":                     words,
		"AssumeRole: a user without any policy, of a role that does not":   words,
		"GetSessionToken":                                              "the sandbox: no permission is needed (STS API reference, GetSessionToken, Permissions)",
		"RoleArn: a name of 20 characters":                             "the sandbox: it is to be an ARN (STS API reference, AssumeRole, RoleArn). moto makes a role up",
		"RoleArn: a user's":                                            made,
		"RoleArn: a pattern":                                           made,
		"RoleArn: of a role that does not exist":                       made,
		"RoleArn: of another partition":                                made,
		"RoleArn: of an account that does not exist":                   made,
		"RoleSessionName: 65 characters":                               "the same refusal; moto's message has a space too many",
		"DurationSeconds: more than the role's maximum":                "the sandbox: the operation fails (STS API reference, AssumeRole, DurationSeconds)",
		"ExternalId: none where one is wanted":                         "the sandbox: a key that is absent does not match (IAM user guide, IAM JSON policy elements: Condition operators). moto passes over it",
		"ExternalId: another":                                          words,
		"ExternalId: in capitals":                                      words,
		"MFA: none where it is wanted":                                 "the sandbox: IAM user guide, Secure API access with MFA. moto passes over a Bool",
		"MFA: a wrong code":                                            mfa,
		"MFA: no code":                                                 mfa,
		"MFA: no serial number":                                        mfa,
		"MFA: a device of nobody":                                      mfa,
		"Policy: no JSON":                                              policy,
		"Policy: no statement":                                         policy,
		"Policy: a principal":                                          policy,
		"Policy: an element that is none":                              policy,
		"Policy: 2049 characters":                                      length,
		"Policy: too large when packed":                                packed,
		"PolicyArns: 11":                                               "the sandbox: at most 10 (STS API reference, AssumeRole, PolicyArns)",
		"PolicyArns: of another account":                               "the sandbox: they must exist in the role's account (STS API reference, AssumeRole, PolicyArns)",
		"Tags: a key twice, in capitals":                               tag,
		"Tags: a key that begins with aws:":                            "the sandbox: IAM user guide, Rules for tagging in IAM and AWS STS. moto ignores tags",
		"Tags: too large when packed":                                  packed,
		"Tags: of a role that does not trust with them":                tag,
		"TransitiveTagKeys: of no tag":                                 tag,
		"signature: 20 minutes old":                                    clock,
		"signature: 20 minutes ahead":                                  clock,
		"signature: for another service":                               "the same refusal; the sandbox's words are those of IAM user guide, Troubleshoot Signature Version 4 signing",
		"signature: none":                                              commonCode + ", MissingAuthenticationToken. moto ends in an exception",
		"signature: without its Signature":                             commonCode + ", IncompleteSignature",
		"signature: without X-Amz-Date":                                commonCode + ", IncompleteSignature. moto ends in an exception",
		"Action: none such":                                            commonCode + ", InvalidAction. moto ends in an exception",
		"Action: none":                                                 commonCode + ", MissingAction",
		"Version: another":                                             "the sandbox: the version is of the API that the request is written for (STS API reference, Common Parameters), and this is IAM's",
		"GetSessionToken: with a session":                              "the same refusal, for another reason: a session cannot call it at all (STS API reference, AssumeRole, Permissions)",
		"GetSessionToken: 899 seconds":                                 noRight,
		"GetSessionToken: 129601 seconds":                              noRight,
		"the document of a refusal":                                    "the sandbox: `ErrorResponse/Error` (the responses of IAM user guide, Calling the IAM API using HTTP query requests, and of the Query protocol in the SDKs). AWS's SDK for Go reads only that, so that karikagi takes moto's refusals for those of something that is not STS",
		"session: ended":                                               "the sandbox: temporary credentials end (IAM user guide, Temporary security credentials in IAM). moto does not look, and was asked for a session that ended before it began, which it gave",
		"AssumeRoleWithWebIdentity: a token that is none":              "the sandbox: STS API reference, AssumeRoleWithWebIdentity, Errors, InvalidIdentityToken. moto ends in an exception",
		"DurationSeconds: more than an hour, of a role through a role": "the sandbox: role chaining is limited to one hour, and a greater value makes the operation fail (STS API reference, AssumeRole, DurationSeconds)",
		"SourceIdentity: of a role that does not trust with one":       "the sandbox: sts:SetSourceIdentity must be allowed (IAM user guide, Monitor and control actions taken with assumed roles). moto ignores it",
	}
}
