package grant

import (
	"fmt"
	"strings"

	"karikagi/internal/caller"
	"karikagi/internal/strictyaml"
)

// rule names callers: an entry of callers or deny.
type rule struct {
	place              strictyaml.Place
	kind               caller.Kind
	partition, account string
	name               glob   // of a user, its path and name; of a role, its name; of any other principal, its ARN
	id                 string // the unique ID that it must have; "" for any
	session            *glob  // the role session name; nil for any
	trustsSession      bool   // whoever may assume the role cannot choose the role session name
	folded             bool   // compare without regard to case
}

// readRule reads an entry of callers or deny. In deny, names are compared without regard to case: to IAM, names that differ in case
// only are the same name, and a slip in it must not let somebody pass.
func readRule(v strictyaml.Value, what string, into *[]rule) error {
	s := v.Section(what, "user", "role", "principal", "id", "session_name", "trust_session_name")
	r := rule{place: v.Place(), folded: what == "deny"}
	forms := r.readForm(s, "user", r.readUser) + r.readForm(s, "role", r.readRole) + r.readForm(s, "principal", r.readPrincipal)
	if s.Err() == nil && forms != 1 {
		s.Keep(s.Errorf("%s: want one of the keys user, role, principal, not %d of them", what, forms))
	}
	r.id = s.Quoted("id", "", func(id string) string { return wantUniqueID(r.kind, id) })
	r.readSession(s)
	if r.folded {
		r.name = r.name.lower()
	}
	*into = append(*into, r)
	return s.Err()
}

// readForm reads one of the keys that say who is meant, and counts it.
func (r *rule) readForm(s *strictyaml.Section, key string, read func(string) error) int {
	if !s.Has(key) {
		return 0
	}
	if err := read(s.Quoted(key, "", accept)); err != nil {
		s.Fail(key, "%v", err)
	}
	return 1
}

// accept is the check of a text that is checked elsewhere.
func accept(string) string { return "" }

// readSession reads the conditions on the role session name. Whoever may assume a role chooses it, unless the role's
// trust policy pins it, which only the author of the document can know: T3, "match role, not name".
func (r *rule) readSession(s *strictyaml.Section) {
	r.trustsSession = s.Flag("trust_session_name")
	text := s.Quoted("session_name", "", func(text string) string {
		if !isWord(text, nameCharacters+"*") || strings.Contains(text, "**") {
			return "letters, digits, _+=,.@- and *"
		}
		return ""
	})
	switch {
	case s.Err() != nil:
	case r.kind != caller.AssumedRole && (s.Has("session_name") || s.Has("trust_session_name")):
		s.Keep(s.Errorf("%s: session_name and trust_session_name are for a role", s.What))
	case s.Has("session_name") && !r.trustsSession:
		s.Fail("session_name", "whoever may assume the role chooses its session name: want trust_session_name: true beside it, where the role's trust policy guarantees the name")
	case s.Has("session_name"):
		g, err := newGlob(text)
		if r.folded {
			g = g.lower()
		}
		r.session = &g
		s.Keep(err)
	}
}

// readUser reads the ARN of users, in which the path and the name may hold wildcards.
func (r *rule) readUser(arn string) error {
	r.kind = caller.User
	rest, err := r.readARN(arn, "user/")
	if err == nil {
		r.name, err = newGlob(rest)
	}
	return err
}

// readRole reads the ARN of roles, in which the path and the name may hold wildcards. The path is not compared: the
// ARN of a role's session leaves it out. A name that is nothing but a wildcard would thus mean every role of the
// account, whatever the path says.
func (r *rule) readRole(arn string) error {
	r.kind = caller.AssumedRole
	rest, err := r.readARN(arn, "role/")
	if err != nil {
		return err
	}
	cut := strings.LastIndexByte(rest, '/') + 1
	if r.name, err = newGlob(rest[cut:]); err != nil {
		return err
	}
	switch {
	case strings.Contains(rest[cut:], "**"):
		return fmt.Errorf("want * in a role's name, which has no /, not **")
	case cut > 0 && strings.Trim(rest[cut:], "*") == "":
		return fmt.Errorf("want a name behind the path: the path is not compared, so that this would be every role of the account")
	}
	return nil
}

