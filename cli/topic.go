package main

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

const helpDescription = `Prints a page about a TOPIC, or the help of a COMMAND; without either it lists
both. Each page is a recipe that was tried.`

// The pages. The first line of each says what it is about.
//
//go:embed topics/*.txt
var topicPages embed.FS

func helpCommand() *cli.Command {
	return command("help", "[TOPIC | COMMAND]", "recipes for CloudShell, MFA, CodeCommit, Docker and Terraform, and each command's help", helpDescription, help)
}

// topics lists the pages, and the first line of each.
func topics() []candidate {
	entries, err := topicPages.ReadDir("topics")
	if err != nil {
		return nil // they are part of the program
	}
	var all []candidate
	for _, entry := range entries {
		name := strings.TrimSuffix(entry.Name(), ".txt")
		first, _, _ := strings.Cut(topic(name), "\n")
		all = append(all, candidate{name, first})
	}
	return all
}

// topic is a page, "" where there is none of that name.
func topic(name string) string {
	text, err := topicPages.ReadFile("topics/" + name + ".txt")
	if err != nil {
		return ""
	}
	return string(text)
}

// help prints a page, a command's help, or the list of both.
func help(c *cli.Context) error {
	words := c.Args().Slice()
	if len(words) == 0 {
		return listHelp(c)
	}
	if text := topic(words[0]); text != "" && len(words) == 1 {
		_, err := io.WriteString(c.App.Writer, text)
		return wrote(err)
	}
	found, rest := find(tree(), words)
	if found != nil && len(rest) == 0 {
		return printHelp(c.App, found)
	}
	var known []string
	for _, t := range topics() {
		known = append(known, t.value)
	}
	return misuse("karikagi help lists the topics and commands", "topic %q: want %s or a command", clip(strings.Join(words, " ")), strings.Join(known, ", "))
}

// listHelp lists the topics behind the program's own help.
func listHelp(c *cli.Context) error {
	if err := printHelp(c.App, nil); err != nil {
		return err
	}
	var b strings.Builder
	b.WriteString("\ntopics:\n")
	for _, t := range topics() {
		fmt.Fprintf(&b, "  %-11s %s\n", t.value, t.about)
	}
	b.WriteString("\nkarikagi help TOPIC prints one.\n")
	_, err := io.WriteString(c.App.Writer, b.String())
	return wrote(err)
}

// helpArgument is what could stand behind help.
func helpArgument(commands []*cli.Command, given []string) []candidate {
	if len(given) == 0 {
		all := topics()
		return append(all, slices.DeleteFunc(named(commands), func(c candidate) bool { return topic(c.value) != "" })...)
	}
	found, rest := find(commands, given)
	if found == nil || len(rest) > 0 {
		return nil
	}
	return named(found.Subcommands)
}
