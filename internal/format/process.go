package format

import "encoding/json"

// process renders what credential_process promises: one JSON object of
// Version 1 ("Sourcing credentials with an external process", AWS SDKs and
// Tools Reference Guide). AccountId is optional there and read by botocore and
// aws-sdk-go-v2 for account-based endpoints.
func process(p Product) (string, error) {
	c := p.Credentials
	text, err := json.MarshalIndent(struct { //nolint:gosec // the secrets are the product.
		Version         int
		AccessKeyID     string `json:"AccessKeyId"`
		SecretAccessKey string
		SessionToken    string
		Expiration      string
		AccountID       string `json:"AccountId,omitempty"`
	}{1, c.AccessKeyID, c.SecretAccessKey, c.SessionToken, expiration(c), c.AccountID}, "", "  ")
	return string(text) + "\n", err
}
