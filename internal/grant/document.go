// Package grant reads the grants document and decides by it: which principal may take which session, as which role,
// limited by which session policy. It knows documents, principals and requests only: no HTTP, no STS, no
// environment, no clock, no secret. Who the caller is, is the word of whoever authenticated them.
//
// It fails closed. A document with a mistake is refused whole when it is parsed; a caller that no rule names, a rule
// that cannot be decided, a value that was not declared are refusals.
package grant

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"karikagi/internal/caller"
	"karikagi/internal/strictyaml"
)

// maxDocument bounds a grants document: ten thousand grants and more.
const maxDocument = 16 << 20

// Document is a grants document that was parsed and found sound. The zero Document grants nothing.
type Document struct {
	name   string
	digest string
	grants map[string]*grant
	names  []string              // sorted
	vended map[vendedRole]*grant // whose sessions come from here
	tests  []selfTest
}

// Digest is the SHA-256 of the document's bytes, in hex: which document decided.
func (d *Document) Digest() string { return d.digest }

// Parse reads a grants document. name is what errors call it: "grants.yaml:12:7: ...". Whatever could be found wrong
// later is found here.
func Parse(name string, data []byte) (*Document, error) {
	root, err := strictyaml.Read(strictyaml.File{Name: name, What: "grants document", Key: "grants", Max: maxDocument}, data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	d := &Document{name: name, digest: hex.EncodeToString(sum[:])}
	s := root.Section("grants document", "version", "grants", "tests")
	if version, ok := s.Need("version"); ok {
		n, err := version.Int("version")
		s.Keep(err)
		if n != 1 {
			s.Fail("version", "want 1, not %d", n)
		}
	}
	if grants, ok := s.Need("grants"); ok {
		n := grants.Len()
		d.grants, d.vended = make(map[string]*grant, n), make(map[vendedRole]*grant, n)
		folded, read := make(map[string]string, n), &reading{sound: map[string]bool{}}
		s.Keep(grants.Pairs("grants", func(key, v strictyaml.Value) error { return d.readGrant(key, v, folded, read) }))
		d.names = sortedKeys(d.grants)
		s.Keep(d.checkRoles())
	}
	if tests, ok := s.Take("tests"); ok {
		d.tests = make([]selfTest, 0, tests.Len())
		known := map[string]caller.Caller{} // tests name the same few callers
		s.Each("tests", func(v strictyaml.Value) error { return d.readTest(v, known) })
	}
	if s.Err() != nil {
		return nil, s.Err()
	}
	return d, nil
}

// readGrant reads a grant; folded are the names so far, by lower case.
func (d *Document) readGrant(key, v strictyaml.Value, folded map[string]string, read *reading) error {
	g, err := readGrant(key, v, read)
	if err != nil {
		return err
	}
	if other, twice := folded[lower(g.name)]; twice {
		return key.Errorf("grants: %q and %q differ in case only", other, g.name)
	}
	folded[lower(g.name)] = g.name
	d.grants[g.name] = g
	d.vended[vended(g.role.Partition, g.role.Account, g.role.Name)] = g
	return nil
}

// checkRoles looks at what grants say of roles that others say, too. A caller whose role is vended here could never
// take its grant. And of a role that one grant assumes without an external ID, the trust policy cannot demand any.
func (d *Document) checkRoles() error {
	bare := map[caller.Role]*grant{} // the grants without an external ID, by role
	for _, name := range d.names {
		if g := d.grants[name]; g.externalID == "" {
			bare[g.role] = g
		}
	}
	for _, name := range d.names {
		g := d.grants[name]
		if other := bare[g.role]; other != nil && g.externalID != "" {
			return fmt.Errorf("%s: role_arn: grant %s has no external_id for the same role: want one in both or in none", g.rolePlace, other.name)
		}
		for _, r := range g.callers {
			if r.kind != caller.AssumedRole || !r.name.literal() {
				continue
			}
			if from := d.vended[vended(r.partition, r.account, r.name.text)]; from != nil {
				return fmt.Errorf("%s: callers: role %s is the one of grant %s, and a session that was vended here gets no further one", r.place, r.name.text, from.name)
			}
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
