package sandbox

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

const allow = `{Version: 2012-10-17, Statement: {Effect: Allow, Action: "sts:AssumeRole", Resource: "*"}}`

// TestAccountFileErrors: each mistake at its place, with the key that was meant.
func TestAccountFileErrors(t *testing.T) {
	for _, test := range []struct{ name, file, want string }{
		{"empty", "", `f:1:1: account file is empty: want the key "accounts"`},
		{"only a comment", "# nothing", `f:1:1: account file is empty: want the key "accounts"`},
		{"not YAML", "accounts: [", "f:1:1: did not find expected node content"},
		{"not YAML later", "accounts:\n  - id: \"1\"\n   x: y\n", "f:3:1: did not find expected '-' indicator"},
		{"tab", "accounts:\n\t- a", "f:2:1: found character that cannot start any token"},
		{"a list", "- a", "f:1:1: account file: want a mapping, not a list"},
		{"no accounts", "accounts: []", "f:1:11: account file: accounts: want at least one account"},
		{"not a list", "accounts: {}", "f:1:11: account file: accounts: want a list, not a mapping"},
		{"unknown key", "acounts: []", `f:1:1: account file: unknown key "acounts": did you mean "accounts"?`},
		{"quite unknown key", "accounts:\n- {colour: 1}", `f:2:4: account: unknown key "colour": want one of id, partition, org_id, root, identity_providers, users, roles, policies`},
		{"twice", "accounts: []\naccounts: []", `f:2:1: account file: key "accounts" is there twice`},
		{"two documents", "accounts: []\n---\naccounts: []", "f:1:1: account file has several documents, or more after the first: want one"},
		{"no id", "accounts:\n  - users: []", `f:2:5: account: want the key "id"`},
		{"short id", account1("id: 123"), `f:2:9: account: id: want 12 digits, not "123"`},
		{"id is nothing", account1("id:"), "f:2:8: account: id: want a text, not nothing"},
		{"id is a list", account1("id: [1]"), "f:2:9: account: id: want a text, not a list"},
		{"same id", "accounts:\n- id: 123456789012\n- id: 123456789012", "f:3:7: account: id: account 123456789012 is there twice"},
		{"partition", account1("id: 123456789012\n    partition: aws-mars"), `f:3:16: account: partition: want one of aws, aws-cn, aws-us-gov, aws-eusc, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f, not "aws-mars"`},
		{"organization", account1("id: 123456789012\n    org_id: o-x"), `f:3:13: account: org_id: want o- and 10 to 32 lower-case letters and digits, not "o-x"`},
		{"alias", account1("id: &x 123456789012\n    org_id: *x"), "f:3:13: account: org_id: want a text, not an alias, which is not read here"},
		{"merge", "accounts:\n- <<: {id: 123456789012}", "f:2:3: account: want a name as key, not \"<<\""},
		{"no name", user1("path: /a/"), `f:4:9: user: want the key "name"`},
		{"name", user1(`name: "a b"`), `f:4:15: user: name: want 1 to 64 letters, digits and _+=,.@-, not "a b"`},
		{"root's name", user1("name: root"), "f:4:15: user: name: root is the root user: want another name"},
		{"same name", user1("name: Alice") + "      - name: alice", `f:5:15: user: name: user "alice" is there twice`},
		{"path", user1("{name: a, path: team}"), `f:4:25: user: path: want a path such as "/team/blue/", not "team"`},
		{"flag", user1("{name: a, console: yes}"), `f:4:28: user: console: want true or false, not "yes"`},
		{"flag as text", user1(`{name: a, console: "true"}`), `f:4:28: user: console: want true or false, not "true"`},
		{"console MFA", user1("{name: a, console_mfa: true}"), "f:4:32: user: console_mfa: want console: true beside it"},
		{"key in capitals", user1("{name: a, Console: true}"), `f:4:19: user: unknown key "Console": did you mean "console"?`},
		{"seed", user1("{name: a, mfa: {seed: ABC1}}"), `f:4:31: mfa: seed: want at least 16 characters of base 32, not "ABC1"`},
		{"no seed", user1("{name: a, mfa: {}}"), `f:4:24: mfa: want the key "seed"`},
		{"serial", user1("{name: a, mfa: {seed: JBSWY3DPEHPK3PXP, serial_number: short}}"), `f:4:64: mfa: serial_number: want 9 to 256 letters, digits and _+=/:,.@-, not "short"`},
		{"tags", user1("{name: a, tags: [a]}"), "f:4:25: user: tags: want a mapping, not a list"},
		{"tag twice", user1("{name: a, tags: {Team: 1, team: 2}}"), `f:4:35: user: tags: key "team" is there twice: tag keys are compared without regard to case`},
		{"too many tags", user1("{name: a, tags: {" + manyTags(51) + "}}"), "f:4:426: user: tags: want at most 50 tags"},
		{"tag value", user1(`{name: a, tags: {Team: "<"}}`), "f:4:32: user: tags: want a value of at most 256 letters, digits, blanks and _.:/=+-@"},
		{"policies", user1("{name: a, policies: " + allow + "}"), "f:4:29: user: policies: want a list, not a mapping"},
		{"policy", user1("{name: a, policies: [1]}"), `f:4:30: user: policies: want a policy as a mapping or as JSON in a text, not "1"`},
		{"managed policy", user1("{name: a, policies: [arn:aws:iam::123456789012:policy/none]}"), `f:4:30: user: policies: no managed policy "arn:aws:iam::123456789012:policy/none" in account 123456789012`},
		{"no trust", role1("name: a"), `f:4:9: role: want the key "trust"`},
		{"short maximum", role1("{name: a, max_session_duration: 30m, trust: " + trustMe + "}"), `f:4:41: role: max_session_duration: want 1h to 12h, or seconds, not "30m"`},
		{"long maximum", role1("{name: a, max_session_duration: 43201, trust: " + trustMe + "}"), `f:4:41: role: max_session_duration: want 1h to 12h, or seconds, not "43201"`},
		{"same role", role1("{name: a, trust: "+trustMe+"}") + "      - {name: A, trust: " + trustMe + "}", `f:5:16: role: name: role "A" is there twice`},
		{"policy's document", account1("id: 123456789012\n    policies: [{name: a}]"), `f:3:16: policy: want the key "document"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := LoadAccount("f", []byte(test.file))
			if err == nil || err.Error() != test.want {
				t.Errorf("%s\n got %v\nwant %s", test.file, err, test.want)
			}
		})
	}
}

const trustMe = `{Version: 2012-10-17, Statement: {Effect: Allow, Principal: {AWS: "123456789012"}, Action: "sts:AssumeRole"}}`

func account1(first string) string { return "accounts:\n  - " + first + "\n" }

func user1(user string) string {
	return "accounts:\n  - id: 123456789012\n    users:\n      - " + user + "\n"
}

func role1(role string) string {
	return "accounts:\n  - id: 123456789012\n    roles:\n      - " + role + "\n"
}

// TestPolicyErrorsArePlaced: iam says what is wrong, the file's line and column say where.
func TestPolicyErrorsArePlaced(t *testing.T) {
	for _, test := range []struct{ name, file, place, text string }{
		{"effect", role1(`name: a
        trust:
          Version: "2012-10-17"
          Statement:
            - Effect: Alow
              Principal: {AWS: "123456789012"}
              Action: sts:AssumeRole`), "f:8:23: role: trust: ", "Alow"},
		{"unknown element", role1(`name: a
        trust:
          Version: "2012-10-17"
          Statement:
            - Effect: Allow
              Principle: {AWS: "123456789012"}
              Action: sts:AssumeRole`), "f:9:15: role: trust: ", "Principle"},
		{"nothing", user1(`name: a
        policies:
          - Version: "2012-10-17"
            Id:`), "f:7:16: user: policies: ", "null"},
		{"twice", user1(`name: a
        policies:
          - Version: "2012-10-17"
            Version: "2012-10-17"`), "f:7:13: user: policies: ", "twice"},
		{"behind other characters", user1("name: a\n        policies: [{Version: 2012-10-17, Id: äöü, Statement: [{Effect: Allow, Action:  {}, Resource: '*'}]}]"), "f:5:88: user: policies: ", "object"},
		{"as JSON", user1("name: a\n        policies:\n          - |\n            {\"Version\": \"2012-10-17\",\n             \"Statement\": [{\"Effect\": \"Alow\"}]}"),
			"f:6:13: user: policies: line 2, column ", "Alow"},
	} {
		_, err := LoadAccount("f", []byte(test.file))
		if err == nil || !strings.HasPrefix(err.Error(), test.place) || !strings.Contains(err.Error(), test.text) {
			t.Errorf("%s:\n%s\n got %v\nwant %s...%s", test.name, test.file, err, test.place, test.text)
		}
	}
}

// manyTags is that many tags on one line.
func manyTags(count int) string {
	var tags []string
	for i := range count {
		tags = append(tags, fmt.Sprintf("t%02d: v", i))
	}
	return strings.Join(tags, ", ")
}

// TestAccountFileForms: what a file may leave out or write in several ways.
func TestAccountFileForms(t *testing.T) {
	a, err := LoadAccount("f", []byte(`
accounts:
  - roles:
      - {name: plain, trust: `+trustMe+`}
      - {name: zero, trust: {Version: 2012-10-17, Statement: {Effect: Allow, Principal: {AWS: 012345678901}, Action: "sts:AssumeRole"}}}
      - {name: seconds, path: /a/b/, max_session_duration: 7200, trust: `+trustMe+`}
      - name: json
        max_session_duration: 1h30m
        trust: |
          {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}]}
    users:
      - {name: m, mfa: {seed: jbswy3dpehpk3pxp, serial_number: GAHT12345678}, policies: [arn:aws:iam::012345678901:policy/team/mine]}
      - {name: o, policies: [{Version: 2012-10-17, Statement: {Effect: Allow, Action: "*", Resource: "*", Condition: {Bool: {"aws:SecureTransport": true}, NumericLessThan: {"aws:MultiFactorAuthAge": 3600}}}}]}
      - {name: n, console: false, tags: {Cost: 12, Since: 2026-01-01, Empty: ""}}
      - {name: p, tags: {`+manyTags(50)+`}}
    root: {mfa: {seed: JBSWY3DPEHPK3PXP}}
    policies:
      - {name: mine, path: /team/, document: `+allow+`}
    id: 012345678901
`))
	if err != nil {
		t.Fatal(err)
	}
	of := a.accounts[0]
	if of.id != "012345678901" || of.partition != "aws" || of.root.arn != "arn:aws:iam::012345678901:root" || of.root.mfa.serialNumber != "arn:aws:iam::012345678901:mfa/root-account-mfa-device" {
		t.Errorf("%+v %+v", of, of.root)
	}
	for i, want := range []struct {
		arn string
		max time.Duration
	}{{"arn:aws:iam::012345678901:role/plain", time.Hour}, {"arn:aws:iam::012345678901:role/zero", time.Hour}, {"arn:aws:iam::012345678901:role/a/b/seconds", 2 * time.Hour}, {"arn:aws:iam::012345678901:role/json", 90 * time.Minute}} {
		if r := of.roles[i]; r.ARN() != want.arn || r.maxSession != want.max || a.role(want.arn) != r {
			t.Errorf("role %s %v, want %v", r.ARN(), r.maxSession, want)
		}
	}
	if m := of.users[0]; m.mfa.serialNumber != "GAHT12345678" || len(m.policies) != 1 {
		t.Errorf("%+v", m)
	}
	if p := of.users[3].tags; len(p) != 50 {
		t.Errorf("%d tags", len(p))
	}
	if n := of.users[2].tags; len(n) != 3 || n[0] != (sessionTag{key: "Cost", value: "12"}) || n[1].value != "2026-01-01" {
		t.Errorf("%+v", n)
	}
	if len(a.Users()) != 0 {
		t.Errorf("%q can sign in", a.Users())
	}
}

// TestDocumented: the table in the package comment and account.yaml are of one account.
func TestDocumented(t *testing.T) {
	source, err := os.ReadFile("sandbox.go")
	if err != nil {
		t.Fatal(err)
	}
	table := regexp.MustCompile(`(?m)^//\t(\d{12})\s+(\S+)`).FindAllStringSubmatch(string(source), -1)
	a := DefaultAccount()
	names := map[string]bool{}
	for _, of := range a.accounts {
		for _, u := range of.users {
			names[of.id+" "+strings.TrimPrefix(u.path+u.name, "/")] = true
		}
		for _, r := range of.roles {
			names[of.id+" "+r.Name] = true
		}
		if of.root.accessKey {
			names[of.id+" root"] = true
		}
	}
	for _, row := range table {
		delete(names, row[1]+" "+strings.TrimPrefix(row[2], "/"))
	}
	if len(table) < 13 || len(names) > 0 {
		t.Errorf("not in the table of %d rows: %v", len(table), names)
	}
	if strings.Contains(string(builtIn), Mark) {
		t.Error("a secret is in account.yaml")
	}
}
