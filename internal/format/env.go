package format

import (
	"errors"
	"fmt"
	"strings"
)

// env is for POSIX shells, to be pasted or evaluated.
func env() dialect {
	return dialect{quote: QuotePOSIX, set: "export %s=%s", forget: allNames("unset %s"), typed: true}
}

// oneline is env on one physical line, for terminals that ask before they paste
// more than one.
func oneline() dialect {
	d := env()
	d.end = "; "
	return d
}

// envNoExport is NAME=value for docker's --env-file and dotenv readers. Docker
// takes a value literally, quotes and all, and others do not, so nothing can be
// quoted here. None of them can be told to forget a variable.
func envNoExport() dialect {
	return dialect{quote: plain, set: "%s=%s"}
}

// plain refuses a value that would need quotes.
func plain(s string) (string, error) {
	if strings.ContainsFunc(s, needsQuote) {
		return "", errors.New("has a character that cannot be written without quotes")
	}
	return s, nil
}

// needsQuote is true outside the characters that every shell, docker, and every
// dotenv and ini reader take literally. STS's own values are base64 and never
// need more.
func needsQuote(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return false
	}
	return !strings.ContainsRune("+/=_-.:,@%", r)
}

// QuotePOSIX wraps s in single quotes, inside which a POSIX shell takes every
// character literally (XCU 2.2.2); a single quote itself is closed, escaped and
// opened again. A NUL cannot be held by any shell variable.
func QuotePOSIX(s string) (string, error) {
	if strings.ContainsRune(s, 0) {
		return "", fmt.Errorf("a value with a NUL byte cannot be quoted")
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'", nil
}
