package grant

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"karikagi/internal/iam"
)

// The threats of a vending function that the document decides about, by number. Each is tried from both sides: what
// an attacker sends, and what must go on working.
func TestThreats(t *testing.T) {
	for name, test := range map[string]func(*testing.T){
		"T2 nobody authenticated":             threatAnonymous,
		"T3 session-name spoofing":            threatSessionName,
		"T4 same name in another account":     threatAccount,
		"T5 wildcards cross separators":       threatSeparators,
		"T6 alternation":                      threatAlternation,
		"T7 name used again":                  threatRecreated,
		"T8 injection into a policy":          threatInjection,
		"T9 white space and Unicode":          threatUnicode,
		"T10 ForAllValues in an Allow":        threatForAllValues,
		"T11 empty session policy":            threatEmptyPolicy,
		"T12 overflow":                        threatOverflow,
		"T13 session tags":                    threatTags,
		"T14 source identity":                 threatIdentity,
		"T15 endless sessions":                threatEndless,
		"T16 one caller's session, another's": threatShared,
		"T29 listing":                         threatListing,
		"T30 oracle":                          threatOracle,
		"T33 no document":                     threatNoDocument,
		"T35 undecided deny":                  threatUndecided,
		"T36 onward":                          threatOnward,
		"T38 CloudFront":                      threatCloudFront,
		"T42 partitions":                      threatPartition,
	} {
		t.Run(name, test)
	}
}

// refused wants the one answer that all get who may not.
func refused(t *testing.T, got Decision) {
	t.Helper()
	if got.Allowed || got.Session != nil || got.Code != AccessDenied || got.Message != notYours || got.Rule == "" || got.Reason == "" {
		t.Errorf("%+v", got)
	}
}

// bad wants a refusal of what was asked, to somebody who may ask.
func bad(t *testing.T, got Decision, text string) {
	t.Helper()
	if got.Allowed || got.Session != nil || got.Code != BadRequest || !strings.Contains(got.Message, text) {
		t.Errorf("%+v, want %q", got, text)
	}
}

func allowed(t *testing.T, got Decision) *Session {
	t.Helper()
	if !got.Allowed || got.Session == nil || got.Code != "" || got.Message != "" {
		t.Fatalf("%+v", got)
	}
	return got.Session
}

