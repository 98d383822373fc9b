package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/urfave/cli/v2"
)

// printHelp prints what was asked for, so on stdout: a command's help, or the
// program's.
func printHelp(app *cli.App, command *cli.Command) error {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	if command == nil {
		fmt.Fprintf(&b, "%s - %s\n\nusage: %s COMMAND [flags] [arguments]\n\ncommands:\n", app.Name, app.Usage, app.Name)
		for _, c := range tree() {
			_, _ = fmt.Fprintf(table, "  %s\t%s\n", c.Name, c.Usage)
		}
		_, _ = fmt.Fprintf(table, "\n%s COMMAND --help tells more; --version names this build.\n", app.Name)
	} else {
		name := app.Name + " " + command.HelpName
		usage := strings.TrimSpace(name + " [flags] " + command.ArgsUsage)
		fmt.Fprintf(&b, "%s - %s\n\nusage: %s\n\n%s\n", name, command.Usage, usage, command.Description)
		if len(command.Subcommands) > 0 {
			b.WriteString("\ncommands:\n")
			for _, c := range command.Subcommands {
				_, _ = fmt.Fprintf(table, "  %s\t%s\n", c.Name, c.Usage)
			}
			_ = table.Flush()
		}
		b.WriteString("\nflags:\n")
		flagTable(table, command.Flags)
	}
	_ = table.Flush()
	_, err := io.WriteString(app.Writer, b.String())
	return wrote(err)
}

// flagTable lists flags.
func flagTable(table io.Writer, flags []cli.Flag) {
	for _, f := range flags {
		if name, value, usage := flagHelp(f); name != "" {
			_, _ = fmt.Fprintf(table, "  --%s\t%s\n", strings.TrimSpace(name+" "+value), usage)
		}
	}
}

// flagHelp takes a flag apart for who reads of it: the word that its usage
// quotes names its value. A flag that cannot be used has no name.
func flagHelp(f cli.Flag) (name, value, usage string) {
	set := flag.NewFlagSet("", flag.ContinueOnError)
	if f.Apply(set) != nil {
		return "", "", ""
	}
	name = f.Names()[0]
	value, usage = flag.UnquoteUsage(set.Lookup(name))
	if known := set.Lookup(name).DefValue; known != "" && known != "false" && known != "0" {
		usage += " (default: " + known + ")"
	}
	return name, value, usage
}
