package format

import (
	"fmt"
	"strings"
)

// stale are the variables that would silently win over the pasted ones:
// botocore reads AWS_SECURITY_TOKEN before AWS_SESSION_TOKEN, and the JavaScript
// SDK and aws-sdk-go v1 prefer AWS_PROFILE to keys in the environment, and an
// old AWS_ACCOUNT_ID leads account-based endpoints astray. They are
// unset and not emptied: the AWS CLI looks for a profile named "".
const stale = "AWS_SECURITY_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE AWS_ACCOUNT_ID"

// env renders export lines for POSIX shells, made to be pasted.
func env(p Product) (string, error) {
	var b strings.Builder
	for _, v := range variables(p) {
		quoted, err := QuotePOSIX(v.value)
		if err != nil {
			return "", fmt.Errorf("%s: %w", v.name, err)
		}
		fmt.Fprintf(&b, "export %s=%s\n", v.name, quoted)
	}
	fmt.Fprintf(&b, "unset %s\n", stale)
	return b.String(), nil
}

// envNoExport renders NAME=value lines for docker's --env-file and dotenv
// readers. Docker takes a value literally, quotes and all, so nothing can be
// quoted here, and a value that would need it is refused.
func envNoExport(p Product) (string, error) {
	var b strings.Builder
	for _, v := range variables(p) {
		if strings.ContainsFunc(v.value, needsQuote) {
			return "", fmt.Errorf("%s has a character that cannot be written without quotes", v.name)
		}
		fmt.Fprintf(&b, "%s=%s\n", v.name, v.value)
	}
	return b.String(), nil
}

// needsQuote is true outside the characters that every shell, docker and every
// dotenv reader take literally. STS's own values are base64 and never need more.
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
