package setup

import "karikagi/internal/caller"

// CloudFormation is a template of the role and of the caller's policy. Where these are of two accounts, the same
// template is for both, and makes in each what belongs there.
func (s Setup) CloudFormation(p Policies) string {
	role := object{{"RoleName", s.Role.Name}}
	if s.Role.Path != "" && s.Role.Path != "/" {
		role = append(role, member{"Path", s.Role.Path})
	}
	role = append(role, member{"AssumeRolePolicyDocument", p.Trust.root})
	attached := member{"Users", list{s.Principal.Caller.Name}}
	if s.Principal.Caller.Kind == caller.AssumedRole {
		attached = member{"Roles", list{s.Principal.Role.Name}}
	}
	policy := object{{"Description", "Assume " + s.Role.ARN()}, {"PolicyDocument", p.Identity.root}, attached}

	template := object{{"AWSTemplateFormatVersion", "2010-09-09"}}
	if s.CrossAccount() {
		template = append(template, member{"Conditions", object{
			{"InAccountOfRole", inAccount(s.Role.Account)}, {"InAccountOfCaller", inAccount(s.Principal.Caller.Account)},
		}})
	}
	resources := object{{"Role", s.resource("AWS::IAM::Role", "InAccountOfRole", role)}}
	if !s.Principal.IdentityCenter() {
		resources = append(resources, member{"CallerPolicy", s.resource("AWS::IAM::ManagedPolicy", "InAccountOfCaller", policy)})
	}
	return yaml(append(template, member{"Resources", resources}), 0)
}

func (s Setup) resource(kind, condition string, properties object) object {
	r := object{{"Type", kind}}
	if s.CrossAccount() {
		r = append(r, member{"Condition", condition})
	}
	return append(r, member{"Properties", properties})
}

func inAccount(id string) object {
	return object{{"Fn::Equals", list{object{{"Ref", "AWS::AccountId"}}, id}}}
}
