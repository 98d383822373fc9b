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

// part is literal text, or the name of a placeholder: ${parameter.NAME} or ${caller.NAME}.
type part struct {
	source source
	text   string
}

// source is where the value of a placeholder is from.
type source byte

const (
	literal       source = iota // it is no placeholder
	fromParameter               // the caller chooses it
	fromCaller
)

// What is known of every caller.
const (
	callerName      = "name"      // of the user or of the role
	callerAccount   = "account"   // 12 digits
	callerPartition = "partition" // aws
	callerSession   = "session"   // the role session name
	callerID        = "id"        // AIDA... or AROA...
)

func (p part) String() string {
	switch p.source {
	case fromParameter:
		return "${parameter." + p.text + "}"
	case fromCaller:
		return "${caller." + p.text + "}"
	}
	return p.text
}

func callerFields() []string {
	return []string{callerName, callerAccount, callerPartition, callerSession, callerID}
}

// readTemplate takes a text apart. Anything in ${} that is no placeholder is an error, but in a policy IAM's own
// variables, which have a colon, and its ${*}, ${?} and ${$} stay as they are.
func (g *grant) readTemplate(text string, policy bool) (template, error) {
	if !strings.Contains(text, "${") {
		return template{{text: text}}, nil
	}
	t := make(template, 0, 2*strings.Count(text, "${")) // most texts begin or end with one
	so, rest := "", text                                // the literal text so far, and what is to be read
	for {
		before, after, found := strings.Cut(rest, "${")
		so += before
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
			so += "${" + inside + "}"
			continue
		}
		if strings.HasSuffix(so, "$") {
			// With a value that begins with { the two would be the beginning of a variable.
			return nil, fmt.Errorf("$%v: want no $ before a placeholder", p)
		}
		if so != "" {
			t = append(t, part{text: so})
		}
		t, so = append(t, p), ""
	}
	if so != "" {
		t = append(t, part{text: so})
	}
	return t, nil
}

// readPlaceholder reads what stands between the braces. ok is false for what is IAM's.
func (g *grant) readPlaceholder(inside string, policy bool) (p part, ok bool, err error) {
	if policy && (strings.Contains(inside, ":") || inside == "*" || inside == "?" || inside == "$") {
		return p, false, nil
	}
	from, name, _ := strings.Cut(inside, ".")
	switch p = (part{fromCaller, name}); {
	case from == "parameter":
		p.source = fromParameter
		of := g.parameter(name)
		if of == nil {
			return p, false, fmt.Errorf("placeholder %.100v: the grant has no parameter of this name", p)
		}
		of.required = true
		return p, true, nil
	case from != "caller" || !slices.Contains(callerFields(), name):
		return p, false, fmt.Errorf("placeholder ${%.100s}: want ${parameter.NAME} or ${caller.NAME}, where NAME is one of %s",
			inside, strings.Join(callerFields(), ", "))
	case name == callerSession:
		return p, true, g.checkSessionTrust(p)
	}
	return p, true, nil
}

// checkSessionTrust refuses the role session name wherever the caller could have chosen it.
func (g *grant) checkSessionTrust(p part) error {
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
func (v values) of(p part) (string, error) {
	value := v.parameters[p.text]
	if p.source == fromCaller {
		value = v.caller(p.text)
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
	size := 0
	for _, p := range t {
		if size += len(p.text); p.source != literal {
			size += 16
		}
	}
	var b strings.Builder
	b.Grow(size)
	for _, p := range t {
		if p.source == literal {
			b.WriteString(p.text)
			continue
		}
		value, err := v.of(p)
		if err != nil {
			return "", err
		}
		b.WriteString(escape(value))
	}
	return b.String(), nil
}

// samples are values of a placeholder that its grant can see, among which are the longest.
func (g *grant) samples(p part, room []string) []string {
	if p.source == fromParameter {
		return g.parameter(p.text).samples()
	}
	all := room[:0]
	for _, r := range g.callers {
		if sample := r.sample(p.text); !slices.Contains(all, sample) {
			all = append(all, sample)
		}
	}
	return all
}

// sample is the longest that is known of a caller whom the rule names. 64: STS API reference, AssumeRole,
// RoleSessionName; 128: IAM API reference, UserId and RoleId.
func (r *rule) sample(field string) string {
	switch field {
	case callerAccount:
		return r.account
	case callerPartition:
		return r.partition
	case callerSession:
		return a64
	case callerID:
		return cmp.Or(r.id, strings.ToUpper(a64+a64))
	}
	return r.longestName()
}

// a64 has 64 characters.
const a64 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// worst renders the template with the longest value of each placeholder, escaped as in a policy.
func (g *grant) worst(into []byte, t template) []byte {
	for _, p := range t {
		into = append(into, g.longest(p, escape)...)
	}
	return into
}

// longestOf is how many characters the template has with the longest value of each placeholder.
func (g *grant) longestOf(t template, escape func(string) string) int {
	n := 0
	for _, p := range t {
		n += utf8.RuneCountInString(g.longest(p, escape))
	}
	return n
}

// longest is what a part becomes at most.
func (g *grant) longest(p part, escape func(string) string) string {
	if p.source == literal {
		return p.text
	}
	var room [4]string
	longest := ""
	for _, sample := range g.samples(p, room[:]) {
		if s := escape(sample); len(s) > len(longest) {
			longest = s
		}
	}
	return longest
}

// plain is the escape of a place in which no character has a meaning.
func plain(s string) string { return s }
