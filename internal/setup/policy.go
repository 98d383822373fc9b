package setup

import (
	"slices"

	"karikagi/internal/caller"
)

// cloudShellActions open CloudShell, sign it in as its user, and start its environment again. What moves files in and
// out (GetFileUploadUrls, GetFileDownloadUrls) and what lets other services run commands (ApproveCommand) is not among
// them; the managed policy AWSCloudShellFullAccess allows all. Each is listed in the Service Authorization Reference, "Actions, resources, and condition keys for AWS CloudShell", and explained in
// the CloudShell user guide, "Managing AWS CloudShell access and usage with IAM policies".
func cloudShellActions() list {
	return list{
		"cloudshell:CreateEnvironment", "cloudshell:CreateSession", "cloudshell:DescribeEnvironments", "cloudshell:GetEnvironmentStatus",
		"cloudshell:PutCredentials", "cloudshell:StartEnvironment", "cloudshell:StopEnvironment", "cloudshell:DeleteEnvironment",
	}
}

// document wraps statements. Only in this version are ${aws:username} and the like variables.
func document(statements ...any) Document {
	return Document{object{{"Version", "2012-10-17"}, {"Statement", list(statements)}}}
}

// actions are the permissions that both sides must give.
func (s Setup) actions() []string {
	all := []string{"sts:AssumeRole"}
	if s.Tags {
		all = append(all, "sts:TagSession")
	}
	if s.RequireSourceIdentity {
		all = append(all, "sts:SetSourceIdentity")
	}
	return all
}

// identity is the caller's own policy.
func (s Setup) identity() Document {
	var actions any = "sts:AssumeRole"
	if all := s.actions(); len(all) > 1 {
		several := list{}
		for _, a := range all {
			several = append(several, a)
		}
		actions = several
	}
	statements := list{object{{"Sid", "AssumeTheRole"}, {"Effect", "Allow"}, {"Action", actions}, {"Resource", s.Role.ARN()}}}
	if s.CloudShell {
		// CreateEnvironment and DescribeEnvironments know no resource, and no environment has an ARN before it is there.
		statements = append(statements, object{{"Sid", "OpenCloudShell"}, {"Effect", "Allow"}, {"Action", cloudShellActions()}, {"Resource", "*"}})
	}
	return document(statements...)
}

// trust is the role's trust policy. Each action has a statement of its own, because sts:ExternalId and
// sts:RoleSessionName are no keys of sts:TagSession and sts:SetSourceIdentity (Service Authorization Reference, AWS
// Security Token Service), so that a condition on them would refuse those.
func (s Setup) trust() Document {
	who, conditions := s.trusted()
	source := member{"StringLike", object{{"sts:SourceIdentity", s.sourceIdentity()}}}
	conditions = slices.Clip(conditions) // what is appended below must not share its memory
	assume := conditions
	if s.MFA {
		assume = append(assume, member{"Bool", object{{"aws:MultiFactorAuthPresent", "true"}}})
	}
	if equals := s.stringEquals(); len(equals) > 0 {
		assume = append(assume, member{"StringEquals", equals})
	}
	if s.RequireSourceIdentity {
		assume = append(assume, source)
	}
	statements := list{trusting("TrustTheCaller", who, "sts:AssumeRole", assume)}
	if s.Tags {
		statements = append(statements, trusting("LetTagTheSession", who, "sts:TagSession", conditions))
	}
	if s.RequireSourceIdentity {
		statements = append(statements, trusting("LetSetTheSourceIdentity", who, "sts:SetSourceIdentity", append(conditions, source)))
	}
	return document(statements...)
}

func trusting(sid, who, action string, conditions object) object {
	st := object{{"Sid", sid}, {"Effect", "Allow"}, {"Principal", object{{"AWS", who}}}, {"Action", action}}
	if len(conditions) > 0 {
		st = append(st, member{"Condition", conditions})
	}
	return st
}

// trusted is the Principal element, and the condition that goes with it.
//
// Of another account the user or the role is named itself: IAM then keeps its unique ID, and who is made anew under
// the name is not trusted. Within the account that would make the caller's own policy idle, for there a trust policy
// that names somebody suffices (IAM user guide, "Policy evaluation for requests within a single account"), and neither
// a missing policy nor a permissions boundary would refuse. So the account is named, which "delegates authority to the
// account", and the condition picks the caller. Roles of Identity Center are picked so from everywhere: their path is
// not known, and IAM takes no wildcard in a Principal.
func (s Setup) trusted() (who string, conditions object) {
	p := s.Principal
	arn := p.Caller.ARN
	if p.Caller.Kind == caller.AssumedRole {
		arn = p.roles()[0].ARN()
	}
	account := "arn:" + p.Caller.Partition + ":iam::" + p.Caller.Account + ":root"
	const key = "aws:PrincipalArn"
	switch {
	case p.IdentityCenter() && p.Role.Path == "":
		base := "arn:" + p.Role.Partition + ":iam::" + p.Role.Account + ":role" + ssoPath
		return account, object{{"ArnLike", object{{key, list{base + p.Role.Name, base + "*/" + p.Role.Name}}}}}
	case p.IdentityCenter() || !s.CrossAccount():
		return account, object{{"ArnEquals", object{{key, arn}}}}
	}
	return arn, nil
}

// stringEquals are the exact conditions of the assumption.
func (s Setup) stringEquals() object {
	var all object
	if s.ExternalID != "" {
		all = append(all, member{"sts:ExternalId", s.ExternalID})
	}
	if s.SessionNameIsUser {
		all = append(all, member{"sts:RoleSessionName", "${aws:username}"})
	}
	return all
}

// sourceIdentity is the pattern for it. Of role sessions no key in a policy tells the person, so any will do.
func (s Setup) sourceIdentity() string {
	if s.Principal.Caller.Kind == caller.User {
		return "${aws:username}"
	}
	return "*"
}
