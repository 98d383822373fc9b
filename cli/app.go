package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"karikagi/internal/format"
)

// newApp is the program without its commands.
func newApp(stdin io.Reader, stdout, stderr io.Writer) *cli.App {
	return &cli.App{Name: "karikagi", Usage: "short-lived AWS credentials, in a session named after you", Reader: stdin, Writer: stdout, ErrWriter: stderr}
}

// verb is a command that is not made yet: a run needs one of them, and all of
// them with their flags are a good part of a short run.
type verb struct {
	name string
	make func() *cli.Command
}

// verbs are the commands, in the order in which they are listed.
func verbs() []verb {
	return []verb{
		{"export", exportCommand},
		{"exec", execCommand},
		{"serve", serveCommand},
		{"mfa", mfaCommand},
		{"whoami", whoamiCommand},
		{"status", statusCommand},
		{"console", consoleCommand},
		{"configure", configureCommand},
		{"cache", cacheCommand},
		{"grants", grantsCommand},
		{"policy", policyCommand},
		{"sandbox", sandboxCommand},
		{"completion", completionCommand},
		{"help", helpCommand},
	}
}

// tree makes all of them.
func tree() []*cli.Command {
	var all []*cli.Command
	for _, v := range verbs() {
		all = append(all, v.make())
	}
	return all
}

// command builds a command from the fields that all of them have.
//
// The flags of a command may stand before, between and behind its arguments.
func command(name, args, usage, description string, action cli.ActionFunc, flags ...[]cli.Flag) *cli.Command {
	words := strings.Fields(name)
	return &cli.Command{Name: words[len(words)-1], HelpName: name, Usage: usage, ArgsUsage: args, Action: action,
		Description: description, Flags: slices.Concat(flags...)}
}

// grantFlags ask the vending function instead of STS.
func grantFlags() []cli.Flag {
	return slices.Concat([]cli.Flag{
		option("grant", "", "claim a session by this `GRANT` of the vending function, in place of ROLE"),
		&cli.GenericFlag{Name: "parameter", Usage: "a parameter of the grant, `KEY=VALUE`; repeat it for more", Value: &several{}},
		option("reason", "", "why, in one `LINE` for the audit record"),
	}, functionFlags())
}

// functionFlags say where the vending function is.
func functionFlags() []cli.Flag {
	return []cli.Flag{
		option("url", "", "`URL` of the vending function (default: the variable KARIKAGI_URL)"),
		&cli.GenericFlag{Name: "allow-host", Usage: "a `HOST` that is no Function URL's and may be asked all the same", Value: &several{}},
	}
}

// roleFlags shape the AssumeRole call. They are the AWS CLI's own, but for
// --duration, which takes people's units.
func roleFlags() []cli.Flag {
	return []cli.Flag{
		option("role-session-name", "", "`NAME` of the session (default: yours, from your ARN)"),
		option("duration", "", "how long, `TIME` such as 45m, 1h or 3600 (default: 1h)"),
		option("external-id", "", "external `ID` that the role's trust policy demands"),
		&cli.GenericFlag{Name: "via", Usage: "assume this `ROLE` first, and the next with its session; repeat it for more", Value: &several{}},
		&cli.BoolFlag{Name: "dry-run", Usage: "print what would be asked of STS, and assume nothing"},
	}
}

// sourceFlags say whose credentials sign, and where.
func sourceFlags() []cli.Flag {
	return []cli.Flag{
		option("profile", "", "`PROFILE` of ~/.aws/config to take your own credentials from"),
		option("region", "", "`REGION` of STS and of the session"),
		option("timeout", "60s", "give up after this `TIME`"),
	}
}

// formatFlags say how the product is printed.
func formatFlags() []cli.Flag {
	return []cli.Flag{
		option("format", "env", "`FORMAT`: "+strings.Join(format.Names(), ", ")),
		option("shell", "", "the format that this `SHELL` reads: "+shellNames()),
		&cli.BoolFlag{Name: "quiet", Usage: "say nothing on stderr when all is well"},
	}
}

// single is the value of a flag that may stand once. The flag package would
// silently keep the last of several, and a role's session must not depend on
// which of two names came last.
type single struct {
	value string
	given bool
}

func (s *single) Set(value string) error {
	if s.given {
		return fmt.Errorf("given twice")
	}
	s.value, s.given = value, true
	return nil
}

func (s *single) String() string {
	if s == nil {
		return ""
	}
	return s.value
}

// several is the value of a flag that may stand more than once.
type several struct{ values []string }

func (s *several) Set(value string) error {
	s.values = append(s.values, value)
	return nil
}

func (s *several) String() string {
	if s == nil {
		return ""
	}
	return strings.Join(s.values, ",")
}

// values reads a flag that may stand more than once.
func values(c *cli.Context, name string) []string {
	s, ok := c.Generic(name).(*several)
	if !ok {
		return nil
	}
	return s.values
}

// option is a flag with a value; a `WORD` in usage names the value.
func option(name, value, usage string) cli.Flag {
	return &cli.GenericFlag{Name: name, Usage: usage, Value: &single{value: value}, DefaultText: value}
}

// switched is the value of a flag without a value that may stand once: of
// --read-only --read-only=false the last would win.
type switched struct{ on, given bool }

func (s *switched) Set(text string) error {
	if s.given {
		return fmt.Errorf("given twice")
	}
	on, err := strconv.ParseBool(text)
	if err != nil {
		return fmt.Errorf("want true or false")
	}
	s.on, s.given = on, true
	return nil
}

func (s *switched) String() string { return "" }

// IsBoolFlag lets the flag stand without a value.
func (s *switched) IsBoolFlag() bool { return true }

// toggle is a flag that is there or not.
func toggle(name, usage string) cli.Flag {
	return &cli.GenericFlag{Name: name, Usage: usage, Value: &switched{}}
}

// toggled reads a toggle.
func toggled(c *cli.Context, name string) bool {
	s, ok := c.Generic(name).(*switched)
	return ok && s.on
}

// value reads an option, and whether the user gave it.
func value(c *cli.Context, name string) (string, bool) {
	s, ok := c.Generic(name).(*single)
	if !ok {
		return "", false
	}
	return s.value, s.given
}

// noArguments refuses arguments where a command takes none.
func noArguments(c *cli.Context) error {
	if c.NArg() > 0 {
		return misuse("", "argument %q: %s takes none", clip(c.Args().First()), c.Command.Name)
	}
	return nil
}
