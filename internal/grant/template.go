package grant

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// template is a text of the document with placeholders in it.
type template []part

// part is literal text, or one placeholder.
type part struct {
	literal string
	placeholder
}

// placeholder is ${parameter.NAME} or ${caller.NAME}; the zero placeholder is none.
type placeholder struct{ source, name string }

// The sources of placeholders, and what is known of every caller.
const (
	fromParameter = "parameter"
	fromCaller    = "caller"

	callerName      = "name"      // of the user or of the role
	callerAccount   = "account"   // 12 digits
	callerPartition = "partition" // aws
	callerSession   = "session"   // the role session name
	callerID        = "id"        // AIDA... or AROA...
)

func (p placeholder) String() string { return "${" + p.source + "." + p.name + "}" }

func callerFields() []string {
	return []string{callerName, callerAccount, callerPartition, callerSession, callerID}
}

// readTemplate takes a text apart. Anything in ${} that is no placeholder is an error, but in a policy IAM's own
// variables, which have a colon, and its ${*}, ${?} and ${$} stay as they are.
func (g *grant) readTemplate(text string, policy bool) (template, error) {
	if !strings.Contains(text, "${") {
		return template{{literal: text}}, nil
	}
	var t template
	literal, rest := "", text
	for {
		before, after, found := strings.Cut(rest, "${")
		literal += before
		if !found {
			break
		}
		inside, next, closed := strings.Cut(after, "}")
		if !closed || strings.Contains(inside, "${") {
			return nil, fmt.Errorf("${%.40s: want a } behind its name", inside)
		}
		rest = next
		p, ok, err := g.readPlaceholder(inside, policy)
		if err != nil {
			return nil, err
		}
		if !ok {
			literal += "${" + inside + "}"
			continue
		}
		if strings.HasSuffix(literal, "$") {
			// With a value that begins with { the two would be the beginning of a variable.
			return nil, fmt.Errorf("$%v: want no $ before a placeholder", p)
		}
		if literal != "" {
			t = append(t, part{literal: literal})
		}
		t, literal = append(t, part{placeholder: p}), ""
	}
	if literal != "" {
		t = append(t, part{literal: literal})
	}
	return t, nil
}

// readPlaceholder reads what stands between the braces. ok is false for what is IAM's.
func (g *grant) readPlaceholder(inside string, policy bool) (p placeholder, ok bool, err error) {
	if policy && (strings.Contains(inside, ":") || inside == "*" || inside == "?" || inside == "$") {
		return p, false, nil
	}
	p.source, p.name, _ = strings.Cut(inside, ".")
	switch {
	case p.source == fromParameter && g.parameters[p.name] != nil:
		g.parameters[p.name].required = true
		return p, true, nil
	case p.source == fromParameter:
		return p, false, fmt.Errorf("placeholder %.100v: the grant has no parameter of this name", p)
	case p.source != fromCaller || !slices.Contains(callerFields(), p.name):
		return p, false, fmt.Errorf("placeholder ${%.100s}: want ${parameter.NAME} or ${caller.NAME}, where NAME is one of %s",
			inside, strings.Join(callerFields(), ", "))
	case p.name == callerSession:
		return p, true, g.checkSessionTrust(p)
	}
	return p, true, nil
}

// checkSessionTrust refuses the role session name wherever the caller could have chosen it.
func (g *grant) checkSessionTrust(p placeholder) error {
	for _, r := range g.callers {
		if !r.trustsSession {
			return fmt.Errorf("placeholder %v: want callers that are roles with trust_session_name: true, because whoever may assume a role chooses its session name; %s is not one", p, r.place)
		}
	}
	return nil
}

// values is what placeholders stand for in one request: what was checked, and nothing else.
type values struct {
	who        Caller
	parameters map[string]string
}

// of is a placeholder's value; never "".
func (v values) of(p placeholder) (string, error) {
	value := v.parameters[p.name]
	if p.source == fromCaller {
		value = v.caller(p.name)
	}
	if value == "" {
		return "", fmt.Errorf("%v has no value for this caller", p)
	}
	return value, nil
}

func (v values) caller(name string) string {
	switch name {
	case callerName:
		return v.who.Principal.Name
	case callerAccount:
		return v.who.Principal.Account
	case callerPartition:
		return v.who.Principal.Partition
	case callerSession:
		return v.who.Principal.Session
	case callerID:
		id, _, _ := strings.Cut(v.who.UserID, ":")
		return id
	}
	return ""
}

// render fills in the placeholders; escape is for where the template stands.
func (t template) render(v values, escape func(string) string) (string, error) {
	var b strings.Builder
	b.Grow(64)
	for _, p := range t {
		if p.source == "" {
			b.WriteString(p.literal)
			continue
		}
		value, err := v.of(p.placeholder)
		if err != nil {
			return "", err
		}
		b.WriteString(escape(value))
	}
	return b.String(), nil
}

// samples are values of a placeholder that its grant can see, among which are the longest.
func (g *grant) samples(p placeholder) []string {
	if p.source == fromParameter {
		return g.parameters[p.name].samples()
	}
	var all []string
	for _, r := range g.callers {
		if sample := r.sample(p.name); !slices.Contains(all, sample) {
			all = append(all, sample)
		}
	}
	return all
}

// sample is the longest that is known of a caller whom the rule names. 64: STS API reference, AssumeRole,
// RoleSessionName; 128: IAM API reference, UserId and RoleId.
func (r rule) sample(field string) string {
	switch field {
	case callerAccount:
		return r.account
	case callerPartition:
		return r.partition
	case callerSession:
		return strings.Repeat("a", 64)
	case callerID:
		return cmp.Or(r.id, strings.Repeat("A", 128))
	}
	return r.longestName()
}

// worst renders the template with the longest value of each placeholder.
func (g *grant) worst(t template, escape func(string) string) string {
	var b strings.Builder
	b.Grow(160)
	for _, p := range t {
		b.WriteString(g.longest(p, escape))
	}
	return b.String()
}

// longestOf is how many characters worst has.
func (g *grant) longestOf(t template, escape func(string) string) int {
	n := 0
	for _, p := range t {
		n += utf8.RuneCountInString(g.longest(p, escape))
	}
	return n
}

// longest is what a part becomes at most.
func (g *grant) longest(p part, escape func(string) string) string {
	longest := p.literal
	if p.source != "" {
		for _, sample := range g.samples(p.placeholder) {
			if s := escape(sample); len(s) > len(longest) {
				longest = s
			}
		}
	}
	return longest
}

// plain is the escape of a place in which no character has a meaning.
func plain(s string) string { return s }
