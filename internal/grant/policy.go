package grant

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"karikagi/internal/iam"
	"karikagi/internal/strictyaml"
)

// maxPolicy is for the inline session policy and the ARNs of managed ones together, in characters: STS API
// reference, AssumeRole, Policy and PolicyArns.
const maxPolicy = 2048

// Session policies are always of this version, in which ${*} is an asterisk and nothing else: IAM user guide, "IAM
// policy elements: Variables and tags".
const (
	policyHead = `{"Version":"2012-10-17","Statement":[`
	policyTail = `]}`
)

// The statements of karikagi's own. sts:AssumeRole* leaves sts:AssumeRoot out, which is onward all the same.
const (
	allowAll   = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	denyOnward = `{"Effect":"Deny","Action":["sts:AssumeRole*","sts:AssumeRoot"],"Resource":"*"}`
)

// statement is a statement of a session policy: its JSON as a template, and where in the file what came from.
type statement struct {
	template
	allows   bool
	json     strictyaml.JSON
	variants []variant
}

// variant is a placeholder whose every value must be tried, and where it stands.
type variant struct {
	part
	at strictyaml.Value
}

// readPolicy reads the session policy of a grant.
func (g *grant) readPolicy(v strictyaml.Value) error {
	s := v.Section("session_policy", "Version", "Statement")
	s.Text("Version", "", func(version string) string {
		if version != "2012-10-17" {
			return "2012-10-17, or none"
		}
		return ""
	})
	list, ok := s.Need("Statement")
	if !ok {
		return s.Err()
	}
	read := func(v strictyaml.Value) error {
		st, err := g.readStatement(v)
		g.reading.statements = append(g.reading.statements, st)
		g.reading.allows = g.reading.allows || st.allows
		return err
	}
	if list.IsMapping() {
		s.Keep(read(list))
	} else {
		s.Each("Statement", read)
	}
	if s.Err() == nil && len(g.reading.statements) == 0 {
		s.Fail("Statement", "want at least one statement")
	}
	if s.Err() != nil {
		return s.Err()
	}
	return g.checkStatements(list)
}

// checkStatements asks IAM's own rules about the policy with the longest values, and about every value of a
// placeholder that stands where not every text may.
func (g *grant) checkStatements(v strictyaml.Value) error {
	text := g.reading.text[:0]
	text = append(text, policyHead...)
	for i, st := range g.reading.statements {
		if i > 0 {
			text = append(text, ',')
		}
		text = g.worst(text, st.template)
	}
	text = append(text, policyTail...)
	g.reading.text = text
	if err := g.checkWhole(v, text); err != nil {
		return err
	}
	for _, st := range g.reading.statements {
		for _, w := range st.variants {
			if err := g.checkVariant(st, w); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkWhole asks about each text once for all grants: they are often alike, and it takes its time.
func (g *grant) checkWhole(v strictyaml.Value, text []byte) error {
	if g.reading.sound[string(text)] {
		return nil
	}
	_, err := iam.ParsePolicy(text)
	if err == nil {
		g.reading.sound[string(text)] = true
		return nil
	}
	for _, st := range g.reading.statements {
		if err := g.checkStatement(st); err != nil {
			return err
		}
	}
	wrong, _ := errors.AsType[*iam.SyntaxError](err)
	return v.Errorf("session_policy: %s", wrong.Msg) // what is wrong between statements
}

// parseWorst asks IAM's own rules about one statement with the longest values.
func (g *grant) parseWorst(t template) (*iam.SyntaxError, bool) {
	_, err := iam.ParsePolicy(append(g.worst([]byte(policyHead), t), policyTail...))
	return errors.AsType[*iam.SyntaxError](err)
}

// checkStatement places what is wrong with a statement.
func (g *grant) checkStatement(st statement) error {
	wrong, ok := g.parseWorst(st.template)
	if !ok {
		return nil
	}
	rendered, written := len(policyHead), 0 // columns before the part, in what was parsed and in the statement's JSON
	for _, p := range st.template {
		n := g.longestOf(template{p}, escape)
		if wrong.Column <= rendered+n {
			if p.source != literal {
				return st.json.At(written+1).Errorf("session_policy: %s", wrong.Msg)
			}
			return st.json.At(written+wrong.Column-rendered).Errorf("session_policy: %s", wrong.Msg)
		}
		rendered += n
		if written++; p.source == literal {
			written += n - 1
		}
	}
	return st.json.At(written).Errorf("session_policy: %s", wrong.Msg)
}

// checkVariant tries every value of a placeholder in its statement.
func (g *grant) checkVariant(st statement, w variant) error {
	for _, sample := range g.samples(w.part, nil) {
		t := make(template, len(st.template))
		for i, p := range st.template {
			if t[i] = p; p == w.part {
				t[i] = part{text: escape(sample)}
			}
		}
		if wrong, ok := g.parseWorst(t); ok {
			return w.at.Errorf("session_policy: %v can be %.100q: %s", w.part, sample, wrong.Msg)
		}
	}
	return nil
}

// escape writes a value for the inside of a JSON string that IAM reads with wildcards and variables: what IAM would
// take for one becomes ${*}, ${?} or ${$}, which stand for the character itself.
func escape(value string) string {
	if only(value, nameCharacters+"/:") {
		return value // as most values are
	}
	if strings.ContainsAny(value, `*?$`) {
		value = strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}").Replace(value)
	}
	quoted := strictyaml.Quote(value)
	return quoted[1 : len(quoted)-1]
}

// finishPolicy adds karikagi's own statements and makes one template of all, with which the worst case is known.
func (g *grant) finishPolicy(s *strictyaml.Section) {
	switch {
	case g.onward && len(g.reading.statements) > 0:
		g.policy = joined(g.reading.statements)
	case g.onward:
	case g.fullRole:
		g.policy = joined(g.reading.statements, allowAll, denyOnward)
	default:
		g.policy = joined(g.reading.statements, denyOnward)
	}
	g.size = g.longestOf(g.policy, escape)
	for _, arn := range g.policyARNs {
		g.size += utf8.RuneCountInString(arn)
	}
	if g.size > maxPolicy {
		s.Keep(s.Errorf("grant %s: its session policies can become %d characters: STS takes at most %d", g.name, g.size, maxPolicy))
	}
}

// joined makes a document of statements, those of karikagi's own last.
func joined(statements []statement, own ...string) template {
	n := 1 + 2*len(own)
	for _, st := range statements {
		n += 1 + len(st.template)
	}
	whole := append(make(template, 0, n), part{text: policyHead})
	for _, st := range statements {
		whole = append(append(whole, st.template...), part{text: ","})
	}
	for _, st := range own {
		whole = append(whole, part{text: st}, part{text: ","})
	}
	whole[len(whole)-1].text = policyTail // instead of the last comma
	return whole
}

// sessionPolicy renders the inline session policy; "" where the grant sends none. What it renders was found valid
// with other values when the document was read, and no value can change that; its length is checked again.
func (g *grant) sessionPolicy(v values) (string, error) {
	text, err := g.policy.render(v, escape)
	if err != nil {
		return "", fmt.Errorf("session policy: %w", err)
	}
	return text, g.checkLength(text)
}

func (g *grant) checkLength(text string) error {
	n := utf8.RuneCountInString(text)
	for _, arn := range g.policyARNs {
		n += utf8.RuneCountInString(arn)
	}
	if n > maxPolicy {
		return fmt.Errorf("session policies of %d characters: STS takes at most %d", n, maxPolicy)
	}
	return nil
}
