package grant

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"karikagi/internal/strictyaml"
)

// The limits of session tags: STS API reference, AssumeRole, Tags and TransitiveTagKeys, and Tag.
const (
	maxTags   = 50
	maxTagKey = 128
)

// tag is a session tag of a grant.
type tag struct {
	key   string
	value template
}

// readTags reads the session tags. Callers have a say in values only, where the document lets them.
func (g *grant) readTags(v strictyaml.Value) error {
	g.tags = make([]tag, 0, v.Len())
	err := v.Pairs("tags", func(key, of strictyaml.Value) error {
		name := key.Raw()
		for _, other := range g.tags {
			if strings.EqualFold(other.key, name) {
				return key.Errorf("tags: key %q is there twice: tag keys are compared without regard to case", name)
			}
		}
		if !isTagText(name) || name == "" || utf8.RuneCountInString(name) > maxTagKey || strings.HasPrefix(strings.ToLower(name), "aws:") {
			return key.Errorf("tags: key %.100q: want 1 to %d letters, digits, blanks and _.:/=+-@, not beginning with aws:", name, maxTagKey)
		}
		text, err := of.Quoted("tags", name)
		if err != nil {
			return err
		}
		t, err := g.readTagValue(text)
		if err != nil {
			return of.Errorf("tags: %s: %v", name, err)
		}
		g.tags = append(g.tags, tag{name, t})
		return nil
	})
	if err == nil && len(g.tags) > maxTags {
		return v.Errorf("tags: want at most %d, not %d", maxTags, len(g.tags))
	}
	sort.Slice(g.tags, func(i, j int) bool { return g.tags[i].key < g.tags[j].key })
	return err
}

// readTagValue reads the template of a value, and refuses one that could become what STS does not take.
func (g *grant) readTagValue(text string) (template, error) {
	t, err := g.readTemplate(text, false)
	if err != nil {
		return nil, err
	}
	for _, p := range t {
		if p.source == literal && !isTagText(p.text) {
			return nil, fmt.Errorf("want letters, digits, blanks and _.:/=+-@, not %.100q", p.text)
		}
		if p.source != fromParameter {
			continue
		}
		for _, sample := range g.samples(p, nil) {
			if !isTagText(sample) {
				return nil, fmt.Errorf("%v can be %.100q: want letters, digits, blanks and _.:/=+-@", p, sample)
			}
		}
	}
	if n := g.longestOf(t, plain); n > maxValue {
		return nil, fmt.Errorf("can become %d characters: want at most %d", n, maxValue)
	}
	return t, nil
}

// readTransitive reads the keys of the tags that further sessions inherit. Callers have no say in them.
func (g *grant) readTransitive(v strictyaml.Value) error {
	return v.Items("transitive_tag_keys", func(v strictyaml.Value) error {
		key, err := v.Quoted("transitive_tag_keys")
		switch {
		case err != nil:
			return err
		case !slices.ContainsFunc(g.tags, func(t tag) bool { return t.key == key }):
			return v.Errorf("transitive_tag_keys: want the key of a tag of this grant, not %.100q", key)
		case slices.Contains(g.transitive, key):
			return v.Errorf("transitive_tag_keys: %q is there twice", key)
		}
		g.transitive = append(g.transitive, key)
		return nil
	})
}

// sessionTags renders the tags. A name that a tag cannot hold, such as one with a comma, is refused: to change it
// could make it another's.
func (g *grant) sessionTags(v values) ([]Tag, error) {
	tags := make([]Tag, 0, len(g.tags))
	for _, t := range g.tags {
		value, err := t.value.render(v, plain)
		if err != nil {
			return nil, fmt.Errorf("tag %q: %w", t.key, err)
		}
		if !isTagText(value) || utf8.RuneCountInString(value) > maxValue {
			return nil, fmt.Errorf("tag %q: want a value of at most %d letters, digits, blanks and _.:/=+-@, not %.300q", t.key, maxValue, value)
		}
		tags = append(tags, Tag{t.key, value})
	}
	return tags, nil
}

// isTagText is [\p{L}\p{Z}\p{N}_.:/=+\-@]*: STS API reference, Tag.
func isTagText(s string) bool {
	if only(s, "_.:/=+-@ ") {
		return true
	}
	return strings.IndexFunc(s, func(r rune) bool { // U+FFFD, for what is not UTF-8, is none of them
		return !unicode.In(r, unicode.L, unicode.Z, unicode.N) && !strings.ContainsRune("_.:/=+-@", r)
	}) < 0
}
