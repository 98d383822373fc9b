//go:build manual

package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"karikagi/internal/manual"
)

// With the tag manual this package is another program, which costs the command
// nothing: it prints, as JSON, what the command's help is made of. The release
// makes the manual pages of it, so that no text of theirs stands twice.
func main() {
	app := newApp(nil, nil, nil)
	all := manual.Manual{Name: app.Name, Usage: app.Usage, Commands: manualCommands(tree())}
	for _, t := range topics() {
		all.Topics = append(all.Topics, manual.Topic{Name: t.value, Text: topic(t.value)})
	}
	if err := json.NewEncoder(os.Stdout).Encode(all); err != nil {
		fmt.Fprintln(os.Stderr, "manual:", err)
		os.Exit(1)
	}
}

func manualCommands(commands []*cli.Command) []manual.Command {
	var all []manual.Command
	for _, c := range commands {
		m := manual.Command{Name: c.HelpName, Arguments: c.ArgsUsage, Usage: c.Usage, Description: c.Description, Commands: manualCommands(c.Subcommands)}
		for _, f := range c.Flags {
			if name, value, usage := flagHelp(f); name != "" {
				m.Flags = append(m.Flags, manual.Flag{Name: name, Value: value, Usage: usage})
			}
		}
		all = append(all, m)
	}
	return all
}