func threatAnonymous(t *testing.T) {
	d := mustParse(t, withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/**'}, {role: 'arn:aws:iam::123456789012:role/*'}]"))
	refused(t, d.Decide(Caller{}, Ask{Grant: "g"}))
	half := who(t, alice)
	half.Principal.Kind = ""
	refused(t, d.Decide(half, Ask{Grant: "g"}))
	allowed(t, d.Decide(who(t, alice), Ask{Grant: "g"}))
}

func threatSessionName(t *testing.T) {
	document := withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/alice'}, {role: 'arn:aws:iam::123456789012:role/alice'}]")
	refused(t, decide(t, document, "arn:aws:sts::123456789012:assumed-role/Mallory/alice", Ask{}))
	allowed(t, decide(t, document, "arn:aws:sts::123456789012:assumed-role/alice/mallory", Ask{}))
}

func threatAccount(t *testing.T) {
	document := withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/Deploy'}]")
	refused(t, decide(t, document, "arn:aws:sts::123456789013:assumed-role/Deploy/alice", Ask{}))
	allowed(t, decide(t, document, "arn:aws:sts::123456789012:assumed-role/Deploy/alice", Ask{}))
	for _, account := range []string{"*", "123456789*", "12345678901?", "", "**", "aws", "1234-5678-9012"} {
		if _, err := Parse("f", []byte(withGrant("callers: [{role: 'arn:aws:iam::"+account+":role/Deploy'}]"))); err == nil {
			t.Errorf("account %q is taken", account)
		}
	}
}

func threatSeparators(t *testing.T) {
	roles := withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/Dev*'}]")
	allowed(t, decide(t, roles, "arn:aws:sts::123456789012:assumed-role/Developer/x2", Ask{}))
	refused(t, decide(t, roles, "arn:aws:sts::123456789012:assumed-role/Admin/Dev", Ask{}))
	users := withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/*'}]")
	allowed(t, decide(t, users, alice, Ask{}))
	refused(t, decide(t, users, "arn:aws:iam::123456789012:user/admin/alice", Ask{}))
	refused(t, decide(t, users, "arn:aws:iam::123456789012:root", Ask{}))
}

func threatAlternation(t *testing.T) {
	if _, err := Parse("f", []byte(withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/a|alice'}]"))); err == nil {
		t.Error("an alternation is taken")
	}
	if _, err := Parse("f", []byte(withGrant("parameters: {p: {pattern: 'a|b', max_length: 3}}"))); err == nil {
		t.Error("a regular expression is taken")
	}
	// A pattern is of the whole value.
	document := withGrant("parameters: {p: {pattern: number, max_length: 3}}")
	bad(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": "12x"}}), "a whole number")
	bad(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": "x12"}}), "a whole number")
	allowed(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": "12"}}))
}

func threatRecreated(t *testing.T) {
	d := mustParse(t, withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/R', id: AROAEXAMPLE123456789B}]"))
	w := who(t, "arn:aws:sts::123456789012:assumed-role/R/alice")
	allowed(t, d.Decide(w, Ask{Grant: "g"}))
	w.UserID = "AROAEXAMPLE123456789C:alice"
	refused(t, d.Decide(w, Ask{Grant: "g"}))
}

func threatInjection(t *testing.T) {
	// Values that a pattern takes are harmless, and harmful ones are refused, not cleaned.
	document := withGrant("parameters: {p: {pattern: path_segment, max_length: 100}}",
		"session_policy: {Statement: {Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/${parameter.p}/*'}}")
	for _, value := range []string{"*", "?", "a*", `a"}`, `a","Resource":"*`, "${aws:PrincipalTag/x}", "$", "{", "}", "a/b", "..", ".", "a:b", `\`, "a\n", "%2f", "", strings.Repeat("a", 101)} {
		bad(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": value}}), `parameter "p": want`)
	}
	for _, value := range []string{"blue", "dt=2026-01-31", "a.b@c+d-e_f"} {
		s := allowed(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": value}}))
		if !strings.Contains(s.Policy, `"arn:aws:s3:::data/`+value+`/*"`) {
			t.Error(s.Policy)
		}
	}
	// Values that the operator lists are escaped.
	listed := withGrant(`parameters: {p: {enum: ['*', '${aws:username}', 'a"},{"b']}}`,
		"session_policy: {Statement: {Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/${parameter.p}'}}")
	for value, want := range map[string]string{"*": `data/${*}"`, "${aws:username}": `data/${$}{aws:username}"`, `a"},{"b`: `data/a\"},{\"b"`} {
		s := allowed(t, decide(t, listed, alice, Ask{Parameters: map[string]string{"p": value}}))
		policy, err := iam.ParsePolicy([]byte(s.Policy))
		if err != nil || !strings.Contains(s.Policy, want) {
			t.Fatalf("%v: %s", err, s.Policy)
		}
		if policy.Evaluate(request("s3:GetObject", "arn:aws:s3:::data/"+value, nil)).Effect != iam.Allow || policy.Evaluate(request("s3:GetObject", "arn:aws:s3:::data/secret", iam.Context{"aws:username": {"secret"}})).Effect == iam.Allow {
			t.Errorf("%q means something else: %s", value, s.Policy)
		}
	}
	bad(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": "blue", "P": "blue"}}), `parameter "P": the grant has none of this name`)
	bad(t, decide(t, document, alice, Ask{}), `parameter "p": want one`)
}

func threatUnicode(t *testing.T) {
	document := withGrant("parameters: {p: {enum: [ab, 'a b']}, n: {pattern: name, max_length: 20}}")
	for _, value := range []string{"ａb", " ab", "ab ", "ab\x00", "a\u202eb", "AB", "a  b", "a\tb", "ab\n", "āb", "\xff"} {
		bad(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": value}}), `want one of ab, a b`)
		bad(t, decide(t, document, alice, Ask{Parameters: map[string]string{"n": value + "é"}}), "letters, digits")
	}
	allowed(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": "a b"}}))
	for _, reason := range []string{"a\x00", "a\nb", "\u202egnp", "\xff", strings.Repeat("a", 501), "a\u200bb", "\u2028"} {
		bad(t, decide(t, document, alice, Ask{Reason: reason}), "reason")
	}
	allowed(t, decide(t, document, alice, Ask{Reason: "障害の調査 (OPS-42)"}))
}

func threatForAllValues(t *testing.T) {
	for effect, taken := range map[string]bool{"Allow": false, "Deny": true} {
		_, err := Parse("f", []byte(withGrant("session_policy: {Statement: [{Effect: Allow, Action: 's3:Get*', Resource: '*'}, {Effect: "+effect+
			", Action: 's3:*', Resource: '*', Condition: {'ForAllValues:StringEquals': {'aws:TagKeys': [a]}}}]}")))
		if (err == nil) != taken {
			t.Errorf("%s: %v", effect, err)
		}
	}
}

func threatEmptyPolicy(t *testing.T) {
	for _, keys := range [][]string{
		{"-session_policy"}, {"session_policy:"}, {"session_policy: {}"}, {"session_policy: ''"}, {"session_policy: {Statement: []}"}, {"session_policy: {Statement:}"}, {"-session_policy", "policy_arns: []"}, {"-session_policy", "full_role: false"},
	} {
		if _, err := Parse("f", []byte(withGrant(keys...))); err == nil {
			t.Errorf("%v is taken", keys)
		}
	}
	s := allowed(t, decide(t, withGrant("-session_policy", "full_role: true"), alice, Ask{}))
	if s.Policy == "" {
		t.Error("full_role without a policy lets the session go onward")
	}
}

func threatOverflow(t *testing.T) {
	long := func(n int) string {
		return withGrant(fmt.Sprintf("parameters: {p: {pattern: name, max_length: %d}}", n),
			"session_policy: {Statement: {Effect: Allow, Action: 's3:GetObject', Resource: ['"+strings.Repeat("arn:aws:s3:::data/${parameter.p}', '", 9)+"arn:aws:s3:::x']}}")
	}
	if _, err := Parse("f", []byte(long(190))); err == nil {
		t.Error("a policy that can become too long is taken")
	}
	s := allowed(t, decide(t, long(150), alice, Ask{Parameters: map[string]string{"p": strings.Repeat("a", 150)}}))
	if len(s.Policy) > 2048 {
		t.Errorf("%d characters", len(s.Policy))
	}
}

func threatTags(t *testing.T) {
	document := withGrant("parameters: {p: {pattern: name, max_length: 20}}", "tags: {Team: '${parameter.p}', by: '${caller.name}'}", "transitive_tag_keys: [by]")
	s := allowed(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": "blue"}}))
	if !reflect.DeepEqual(s.Tags, []Tag{{"Team", "blue"}, {"by", "alice"}}) || !reflect.DeepEqual(s.TransitiveTagKeys, []string{"by"}) {
		t.Errorf("%+v", s)
	}
	bad(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": "blue,green"}}), "letters, digits")
	bad(t, decide(t, document, alice, Ask{Parameters: map[string]string{"p": "blue", "team": "admin"}}), "none of this name")
	// A name that a tag cannot hold is refused, not changed into another's.
	comma := withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/a*'}]", "tags: {by: '${caller.name}'}")
	bad(t, decide(t, comma, "arn:aws:iam::123456789012:user/a,b", Ask{}), `tag "by"`)
	allowed(t, decide(t, comma, "arn:aws:iam::123456789012:user/a.b", Ask{}))
}

func threatIdentity(t *testing.T) {
	document := withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/**'}, {user: 'arn:aws:iam::999999999999:user/**'}, {role: 'arn:aws:iam::123456789012:role/*'}, {principal: 'arn:aws:sts::123456789012:x/alice$'}, {principal: 'arn:aws:sts::123456789012:x/alice!'}]",
		"source_identity: '${caller.name}'")
	seen := map[string]string{}
	for _, arn := range []string{
		alice, "arn:aws:iam::999999999999:user/alice", "arn:aws:iam::123456789012:user/team/alice", "arn:aws:iam::123456789012:user/alice-f604f106281ad4d2",
		"arn:aws:sts::123456789012:assumed-role/alice/one", "arn:aws:sts::123456789012:assumed-role/alice/two", "arn:aws:iam::123456789012:user/x",
		"arn:aws:iam::123456789012:user/" + strings.Repeat("a", 63) + "b", "arn:aws:iam::123456789012:user/" + strings.Repeat("a", 63) + "c",
		"arn:aws:sts::123456789012:x/alice$", "arn:aws:sts::123456789012:x/alice!",
	} {
		got := allowed(t, decide(t, document, arn, Ask{})).SourceIdentity
		if other, twice := seen[got]; twice {
			t.Errorf("%s and %s share %q", arn, other, got)
		}
		seen[got] = arn
		if len(got) < 2 || len(got) > 64 || strings.Trim(got, "_+=,.@-"+letters+digits) != "" || strings.HasPrefix(strings.ToLower(got), "aws:") {
			t.Errorf("%s: %q is not legal", arn, got)
		}
		if again := allowed(t, decide(t, document, arn, Ask{})).SourceIdentity; again != got {
			t.Errorf("%s: %q, then %q", arn, got, again)
		}
	}
	if _, err := Parse("f", []byte(withGrant("parameters: {p: {pattern: name, max_length: 20}}", "source_identity: '${caller.name}-${parameter.p}'"))); err == nil {
		t.Error("a source identity that the caller chooses is taken")
	}
}

func threatEndless(t *testing.T) {
	// A wildcard that means the role whose sessions are vended, by another grant at that, and in another spelling.
	document := withGrant("callers: [{role: 'arn:aws:iam::210987654321:role/*'}, {user: 'arn:aws:iam::210987654321:user/*'}]", "role_arn: arn:aws:iam::111122223333:role/other") +
		"  h: {callers: [{user: 'arn:aws:iam::123456789012:user/alice'}], role_arn: 'arn:aws:iam::210987654321:role/a/b/Reader', external_id: xx, full_role: true}\n"
	d := mustParse(t, document)
	for _, arn := range []string{"arn:aws:sts::210987654321:assumed-role/Reader/alice", "arn:aws:sts::210987654321:assumed-role/reader/alice"} {
		refused(t, d.Decide(who(t, arn), Ask{Grant: "g"}))
		if d.For(who(t, arn)) != nil {
			t.Errorf("%s: grants are listed", arn)
		}
	}
	allowed(t, d.Decide(who(t, "arn:aws:sts::210987654321:assumed-role/Readers/alice"), Ask{Grant: "g"}))
	allowed(t, d.Decide(who(t, "arn:aws:iam::210987654321:user/Reader"), Ask{Grant: "g"})) // a user of that name
	for _, asked := range []time.Duration{time.Hour + time.Second, 12 * time.Hour, time.Second, 899 * time.Second, -time.Hour, 900500 * time.Millisecond, 1<<63 - 1} {
		bad(t, decide(t, withGrant(), alice, Ask{Duration: asked}), "duration")
	}
	short := withGrant("duration: {default: 15m, max: 30m}")
	bad(t, decide(t, short, alice, Ask{Duration: 31 * time.Minute}), "duration 31m: want 15m to 30m")
	for asked, want := range map[time.Duration]time.Duration{0: 15 * time.Minute, 20 * time.Minute: 20 * time.Minute, 30 * time.Minute: 30 * time.Minute} {
		if s := allowed(t, decide(t, short, alice, Ask{Duration: asked})); s.Duration != want {
			t.Errorf("%v: %v", asked, s.Duration)
		}
	}
}

func threatShared(t *testing.T) {
	d := mustParse(t, withGrant("callers: [{user: 'arn:aws:iam::123456789012:user/*'}]", "parameters: {p: {enum: [blue, green]}}", "policy_arns: [arn:aws:iam::aws:policy/P]",
		"session_policy: {Statement: {Effect: Allow, Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/${parameter.p}/${caller.name}'}}",
		"tags: {by: '${caller.name}'}", "transitive_tag_keys: [by]", "source_identity: '${caller.name}'"))
	ask := func(arn, team string) *Session {
		return allowed(t, d.Decide(who(t, arn), Ask{Grant: "g", Parameters: map[string]string{"p": team}}))
	}
	one, two, three := ask(alice, "blue"), ask(ueno, "blue"), ask(alice, "green")
	if one.Policy == two.Policy || one.Policy == three.Policy || one.RoleSessionName == two.RoleSessionName || one.SourceIdentity == two.SourceIdentity || one.Tags[0] == two.Tags[0] {
		t.Errorf("%+v\n%+v\n%+v", one, two, three)
	}
	// What one does to their session does not reach another's.
	one.Tags[0].Value, one.PolicyARNs[0], one.TransitiveTagKeys[0] = "x", "x", "x"
	if again := ask(alice, "blue"); again.Tags[0].Value != "alice" || again.PolicyARNs[0] == "x" || again.TransitiveTagKeys[0] == "x" {
		t.Errorf("%+v", again)
	}
	d.For(who(t, alice))[0].Parameters[0].Enum[0] = "x"
	ask(alice, "blue")
}

func threatListing(t *testing.T) {
	d := mustParse(t, withGrant("require: {org_id: o-exampleorg1, source_ip: [203.0.113.0/24]}", "parameters: {p: {enum: [blue]}, q: {pattern: name, max_length: 9}}", "duration: {default: 20m, max: 30m}")+
		"  secret: {callers: [{user: '"+ueno+"'}], role_arn: 'arn:aws:iam::123456789012:role/secret', full_role: true}\n")
	want := []Summary{{Name: "g", Default: 20 * time.Minute, Max: 30 * time.Minute, Parameters: []ParameterSummary{{Name: "p", Enum: []string{"blue"}}, {Name: "q", Pattern: "name", MaxLength: 9}}}}
	if got := d.For(who(t, alice)); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := d.For(who(t, ueno)); len(got) != 1 || got[0].Name != "secret" {
		t.Errorf("%+v", got)
	}
	elsewhere := who(t, alice)
	elsewhere.SourceIP = netip.MustParseAddr("198.51.100.7")
	stranger := who(t, alice)
	stranger.OrgID = ""
	for _, w := range []Caller{elsewhere, stranger, who(t, "arn:aws:iam::999999999999:user/alice")} {
		if got := d.For(w); got != nil {
			t.Errorf("%+v", got)
		}
		refused(t, d.Decide(w, Ask{Grant: "g"}))
	}
}

func threatOracle(t *testing.T) {
	d := mustParse(t, withGrant("parameters: {p: {enum: [blue], required: true}}"))
	var answers []Decision
	for _, ask := range []Ask{{Grant: "none"}, {Grant: "g"}, {Grant: "g", Parameters: map[string]string{"p": "red"}}, {Grant: "g", Duration: time.Second}, {Grant: "g", Policy: []byte("{")}, {Grant: "G"}, {Grant: ""}, {Grant: "g\x00"}} {
		got := d.Decide(who(t, ueno), ask)
		refused(t, got)
		got.Rule, got.Reason, got.Grant = "", "", "" // for the operator
		answers = append(answers, got)
	}
	for _, got := range answers {
		if !reflect.DeepEqual(got, answers[0]) {
			t.Errorf("%+v is not %+v", got, answers[0])
		}
	}
	bad(t, d.Decide(who(t, alice), Ask{Grant: "g"}), `parameter "p": want one`)
}

func threatNoDocument(t *testing.T) {
	var none *Document
	refused(t, none.Decide(who(t, alice), Ask{Grant: "g"}))
	refused(t, new(Document).Decide(who(t, alice), Ask{Grant: "g"}))
	for _, text := range []string{"", "# nothing", "null", "~", "version: 1"} {
		if d, err := Parse("f", []byte(text)); err == nil || d != nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func threatUndecided(t *testing.T) {
	d := mustParse(t, withGrant("deny: [{user: "+alice+", id: AIDAEXAMPLE123456789C}]", "require: {org_id: o-exampleorg1, source_ip: [203.0.113.0/24]}"))
	allowed(t, d.Decide(who(t, alice), Ask{Grant: "g"}))
	for name, change := range map[string]func(*Caller){
		"no unique ID": func(w *Caller) { w.UserID = "" }, "the ID that is denied": func(w *Caller) { w.UserID = "AIDAEXAMPLE123456789C" },
		"no organization": func(w *Caller) { w.OrgID = "" }, "a literal": func(w *Caller) { w.OrgID = "aws:PrincipalOrgID" },
		"no address": func(w *Caller) { w.SourceIP = netip.Addr{} }, "a zone": func(w *Caller) { w.SourceIP = netip.MustParseAddr("fe80::1%eth0") },
	} {
		w := who(t, alice)
		change(&w)
		t.Run(name, func(t *testing.T) { refused(t, d.Decide(w, Ask{Grant: "g"})) })
	}
	mapped := who(t, alice)
	mapped.SourceIP = netip.MustParseAddr("::ffff:203.0.113.7")
	allowed(t, d.Decide(mapped, Ask{Grant: "g"}))
}

func threatOnward(t *testing.T) {
	wide := "session_policy: {Statement: {Effect: Allow, Action: '*', Resource: '*'}}"
	for _, test := range []struct {
		keys   []string
		onward bool
	}{
		{[]string{wide}, false}, {[]string{wide, "onward: false"}, false}, {[]string{wide, "onward: true"}, true},
		{[]string{"-session_policy", "full_role: true"}, false}, {[]string{"-session_policy", "full_role: true", "onward: true"}, true},
		{[]string{"-session_policy", "policy_arns: [arn:aws:iam::aws:policy/AdministratorAccess]"}, false},
	} {
		s := allowed(t, decide(t, withGrant(test.keys...), alice, Ask{}))
		policies := iam.Policies{Identity: []iam.Document{parsed(t, policyDocument(allowAll))}}
		if s.Policy != "" {
			policies.Session = append(policies.Session, parsed(t, s.Policy))
		}
		for range s.PolicyARNs {
			policies.Session = append(policies.Session, parsed(t, policyDocument(allowAll)))
		}
		for _, action := range []string{"sts:AssumeRole", "sts:AssumeRoot", "sts:assumeRoleWithSAML"} {
			role := iam.Policies{Identity: policies.Identity, Session: policies.Session}
			trust, err := iam.ParseTrust([]byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:*"}}`))
			if err != nil {
				t.Fatal(err)
			}
			role.Trust = &trust
			if got := iam.Authorize(request(action, "arn:aws:iam::123456789012:role/next", nil), role, true); got.Allowed != test.onward {
				t.Errorf("%v: %s: %+v", test.keys, action, got)
			}
		}
		if got := iam.Authorize(request("s3:GetObject", "arn:aws:s3:::data/x", nil), policies, true); !got.Allowed {
			t.Errorf("%v: %+v", test.keys, got)
		}
	}
}

func parsed(t *testing.T, text string) iam.Document {
	t.Helper()
	d, err := iam.ParsePolicy([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func threatCloudFront(t *testing.T) {
	const behind = "arn:aws:sts::123456789012:assumed-role/OriginAccessControlRole/OriginAccessSession"
	refused(t, decide(t, withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/*'}]"), behind, Ask{}))
	refused(t, decide(t, withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/OriginAccessControl*'}]"), behind, Ask{}))
	allowed(t, decide(t, withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/OriginAccessControlRole'}]"), behind, Ask{}))
	refused(t, decide(t, withGrant("callers: [{role: 'arn:aws:iam::123456789012:role/OriginAccessControlRole'}]", "deny: [{role: 'arn:aws:iam::123456789012:role/*'}]"), behind, Ask{}))
}

func threatPartition(t *testing.T) {
	document := withGrant("callers: [{role: 'arn:aws-cn:iam::123456789012:role/R'}]", "role_arn: arn:aws-cn:iam::210987654321:role/reader")
	refused(t, decide(t, document, "arn:aws:sts::123456789012:assumed-role/R/alice", Ask{}))
	allowed(t, decide(t, document, "arn:aws-cn:sts::123456789012:assumed-role/R/alice", Ask{}))
	if got := mustParse(t, document).For(who(t, "arn:aws:sts::123456789012:assumed-role/R/alice")); got != nil {
		t.Errorf("%+v", got)
	}
	if _, err := Parse("f", []byte(withGrant("callers: [{role: 'arn:aws-us-gov:iam::123456789012:role/R'}]"))); err == nil {
		t.Error("a role of another partition is taken")
	}
}
