package grant

import (
	"slices"
	"time"
)

// Summary is a grant as those who may take it see it: no role, no rule, no other caller.
type Summary struct {
	Name, Description string
	Parameters        []ParameterSummary // sorted by name
	Default, Max      time.Duration
	Reason            bool // a reason must be given
}

// ParameterSummary says what values a parameter takes.
type ParameterSummary struct {
	Name, Description string
	Required          bool
	Enum              []string // the values, or
	Pattern           string   // the name of the pattern
	MaxLength         int      // of a value of the pattern
}

// For lists the grants that this caller may take, sorted by name. It asks what Decide asks, so that no grant is listed
// that would be refused to this caller, nor the other way round.
func (d *Document) For(who Caller) []Summary {
	if d == nil {
		return nil
	}
	var all []Summary
	for _, name := range d.names {
		if _, _, ok := d.admits(d.grants[name], who); ok {
			all = append(all, d.grants[name].summary())
		}
	}
	return all
}

func (g *grant) summary() Summary {
	s := Summary{Name: g.name, Description: g.description, Default: g.duration, Max: g.maximum, Reason: g.require.reason}
	for _, p := range g.parameters {
		s.Parameters = append(s.Parameters, ParameterSummary{
			Name: p.name, Description: p.description, Required: p.required,
			Enum: slices.Clone(p.enum), Pattern: p.pattern.name, MaxLength: p.maxLength,
		})
	}
	return s
}

// Size is how long the session policies of a grant can become at worst, in characters, of the 2,048 that STS takes.
type Size struct {
	Grant string
	Worst int
}

// Sizes lists the worst cases, sorted by the name of the grant.
func (d *Document) Sizes() []Size {
	var all []Size
	for _, name := range d.names {
		all = append(all, Size{name, d.grants[name].size})
	}
	return all
}
