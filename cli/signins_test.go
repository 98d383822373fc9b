package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"karikagi/internal/sandbox"
)

// webIdentity is a job of GitHub Actions, or a pod with a service account.
func webIdentity(ts *testscript.TestScript, mode string) {
	now := time.Now()
	token := sandbox.IdentityToken{Issuer: "https://token.actions.githubusercontent.com", Audience: "sts.amazonaws.com",
		Subject: "repo:example/site:ref:refs/heads/main", Issued: now, Expiration: now.Add(5 * time.Minute)}
	file, session := ts.MkAbs("job-token"), "build-7"
	switch mode {
	case "kubernetes":
		token.Issuer, token.Subject = "https://oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF", "system:serviceaccount:web:site"
		file, session = ts.MkAbs("var/run/secrets/eks.amazonaws.com/serviceaccount/token"), "site-6d4f"
	case "expired":
		token.Expiration = now.Add(-time.Minute)
	case "future":
		token.Issued = now.Add(time.Hour)
	case "audience":
		token.Audience = "sigstore"
	case "subject":
		token.Subject = "repo:example/site2:ref:refs/heads/main"
	case "issuer":
		token.Issuer = "https://gitlab.com"
	}
	text, err := of(ts).server.IdentityToken(token)
	ts.Check(err)
	if mode == "empty" {
		text = ""
	}
	if mode != "missing" {
		ts.Check(os.MkdirAll(filepath.Dir(file), 0o700))
		ts.Check(os.WriteFile(file, []byte(text), 0o600))
	} else if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		ts.Fatalf("%v", err)
	}
	if mode != "kubernetes" {
		ts.Setenv("GITHUB_ACTIONS", "true")
	}
	ts.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", file)
	ts.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/site-deploy")
	ts.Setenv("AWS_ROLE_SESSION_NAME", session)
}

// cache writes a sign-in where the SDKs look for it.
func cache(ts *testscript.TestScript, folder, name string, document map[string]any) {
	data, err := json.Marshal(document)
	ts.Check(err)
	folder = ts.MkAbs(filepath.Join(".aws", folder, "cache"))
	ts.Check(os.MkdirAll(folder, 0o700))
	ts.Check(os.WriteFile(filepath.Join(folder, name+".json"), data, 0o600))
}

// identityCenter is the portal behind a sign-in to the sso-session `company`.
func identityCenter(ts *testscript.TestScript, mode string) {
	const role = "AWSReservedSSO_Developer_0123456789abcdef"
	issued, err := of(ts).server.MachineSession("sso.amazonaws.com", "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/"+role, "ueno@example.com", time.Hour)
	ts.Check(err)
	ends := time.Now().Add(time.Hour)
	if mode == "expired" {
		ends = time.Now().Add(-time.Hour)
	}
	sum := sha1.Sum([]byte("company")) // the SDKs name the file so
	cache(ts, "sso", hex.EncodeToString(sum[:]), map[string]any{"accessToken": bearer, "expiresAt": ends.UTC().Format(time.RFC3339)})
	refuse := func(w http.ResponseWriter, status int, code, message string) {
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"message": message})
	}
	ts.Setenv("AWS_ENDPOINT_URL_SSO", serve(ts, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.Method != http.MethodGet || r.URL.Path != "/federation/credentials" || len(r.Header.Values("Authorization")) > 0:
			refuse(w, 400, "InvalidRequestException", "not this request")
		case r.Header.Get("X-Amz-Sso_bearer_token") != bearer || mode == "refused":
			refuse(w, 401, "UnauthorizedException", "Session token not found or invalid")
		case r.FormValue("role_name") != "Developer" || r.FormValue("account_id") != "123456789012" || mode == "forbidden":
			refuse(w, 403, "ForbiddenException", "No access")
		case mode == "keyless":
			_, _ = io.WriteString(w, "{}")
		default:
			_ = json.NewEncoder(w).Encode(map[string]any{"roleCredentials": map[string]any{"accessKeyId": issued.AccessKeyID,
				"secretAccessKey": issued.SecretAccessKey, "sessionToken": issued.SessionToken, "expiration": issued.Expiration.UnixMilli()}})
		}
	}))
}

// login is what aws login leaves for the console user ueno, and the service
// that renews it.
func login(ts *testscript.TestScript, mode string) {
	issued, err := of(ts).server.SignIn("ueno")
	ts.Check(err)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	der, err := x509.MarshalECPrivateKey(key)
	ts.Check(err)
	if mode != "fresh" {
		issued.Expiration = time.Now().Add(-time.Minute)
	}
	private := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}))
	if mode == "broken" {
		private = "no key"
	}
	sum := sha256.Sum256([]byte("arn:aws:iam::123456789012:user/ueno"))
	kept := map[string]any{
		"accessToken": map[string]any{"accessKeyId": issued.AccessKeyID, "secretAccessKey": issued.SecretAccessKey, "sessionToken": issued.SessionToken,
			"accountId": "123456789012", "expiresAt": issued.Expiration.UTC().Format(time.RFC3339)},
		"tokenType": "aws_sigv4", "refreshToken": bearer, "clientId": "arn:aws:signin:::devtools/same-device",
		"dpopKey": private,
	}
	if mode == "null" {
		kept = nil
	}
	cache(ts, "login", hex.EncodeToString(sum[:]), kept)
	ts.Setenv("AWS_ENDPOINT_URL_SIGNIN", serve(ts, func(w http.ResponseWriter, r *http.Request) {
		why := map[string]string{"expired": "TOKEN_EXPIRED", "changed": "USER_CREDENTIALS_CHANGED"}[mode]
		code, status := "AccessDeniedException", http.StatusForbidden
		if r.Method != http.MethodPost || r.URL.Path != "/v1/token" || !proves(r.Header.Get("DPoP"), &key.PublicKey) {
			code, status, why = "ValidationException", http.StatusBadRequest, "INVALID_REQUEST"
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string]string{"error": why, "message": "no"})
	}))
}

// proves verifies that the sender has the key of the sign-in: RFC 9449.
func proves(proof string, key *ecdsa.PublicKey) bool {
	cut := max(strings.LastIndexByte(proof, '.'), 0)
	signature, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(proof[cut:], "."))
	if err != nil || len(signature) != 64 {
		return false
	}
	sum := sha256.Sum256([]byte(proof[:cut]))
	return ecdsa.Verify(key, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:]))
}
