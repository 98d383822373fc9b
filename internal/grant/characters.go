package grant

import "strings"

const (
	letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits  = "0123456789"
)

// nameCharacters stand beside letters and digits in the names of users, roles and sessions, and in source identities:
// [\w+=,.@-] (IAM API reference, UserName and RoleName; STS API reference, RoleSessionName and SourceIdentity).
const nameCharacters = "_+=,.@-"

// only tells that a text holds nothing but ASCII letters, digits and some more characters.
func only(s, more string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && strings.IndexByte(more, c) < 0 {
			return false
		}
	}
	return true
}

// isWord is only for a text that is not empty.
func isWord(s, more string) bool { return s != "" && only(s, more) }

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isDigits wants digits, at least one of them.
func isDigits(s string) bool { return s != "" && strings.Trim(s, digits) == "" }

func isAccount(s string) bool { return len(s) == 12 && isDigits(s) }

// lower folds ASCII, which is all that an ARN holds.
func lower(s string) string {
	if strings.IndexFunc(s, isUpper) < 0 {
		return s // and no copy
	}
	b := []byte(s)
	for i, c := range b {
		if isUpper(rune(c)) {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

func isUpper(c rune) bool { return 'A' <= c && c <= 'Z' }
