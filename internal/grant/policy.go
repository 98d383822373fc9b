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
	placeholder
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
	var all []statement
	read := func(v strictyaml.Value) error {
		st, err := g.readStatement(v)
		all = append(all, st)
		return err
	}
	if list.IsMapping() {
		s.Keep(read(list))
	} else {
		s.Each("Statement", read)
	}
	if s.Err() == nil && len(all) == 0 {
		s.Fail("Statement", "want at least one statement")
	}
	if s.Err() != nil {
		return s.Err()
	}
	return g.checkStatements(list, all)
}

// checkStatements asks IAM's own rules about the policy with the longest values, and about every value of a
// placeholder that stands where not every text may.
func (g *grant) checkStatements(v strictyaml.Value, all []statement) error {
	var whole []string
	for _, st := range all {
		whole = append(whole, g.worst(st.template, escape))
		g.statements = append(g.statements, st.template)
		g.allows = g.allows || st.allows
	}
	if err := g.checkWhole(v, policyHead+strings.Join(whole, ",")+policyTail, all); err != nil {
		return err
	}
	for _, st := range all {
		for _, w := range st.variants {
			if err := g.checkVariant(st, w); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkWhole asks about each text once for all grants: they are often alike, and it takes its time.
func (g *grant) checkWhole(v strictyaml.Value, text string, all []statement) error {
	if g.sound[text] {
		return nil
	}
	_, err := iam.ParsePolicy([]byte(text))
	if err == nil {
		g.sound[text] = true
		return nil
	}
	for _, st := range all {
		if err := g.checkStatement(st); err != nil {
			return err
		}
	}
	wrong, _ := errors.AsType[*iam.SyntaxError](err)
	return v.Errorf("session_policy: %s", wrong.Msg) // what is wrong between statements
}

// checkStatement places what is wrong with a statement.
func (g *grant) checkStatement(st statement) error {
	_, err := iam.ParsePolicy([]byte(policyHead + g.worst(st.template, escape) + policyTail))
	wrong, ok := errors.AsType[*iam.SyntaxError](err)
	if !ok {
		return nil
	}
	rendered, written := len(policyHead), 0 // columns before the part, in what was parsed and in the statement's JSON
	for _, p := range st.template {
		n := utf8.RuneCountInString(g.worst(template{p}, escape))
		if wrong.Column <= rendered+n {
			if p.source != "" {
				return st.json.At(written+1).Errorf("session_policy: %s", wrong.Msg)
			}
			return st.json.At(written+wrong.Column-rendered).Errorf("session_policy: %s", wrong.Msg)
		}
		rendered += n
		if written++; p.source == "" {
			written += n - 1
		}
	}
	return st.json.At(written).Errorf("session_policy: %s", wrong.Msg)
}

// checkVariant tries every value of a placeholder in its statement.
func (g *grant) checkVariant(st statement, w variant) error {
	for _, sample := range g.samples(w.placeholder) {
		t := make(template, len(st.template))
		for i, p := range st.template {
			if t[i] = p; p.placeholder == w.placeholder {
				t[i] = part{literal: escape(sample)}
			}
		}
		_, err := iam.ParsePolicy([]byte(policyHead + g.worst(t, escape) + policyTail))
		if wrong, ok := errors.AsType[*iam.SyntaxError](err); ok {
			return w.at.Errorf("session_policy: %v can be %.100q: %s", w.placeholder, sample, wrong.Msg)
		}
	}
	return nil
}

// escape writes a value for the inside of a JSON string that IAM reads with wildcards and variables: what IAM would
// take for one becomes ${*}, ${?} or ${$}, which stand for the character itself.
func escape(value string) string {
	if strings.ContainsAny(value, `*?$`) {
		value = strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}").Replace(value)
	}
	quoted := strictyaml.Quote(value)
	return quoted[1 : len(quoted)-1]
}

// finishPolicy adds karikagi's own statements and makes one template of all, with which the worst case is known.
func (g *grant) finishPolicy(s *strictyaml.Section) {
	if g.fullRole && !g.onward {
		g.statements = append(g.statements, template{{literal: allowAll}})
	}
	if !g.onward {
		g.statements = append(g.statements, template{{literal: denyOnward}})
	}
	if len(g.statements) > 0 {
		g.policy = joined(g.statements)
	}
	g.size = g.longestOf(g.policy, escape)
	for _, arn := range g.policyARNs {
		g.size += utf8.RuneCountInString(arn)
	}
	if g.size > maxPolicy {
		s.Keep(s.Errorf("grant %s: its session policies can become %d characters: STS takes at most %d", g.name, g.size, maxPolicy))
	}
}

// joined makes a document of statements.
func joined(statements []template) template {
	whole := template{{literal: policyHead}}
	for i, st := range statements {
		if i > 0 {
			whole = append(whole, part{literal: ","})
		}
		whole = append(whole, st...)
	}
	return append(whole, part{literal: policyTail})
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
