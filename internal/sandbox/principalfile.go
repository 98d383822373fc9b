package sandbox

import (
	"encoding/base32"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"karikagi/internal/caller"
)

// readRoot reads the root user, who has all permissions and no policies.
func (u *user) readRoot(v value) error {
	s := v.section("root", "access_key", "mfa")
	u.accessKey = s.flag("access_key")
	s.device(u)
	return s.err
}

// readUser reads a user. What is checked with the ARN as a whole is checked by the package that reads callers' ARNs.
func (a *awsAccount) readUser(v value) error {
	s := v.section("user", "name", "path", "access_key", "console", "console_mfa", "mfa", "tags", "policies")
	u := &user{
		account: a, name: s.name(), path: s.path(),
		accessKey: s.flag("access_key"), console: s.flag("console"), consoleMFA: s.flag("console_mfa"),
	}
	u.arn = "arn:" + a.partition + ":iam::" + a.id + ":user" + u.path + u.name
	u.id = uniqueID("AIDA", u.arn)
	if u.name == "root" {
		s.fail("name", "root is the root user: want another name")
	}
	if u.consoleMFA && !u.console {
		s.fail("console_mfa", "want console: true beside it")
	}
	for _, other := range a.users {
		if strings.EqualFold(other.name, u.name) { // IAM user guide: names are unique without regard to case
			s.fail("name", "user %q is there twice", u.name)
		}
	}
	s.device(u)
	u.tags = s.tags()
	u.policies = a.attached(s)
	if _, err := caller.Parse(u.arn); err != nil {
		s.fail("name", "%v", err)
	}
	a.users = append(a.users, u)
	return s.err
}

// readRole reads a role. Whether the principals that it trusts exist is not checked: they may be another account's.
func (a *awsAccount) readRole(v value) error {
	s := v.section("role", "name", "path", "max_session_duration", "trust", "policies", "tags")
	r := &role{
		Role:       caller.Role{Partition: a.partition, Account: a.id, Path: s.path(), Name: s.name()},
		account:    a,
		maxSession: s.maxSession(),
	}
	r.id = uniqueID("AROA", r.ARN())
	for _, other := range a.roles {
		if strings.EqualFold(other.Name, r.Name) {
			s.fail("name", "role %q is there twice", r.Name)
		}
	}
	if trust, ok := s.need("trust"); ok {
		r.trust, s.err = trust.policy("role: trust", r.readTrust)
	}
	r.tags = s.tags()
	r.policies = a.attached(s)
	if _, err := caller.ParseRoleReference(r.ARN()); err != nil {
		s.fail("name", "%v", err)
	}
	a.roles = append(a.roles, r)
	return s.err
}

// maxSession reads a role's maximum: 3600-43200 seconds, one hour if not set (IAM API reference, CreateRole, MaxSessionDuration).
func (s *section) maxSession() time.Duration {
	duration := time.Hour
	s.text("max_session_duration", "", func(text string) string {
		seconds, err := strconv.Atoi(text)
		if duration = time.Duration(seconds) * time.Second; err != nil {
			duration, err = time.ParseDuration(text)
		}
		if err != nil || duration < time.Hour || duration > 12*time.Hour || duration%time.Second != 0 {
			return "1h to 12h, or seconds"
		}
		return ""
	})
	return duration
}

// device reads a virtual MFA device.
func (s *section) device(u *user) {
	v, ok := s.take("mfa")
	if !ok {
		return
	}
	m := v.section("mfa", "seed", "serial_number")
	u.mfa = &mfaDevice{}
	m.need("seed")
	m.text("seed", "", func(text string) string {
		var err error
		u.mfa.seed, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ToUpper(strings.TrimRight(text, "=")))
		if err != nil || len(u.mfa.seed) < 10 {
			return "at least 16 characters of base 32"
		}
		return ""
	})
	name := u.name
	if u.root {
		name = "root-account-mfa-device"
	}
	u.mfa.serialNumber = m.text("serial_number", "arn:"+u.account.partition+":iam::"+u.account.id+":mfa/"+name, func(text string) string {
		if len(text) < 9 || len(text) > 256 || strings.IndexFunc(text, func(r rune) bool { return !isSerialRune(r) }) >= 0 {
			return "9 to 256 letters, digits and _+=/:,.@-"
		}
		return ""
	})
	s.err = m.err
}

// tags reads a mapping of tag keys to tag values; the limits are those of session tags.
func (s *section) tags() []sessionTag {
	v, ok := s.take("tags")
	if !ok {
		return nil
	}
	var all []sessionTag
	s.err = v.pairs(s.what+": tags", func(key, of value) error {
		text, err := of.text(s.what + ": tags")
		if err != nil {
			return err
		}
		switch limit := tagKey(""); {
		case !limit.matches(key.node.Value) || utf8.RuneCountInString(key.node.Value) > limit.max:
			return key.errorf("%s: tags: want a key of 1 to 128 letters, digits, blanks and _.:/=+-@", s.what)
		case hasTag(all, key.node.Value):
			return key.errorf("%s: tags: key %q is there twice: tag keys are compared without regard to case", s.what, key.node.Value)
		case text != "" && !limit.matches(text) || utf8.RuneCountInString(text) > 256:
			return of.errorf("%s: tags: want a value of at most 256 letters, digits, blanks and _.:/=+-@", s.what)
		}
		all = append(all, sessionTag{key: key.node.Value, value: text})
		return nil
	})
	if len(all) > maxTags {
		s.fail("tags", "want at most %d tags, not %d", maxTags, len(all))
	}
	return all
}
