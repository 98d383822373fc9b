//go:build manual

package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"
)

// With the tag manual this package is another program, which costs the command
// nothing: it prints, as JSON, what the command's help is made of. The release
// makes the manual pages of it, so that no text of theirs stands twice.
func main() {
	app := newApp(nil, nil, nil)
	all := manual{Name: app.Name, Usage: app.Usage, Commands: manualCommands(tree())}
	for _, t := range topics() {
		all.Topics = append(all.Topics, manualTopic{t.value, topic(t.value)})
	}
	if err := json.NewEncoder(os.Stdout).Encode(all); err != nil {
		fmt.Fprintln(os.Stderr, "manual:", err)
		os.Exit(1)
	}
}

// The release has the same types, for reading.
type (
	manual struct {
		Name, Usage string
		Commands    []manualCommand
		Topics      []manualTopic
	}
	manualCommand struct {
		Name, Arguments, Usage, Description string
		Flags                               []manualFlag
		Commands                            []manualCommand
	}
	manualFlag  struct{ Name, Value, Usage string }
	manualTopic struct{ Name, Text string }
)

func manualCommands(commands []*cli.Command) []manualCommand {
	var all []manualCommand
	for _, c := range commands {
		m := manualCommand{Name: c.HelpName, Arguments: c.ArgsUsage, Usage: c.Usage, Description: c.Description, Commands: manualCommands(c.Subcommands)}
		for _, f := range c.Flags {
			if name, value, usage := flagHelp(f); name != "" {
				m.Flags = append(m.Flags, manualFlag{name, value, usage})
			}
		}
		all = append(all, m)
	}
	return all
}
