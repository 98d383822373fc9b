package main

import (
	"flag"
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"karikagi/internal/source"
)

// candidate is a word that could stand next.
type candidate struct{ value, about string }

// files stands for the names of files, which shells know themselves.
const files = ":files"

// candidates are what could stand where current has been begun, behind the
// words before it. They come of the command tree, so that a new command or flag
// is there by itself.
func candidates(commands []*cli.Command, before []string, current string) []candidate {
	var all []candidate
	command, rest := find(commands, before)
	switch {
	case command != nil:
		all = completeCommand(commands, command, rest, current)
	case len(before) == 0:
		all = append(named(commands), candidate{"--help", ""}, candidate{"--version", ""})
	}
	return slices.DeleteFunc(all, func(c candidate) bool {
		return c.value != files && (!strings.HasPrefix(c.value, current) || !isPlainWord(c.value)) || c.value != files && current == "" && strings.HasPrefix(c.value, "-")
	})
}

// named are commands as candidates.
func named(commands []*cli.Command) []candidate {
	var all []candidate
	for _, c := range commands {
		all = append(all, candidate{c.Name, c.Usage})
	}
	return all
}

// completeCommand goes over what stands behind a command: flags with their
// values, and arguments.
func completeCommand(commands []*cli.Command, command *cli.Command, rest []string, current string) []candidate {
	set := flag.NewFlagSet("", flag.ContinueOnError)
	for _, f := range command.Flags {
		if f.Apply(set) != nil {
			return nil
		}
	}
	var arguments []string
	given := map[string]string{} // the flags so far
	for i := 0; i < len(rest); i++ {
		switch f, whole := flagOf(set, rest[i]); {
		case rest[i] == "--":
			if strings.Contains(command.ArgsUsage, "--") {
				return []candidate{{files, ""}} // another program's command line
			}
			return argument(commands, command, append(arguments, rest[i+1:]...))
		case f != nil && !whole && i+1 == len(rest):
			return flagValues(f, given, "")
		case f != nil && !whole:
			i++
			given[f.Name] = rest[i]
		case f != nil:
			_, given[f.Name], _ = strings.Cut(rest[i], "=")
		case f == nil && !strings.HasPrefix(rest[i], "-"):
			arguments = append(arguments, rest[i])
		}
	}
	if len(arguments) > 0 && strings.HasPrefix(command.ArgsUsage, "[--") {
		return []candidate{{files, ""}}
	}
	if f, _ := flagOf(set, current); f != nil && strings.Contains(current, "=") {
		return flagValues(f, given, current[:strings.Index(current, "=")+1])
	}
	return append(argument(commands, command, arguments), flagsOf(set)...)
}

// flagOf is the flag that a word names, and whether the word is all of it: it
// has the value behind a =, or takes none.
func flagOf(set *flag.FlagSet, word string) (f *flag.Flag, whole bool) {
	name, _, valued := strings.Cut(strings.TrimPrefix(word, "-"), "=")
	if !strings.HasPrefix(word, "-") {
		return nil, false
	}
	f = set.Lookup(strings.TrimPrefix(name, "-"))
	return f, f != nil && (valued || isSwitch(f))
}

// isSwitch tells that a flag takes no value.
func isSwitch(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// flagsOf are a command's flags.
func flagsOf(set *flag.FlagSet) []candidate {
	var all []candidate
	set.VisitAll(func(f *flag.Flag) {
		_, usage := flag.UnquoteUsage(f)
		all = append(all, candidate{"--" + f.Name, usage})
	})
	return append(all, candidate{"--help", "tell more"})
}

// flagValues are what a flag's usage says that it takes: a list behind the name
// of the value, or what that name stands for.
func flagValues(f *flag.Flag, given map[string]string, prefix string) []candidate {
	word, usage := flag.UnquoteUsage(f)
	all := kindOfWord(word)
	switch f.Name {
	case "grant":
		all = listedGrants(given)
	case "parameter":
		all = listedParameters(given)
	}
	if list, ok := strings.CutPrefix(usage, word+": "); ok {
		all = listed(list)
	}
	for i := range all {
		if all[i].value != files {
			all[i].value = prefix + all[i].value
		}
	}
	return all
}

// listed takes `text, json or prompt` apart.
func listed(list string) []candidate {
	list, _, _ = strings.Cut(list, " (") // (default: env)
	var all []candidate
	for item := range strings.SplitSeq(strings.ReplaceAll(list, " or ", ", "), ", ") {
		if strings.Contains(item, " ") {
			return nil // prose, and no list
		}
		all = append(all, candidate{item, ""})
	}
	return all
}

// argument is what a command's next argument could be: the name of one of its
// own commands, or what its usage calls it.
func argument(commands []*cli.Command, command *cli.Command, given []string) []candidate {
	if command.HelpName == "help" {
		return helpArgument(commands, given)
	}
	var all []candidate
	if len(given) == 0 {
		all = named(command.Subcommands)
	}
	words := strings.Fields(strings.NewReplacer("[", " ", "]", " ").Replace(command.ArgsUsage))
	if len(given) >= len(words) {
		return all
	}
	word := words[len(given)]
	if strings.Contains(word, "|") {
		for one := range strings.SplitSeq(word, "|") {
			all = append(all, candidate{one, ""})
		}
	}
	return append(all, kindOfWord(word)...)
}

// kindOfWord is what the words of usage texts stand for, as far as it is known
// without asking AWS.
func kindOfWord(word string) []candidate {
	var values []string
	switch word {
	case "FILE":
		values = []string{files}
	case "PROFILE":
		values = source.Profiles()
	case "ROLE":
		values = source.RoleARNs()
		if role := os.Getenv("KARIKAGI_ROLE"); role != "" {
			values = append(values, role)
		}
	}
	all := make([]candidate, len(values))
	for i, v := range values {
		all[i].value = v
	}
	return all
}

// isPlainWord tells that no shell reads anything into a word: a profile's name
// may be anything, and the shell puts it on a command line unquoted.
func isPlainWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.:/@+=,", r)
	})
}
