package api

import (
	"encoding/json"
	"fmt"
)

// Me is the answer to GET /: who the caller is as the function sees it, and the
// grants that this caller may take.
type Me struct {
	Caller Caller      `json:"caller"`
	Grants []GrantInfo `json:"grants"`
}

// Caller is a principal as the function sees it.
type Caller struct {
	ARN       string `json:"arn"`
	AccountID string `json:"account_id"`
	Kind      string `json:"kind"` // user, assumed-role, federated-user, root, other
	Name      string `json:"name"` // of an assumed role, the role's name
	UserID    string `json:"user_id,omitempty"`
	OrgID     string `json:"org_id,omitempty"`
	SourceIP  string `json:"source_ip,omitempty"`
	// RoleSessionName is what sessions of this caller are called downstream.
	RoleSessionName string `json:"role_session_name"`
}

// GrantInfo is a grant as far as its callers need to know it: nothing of the
// role behind it.
type GrantInfo struct {
	Name           string               `json:"name"`
	Description    string               `json:"description,omitempty"`
	Parameters     map[string]Parameter `json:"parameters,omitempty"`
	Duration       Durations            `json:"duration"`
	ReasonRequired bool                 `json:"reason_required,omitempty"`
}

// Parameter says which values a parameter of a grant takes.
type Parameter struct {
	Description string   `json:"description,omitempty"`
	Required    bool     `json:"required"`
	Enum        []string `json:"enum,omitempty"`
	Pattern     string   `json:"pattern,omitempty"` // the name of a fixed pattern
	MaxLength   int      `json:"max_length,omitempty"`
}

// Durations are what a grant gives unasked and at most.
type Durations struct {
	DefaultSeconds int `json:"default_seconds"`
	MaxSeconds     int `json:"max_seconds"`
}

// Marshal is the body of the answer.
func (m Me) Marshal() ([]byte, error) { return encode(m) }

// Marshal is the body of the answer.
func (g GrantInfo) Marshal() ([]byte, error) { return encode(g) }

// ParseMe reads the answer to GET /. Its texts are foreign: show them as such.
func ParseMe(body []byte) (Me, error) {
	var m Me
	if err := json.Unmarshal(body, &m); err != nil {
		return Me{}, fmt.Errorf("want a caller and grants in JSON")
	}
	return m, nil
}
