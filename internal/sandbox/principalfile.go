package sandbox

import (
	"encoding/base32"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"karikagi/internal/caller"
	"karikagi/internal/strictyaml"
)

// readRoot reads the root user, who has all permissions and no policies.
func (u *user) readRoot(v strictyaml.Value) error {
	s := sectionOf(v, "root", "access_key", "mfa")
	u.accessKey = s.Flag("access_key")
	s.device(u)
	return s.Err()
}

// readUser reads a user. What is checked with the ARN as a whole is checked by the package that reads callers' ARNs.
func (a *awsAccount) readUser(v strictyaml.Value) error {
	s := sectionOf(v, "user", "name", "path", "access_key", "console", "console_mfa", "mfa", "fido", "tags", "policies")
	u := &user{
		account: a, name: s.name(), path: s.path(),
		accessKey: s.Flag("access_key"), console: s.Flag("console"), consoleMFA: s.Flag("console_mfa"),
	}
	u.arn = "arn:" + a.partition + ":iam::" + a.id + ":user" + u.path + u.name
	u.id = uniqueID("AIDA", u.arn)
	if s.Flag("fido") {
		u.fido = "arn:" + a.partition + ":iam::" + a.id + ":u2f/user/" + u.name + "/" + uniqueID("default-", u.arn)
	}
	if u.name == "root" {
		s.Fail("name", "root is the root user: want another name")
	}
	if u.consoleMFA && !u.console {
		s.Fail("console_mfa", "want console: true beside it")
	}
	for _, other := range a.users {
		if strings.EqualFold(other.name, u.name) { // IAM user guide: names are unique without regard to case
			s.Fail("name", "user %q is there twice", u.name)
		}
	}
	s.device(u)
	u.tags = s.tags()
	u.policies = a.attached(s)
	if _, err := caller.Parse(u.arn); err != nil {
		s.Fail("name", "%v", err)
	}
	a.users = append(a.users, u)
	return s.Err()
}

// readRole reads a role. Whether the principals that it trusts exist is not checked: they may be another account's.
func (a *awsAccount) readRole(v strictyaml.Value) error {
	s := sectionOf(v, "role", "name", "path", "max_session_duration", "trust", "policies", "tags")
	r := &role{
		Role:       caller.Role{Partition: a.partition, Account: a.id, Path: s.path(), Name: s.name()},
		account:    a,
		maxSession: s.maxSession(),
	}
	r.id = uniqueID("AROA", r.ARN())
	for _, other := range a.roles {
		if strings.EqualFold(other.Name, r.Name) {
			s.Fail("name", "role %q is there twice", r.Name)
		}
	}
	if trust, ok := s.Need("trust"); ok {
		var err error
		r.trust, err = readPolicy(trust, "role: trust", r.readTrust)
		s.Keep(err)
	}
	r.tags = s.tags()
	r.policies = a.attached(s)
	if _, err := caller.ParseRoleReference(r.ARN()); err != nil {
		s.Fail("name", "%v", err)
	}
	a.roles = append(a.roles, r)
	return s.Err()
}

// maxSession reads a role's maximum: 3600-43200 seconds, one hour if not set (IAM API reference, CreateRole, MaxSessionDuration).
func (s section) maxSession() time.Duration {
	duration := time.Hour
	s.Text("max_session_duration", "", func(text string) string {
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
func (s section) device(u *user) {
	v, ok := s.Take("mfa")
	if !ok {
		return
	}
	m := sectionOf(v, "mfa", "seed", "serial_number")
	u.mfa = &mfaDevice{}
	m.Need("seed")
	m.Text("seed", "", func(text string) string {
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
	u.mfa.serialNumber = m.Text("serial_number", "arn:"+u.account.partition+":iam::"+u.account.id+":mfa/"+name, func(text string) string {
		if len(text) < 9 || len(text) > 256 || strings.IndexFunc(text, func(r rune) bool { return !isSerialRune(r) }) >= 0 {
			return "9 to 256 letters, digits and _+=/:,.@-"
		}
		return ""
	})
	s.Keep(m.Err())
}

// tags reads a mapping of tag keys to tag values; the limits are those of session tags.
func (s section) tags() []sessionTag {
	v, ok := s.Take("tags")
	if !ok {
		return nil
	}
	var all []sessionTag
	s.Keep(v.Pairs(s.What+": tags", func(key, of strictyaml.Value) error {
		text, err := of.Text(s.What + ": tags")
		if err != nil {
			return err
		}
		switch limit := tagKey(""); {
		case len(all) == maxTags: // the first one too many: each is compared with all before
			return key.Errorf("%s: tags: want at most %d tags", s.What, maxTags)
		case !limit.matches(key.Raw()) || utf8.RuneCountInString(key.Raw()) > limit.max:
			return key.Errorf("%s: tags: want a key of 1 to 128 letters, digits, blanks and _.:/=+-@", s.What)
		case hasTag(all, key.Raw()):
			return key.Errorf("%s: tags: key %q is there twice: tag keys are compared without regard to case", s.What, key.Raw())
		case text != "" && !limit.matches(text) || utf8.RuneCountInString(text) > 256:
			return of.Errorf("%s: tags: want a value of at most 256 letters, digits, blanks and _.:/=+-@", s.What)
		}
		all = append(all, sessionTag{key: key.Raw(), value: text})
		return nil
	}))
	return all
}
