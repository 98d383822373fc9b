package main

import (
	"errors"

	"github.com/urfave/cli/v2"

	"karikagi/internal/caller"
	"karikagi/internal/session"
	"karikagi/internal/setup"
)

const setupDescription = `Prints the two policies that must agree before you can assume ROLE: yours, and
the role's trust policy. Nothing is printed before it is proved that together
they allow it to you, and that either one alone, somebody else, or a condition
that is not met is refused. No account is changed: print them, read them, use them.

  karikagi policy toy-role | jq .trust_policy
  karikagi policy --mfa --cloudshell --format aws-cli toy-role

With --caller they are for somebody else, and AWS is not asked. With --explain
it says what a trust policy that is there already would answer, and why.`

// policyCommand is the verb policy.
func policyCommand() *cli.Command {
	return command("policy", "ROLE", "print the two policies that let you assume a role, or explain one", setupDescription, policyVerb, []cli.Flag{
		option("caller", "", "`ARN` of the user, role or role session that is to assume ROLE (default: you)"),
		&cli.BoolFlag{Name: "mfa", Usage: "demand MFA"},
		option("external-id", "", "demand the external `ID`"),
		&cli.BoolFlag{Name: "require-source-identity", Usage: "demand a source identity: of a user, the user name"},
		&cli.BoolFlag{Name: "session-name-is-user", Usage: "demand that the role session name is the user name"},
		&cli.BoolFlag{Name: "tags", Usage: "allow session tags"},
		&cli.BoolFlag{Name: "cloudshell", Usage: "allow CloudShell, too"},
		option("format", "json", "`FORMAT`: json, cloudformation or aws-cli"),
		&cli.BoolFlag{Name: "update", Usage: "with --format aws-cli: the role is there already, replace its trust policy"},
		option("explain", "", "what would `TRUST`, a trust policy as a file or as JSON, answer to you; --mfa, --external-id and --tags then say what you send"),
		option("role-session-name", "", "with --explain: the `NAME` of the session (default: yours, from your ARN)"),
		option("source-identity", "", "with --explain: the source `IDENTITY` that you send"),
	}, sourceFlags())
}

// policyVerb prints the policies, or explains one.
func policyVerb(c *cli.Context) error {
	text, explained := value(c, "explain")
	if err := checkPolicyFlags(c, explained); err != nil {
		return err
	}
	name := c.Args().First()
	if c.NArg() != 1 {
		return misuse("karikagi policy ROLE", "%d arguments: want ROLE", c.NArg())
	}
	reference, err := caller.ParseRoleReference(name)
	if err != nil {
		return &usageError{err: err}
	}
	s := setup.Setup{MFA: c.Bool("mfa"), RequireSourceIdentity: c.Bool("require-source-identity"),
		SessionNameIsUser: c.Bool("session-name-is-user"), Tags: c.Bool("tags"), CloudShell: c.Bool("cloudshell")}
	if id, given := value(c, "external-id"); given {
		if err := session.CheckExternalID(id); err != nil {
			return &usageError{err: err}
		}
		s.ExternalID = id
	}
	if s.Principal, err = principalOf(c); err != nil {
		return err
	}
	s.Role = reference.Role(s.Principal.Caller)
	if explained {
		return explainTrust(c, s, text)
	}
	policies, err := s.Policies()
	if err != nil {
		// With --caller all of it was typed, and is wrong whoever types it.
		if _, given := value(c, "caller"); given && !errors.As(err, new(*setup.ProofError)) {
			return &usageError{err: err}
		}
		return err
	}
	return printPolicies(c, s, policies)
}

// checkPolicyFlags refuses flags that would be without effect: who gave one wanted something of it.
func checkPolicyFlags(c *cli.Context, explained bool) error {
	formatName, _ := value(c, "format")
	switch formatName {
	case "json", "cloudformation", "aws-cli":
	default:
		return misuse("", "format %q: want json, cloudformation or aws-cli", clip(formatName))
	}
	for name, with := range map[string]bool{"require-source-identity": false, "session-name-is-user": false, "cloudshell": false, "format": false, "update": false,
		"role-session-name": true, "source-identity": true} {
		switch {
		case !isGiven(c, name) || with == explained:
		case with:
			return misuse("", "flag --%s: want it with --explain only", name)
		default:
			return misuse("", "flag --%s: want it without --explain", name)
		}
	}
	if c.Bool("update") && formatName != "aws-cli" {
		return misuse("", "flag --update: want it with --format aws-cli")
	}
	for _, f := range sourceFlags() {
		if name := f.Names()[0]; isGiven(c, "caller") && isGiven(c, name) {
			return misuse("", "flag --%s: with --caller nobody is asked, want one of them", name)
		}
	}
	return nil
}

// isGiven tells that a flag stands on the command line.
func isGiven(c *cli.Context, name string) bool {
	if _, given := value(c, name); given {
		return true
	}
	return c.Bool(name)
}

// principalOf is who is to assume the role: the one that --caller names, or who signs.
func principalOf(c *cli.Context) (setup.Principal, error) {
	if arn, given := value(c, "caller"); given {
		p, err := setup.ParsePrincipal(arn)
		if err != nil {
			return p, &usageError{err: err}
		}
		return p, nil
	}
	o, timeout, err := readSource(c)
	if err != nil {
		return setup.Principal{}, err
	}
	run := newPatience(c.Context, timeout)
	defer run.end()
	me, err := openOrigin(c, run, o)
	if err != nil {
		return setup.Principal{}, err
	}
	who, err := me.identify(run.ctx)
	if err != nil {
		return setup.Principal{}, err
	}
	p := setup.NewPrincipal(who.Caller)
	p.UserID, p.Temporary = who.UserID, p.Temporary || me.source.Temporary()
	if n := len(me.chain); n > 0 {
		p.Role = me.chain[n-1].Role // with its path, which STS does not show
	}
	return p, nil
}

// noticePolicies says what the documents themselves cannot.
func noticePolicies(c *cli.Context, s setup.Setup, formatName string) {
	w := c.App.ErrWriter
	if s.Principal.PathUnknown() {
		notice(w, "STS does not show a role's path: where role %s has one, give --caller the role's own ARN", s.Principal.Role.Name)
	}
	if s.Principal.IdentityCenter() && formatName != "json" {
		notice(w, "role %s is IAM Identity Center's: add identity_policy of --format json to the inline policy of its permission set; it is not in this", s.Principal.Role.Name)
	}
	if s.CrossAccount() {
		notice(w, "the role and its trust policy belong to account %s, the caller's policy to account %s", s.Role.Account, s.Principal.Caller.Account)
	}
	if c.Bool("update") {
		notice(w, "this replaces the whole trust policy of role %s: whom it trusts now it trusts no longer", s.Role.Name)
	}
	if formatName == "cloudformation" {
		where := ""
		if s.CrossAccount() {
			where = ", in both accounts"
		}
		notice(w, "deploy it with --capabilities CAPABILITY_NAMED_IAM%s; it makes role %s, and cannot change one that is there already", where, s.Role.Name)
	}
}

// policyName is that of the caller's inline policy: one for each role, so that printing it again for other conditions
// replaces it and no other. 1-128 characters of [\w+=,.@-]: IAM API reference, PutUserPolicy, PolicyName.
func policyName(role caller.Role) string {
	return "karikagi-" + role.Account + "-" + role.Name
}
