package sandbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"karikagi/internal/caller"
)

// maxSkew is how far a signature's clock may be off: STS tolerates five minutes, and says so in its messages.
const maxSkew = 5 * time.Minute

// unsignedPayload is what a client sends instead of a hash that it will not compute; most services do not take it.
const unsignedPayload = "UNSIGNED-PAYLOAD"

// verifier checks the signatures that one service is sent. It knows neither STS nor sessions: a front for another service sets
// another service name and answers the same faults in its own documents.
type verifier struct {
	service              string
	region               string // "": any of any partition, where one endpoint stands for every Region's
	allowUnsignedPayload bool
	now                  time.Time // real time
	// secret gives the secret access key of an access key ID, given the session token that came with it, or says why it is
	// not valid. It is asked before the signature is compared, because AWS reports bad tokens before bad signatures: observed.
	secret func(s scope, token string, hasToken bool) (string, *fault)
}

// verify checks the signature of a request whose body was read. The checks and their order are AWS's.
func (v verifier) verify(r *http.Request, body []byte) (scope, *fault) {
	a, f := readAuthorization(r.Header)
	if f != nil {
		return a.scope, f
	}
	for _, check := range []func(authorization) *fault{v.checkClock, v.checkSigned, v.checkScope} {
		if f := check(a); f != nil {
			return a.scope, f
		}
	}
	secret, f := v.secret(a.scope, a.token, a.hasToken)
	if f != nil {
		return a.scope, f
	}
	hash, ok := v.payloadHash(r.Header, body)
	canonical, wellFormed := canonicalRequest(r, a.signedHeaders, hash)
	if !ok || !wellFormed || !hmac.Equal([]byte(sign(secret, a, canonical)), []byte(a.signature)) {
		return a.scope, doesNotMatch("The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	return a.scope, nil
}

// doesNotMatch is AWS's code for a wrong signature, and for everything that would make a right one worthless.
func doesNotMatch(message string) *fault {
	return &fault{status: http.StatusForbidden, code: "SignatureDoesNotMatch", message: message}
}

// checkClock compares with the real time: a sandbox whose sessions were made to age still takes signatures of now.
func (v verifier) checkClock(a authorization) *fault {
	earliest, latest := v.now.Add(-maxSkew), v.now.Add(maxSkew)
	now := v.now.Format(amzDate)
	if a.time.Before(earliest.Truncate(time.Second)) {
		return doesNotMatch(fmt.Sprintf("Signature expired: %s is now earlier than %s (%s - 5 min.)",
			a.time.Format(amzDate), earliest.Format(amzDate), now))
	}
	if a.time.After(latest) {
		return doesNotMatch(fmt.Sprintf("Signature not yet current: %s is still later than %s (%s + 5 min.)",
			a.time.Format(amzDate), latest.Format(amzDate), now))
	}
	return nil
}

// checkSigned wants under the signature what must not be changed on the way: the host, the date and the session token.
func (v verifier) checkSigned(a authorization) *fault {
	switch signed := func(name string) bool { return slices.Contains(a.signedHeaders, name) }; {
	case !signed("host"):
		return doesNotMatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	case !signed(a.dateHeader):
		return doesNotMatch("'X-Amz-Date' must be a 'SignedHeader' in the AWS Authorization.")
	case a.hasToken && !signed("x-amz-security-token"):
		return doesNotMatch("'X-Amz-Security-Token' must be a 'SignedHeader' in the AWS Authorization.")
	}
	return nil
}

// checkScope reports all that is wrong with a credential scope, with a blank behind each sentence: observed.
func (v verifier) checkScope(a authorization) *fault {
	var wrong strings.Builder
	if caller.PartitionOfRegion(a.scope.region) == "" || v.region != "" && v.region != a.scope.region {
		wrong.WriteString("Credential should be scoped to a valid region. ")
	}
	if a.scope.service != v.service {
		wrong.WriteString("Credential should be scoped to correct service: '" + v.service + "'. ")
	}
	if a.scope.terminator != "aws4_request" {
		wrong.WriteString("Credential should be scoped with a valid terminator: 'aws4_request', not '" + shown(a.scope.terminator) + "'. ")
	}
	if day := a.time.Format("20060102"); a.scope.date != day {
		fmt.Fprintf(&wrong, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'. ",
			shown(a.scope.date), day, a.time.Format(amzDate))
	}
	if wrong.Len() == 0 {
		return nil
	}
	return doesNotMatch(wrong.String())
}

// payloadHash is what the canonical request ends with: always of the body that came, never of what a header says of it.
func (v verifier) payloadHash(h http.Header, body []byte) (string, bool) {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	stated := h.Values("X-Amz-Content-Sha256")
	if v.allowUnsignedPayload && len(stated) == 1 && stated[0] == unsignedPayload {
		return unsignedPayload, true
	}
	return hash, len(stated) == 0 || len(stated) == 1 && stated[0] == hash
}

// sign is the signature that a request should have: IAM guide, "Create a signed AWS API request", steps 3 and 4. The key of a day,
// Region and service is derived from the secret, so that the secret itself signs nothing.
func sign(secret string, a authorization, canonical string) string {
	hash := sha256.Sum256([]byte(canonical))
	text := strings.Join([]string{signingAlgorithm, a.time.Format(amzDate), a.scope.parts(), hex.EncodeToString(hash[:])}, "\n")
	key := []byte("AWS4" + secret)
	for _, part := range []string{a.scope.date, a.scope.region, a.scope.service, a.scope.terminator} {
		key = hmacSHA256(key, part)
	}
	return hex.EncodeToString(hmacSHA256(key, text))
}

func hmacSHA256(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
