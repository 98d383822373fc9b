package main

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// sbomFile is the bill of materials: CycloneDX 1.6, which is what Go's own
// generator (cyclonedx-gomod) writes, and what Dependency-Track, Trivy and Grype
// read. It is made of the build information in the very binaries that are
// published, so it can neither lack a module nor have one too many.
const sbomFile = "karikagi.cdx.json"

// The part of CycloneDX 1.6 that we use (cyclonedx.org/docs/1.6/json).
type (
	sbom struct {
		Schema       string       `json:"$schema"`
		Format       string       `json:"bomFormat"`
		Spec         string       `json:"specVersion"`
		Serial       string       `json:"serialNumber"`
		Version      int          `json:"version"`
		Metadata     sbomMetadata `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	sbomMetadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type       string     `json:"type"`
		Ref        string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version"`
		Hashes     []hash     `json:"hashes,omitempty"`
		Licenses   []any      `json:"licenses,omitempty"`
		PURL       string     `json:"purl,omitempty"`
		Properties []property `json:"properties,omitempty"`
	}
	hash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	dependency struct {
		Ref string   `json:"ref"`
		On  []string `json:"dependsOn,omitempty"`
	}
)

// bill makes the bill of materials of programs. Its serial number, a UUID of
// the kind for everybody's own use (RFC 9562, version 8), is made of the rest.
func bill(programs []binary, known libraries, version string, when time.Time) ([]byte, error) {
	self := known[ours]
	if version != "" {
		self.version = version
	}
	b := sbom{Schema: "http://cyclonedx.org/schema/bom-1.6.schema.json", Format: "CycloneDX", Spec: "1.6", Version: 1}
	whole := component{Type: "application", Ref: ours, Name: ours, Version: self.version, Licenses: self.licences(), PURL: self.purl()}
	b.Metadata = sbomMetadata{when.UTC().Format(time.RFC3339), whole}
	b.Dependencies = []dependency{{Ref: ours}}
	for _, p := range programs {
		c, on, err := known.program(p, self.version)
		if err != nil {
			return nil, err
		}
		b.Components = append(b.Components, c)
		b.Dependencies[0].On = append(b.Dependencies[0].On, c.Ref)
		b.Dependencies = append(b.Dependencies, dependency{c.Ref, on})
	}
	for _, path := range slices.Sorted(maps.Keys(known)) {
		if path == ours {
			continue
		}
		c, err := known[path].component()
		if err != nil {
			return nil, err
		}
		b.Components = append(b.Components, c)
		b.Dependencies = append(b.Dependencies, dependency{Ref: c.Ref})
	}
	text, err := json.Marshal(b)
	if err != nil {
		return nil, err
	}
	id := sha256.Sum256(text)
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80
	b.Serial = fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:16])
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err = encoder.Encode(b)
	return out.Bytes(), err
}

// program describes a program that was built, and what it is made of.
func (l libraries) program(p binary, version string) (c component, on []string, err error) {
	data, err := os.ReadFile(p.file)
	if err != nil {
		return c, nil, err
	}
	info, err := buildinfo.Read(bytes.NewReader(data))
	if err != nil {
		return c, nil, fmt.Errorf("%s: %w", p.published(), err)
	}
	c = component{Type: "application", Ref: p.published(), Name: p.published(), Version: version, Licenses: l[ours].licences(),
		Hashes: []hash{{"SHA-256", fmt.Sprintf("%x", sha256.Sum256(data))}}}
	for _, s := range info.Settings {
		c.Properties = append(c.Properties, property{"go:build:" + s.Key, s.Value})
	}
	for _, path := range append(modulePaths(info), standard) {
		on = append(on, l[path].purl())
	}
	return c, on, nil
}

// component describes a library. What go.sum calls h1 is the SHA-256 of a list
// of a module's files (golang.org/ref/mod#go-sum-files), no archive's; it
// stands here both as a hash, as other generators have it, and under its name.
func (l library) component() (component, error) {
	c := component{Type: "library", Ref: l.purl(), Name: l.path, Version: l.version, Licenses: l.licences(), PURL: l.purl()}
	if sum, ok := strings.CutPrefix(l.sum, "h1:"); ok {
		raw, err := base64.StdEncoding.DecodeString(sum)
		if err != nil {
			return c, fmt.Errorf("sum of %s: %w", l.path, err)
		}
		c.Hashes = []hash{{"SHA-256", hex.EncodeToString(raw)}}
		c.Properties = []property{{"go:sum", l.sum}}
	}
	return c, nil
}
