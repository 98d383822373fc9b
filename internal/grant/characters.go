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
	b := []byte(s)
	for i, c := range b {
		b[i] = lowerByte(c)
	}
	return string(b)
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
