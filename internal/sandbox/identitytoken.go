package sandbox

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"
)

// IdentityToken is what a token of an identity provider says.
type IdentityToken struct {
	Issuer     string // https://token.actions.githubusercontent.com
	Audience   string
	Subject    string
	Issued     time.Time
	Expiration time.Time
}

// tokenHeader and tokenClaims are the two parts of a token: RFC 7519 and OpenID Connect Core, "ID Token".
type tokenHeader struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ,omitempty"`
}

type tokenClaims struct {
	Issuer     string            `json:"iss"`
	Subject    string            `json:"sub"`
	Audience   oneOrMore[string] `json:"aud"`
	Issued     int64             `json:"iat"`
	Expiration int64             `json:"exp"`
}

// tokenSigner holds the key that stands for every identity provider's. It is made for the first token: most sandboxes need none.
type tokenSigner struct {
	once sync.Once
	key  *rsa.PrivateKey
	id   string
}

// algorithm is what GitHub and EKS sign with.
const algorithm = "RS256"

func (s *tokenSigner) get() (*rsa.PrivateKey, error) {
	var err error
	s.once.Do(func() {
		s.key, err = rsa.GenerateKey(rand.Reader, 2048)
		s.id = random(base32Alphabet, idLength)
	})
	return s.key, err
}

// IdentityToken signs a token as its issuer would. It is a secret: whoever has it may be who it says.
func (s *Server) IdentityToken(t IdentityToken) (string, error) {
	key, err := s.signer.get()
	if err != nil {
		return "", err
	}
	text := tokenPart(tokenHeader{Algorithm: algorithm, KeyID: s.signer.id, Type: "JWT"}) + "." +
		tokenPart(tokenClaims{t.Issuer, t.Subject, oneOrMore[string]{t.Audience}, t.Issued.Unix(), t.Expiration.Unix()})
	sum := sha256.Sum256([]byte(text))
	signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, sum[:])
	return text + "." + base64.RawURLEncoding.EncodeToString(signature), err
}

func tokenPart(part any) string {
	data, err := json.Marshal(part)
	if err != nil {
		panic(err) // the parts are ours
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// badIdentityToken is the code for what is wrong with a token before any policy is asked.
func badIdentityToken(message string) *fault {
	return &fault{status: http.StatusBadRequest, code: "InvalidIdentityToken", message: message}
}

// readIdentityToken takes a token apart. Nothing that it says may be trusted before checkIdentityToken. That a claim may not be missing is
// AWS's sentence; which of several is named first is ours.
func readIdentityToken(token string) (h tokenHeader, c tokenClaims, f *fault) {
	parts := strings.Split(token, ".")
	notOne := badIdentityToken("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
	if len(parts) != 3 || strings.ContainsAny(token, "\r\n") { // Go's base64 would pass over line ends
		return h, c, notOne
	}
	for i, into := range []any{&h, &c} {
		data, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || json.Unmarshal(data, into) != nil {
			return h, c, notOne
		}
	}
	for _, claim := range []struct {
		name    string
		present bool
	}{{"iss", c.Issuer != ""}, {"sub", c.Subject != ""}, {"aud", len(c.Audience) > 0}, {"exp", c.Expiration != 0}, {"iat", c.Issued != 0}} {
		if !claim.present {
			return h, c, badIdentityToken("Missing a required claim: " + claim.name)
		}
	}
	return h, c, nil
}

// checkIdentityToken compares the signature, as the key that the provider would publish does. Another algorithm, none among them, has no key.
func (s *Server) checkIdentityToken(h tokenHeader, token string) *fault {
	key, err := s.signer.get()
	if err != nil || h.Algorithm != algorithm || h.KeyID != s.signer.id {
		return badIdentityToken("Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements")
	}
	cut := strings.LastIndexByte(token, '.')
	sum := sha256.Sum256([]byte(token[:cut]))
	signature, err := base64.RawURLEncoding.DecodeString(token[cut+1:])
	if err != nil || rsa.VerifyPKCS1v15(&key.PublicKey, crypto.SHA256, sum[:], signature) != nil {
		return badIdentityToken("The ID Token provided has an invalid signature") // worded here: no record of AWS's sentence is at hand
	}
	return nil
}
