package main

import (
	_ "embed"
	"io"
	"strings"

	"github.com/urfave/cli/v2"
)

const completionDescription = `Prints a script for the shell's completion: commands, flags, the values that a
flag takes, profiles, the roles of profiles, and the grants that karikagi grants
listed last. Each says in its first line where it goes; for bash that is
~/.bashrc:

  eval "$(karikagi completion bash)"

The scripts ask this program what could stand next, so they know each version's
own commands and flags. Nothing is called for it.`

const wordsDescription = `What the scripts ask: the WORDs that stand before the one to complete. Prints a
candidate on each line, with a tab and a few words about it; ":files" stands
for the names of files.`

//go:embed completion/bash
var bashScript string

//go:embed completion/zsh
var zshScript string

//go:embed completion/fish
var fishScript string

//go:embed completion/powershell
var powershellScript string

// completionScript is a shell's, "" for a shell that has none.
func completionScript(shell string) string {
	switch shell {
	case "bash":
		return bashScript
	case "zsh":
		return zshScript
	case "fish":
		return fishScript
	case "powershell":
		return powershellScript
	}
	return ""
}

func completionCommand() *cli.Command {
	c := command("completion", "bash|zsh|fish|powershell", "print a shell's script for completing karikagi's words", completionDescription, completion)
	c.Subcommands = []*cli.Command{
		command("completion words", "[-- WORD...]", "print what could stand next: the scripts call it", wordsDescription, completionWords,
			[]cli.Flag{option("current", "", "the beginning of the `WORD` to complete")}),
	}
	return c
}

func completion(c *cli.Context) error {
	script := completionScript(c.Args().First())
	switch {
	case c.NArg() > 1:
		return misuse("", "argument %q: want one shell", clip(c.Args().Get(1)))
	case script == "":
		return misuse("", "shell %q: want bash, zsh, fish or powershell", clip(c.Args().First()))
	}
	_, err := io.WriteString(c.App.Writer, script)
	return wrote(err)
}

// completionWords never fails: a half-typed line is nobody's mistake yet.
func completionWords(c *cli.Context) error {
	current, _ := value(c, "current")
	var b strings.Builder
	for _, found := range candidates(tree(), c.Args().Slice(), current) {
		b.WriteString(found.value)
		if found.about != "" {
			b.WriteString("\t" + oneLine(found.about))
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(c.App.Writer, b.String())
	return wrote(err)
}
