package main

import (
	"context"
	"flag"
	"fmt"
	"io"
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
		_, err := fmt.Fprintf(app.Writer, "%s version %s\n", app.Name, app.Version)
		return wrote(err)
	default:
		for _, c := range app.Commands {
			if c.Name == name {
				return runCommand(ctx, app, c, args[1:])
			}
		}
		return unknown(app, name)
	}
}

// runCommand parses a command's flags and calls its action.
func runCommand(ctx context.Context, app *cli.App, command *cli.Command, args []string) error {
	set := flag.NewFlagSet(command.Name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	for _, f := range command.Flags {
		if err := f.Apply(set); err != nil {
			return fmt.Errorf("flag %s: %w", f.Names()[0], err)
		}
	}
	// The flag package answers -h and --help with ErrHelp when nobody defines them.
	switch err := set.Parse(args); {
	case err == flag.ErrHelp: //nolint:errorlint // the flag package's own sentinel, never wrapped.
		return printHelp(app, command)
	case err != nil:
		return flagError(command, err)
	}
	c := cli.NewContext(app, set, nil)
	c.Context, c.Command = ctx, command
	return command.Action(c)
}

// unknown refuses a word that names no command.
func unknown(app *cli.App, name string) error {
	if strings.HasPrefix(name, "-") {
		return misuse("karikagi --help shows what there is", "flag %q: there is no such flag", clip(name))
	}
	var known []string
	for _, command := range app.Commands {
		known = append(known, command.Name)
	}
	return misuse("karikagi --help shows what there is", "command %q: want %s", clip(name), strings.Join(known, ", "))
}

// flagError puts the flag package's words in ours.
func flagError(command *cli.Command, err error) error {
	help, text := "karikagi "+command.Name+" --help lists the flags", err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		return misuse(help, "flag %q: there is no such flag", "--"+strings.TrimLeft(clip(name), "-"))
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return misuse(help, "flag --%s: want a value", name)
	}
	if _, rest, ok := strings.Cut(text, " for flag -"); ok {
		return misuse(help, "flag --%s", rest)
	}
	return misuse(help, "%s", clip(text))
}
