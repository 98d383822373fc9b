//go:build conformance

package conformance

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// probed is what a probe met with.
type probed struct {
	Probe, Code, Message, ARN string
	Model                     string // what AWS's model of STS forbids in the request
	Status                    int
}

// accountOfProbes is what the probes want to find: the sandbox reads the file
// itself, and moto is told by the AWS CLI.
type accountOfProbes struct {
	Accounts []struct {
		Users []struct {
			Name     string
			Policies []json.RawMessage
		}
		Roles []struct {
			Name     string
			Seconds  json.Number `json:"max_session_duration"`
			Trust    json.RawMessage
			Policies []json.RawMessage
		}
	}
}

const accountFile = "testdata/account.json"

// makeAccount makes the users and roles of the probes, and a credentials file
// for them.
func (m *moto) makeAccount(t *testing.T) (credentials string) {
	t.Helper()
	text, err := os.ReadFile(accountFile)
	if err != nil {
		t.Fatal(err)
	}
	var account accountOfProbes
	m.decode(string(text), &account)
	var profiles strings.Builder
	for _, u := range account.Accounts[0].Users {
		m.aws(m.admin, "iam", "create-user", "--user-name", u.Name)
		for _, policy := range u.Policies {
			m.aws(m.admin, "iam", "put-user-policy", "--user-name", u.Name, "--policy-name", "own", "--policy-document", string(policy))
		}
		k := m.accessKey(m.admin, u.Name)
		profiles.WriteString("[" + u.Name + "]\naws_access_key_id = " + k.id + "\naws_secret_access_key = " + k.secret + "\n")
	}
	for _, r := range account.Accounts[0].Roles {
		args := []string{"iam", "create-role", "--role-name", r.Name, "--assume-role-policy-document", string(r.Trust)}
		if r.Seconds != "" {
			args = append(args, "--max-session-duration", r.Seconds.String())
		}
		m.aws(m.admin, args...)
		for _, policy := range r.Policies {
			m.aws(m.admin, "iam", "put-role-policy", "--role-name", r.Name, "--policy-name", "own", "--policy-document", string(policy))
		}
	}
	credentials = filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(credentials, []byte(profiles.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return credentials
}

// readProbes reads what probes.py printed.
func readProbes(t *testing.T, out string) (list []probed) {
	t.Helper()
	for line := range strings.Lines(out) {
		var p probed
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatalf("%v:\n%s", err, out)
		}
		list = append(list, p)
	}
	return list
}

// The same requests, sent to the sandbox and to moto: where they differ stands
// in docs/conformance.md, with what AWS documents. UPDATE=1 rewrites the table;
// what it says of each difference is in explanations.
func testProbes(t *testing.T, m moto) {
	m.t = t
	program, err := filepath.Abs("probes.py")
	if err != nil {
		t.Fatal(err)
	}
	account, err := filepath.Abs(accountFile)
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.try(m.environment(keys{}), "karikagi", "sandbox", "--account", account, "--as", "testuser", "--",
		"sh", "-c", `exec python3 "$0" "$AWS_ENDPOINT_URL_STS" "$KARIKAGI_SANDBOX/credentials" karikagi sandbox --advance 721m`, program)
	if err != nil {
		t.Fatalf("the sandbox: %v\n%s", err, out)
	}
	ours := readProbes(t, out)
	if out, err = m.try(m.environment(keys{}), "python3", program, m.url, m.makeAccount(t)); err != nil {
		t.Fatalf("moto: %v\n%s", err, out)
	}
	theirs := readProbes(t, out)
	if len(ours) < 80 || len(ours) != len(theirs) {
		t.Fatalf("%d and %d probes", len(ours), len(theirs))
	}
	for _, p := range ours {
		modelAgrees(t, p)
	}
	compareTable(t, table(t, ours, theirs))
}

// modelAgrees holds the sandbox against the model of STS that AWS publishes, which
// has no room for opinion: what it forbids is a ValidationError, and nothing else
// is one of its kind. Two limits stand in the API reference's text alone.
func modelAgrees(t *testing.T, p probed) {
	t.Helper()
	if p.Probe == "Policy: 2049 characters" || p.Probe == "PolicyArns: 11" {
		return
	}
	constraint := strings.Contains(p.Message, "failed to satisfy constraint") || p.Code == "MalformedInput"
	if constraint != (p.Model != "") {
		t.Errorf("%s: the sandbox says %d %s %s, the model forbids %q", p.Probe, p.Status, p.Code, p.Message, p.Model)
	}
}

// table is the part of docs/conformance.md that this test writes.
func table(t *testing.T, ours, theirs []probed) string {
	t.Helper()
	var rows, same strings.Builder
	explained := explanations()
	differ := 0
	for i, p := range ours {
		model := theirs[i].Model
		theirs[i].Model = p.Model
		if theirs[i] == p {
			same.WriteString("- " + p.Probe + ": " + cell(p) + "\n")
			continue
		}
		differ++
		why, ok := explained[p.Probe]
		delete(explained, p.Probe)
		if p.Model != "" && model == p.Model && !ok {
			why, ok = "the sandbox: STS service model, `"+p.Model+"`", true
		}
		if !ok {
			t.Errorf("nothing in explanations says who is right about %q: the sandbox %s, moto %s", p.Probe, cell(p), cell(theirs[i]))
		}
		rows.WriteString("| " + p.Probe + " | " + cell(p) + " | " + cell(theirs[i]) + " | " + why + " |\n")
	}
	for probe := range explained {
		t.Errorf("%q is in explanations, and is no difference", probe)
	}
	return fmt.Sprintf("Of %d requests, the two answer %d differently.\n\n| request | the sandbox | moto | what AWS documents |\n|---|---|---|---|\n%s\n## Where both say the same\n\nTo the letter:\n\n%s",
		len(ours), differ, rows.String(), same.String())
}

// cell is an answer in a table.
func cell(p probed) string {
	text := fmt.Sprint(p.Status)
	if p.Code != "" {
		text += " " + p.Code
	}
	said := []rune(stable().ReplaceAllString(p.Message+p.ARN, "…"))
	if len(said) > 120 {
		said = append(said[:120], '…')
	}
	if len(said) != 0 {
		text += " `" + strings.NewReplacer("`", "'", "|", "/", "\n", " ").Replace(strings.TrimSpace(string(said))) + "`"
	}
	return text
}

// stable matches what is another in each run: times, and the hash of a header.
func stable() *regexp.Regexp { return regexp.MustCompile(`\d{8}T\d{6}Z|Authorization=.*`) }

const (
	page  = "../docs/conformance.md"
	begin = "<!-- written by UPDATE=1 make conformance, from here -->\n"
	end   = "<!-- to here -->\n"
)

// compareTable holds the document against what was found, line by line.
func compareTable(t *testing.T, found string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	written, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", page)
	}
	if written == found {
		return
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(page, []byte(before+begin+found+end+after), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	is, want := strings.Split(written, "\n"), strings.Split(found, "\n")
	for _, line := range is {
		if !slices.Contains(want, line) {
			t.Errorf("%s:%d: this is no longer so:\n%s", page, strings.Count(before+begin, "\n")+slices.Index(is, line)+1, line)
		}
	}
	for _, line := range want {
		if !slices.Contains(is, line) {
			t.Errorf("%s: this is not there (UPDATE=1 make conformance writes it):\n%s", page, line)
		}
	}
}