// readPrincipal reads the ARN of exactly one principal that is neither a user nor a role.
func (r *rule) readPrincipal(arn string) error {
	c, err := caller.Parse(arn)
	if err != nil {
		return err
	}
	if c.Kind == caller.User || c.Kind == caller.AssumedRole {
		return fmt.Errorf("want user: or role: for %q", arn)
	}
	r.kind, r.partition, r.account, r.name = c.Kind, c.Partition, c.Account, glob{text: arn}
	return nil
}

// readARN reads what is literal in every ARN, the partition and the account above all, and gives what follows.
func (r *rule) readARN(arn, resource string) (string, error) {
	rest, isARN := strings.CutPrefix(arn, "arn:")
	r.partition, rest, _ = strings.Cut(rest, ":")
	rest, isIAM := strings.CutPrefix(rest, "iam::")
	r.account, rest, _ = strings.Cut(rest, ":")
	rest, ok := strings.CutPrefix(rest, resource)
	cut := strings.LastIndexByte(rest, '/') + 1
	switch {
	case !isARN || !isIAM || !ok || len(arn) > 2048:
		return "", fmt.Errorf("want arn:PARTITION:iam::ACCOUNT:%sNAME, not %.200q", resource, arn)
	case !isWord(r.partition, "-"): // it must be the role's, which is asked later
		return "", fmt.Errorf("partition %.60q: want one such as aws, no wildcard", r.partition)
	case !isAccount(r.account):
		// A role of the same name in another account is another role; a wildcard here would let all of them in.
		return "", fmt.Errorf("account %q: want 12 digits, no wildcard", r.account)
	case rest == "" || strings.HasPrefix(rest, "/") || strings.HasSuffix(rest, "/") || strings.Contains(rest, "//"):
		return "", fmt.Errorf("want a name behind %s, and one slash between the parts of a path", resource)
	case strings.IndexFunc(rest, func(c rune) bool { return c < '!' || c > '~' }) >= 0:
		return "", fmt.Errorf("want printable ASCII without blanks")
	case !only(rest[cut:], nameCharacters+"*") || len(rest)-cut-strings.Count(rest[cut:], "*") > 64 || cut > 512:
		// [\w+=,.@-], 1-64 characters, and a path of up to 512: IAM API reference, CreateUser and CreateRole.
		return "", fmt.Errorf("want a name of 1-64 letters, digits and _+=,.@- behind %s", resource)
	}
	return rest, nil
}

// wantUniqueID wants the ID that AWS gave to the principal when it was made, AIDA... for a user and AROA... for a
// role: IAM user guide, "IAM identifiers", Unique identifiers. 16-128: IAM API reference, UserId and RoleId.
func wantUniqueID(kind caller.Kind, id string) string {
	prefix := "AIDA"
	switch kind {
	case caller.User:
	case caller.AssumedRole:
		prefix = "AROA"
	default:
		return "no id: only users and roles have one"
	}
	if !strings.HasPrefix(id, prefix) || len(id) < 16 || len(id) > 128 || !only(id, "") || strings.ToUpper(id) != id {
		return "a unique ID such as " + prefix + "EXAMPLE123456789A"
	}
	return ""
}

// longestName is the longest that ${caller.name} can become: 1-64 characters, IAM API reference, UserName and RoleName.
func (r *rule) longestName() string {
	switch {
	case !r.name.literal():
		return a64
	case r.kind == caller.User, r.kind == caller.AssumedRole:
		return r.name.text[strings.LastIndexByte(r.name.text, '/')+1:]
	}
	c, err := caller.Parse(r.name.text)
	if err != nil {
		panic(err) // was parsed when the rule was read
	}
	return c.Name
}
