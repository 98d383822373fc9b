package format

import (
	"errors"
	"strings"
)

// windowsCmd is for cmd.exe. set takes all between the first quote and the last
// for name and value, and what is special to cmd is not special between quotes.
func windowsCmd() dialect {
	return dialect{quote: quoteCmd, set: `set "%s=%s"`, forget: eachName(`set "%s="`), typed: true}
}

// quoteCmd refuses what has no spelling that means the same at a prompt and in
// a batch file: a percent sign (%% is one in a batch file and two at a prompt),
// an exclamation mark (special where delayed expansion is on), and a double
// quote, which would end the quoting for the rest of the line.
func quoteCmd(s string) (string, error) {
	if err := checkWindows(s); err != nil {
		return "", err
	}
	if strings.ContainsAny(s, `%!"`) {
		return "", errors.New(`has a %, ! or ", which cmd cannot be given safely`)
	}
	return s, nil
}
