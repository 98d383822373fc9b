package format

import "encoding/json"

// object renders a plain JSON object for people, jq and scripts.
func object(p Product) (string, error) {
	c := p.Credentials
	text, err := json.MarshalIndent(struct { //nolint:gosec // the secrets are the product.
		AccessKeyID     string `json:"access_key_id"`
		SecretAccessKey string `json:"secret_access_key"`
		SessionToken    string `json:"session_token"`
		Expiration      string `json:"expiration"`
		AccountID       string `json:"account_id,omitempty"`
		Region          string `json:"region,omitempty"`
	}{c.AccessKeyID, c.SecretAccessKey, c.SessionToken, expiration(c), c.AccountID, p.Region}, "", "  ")
	return string(text) + "\n", err
}
