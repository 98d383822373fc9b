package grant

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"karikagi/internal/iam"
)

// narrow adds the caller's policy to the session policy. STS would take two session policies together, as a union
// ("the intersection of the role's identity-based policy and the session policies", where any of them may allow), so
// that a second one widens the first. The caller's therefore becomes Deny statements of the first: what it does not
// allow is denied.
func (g *grant) narrow(policy string, further []byte) (string, error) {
	if n := len(further); n > maxPolicy {
		return "", fmt.Errorf("policy of %d bytes: want at most %d", n, maxPolicy)
	}
	denies, err := deniesOf(further)
	if err != nil {
		return "", fmt.Errorf("policy: %w", err)
	}
	var all []string
	if own, ok := strings.CutPrefix(strings.TrimSuffix(policy, policyTail), policyHead); ok {
		all = append(all, own)
	} else if len(g.policyARNs) == 0 {
		all = append(all, allowAll) // full_role and onward, without a policy to add to
	}
	text := policyHead + strings.Join(append(all, denies...), ",") + policyTail
	if err := g.checkLength(text); err != nil {
		return "", fmt.Errorf("policy: %w together with the grant's", err)
	}
	if _, err := iam.ParsePolicy([]byte(text)); err != nil {
		return "", fmt.Errorf("policy: %w together with the grant's", err)
	}
	return text, nil
}

// further is a statement of the caller's policy, whose grammar iam has checked.
type further struct {
	Effect                string
	Action, NotAction     oneOrMore
	Resource, NotResource oneOrMore
	Condition             json.RawMessage
	raw                   map[string]json.RawMessage
}

// oneOrMore is a string or a list of strings.
type oneOrMore []string

func (o *oneOrMore) UnmarshalJSON(data []byte) error {
	if bytes.HasPrefix(data, []byte("[")) {
		return json.Unmarshal(data, (*[]string)(o))
	}
	*o = make([]string, 1)
	return json.Unmarshal(data, &(*o)[0])
}

// deniesOf writes the complement of a policy as Deny statements, and adds the Deny statements that it has.
func deniesOf(policy []byte) ([]string, error) {
	statements, err := readFurther(policy)
	if err != nil {
		return nil, err
	}
	var allows []further
	var denies []string
	for i, st := range statements {
		if st.Effect == "Deny" {
			delete(st.raw, "Sid") // could be the same as one of the grant's
			denies = append(denies, marshal(st.raw))
			continue
		}
		if err := st.checkAllow(); err != nil {
			return nil, fmt.Errorf("statement %d: %w", i+1, err)
		}
		allows = append(allows, st)
	}
	if len(allows) == 0 {
		return nil, errors.New("want at least one Allow: it says what is left of the grant's")
	}
	complement, err := complementOf(allows)
	return append(complement, denies...), err
}

// complementOf denies exactly what no Allow statement allows: a request that for each of them has another action or
// another resource. Multiplied out, that is one Deny for every way to choose between the two, on the actions of no
// chosen statement and on the resources of no other:
//
//	not (A1 on R1 or A2 on R2) =
//	    not R1 and not R2, or not A1 and not R2, or not A2 and not R1, or not A1 and not A2
func complementOf(allows []further) ([]string, error) {
	const most = 4
	groups := grouped(allows)
	if len(groups) > most {
		return nil, fmt.Errorf("%d Allow statements on different resources: want at most %d", len(groups), most)
	}
	var all []string
	for chosen := range 1 << len(groups) {
		d := deny{Effect: "Deny", Action: []string{"*"}, Resource: []string{"*"}}
		for i, g := range groups {
			if chosen&(1<<i) != 0 {
				d.Action, d.NotAction = nil, append(d.NotAction, g.Action...)
			} else {
				d.Resource, d.NotResource = nil, append(d.NotResource, g.Resource...)
			}
		}
		if !slices.Contains(d.NotAction, "*") && !slices.Contains(d.NotResource, "*") { // else it denies nothing
			all = append(all, marshal(d))
		}
	}
	return all, nil
}

// grouped takes statements together that are about the same resources. Where they are about the same actions, too,
// two statements are one.
func grouped(allows []further) []further {
	var groups []further
	for _, st := range allows {
		st.Action, st.Resource = sorted(st.Action, lower), sorted(st.Resource, plain)
		i := slices.IndexFunc(groups, func(g further) bool { return slices.Equal(g.Resource, st.Resource) })
		j := slices.IndexFunc(groups, func(g further) bool { return slices.Equal(g.Action, st.Action) })
		switch {
		case i >= 0:
			groups[i].Action = sorted(slices.Concat(groups[i].Action, st.Action), lower)
		case j >= 0:
			groups[j].Resource = sorted(slices.Concat(groups[j].Resource, st.Resource), plain)
		default:
			groups = append(groups, st)
		}
	}
	return groups
}

// sorted gives each value once, in order.
func sorted(list []string, fold func(string) string) []string {
	folded := make([]string, len(list))
	for i, s := range list {
		folded[i] = fold(s)
	}
	slices.Sort(folded)
	return slices.Compact(folded)
}

// deny is a Deny statement.
type deny struct {
	Effect      string
	Action      []string `json:",omitempty"`
	NotAction   []string `json:",omitempty"`
	Resource    []string `json:",omitempty"`
	NotResource []string `json:",omitempty"`
}

// marshal leaves <, > and & alone: the length counts.
func marshal(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		panic(err) // strings, and JSON that was read
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// readFurther reads the caller's policy. Its grammar is iam's business: no name is there twice, all have AWS's own
// spelling.
func readFurther(policy []byte) ([]further, error) {
	if _, err := iam.ParsePolicy(policy); err != nil {
		return nil, err
	}
	var document struct {
		Version   string
		Statement json.RawMessage
	}
	if err := json.Unmarshal(policy, &document); err != nil {
		return nil, err
	}
	if document.Version != "2012-10-17" && (bytes.Contains(policy, []byte("${")) || bytes.Contains(policy, []byte(`\u`))) {
		return nil, fmt.Errorf("version %q, in which ${ has another meaning: want 2012-10-17", document.Version)
	}
	raw := []map[string]json.RawMessage{{}}
	if !bytes.HasPrefix(document.Statement, []byte("[")) {
		document.Statement = slices.Concat([]byte("["), document.Statement, []byte("]"))
	}
	if err := json.Unmarshal(document.Statement, &raw); err != nil {
		return nil, err
	}
	statements := make([]further, len(raw))
	if err := json.Unmarshal(document.Statement, &statements); err != nil {
		return nil, err
	}
	for i := range raw {
		statements[i].raw = raw[i]
	}
	return statements, nil
}

// checkAllow refuses what has no complement that is certain.
func (st further) checkAllow() error {
	switch {
	case st.NotAction != nil:
		return errors.New("an Allow with NotAction: want Action")
	case st.NotResource != nil:
		return errors.New("an Allow with NotResource: want Resource")
	case st.Condition != nil:
		return errors.New("an Allow with a Condition: want it in a Deny statement beside")
	}
	for _, resource := range st.Resource {
		rest := strings.NewReplacer("${*}", "", "${?}", "", "${$}", "").Replace(resource)
		if strings.Contains(rest, "${") {
			// What a NotResource excepts whose variable has no value is not documented.
			return fmt.Errorf("an Allow with a variable in Resource %q: want none", resource)
		}
	}
	return nil
}
