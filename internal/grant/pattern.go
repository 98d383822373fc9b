package grant

import "strings"

// valuePattern is one of the fixed forms of parameter values. There are no regular expressions in a grants document:
// an unanchored one, or an alternation that is anchored on one side only, lets everything pass.
//
// No pattern takes a wildcard or a quote of IAM or JSON, a colon, a slash or a blank; a session tag takes every
// character of all of them.
type valuePattern struct {
	name     string
	form     string // for people
	allowed  string // characters, all of ASCII
	shortest int    // characters
	longest  int    // 0: as the document says
	legal    func(string) bool
	sample   func(length int) string // a legal value of this length, or of the longest that is
}

// maxValue bounds every parameter value: it is as long as a session tag's value may be (STS API reference, Tag).
const maxValue = 256

// valuePatterns is the one table; docs/grants.md and the JSON Schema repeat it, under test.
func valuePatterns() []valuePattern {
	whatever := func(string) bool { return true }
	return []valuePattern{
		{"name", "letters, digits and _.-, beginning with a letter or digit", letters + digits + "_.-", 1, 0,
			func(s string) bool { return isLetter(s[0]) || isDigit(s[0]) }, repeat("a")},
		{"path_segment", "letters, digits and _.@+=-, other than . and ..", letters + digits + "_.@+=-", 1, 0,
			func(s string) bool { return s != "." && s != ".." }, repeat("a")},
		{"ticket", "capitals and digits, a dash and a number, such as OPS-42", letters[26:] + digits + "-", 3, 0, isTicket,
			func(n int) string { return "A-" + strings.Repeat("1", n-2) }},
		{"account_id", "12 digits", digits, 12, 12, whatever, repeat("1")},
		{"uuid", "a UUID in lower case", digits + "abcdef-", 36, 36, isUUID,
			func(int) string { return "00000000-0000-4000-8000-000000000000" }},
		{"number", "a whole number without leading zeros", digits, 1, 0,
			func(s string) bool { return s == "0" || s[0] != '0' }, repeat("1")},
	}
}

func repeat(s string) func(int) string { return func(n int) string { return strings.Repeat(s, n) } }

// isTicket wants a project's key, a dash and a number without leading zeros.
func isTicket(s string) bool {
	project, number, ok := strings.Cut(s, "-")
	return ok && project != "" && number != "" && number[0] != '0' && isDigits(number) &&
		isLetter(project[0])
}

// isUUID wants the one text form in which dashes stand at fixed places: RFC 9562, section 4.
func isUUID(s string) bool {
	for i := range len(s) {
		if (s[i] == '-') != (i == 8 || i == 13 || i == 18 || i == 23) {
			return false
		}
	}
	return true
}

// matches tells whether a value has the form. ASCII only: look-alikes are other characters.
func (p valuePattern) matches(s string) bool {
	if len(s) < p.shortest || p.longest > 0 && len(s) > p.longest {
		return false
	}
	for i := range len(s) {
		if strings.IndexByte(p.allowed, s[i]) < 0 {
			return false
		}
	}
	return p.legal(s)
}
