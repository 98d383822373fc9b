package format

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// dialect is how one reader is told to set and to forget variables.
type dialect struct {
	quote  func(string) (string, error)
	set    string                      // a line, of the name and the quoted value
	forget func(names []string) string // lines; nil where the reader cannot forget
	typed  bool                        // the lines are for a prompt
	// first tells that the lines that forget come before the others: the last
	// command's status is what the shell is left with.
	first bool
	end   string // of a line, between lines; "" is a newline
}

// dialects are the formats of lines, named as the AWS CLI names those that
// `aws configure export-credentials --format` knows, too.
func dialects() map[string]dialect {
	return map[string]dialect{
		"csh":           csh(),
		"env":           env(),
		"env-no-export": envNoExport(),
		"fish":          fish(),
		"nushell":       nushell(),
		"oneline":       oneline(),
		"powershell":    powershell(),
		"windows-cmd":   windowsCmd(),
	}
}

// render writes all lines, or none.
func (d dialect) render(set []Variable, forget []string) (string, error) {
	if err := checkValues(set); err != nil {
		return "", err
	}
	var lines []string
	for _, v := range set {
		quoted, err := d.quote(v.Value)
		if err != nil {
			return "", fmt.Errorf("%s: %w", v.Name, err)
		}
		lines = append(lines, fmt.Sprintf(d.set, v.Name, quoted))
	}
	if d.forget != nil && len(forget) > 0 {
		if text := d.forget(forget); d.first {
			lines = append([]string{text}, lines...)
		} else {
			lines = append(lines, text)
		}
	}
	between := d.end
	if between == "" {
		between = "\n"
	}
	return strings.Join(lines, between) + "\n", nil
}

// eachName says the same of every name, a line each.
func eachName(line string) func([]string) string {
	return func(names []string) string {
		lines := make([]string, len(names))
		for i, name := range names {
			lines[i] = fmt.Sprintf(line, name)
		}
		return strings.Join(lines, "\n")
	}
}

// allNames says it of all names in one line.
func allNames(line string) func([]string) string {
	return func(names []string) string { return fmt.Sprintf(line, strings.Join(names, " ")) }
}

// checkWindows refuses what a shell of Windows may lose on the way. cmd and
// PowerShell take a program's output in the console's code page, so what is no
// ASCII may come in as something else; and neither holds an empty variable
// (PowerShell does from 7.5 on): setting one removes it.
func checkWindows(s string) error {
	if s == "" {
		return errors.New("is empty, and the shell cannot hold that")
	}
	for _, r := range s {
		if r >= utf8.RuneSelf {
			return errors.New("has a character outside ASCII, which the console may change")
		}
	}
	return nil
}
