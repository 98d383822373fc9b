package grant

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"karikagi/internal/strictyaml"
)

// require is what must hold beside who the caller is.
type require struct {
	place    strictyaml.Place
	orgID    string
	sourceIP []netip.Prefix // any of them; none for any address
	reason   bool
}

func (g *grant) readRequire(v strictyaml.Value) error {
	s := v.Section("require", "org_id", "source_ip", "reason")
	g.require.place = v.Place()
	// o- and 10-32 lower-case letters and digits: AWS Organizations API reference, Organization.
	g.require.orgID = s.Quoted("org_id", "", wantOrganization)
	g.require.reason = s.Flag("reason")
	s.Each("source_ip", func(v strictyaml.Value) error {
		text, err := v.Quoted("require: source_ip")
		if err != nil {
			return err
		}
		prefix, err := netip.ParsePrefix(text)
		if err != nil || prefix.Addr().Is4In6() || prefix.Masked() != prefix {
			return v.Errorf("require: source_ip: want a range such as 203.0.113.0/24 or 2001:db8::/32, no bits set behind the prefix, not %.60q", text)
		}
		g.require.sourceIP = append(g.require.sourceIP, prefix)
		return nil
	})
	if s.Err() == nil && s.Has("source_ip") && len(g.require.sourceIP) == 0 {
		s.Fail("source_ip", "want at least one range")
	}
	return s.Err()
}

func wantOrganization(s string) string {
	id, ok := strings.CutPrefix(s, "o-")
	if ok && len(id) >= 10 && len(id) <= 32 && only(id, "") && lower(id) == id {
		return ""
	}
	return "o- and 10 to 32 lower-case letters and digits"
}

// unmet says which requirement on the caller does not hold, and where it stands; "" for none. What is not known of a
// caller does not hold.
func (r require) unmet(who Caller) (rule, why string) {
	if r.orgID != "" && who.OrgID != r.orgID {
		return r.place.String() + ": require: org_id", fmt.Sprintf("the caller is of organization %q, not %q", who.OrgID, r.orgID)
	}
	if len(r.sourceIP) == 0 {
		return "", ""
	}
	for _, prefix := range r.sourceIP { // which contains no address that is none, or has a zone
		if prefix.Contains(who.SourceIP.Unmap()) {
			return "", ""
		}
	}
	return r.place.String() + ": require: source_ip", fmt.Sprintf("the caller's address is %s, in none of the ranges", who.SourceIP)
}

// maxReason bounds what goes into the audit record.
const maxReason = 500

// checkReason looks at the caller's reason, which is for people who read the audit record: it may be in any script,
// but must not look like anything other than what it is.
func (r require) checkReason(reason string) error {
	switch {
	case r.reason && strings.TrimFunc(reason, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) }) == "":
		return fmt.Errorf("reason: want one")
	case utf8.RuneCountInString(reason) > maxReason:
		return fmt.Errorf("reason of %d characters: want at most %d", utf8.RuneCountInString(reason), maxReason)
	case !utf8.ValidString(reason):
		return fmt.Errorf("reason: want UTF-8")
	}
	for _, c := range reason {
		if !unicode.IsGraphic(c) { // which is of the blanks, and not of what ends a line
			return fmt.Errorf("reason: want no control or format character, such as %+q", c)
		}
	}
	return nil
}
