//go:build conformance

package conformance

import (
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// profileRow is a profile of ~/.aws/config, and what comes of it. Its role has
// the profile's own name, unless its text says another.
type profileRow struct {
	name, text string
	aws        string // who the AWS CLI is with it, without the session's name; "" for refused
	karikagi   string // and karikagi
	why        string // of a difference, which is deliberate
}

func profileRows() []profileRow {
	const (
		assumed = "assumed-role/"
		user    = "user/worker"
		source  = "role_arn = ROLE\nsource_profile = keys\n"
		early   = "moto takes it, STS would not: karikagi refuses it first"
	)
	same := func(name, text, who string) profileRow { return profileRow{name, text, who, who, ""} }
	return []profileRow{
		same("keys", "", user),
		same("p-role", source, assumed+"p-role"),
		same("p-named", source+"role_session_name = nightly\n", assumed+"p-named"),
		same("p-external", source+"external_id = of-the-profile\n", assumed+"p-external"),
		same("p-external-wrong", source+"external_id = of-another\n", ""),
		same("p-long", source+"duration_seconds = 43200\n", assumed+"p-long"),
		same("p-region", source+"region = eu-west-1\n", assumed+"p-region"),
		same("p-nested", "role_arn = ROLE\nsource_profile = p-named\n", assumed+"p-nested"),
		same("p-environment", "role_arn = ROLE\ncredential_source = Environment\n", assumed+"p-environment"),
		same("p-process", "role_arn = ROLE\nsource_profile = process\n", assumed+"p-process"),
		same("process", "credential_process = cat PROCESS\n", user),
		same("p-untrusted", source, ""),
		same("p-cycle", "role_arn = ROLE\nsource_profile = p-cycle-back\n", ""),
		same("p-cycle-back", "role_arn = ROLE\nsource_profile = p-cycle\n", ""),
		same("p-both", source+"credential_source = Environment\n", ""),
		same("p-sourceless", "role_arn = ROLE\n", ""),
		same("p-dangling", "role_arn = ROLE\nsource_profile = none-such\n", ""),
		same("p-strange", "role_arn = ROLE\ncredential_source = Moon\n", ""),
		same("p-short", source+"duration_seconds = 60\n", ""),
		{"p-name", source + "role_session_name = a b\n", assumed + "p-name", "", early},
		{"p-long-hop", "role_arn = ROLE\nsource_profile = p-named\nduration_seconds = 43200\n", assumed + "p-long-hop", "", early},
		{"p-words", source + "duration_seconds = an hour\n", assumed + "p-words", "", "the AWS CLI ignores what is no number; nothing that was asked for is ignored here"},
	}
}

// The AWS CLI and karikagi read the same profiles, and come to be the same role by
// the same request, or refuse both; what differs is deliberate. A web identity
// is not among them: moto answers it with an exception where it holds policies.
func testProfiles(t *testing.T, m moto) {
	m.t = t
	worker := m.user("worker", "/", allow("*", "sts:AssumeRole"))
	folder := t.TempDir()
	process := filepath.Join(folder, "process.json")
	var config strings.Builder
	for _, row := range profileRows() {
		role := "arn:aws:iam::" + home + ":role/" + row.name
		config.WriteString("[profile " + row.name + "]\n" + strings.NewReplacer("ROLE", role, "PROCESS", process).Replace(row.text))
		if row.aws == "" && row.name != "p-external-wrong" && row.name != "p-untrusted" || !strings.HasPrefix(row.name, "p-") {
			continue
		}
		trusted := "arn:aws:iam::" + home + ":user/worker"
		switch {
		case strings.Contains(row.text, "source_profile = p-named"):
			trusted = "arn:aws:sts::" + home + ":assumed-role/p-named/nightly"
		case row.name == "p-untrusted":
			trusted = "arn:aws:iam::" + home + ":user/admin"
		}
		document := trust(trusted)
		if strings.HasPrefix(row.name, "p-external") {
			document = strings.Replace(document, `"Action":`, `"Condition": {"StringEquals": {"sts:ExternalId": "of-the-profile"}}, "Action":`, 1)
		}
		m.aws(m.admin, "iam", "create-role", "--role-name", row.name, "--max-session-duration", "43200", "--assume-role-policy-document", document)
	}
	m.aws(m.admin, "iam", "put-role-policy", "--role-name", "p-named", "--policy-name", "own", "--policy-document", allow("*", "sts:AssumeRole"))
	for file, text := range map[string]string{
		filepath.Join(folder, "config"):      config.String(),
		filepath.Join(folder, "credentials"): "[keys]\naws_access_key_id = " + worker.id + "\naws_secret_access_key = " + worker.secret + "\n",
		process:                              `{"Version": 1, "AccessKeyId": "` + worker.id + `", "SecretAccessKey": "` + worker.secret + `"}`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range profileRows() {
		t.Run(row.name, func(t *testing.T) {
			m := m
			m.t = t
			as := keys{}
			if strings.Contains(row.text, "Environment") {
				as = worker
			}
			m.sideBySide(row, append(m.environment(as), "AWS_CONFIG_FILE="+filepath.Join(folder, "config"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(folder, "credentials")))
		})
	}
}

// sideBySide runs both with one profile.
func (m *moto) sideBySide(row profileRow, environment []string) {
	m.t.Helper()
	var forms []url.Values
	for _, judged := range []struct {
		want    string
		command []string
	}{
		{row.aws, []string{"aws", "sts", "get-caller-identity", "--profile", row.name, "--query", "Arn", "--output", "text"}},
		{row.karikagi, []string{"karikagi", "whoami", "--profile", row.name}},
	} {
		before := len(m.receivedFor(row.name))
		out, err := m.try(environment, judged.command[0], judged.command[1:]...)
		who := regexp.MustCompile(`arn:aws:(?:iam|sts)::` + home + `:((?:assumed-role|user)/[\w+=,.@-]+)`).FindStringSubmatch(out)
		if judged.want == "" && err == nil || judged.want != "" && (err != nil || who == nil || who[1] != judged.want) {
			m.t.Errorf("%s: %v, want to be %q\n%s", judged.command[0], err, judged.want, out)
		}
		forms = append(forms, m.receivedFor(row.name)[before:]...)
	}
	if row.why != "" || row.aws == "" {
		return
	}
	// The session's name is the person's with karikagi, unless the profile has one.
	for _, form := range forms {
		if !strings.Contains(row.text, "role_session_name") {
			form.Del("RoleSessionName")
		}
	}
	if strings.HasPrefix(row.aws, "assumed-role/") && (len(forms) != 2 || !maps.EqualFunc(forms[0], forms[1], slices.Equal)) {
		m.t.Errorf("moto received %v", forms)
	}
}

// receivedFor are the AssumeRole calls for a role of the first account.
func (m *moto) receivedFor(role string) []url.Values {
	m.t.Helper()
	return slices.DeleteFunc(m.received("AssumeRole"), func(form url.Values) bool { return form.Get("RoleArn") != "arn:aws:iam::"+home+":role/"+role })
}
