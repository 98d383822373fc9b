package grant

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"karikagi/internal/strictyaml"
)

// maxIdentity: 2-64 characters of [\w+=,.@-], STS API reference, AssumeRole, SourceIdentity. "aws:" cannot be among
// them, since the colon is not.
const maxIdentity = 64

// readIdentity reads the template of the source identity. It says who the caller is, so the caller has no say in it.
func (g *grant) readIdentity(v strictyaml.Value) error {
	text, err := v.Quoted("source_identity")
	if err != nil {
		return err
	}
	if g.sourceIdentity, err = g.readTemplate(text, false); err != nil {
		return v.Errorf("source_identity: %v", err)
	}
	names := false
	for _, p := range g.sourceIdentity {
		switch {
		case p.source == fromParameter:
			return v.Errorf("source_identity: %v: want nothing that the caller chooses", p)
		case p.source == fromCaller:
			names = true
		case !only(p.text, nameCharacters):
			return v.Errorf("source_identity: want letters, digits and _+=,.@-, not %.100q", p.text)
		}
	}
	if !names {
		return v.Errorf("source_identity: want a placeholder of the caller, such as ${caller.name}")
	}
	return nil
}

// identity renders the source identity. It always ends with 16 hex characters of the SHA-256 of the caller's ARN, as
// the role session names do that cannot be exact (printf %s ARN | sha256sum | cut -c1-16): what the template says may
// be the same for two callers, of two accounts or of two kinds, and they must not share a source identity.
func (g *grant) identity(v values) (string, error) {
	if g.sourceIdentity == nil {
		return "", nil
	}
	text, err := g.sourceIdentity.render(v, plain)
	if err != nil {
		return "", fmt.Errorf("source identity: %w", err)
	}
	sum := sha256.Sum256([]byte(v.who.Principal.ARN))
	suffix := "-" + hex.EncodeToString(sum[:8])
	legal := strings.Map(func(r rune) rune {
		if only(string(r), nameCharacters) {
			return r
		}
		return '-'
	}, text)
	return legal[:min(len(legal), maxIdentity-len(suffix))] + suffix, nil
}
