package sandbox

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"time"
)

// Mark is in every secret access key, session token and bearer token that a sandbox issues, so that a test can search whatever
// a program printed for it. Its + and / are there to be quoted wrongly. A secret keeps 19 random characters beside it.
const Mark = "SANDBOX+not+a+secret/"

// Lengths of what AWS issues: IAM guide, "Manage access keys for IAM users" and "IAM identifiers"; STS: "make no assumptions about
// the maximum size" of a session token.
const (
	idLength     = 16
	secretLength = 40
	tokenLength  = 356
)

const (
	base32Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	base64Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
)

// longTermKey is the access key of a user or of the root user.
type longTermKey struct {
	id, secret string
	user       *user
}

// consoleToken stands for a user's sign-in to the console: CloudShell hands it to the shell.
type consoleToken struct {
	value    string
	user     *user
	signedIn time.Time
}

// newLongTermKey is what an administrator hands to a user.
func newLongTermKey(u *user) *longTermKey {
	return &longTermKey{id: newAccessKeyID("AKIA"), secret: newSecret(), user: u}
}

// newAccessKeyID begins with AKIA for a long-term key and with ASIA for a temporary one: IAM guide, "IAM identifiers".
func newAccessKeyID(prefix string) string { return prefix + random(base32Alphabet, idLength) }

// newSecret is as long as AWS's secret access keys are.
func newSecret() string { return newToken(secretLength - len(Mark)) }

// newToken is the mark with random characters behind it.
func newToken(length int) string { return Mark + random(base64Alphabet, length) }

// newSessionToken ends as base64 does, because = is one more character that programs quote wrongly.
func newSessionToken() string { return newToken(tokenLength-len(Mark)-2) + "==" }

// random draws from an alphabet whose length divides 256, so that no character is likelier than another.
func random(alphabet string, length int) string {
	b := make([]byte, length)
	rand.Read(b) // never fails: it ends the program instead
	for i, v := range b {
		b[i] = alphabet[int(v)%len(alphabet)]
	}
	return string(b)
}

// uniqueID is the ID that IAM gives a user (AIDA) or role (AROA). It is derived from the ARN: the same account file gives the same IDs,
// so that they can be written into policies and transcripts.
func uniqueID(prefix, arn string) string {
	sum := sha256.Sum256([]byte(arn))
	return prefix + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

// sameSecret compares without telling by its duration how much was right, nor how long the right value is.
func sameSecret(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}
