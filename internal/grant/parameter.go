package grant

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"karikagi/internal/strictyaml"
)

// parameter is what a caller may say, and which values it takes. Values outside are refused, never cleaned.
type parameter struct {
	name, description string
	required          bool     // by the document, or because a placeholder stands for it
	enum              []string // the values; none for a parameter with a pattern
	pattern           valuePattern
	maxLength         int
}

// readParameters reads the parameters of a grant.
func (g *grant) readParameters(v strictyaml.Value) error {
	g.parameters = make([]parameter, 0, v.Len())
	err := v.Pairs("parameters", func(key, of strictyaml.Value) error {
		name := key.Raw()
		if !isWord(name, "_-") || !isLetter(name[0]) || len(name) > 64 {
			return key.Errorf("parameters: name %.100q: want at most 64 letters, digits and _-, beginning with a letter", name)
		}
		for _, other := range g.parameters {
			if strings.EqualFold(other.name, name) {
				// Who signs a request may not be who wrote it: two readers must not take another one each for the same.
				return key.Errorf("parameters: %q and %q differ in case only", other.name, name)
			}
		}
		g.parameters = append(g.parameters, parameter{name: name})
		return g.parameters[len(g.parameters)-1].read(of, "parameter "+name)
	})
	sort.Slice(g.parameters, func(i, j int) bool { return g.parameters[i].name < g.parameters[j].name })
	return err
}

// parameter finds a parameter; nil where there is none of this name.
func (g *grant) parameter(name string) *parameter {
	for i := range g.parameters {
		if g.parameters[i].name == name {
			return &g.parameters[i]
		}
	}
	return nil
}

func (p *parameter) read(v strictyaml.Value, what string) error {
	s := v.Section(what, "description", "required", "enum", "pattern", "max_length")
	p.description, p.required = s.Quoted("description", "", wantDescription), s.Flag("required")
	switch {
	case s.Err() != nil:
	case s.Has("enum") == s.Has("pattern"):
		s.Keep(s.Errorf("%s: want one of the keys enum and pattern", what))
	case s.Has("enum"):
		if s.Has("max_length") {
			s.Fail("max_length", "want it beside pattern only")
		}
		if v, ok := s.Take("enum"); ok {
			p.enum = make([]string, 0, v.Len())
		}
		s.Each("enum", func(v strictyaml.Value) error { return p.readValue(v, what) })
		if s.Err() == nil && len(p.enum) == 0 {
			s.Fail("enum", "want at least one value")
		}
	default:
		p.readPattern(s)
	}
	return s.Err()
}

// readValue reads a value of an enum: printable ASCII, with no blank that nobody sees.
func (p *parameter) readValue(v strictyaml.Value, what string) error {
	text, err := v.Quoted(what, "enum")
	printable := strings.IndexFunc(text, func(r rune) bool { return r < ' ' || r > '~' }) < 0
	switch {
	case err != nil:
		return err
	case text == "" || len(text) > maxValue || !printable || strings.TrimSpace(text) != text:
		return v.Errorf("%s: enum: want 1 to %d printable ASCII characters, no blank first or last, not %.100q", what, maxValue, text)
	case slices.Contains(p.enum, text):
		return v.Errorf("%s: enum: %.100q is there twice", what, text)
	}
	p.enum = append(p.enum, text)
	return nil
}

func (p *parameter) readPattern(s *strictyaml.Section) {
	var names []string
	s.Quoted("pattern", "", func(name string) string {
		for _, known := range valuePatterns() {
			names = append(names, known.name)
			if known.name == name {
				p.pattern = known
				return ""
			}
		}
		return "one of " + strings.Join(names, ", ")
	})
	v, ok := s.Need("max_length")
	if !ok {
		return
	}
	var err error
	p.maxLength, err = v.Int(s.What, "max_length")
	s.Keep(err)
	longest := cmp.Or(p.pattern.longest, maxValue)
	if s.Err() == nil && (p.maxLength < p.pattern.shortest || p.maxLength > longest) {
		s.Fail("max_length", "want %d to %d for the pattern %s, not %d", p.pattern.shortest, longest, p.pattern.name, p.maxLength)
	}
}

// want says what was wanted instead of a value; "" for a value that is declared.
func (p *parameter) want(value string) string {
	switch {
	case len(p.enum) > 0 && slices.Contains(p.enum, value):
		return ""
	case len(p.enum) > 0:
		return "one of " + strings.Join(p.enum, ", ")
	case len(value) <= p.maxLength && p.pattern.matches(value):
		return ""
	}
	return fmt.Sprintf("%s, at most %d characters", p.pattern.form, p.maxLength)
}

// samples are values among which are the longest.
func (p *parameter) samples() []string {
	if len(p.enum) > 0 {
		return p.enum
	}
	return []string{p.pattern.sample(p.maxLength)}
}

// wantDescription bounds a text that callers are shown.
func wantDescription(s string) string {
	const most = 1000
	if utf8.RuneCountInString(s) > most || strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) >= 0 {
		return fmt.Sprintf("at most %d characters, no control characters", most)
	}
	return ""
}

// checkParameters refuses every value that the grant does not declare, and asks for those that it needs.
func (g *grant) checkParameters(given map[string]string) error {
	for _, name := range sortedKeys(given) {
		p := g.parameter(name)
		if p == nil {
			return fmt.Errorf("parameter %.100q: the grant has none of this name", name)
		}
		if want := p.want(given[name]); want != "" {
			return fmt.Errorf("parameter %q: want %s, not %.100q", name, want, given[name])
		}
	}
	for _, p := range g.parameters {
		if _, ok := given[p.name]; !ok && p.required {
			return fmt.Errorf("parameter %q: want one", p.name)
		}
	}
	return nil
}
