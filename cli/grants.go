package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
	"karikagi/internal/caller"
	"karikagi/internal/grant"
	"karikagi/internal/session"
)

const grantsDescription = `Asks the vending function who you are to it and which of its grants you may
take. What stands in a grants document is for those who write one:

  karikagi grants check lambda/grants.yaml`

const checkDescription = `Reads a grants document as the function does at its start, runs the document's
own tests, and prints how long each grant's session policy can become.`

const explainDescription = `Decides as the function would, by the same code: for the caller of an ARN,
the grant and the parameters given. Prints the rule that decided with its line,
and the session that would be asked of STS, its policy rendered.`

const policyDescription = `Prints what IAM must allow for a grants document: the statements of the
function's execution role, and for each downstream role its trust policy.`

// grantsCommand is the verb grants with its own verbs.
func grantsCommand() *cli.Command {
	c := command("grants", "", "list the grants that the vending function would give you", grantsDescription, listGrants, functionFlags(), sourceFlags())
	c.Subcommands = []*cli.Command{
		command("grants check", "FILE", "validate a grants document and run its tests", checkDescription, checkGrants),
		command("grants explain", "FILE GRANT", "say what a grants document decides, and why", explainDescription, explainGrant, []cli.Flag{
			option("caller", "", "`ARN` of the caller"),
			option("caller-id", "", "the caller's unique `ID` (AIDA…, AROA…:session)"),
			option("org-id", "", "the caller's organisation, `ID` o-…"),
			option("source-ip", "", "the caller's `ADDRESS`"),
			option("duration", "", "how long, `TIME` such as 15m"),
			option("reason", "", "the reason given, one `LINE`"),
			&cli.GenericFlag{Name: "parameter", Usage: "a parameter of the grant, `KEY=VALUE`; repeat it for more", Value: &several{}},
		}),
		command("grants policy", "FILE", "print the IAM policies that a grants document needs", policyDescription, grantsPolicy, []cli.Flag{
			option("execution-role", "", "`ARN` of the function's execution role (default: a placeholder)"),
		}),
	}
	return c
}

// listGrants prints who I am to the function, and its grants for me.
func listGrants(c *cli.Context) error {
	if c.NArg() > 0 {
		return misuse("karikagi grants --help shows what there is", "argument %q: want check, explain, policy or nothing", clip(c.Args().First()))
	}
	where, err := readFunction(c)
	if err != nil {
		return err
	}
	f, end, err := where.open(c.Context)
	if err != nil {
		return err
	}
	defer end()
	me, err := f.client.List(f.ctx)
	if err != nil {
		return &claimAttempt{source: f.source, err: err}
	}
	keepListing(f.ctx, where.address.URL.String(), me.Grants)
	_, err = io.WriteString(c.App.Writer, describeGrants(me))
	return wrote(err)
}

// describeGrants is the listing for people. All of it is the function's word.
func describeGrants(me api.Me) string {
	var b strings.Builder
	fmt.Fprintf(&b, "you are %s\n", session.Printable(me.Caller.ARN))
	if len(me.Grants) == 0 {
		b.WriteString("no grant is yours\n")
		return b.String()
	}
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "grant\tduration\tparameters\tdescription")
	for _, g := range me.Grants {
		span := fmt.Sprintf("%s, at most %s", seconds(g.Duration.DefaultSeconds), seconds(g.Duration.MaxSeconds))
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", session.Printable(g.Name), span, session.Printable(describeParameters(g)), session.Printable(g.Description))
	}
	_ = table.Flush()
	return b.String()
}

func describeParameters(g api.GrantInfo) string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(g.Parameters)) {
		p := g.Parameters[name]
		text := name + "=" + p.Pattern
		if len(p.Enum) > 0 {
			text = name + "=" + strings.Join(p.Enum, "|")
		}
		if !p.Required {
			text = "[" + text + "]"
		}
		all = append(all, text)
	}
	if g.ReasonRequired {
		all = append(all, "--reason")
	}
	if len(all) == 0 {
		return "-"
	}
	return strings.Join(all, " ")
}

func seconds(n int) string { return session.FormatDuration(time.Duration(n) * time.Second) }

// checkGrants validates a document and runs its tests.
func checkGrants(c *cli.Context) error {
	document, err := readGrants(c, 1, "FILE")
	if err != nil {
		return err
	}
	failures := document.RunTests()
	for _, f := range failures {
		_, _ = fmt.Fprintf(c.App.ErrWriter, "karikagi: %s\n", oneLine(f.String()))
	}
	if len(failures) > 0 {
		return fmt.Errorf("%s: %d of its own tests fail", clip(c.Args().First()), len(failures))
	}
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "grant\tsession policy at worst, of 2048 characters")
	for _, size := range document.Sizes() {
		_, _ = fmt.Fprintf(table, "%s\t%d\n", size.Grant, size.Worst)
	}
	_ = table.Flush()
	fmt.Fprintf(&b, "sound, digest %s\n", document.Digest())
	_, err = io.WriteString(c.App.Writer, b.String())
	return wrote(err)
}

// grantsPolicy prints what IAM must allow.
func grantsPolicy(c *cli.Context) error {
	document, err := readGrants(c, 1, "FILE")
	if err != nil {
		return err
	}
	role, given := value(c, "execution-role")
	if !given {
		role = "arn:aws:iam::ACCOUNT:role/EXECUTION-ROLE"
	} else if _, err := caller.ParseRoleReference(role); err != nil || !strings.HasPrefix(role, "arn:") {
		return misuse("", "execution role %q: want the ARN of a role", clip(role))
	}
	var b strings.Builder
	fmt.Fprintf(&b, "# the execution role's identity policy\n%s\n", document.ExecutionRolePolicy())
	trusts := document.TrustPolicies(role)
	for _, arn := range slices.Sorted(maps.Keys(trusts)) {
		fmt.Fprintf(&b, "\n# the trust policy of %s\n%s\n", arn, trusts[arn])
	}
	_, err = io.WriteString(c.App.Writer, b.String())
	return wrote(err)
}

// readGrants reads the document that the first argument names.
func readGrants(c *cli.Context, arguments int, want string) (*grant.Document, error) {
	if c.NArg() != arguments {
		return nil, misuse("karikagi "+c.Command.HelpName+" "+want, "%d arguments: want %s", c.NArg(), want)
	}
	name := c.Args().First()
	data, err := readFile(c.Context, name)
	if err != nil {
		return nil, fmt.Errorf("grants document %s: %w", clip(name), err)
	}
	return grant.Parse(name, data)
}
