package format

import "strings"

// nushell is for Nushell. In its double quotes a backslash begins an escape, and
// a dollar sign or a parenthesis means nothing without a $ before the quote
// ("Working with Strings", the Nushell book).
func nushell() dialect {
	return dialect{quote: quoteNushell, set: "$env.%s = %s", forget: allNames("hide-env --ignore-errors %s"), typed: true}
}

func quoteNushell(s string) (string, error) {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`, nil
}
