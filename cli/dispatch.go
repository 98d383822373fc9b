package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"
)

// dispatch runs the command that args name, in place of App.Run. The library
// renders its help with text/template, which calls methods by name, and that
// makes the linker keep every exported method of every type of the SDK: three
// megabytes of a binary that people upload to CloudShell. Its Run also prints
// the whole help on stdout when a flag is wrong, and exits by itself.
func dispatch(ctx context.Context, app *cli.App, args []string) error {
	if len(args) == 0 {
		return printHelp(app, nil)
	}
	switch name := args[0]; name {
	case "-h", "-help", "--help":
		return printHelp(app, nil)
	case "-v", "-version", "--version":
		_, err := fmt.Fprintf(app.Writer, "%s version %s\n", app.Name, version())
		return wrote(err)
	default:
		i := slices.IndexFunc(verbs(), func(v verb) bool { return v.name == name })
		if i < 0 {
			return unknown(name)
		}
		command, rest := find([]*cli.Command{verbs()[i].make()}, args)
		return runCommand(ctx, app, command, rest)
	}
}

// find goes down the tree as far as the first words name commands, and returns
// the deepest with the words behind it; nil when the first names none.
func find(commands []*cli.Command, args []string) (found *cli.Command, rest []string) {
	for len(args) > 0 {
		i := slices.IndexFunc(commands, func(c *cli.Command) bool { return c.Name == args[0] })
		if i < 0 {
			break
		}
		found, commands, args = commands[i], commands[i].Subcommands, args[1:]
	}
	return found, args
}

// runCommand parses a command's flags and calls its action.
func runCommand(ctx context.Context, app *cli.App, command *cli.Command, args []string) error {
	set := flag.NewFlagSet(command.HelpName, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for _, f := range command.Flags {
		if err := f.Apply(set); err != nil {
			return fmt.Errorf("flag %s: %w", f.Names()[0], err)
		}
	}
	// The flag package answers -h and --help with ErrHelp when nobody defines them.
	switch err := parse(set, args, takesCommand(command), separated(command)); {
	case err == flag.ErrHelp: //nolint:errorlint // the flag package's own sentinel, never wrapped.
		return printHelp(app, command)
	case err != nil:
		return flagError(command, err)
	}
	c := cli.NewContext(app, set, nil)
	c.Context, c.Command = ctx, command
	return command.Action(c)
}

// takesCommand tells that a command's arguments are another program's command
// line, whose flags are not ours.
func takesCommand(command *cli.Command) bool { return strings.HasPrefix(command.ArgsUsage, "[--") }

// separated tells that a command has arguments of its own before the `--`, and
// another program's command line behind it.
func separated(command *cli.Command) bool { return strings.Contains(command.ArgsUsage, "] -- ") }

// withArguments is the context of the same flags with other arguments.
func withArguments(c *cli.Context, arguments []string) *cli.Context {
	set := flag.NewFlagSet(c.Command.HelpName, flag.ContinueOnError)
	_ = set.Parse(slices.Concat([]string{"--"}, arguments)) // which has no flags to be wrong
	own := cli.NewContext(c.App, set, c)
	own.Command = c.Command
	return own
}

// parse reads flags before, between and behind the arguments; behind `--`, and
// in another program's command line, there are arguments only. The `--` is kept
// where it separates two kinds of them.
func parse(set *flag.FlagSet, args []string, foreign, separated bool) error {
	var arguments []string
	for {
		if err := set.Parse(args); err != nil {
			return err
		}
		rest := set.Args()
		ended := len(rest) < len(args) && args[len(args)-len(rest)-1] == "--"
		if ended && separated {
			rest = slices.Concat([]string{"--"}, rest)
		}
		if foreign || ended || len(rest) == 0 {
			return set.Parse(slices.Concat([]string{"--"}, arguments, rest))
		}
		arguments, args = append(arguments, rest[0]), rest[1:]
	}
}

// unknown refuses a word that names no command.
func unknown(name string) error {
	if strings.HasPrefix(name, "-") {
		return misuse("karikagi --help shows what there is", "flag %q: there is no such flag", clip(name))
	}
	var known []string
	for _, v := range verbs() {
		known = append(known, v.name)
	}
	return misuse("karikagi --help shows what there is", "command %q: want %s", clip(name), strings.Join(known, ", "))
}

// flagError puts the flag package's words in ours.
func flagError(command *cli.Command, err error) error {
	help, text := "karikagi "+command.HelpName+" --help lists the flags", err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		return misuse(help, "flag %q: there is no such flag", "--"+strings.TrimLeft(clip(name), "-"))
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return misuse(help, "flag --%s: want a value", name)
	}
	if bad, ok := strings.CutPrefix(text, "invalid boolean value "); ok {
		given, _ := strconv.QuotedPrefix(bad) // which may hold anything, " for -" too
		name := strings.TrimPrefix(strings.TrimSuffix(bad[len(given):], ": parse error"), " for -")
		return misuse(help, "flag --%s: want true or false, not %s", name, clip(given))
	}
	if _, rest, ok := strings.Cut(text, " for flag -"); ok {
		return misuse(help, "flag --%s", rest)
	}
	return misuse(help, "%s", clip(text))
}
