package format

import "strings"

// csh is for csh and tcsh. Every line ends with a semicolon, because
// eval `karikagi ...` makes one line of all.
func csh() dialect {
	return dialect{quote: quoteCsh, set: "setenv %s %s;", forget: eachName("unsetenv %s;"), typed: true}
}

// quoteCsh wraps s in single quotes, inside which csh still looks for history at
// an exclamation mark, and tcsh takes a backslash for an escape where
// backslash_quote is set. So both stand outside, behind a backslash each, like
// the single quote itself.
func quoteCsh(s string) (string, error) {
	return "'" + strings.NewReplacer(`'`, `'\''`, `!`, `'\!'`, `\`, `'\\'`).Replace(s) + "'", nil
}
