// Package api is the vocabulary that karikagi's halves share on the wire. It
// knows no STS, no flags and no Lambda event.
package api

import (
	"log/slog"
	"time"
)

// Credentials are the product: what STS issued, on the way to the writer that
// prints them. They are handed to no log and no error.
//
// String and LogValue answer with the access key ID only, which is an
// identifier and no secret (CloudTrail shows it). They are a seat belt, not the
// guard: fmt's odd verbs and nested slog values go around them. The guard is
// the canary test over everything that the programs write.
type Credentials struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
	Expiration      time.Time // UTC, as STS stated it
	AccountID       string    // 12 digits: the account the session acts in
}

// String returns the access key ID.
func (c Credentials) String() string { return c.AccessKeyID }

// GoString returns the access key ID, for %#v.
func (c Credentials) GoString() string { return c.AccessKeyID }

// LogValue returns the access key ID.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.AccessKeyID) }
