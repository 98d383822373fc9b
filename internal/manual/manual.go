// Package manual is what the command's source prints when it is built with the
// tag manual, and what a release makes the manual pages of: the definitions and
// texts of help. It knows neither the flags' library nor how a page looks.
package manual

// Manual is the whole program's.
type Manual struct {
	Name, Usage string
	Commands    []Command
	Topics      []Topic
}

// Command is a verb with its own verbs. Name has the words before it, too.
type Command struct {
	Name, Arguments, Usage, Description string
	Flags                               []Flag
	Commands                            []Command
}

// Flag is a flag without its dashes; Value names what it takes, "" for nothing.
type Flag struct{ Name, Value, Usage string }

// Topic is a page of `karikagi help`.
type Topic struct{ Name, Text string }
