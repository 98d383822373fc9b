package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// signingAlgorithm is the only one; SigV4A (AWS4-ECDSA-P256-SHA256) is not here.
const signingAlgorithm = "AWS4-HMAC-SHA256"

// amzDate is the basic format of ISO 8601 in which requests are dated.
const amzDate = "20060102T150405Z"

// authorization is what a signed request says of itself. Nothing of it may be trusted before the signature was compared.
type authorization struct {
	scope         scope
	signedHeaders []string
	signature     string
	dateHeader    string    // x-amz-date, or date where there is no x-amz-date
	date          string    // as it was written
	time          time.Time // what it means
	token         string    // x-amz-security-token
	hasToken      bool
}

// scope is a credential scope with the key in front: AKID/20060102/us-east-1/sts/aws4_request.
type scope struct {
	accessKeyID string
	date        string // a day, which must be that of the request's own date
	region      string
	service     string
	terminator  string
}

// parts is what the string to sign contains of it.
func (s scope) parts() string {
	return strings.Join([]string{s.date, s.region, s.service, s.terminator}, "/")
}

// incomplete is a header that is not of the form.
func incomplete(message string) *fault {
	return &fault{status: http.StatusBadRequest, code: "IncompleteSignature", message: message}
}

// shown is a part of a header as messages repeat it: a word as it is, and anything else hashed. AWS hashes the whole header only.
func shown(s string) string {
	if isWord(s) {
		return s
	}
	return hashed(s)
}

// readAuthorization reads the Authorization header and the headers that go with it. AWS's messages repeat the header only as a
// hash, because people send other things in it than signatures.
func readAuthorization(h http.Header) (authorization, *fault) {
	header := strings.Join(h.Values("Authorization"), ",")
	algorithm, rest, _ := strings.Cut(strings.TrimSpace(header), " ")
	if !strings.HasPrefix(algorithm, "AWS4-") {
		return authorization{}, &fault{status: http.StatusForbidden, code: "MissingAuthenticationToken",
			message: "Request is missing Authentication Token"}
	}
	fields, f := authorizationFields(rest, header)
	if f != nil {
		return authorization{}, f
	}
	a := authorization{signature: fields["Signature"], dateHeader: "x-amz-date", date: h.Get("X-Amz-Date")}
	if a.date == "" {
		a.dateHeader, a.date = "date", h.Get("Date")
	}
	if message := missingFields(fields, a.date); message != "" {
		return authorization{}, incomplete(message + "(Hashed with SHA-256 and encoded with Base64) Authorization=" + hashed(header))
	}
	a.signedHeaders = strings.Split(fields["SignedHeaders"], ";")
	a.token, a.hasToken = strings.Join(h.Values("X-Amz-Security-Token"), ","), len(h.Values("X-Amz-Security-Token")) > 0
	if f := a.readDate(); f != nil {
		return authorization{}, f
	}
	if algorithm != signingAlgorithm { // in AWS's own words, its "for now" included
		return authorization{}, incomplete("Unsupported AWS 'algorithm': '" + shown(algorithm) + "' (only " + signingAlgorithm + " for now). ")
	}
	return a, a.readCredential(fields["Credential"])
}

// authorizationFields splits Credential=..., SignedHeaders=..., Signature=...; blanks separate as well as commas.
func authorizationFields(s, header string) (map[string]string, *fault) {
	fields := map[string]string{}
	for field := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		name, value, ok := strings.Cut(field, "=")
		if _, twice := fields[name]; !ok || twice {
			return nil, incomplete("Invalid key=value pair (missing equal-sign) in Authorization header " +
				"(hashed with SHA-256 and encoded with Base64): '" + hashed(header) + "'.")
		}
		fields[name] = value
	}
	return fields, nil
}

// missingFields names all that is not there, in AWS's order.
func missingFields(fields map[string]string, date string) string {
	var message strings.Builder
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if fields[name] == "" {
			message.WriteString("Authorization header requires '" + name + "' parameter. ")
		}
	}
	if date == "" {
		message.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return message.String()
}

// hashed is how AWS's messages show a header, so that one can tell whether it is one's own.
func hashed(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// readDate understands x-amz-date, and the two formats of a date header that signers use.
func (a *authorization) readDate() *fault {
	for _, format := range []string{amzDate, http.TimeFormat} {
		t, err := time.Parse(format, a.date)
		if err == nil {
			a.time = t.UTC()
			return nil
		}
	}
	return incomplete("Date must be in ISO-8601 'basic format'. Got '" + shown(a.date) + "'. See http://en.wikipedia.org/wiki/ISO_8601")
}

// readCredential takes the scope apart; whether it is the right one is for checkScope.
func (a *authorization) readCredential(credential string) *fault {
	p := strings.Split(credential, "/")
	if len(p) != 5 {
		return incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '" +
			hashed(credential) + "'")
	}
	a.scope = scope{p[0], p[1], p[2], p[3], p[4]}
	return nil
}
