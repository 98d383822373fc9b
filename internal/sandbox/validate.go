package sandbox

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// constraint is what the STS service model demands of one parameter; lengths count characters, not bytes: observed.
type constraint struct {
	parameter string // RoleSessionName
	min, max  int    // max 0: none
	pattern   string // as AWS prints it
	allowed   func(rune) bool
	required  bool
}

// member is how errors name the parameter: roleSessionName, policyArns.1.member.arn.
func (c constraint) member() string { return memberName(c.parameter) }

// memberName turns the query protocol's Tags.member.1.Key into tags.1.member.key.
func memberName(parameter string) string {
	parts := strings.Split(parameter, ".")
	if len(parts) > 2 && parts[1] == "member" { // Tags.member.1.Key
		parts[1], parts[2] = parts[2], parts[1]
	}
	for i, p := range parts {
		parts[i] = strings.ToLower(p[:1]) + p[1:]
	}
	return strings.Join(parts, ".")
}

// violations are all that is wrong with a request. AWS reports them together, in one ValidationError.
type violations struct {
	texts   []string
	reasons []string // the same without the values
}

func (v *violations) add(member, value, must string) {
	v.texts = append(v.texts, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: Member must %s", value, member, must))
	v.reasons = append(v.reasons, member+" must "+must)
}

// fault is nil where nothing is wrong.
func (v *violations) fault() *fault {
	if len(v.texts) == 0 {
		return nil
	}
	noun := "errors"
	if len(v.texts) == 1 {
		noun = "error"
	}
	return &fault{status: http.StatusBadRequest, code: "ValidationError", reason: strings.Join(v.reasons, "; "),
		message: fmt.Sprintf("%d validation %s detected: %s", len(v.texts), noun, strings.Join(v.texts, "; "))}
}

// check reads a parameter and notes what is wrong with it.
func (v *violations) check(f form, c constraint) string {
	value := f.first(c.parameter)
	if !f.has(c.parameter) {
		if c.required {
			v.add(c.member(), "null", "not be null")
		}
		return ""
	}
	quoted := "'" + value + "'"
	if !c.matches(value) {
		v.add(c.member(), quoted, "satisfy regular expression pattern: "+c.pattern)
	}
	switch n := utf8.RuneCountInString(value); {
	case n < c.min:
		v.add(c.member(), quoted, fmt.Sprintf("have length greater than or equal to %d", c.min))
	case c.max > 0 && n > c.max:
		v.add(c.member(), quoted, fmt.Sprintf("have length less than or equal to %d", c.max))
	}
	return value
}

// matches holds the value against the pattern. None of the patterns says more than which characters there may be, and with + that
// there must be one.
func (c constraint) matches(value string) bool {
	if value == "" {
		return !strings.HasSuffix(c.pattern, "+")
	}
	return utf8.ValidString(value) && strings.IndexFunc(value, func(r rune) bool { return !c.allowed(r) }) < 0
}

// checkCount bounds a list.
func (v *violations) checkCount(parameter string, items []string, limit int) {
	if len(items) > limit {
		v.add(memberName(parameter), fmt.Sprintf("'[%d items]'", len(items)), fmt.Sprintf("have length less than or equal to %d", limit))
	}
}

// minSeconds is the shortest session that STS gives: STS API reference, AssumeRole and GetSessionToken.
const minSeconds = 900

// seconds reads DurationSeconds.
func (v *violations) seconds(f form, most, otherwise int) (time.Duration, *fault) {
	n, wrong := v.integer(f, "DurationSeconds", minSeconds, most, otherwise)
	return time.Duration(n) * time.Second, wrong
}

// integer reads a number. What is not a 32-bit integer is malformed, a thing of its own: observed.
func (v *violations) integer(f form, name string, least, most, otherwise int) (int, *fault) {
	if !f.has(name) {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(f.first(name), 10, 32)
	if err != nil {
		malformed := &fault{status: http.StatusBadRequest, code: "MalformedInput", reason: memberName(name) + " is not an integer"}
		if f.first(name) == "" {
			malformed.message = "missing value for decimal type"
		}
		return 0, malformed
	}
	quoted := fmt.Sprintf("'%d'", n)
	switch {
	case n < int64(least):
		v.add(memberName(name), quoted, fmt.Sprintf("have value greater than or equal to %d", least))
	case n > int64(most):
		v.add(memberName(name), quoted, fmt.Sprintf("have value less than or equal to %d", most))
	}
	return int(n), nil
}

// The character classes of the model's patterns. \w and \d mean ASCII there.

func isWordRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_'
}

func isNameRune(r rune) bool       { return isWordRune(r) || strings.ContainsRune("+=,.@-", r) }
func isExternalIDRune(r rune) bool { return isNameRune(r) || r == ':' || r == '/' }
func isSerialRune(r rune) bool     { return isWordRune(r) || strings.ContainsRune("+=/:,.@-", r) }
func isDigitRune(r rune) bool      { return '0' <= r && r <= '9' }
func isPolicyRune(r rune) bool     { return isLineRune(r) || ' ' <= r && r <= 0xff }
func isLineRune(r rune) bool       { return r == '\t' || r == '\n' || r == '\r' }

// isARNRune leaves out what AWS's validator leaves out although its pattern shows it, U+10000 and above: observed.
func isARNRune(r rune) bool {
	return isLineRune(r) || ' ' <= r && r <= '~' || r == 0x85 || 0xa0 <= r && r <= 0xd7ff || 0xe000 <= r && r <= 0xfffd
}

// isTagRune is any letter, number or separator of Unicode, and a few more.
func isTagRune(r rune) bool {
	return unicode.In(r, unicode.L, unicode.Z, unicode.N) || strings.ContainsRune("_.:/=+-@", r)
}
