//go:build conformance

package conformance

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// The accounts that exist in moto.
const (
	home  = "123456789012"
	other = "210987654321"
)

// keys are somebody's credentials.
type keys struct{ id, secret, token string }

// environment is what a program finds that is to use them; of the machine's own
// AWS settings it finds nothing.
func (m *moto) environment(k keys) []string {
	e := []string{
		"PATH=" + os.Getenv("PATH"), "NODE_PATH=" + os.Getenv("NODE_PATH"), "HOME=" + m.folder, "TMPDIR=" + m.folder, "LC_ALL=C.UTF-8",
		"AWS_ENDPOINT_URL=" + m.url, "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1", "AWS_PAGER=",
	}
	if k.id != "" {
		e = append(e, "AWS_ACCESS_KEY_ID="+k.id, "AWS_SECRET_ACCESS_KEY="+k.secret)
	}
	if k.token != "" {
		e = append(e, "AWS_SESSION_TOKEN="+k.token)
	}
	return e
}

// moto is a moto server that checks signatures and policies from the first
// request behind its administrators' making on.
type moto struct {
	t        *testing.T
	folder   string // a home for whoever runs beside it
	url      string
	admin    keys // may all in home
	adminFar keys // may all in other
}

// unchecked is how many requests moto takes unseen: those that make the
// administrators. Its documentation: "IAM-like access control",
// INITIAL_NO_AUTH_ACTION_COUNT.
const unchecked = 6

const everything = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`

func startMoto(t *testing.T) *moto {
	t.Helper()
	m := &moto{t: t, folder: t.TempDir()}
	command := exec.CommandContext(t.Context(), "moto_server", "-H", "127.0.0.1", "-p", "0")
	command.Dir = m.folder
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + m.folder, "PYTHONUNBUFFERED=1", fmt.Sprintf("INITIAL_NO_AUTH_ACTION_COUNT=%d", unchecked),
		"MOTO_ENABLE_RECORDING=true", "MOTO_RECORDER_FILEPATH=" + filepath.Join(m.folder, "received")}
	stderr, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stdout = command.Stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	m.url = awaitAddress(t, stderr)
	m.makeAdministrators()
	return m
}

// awaitAddress reads until the server says where it listens, and throws away
// what it says from then on.
func awaitAddress(t *testing.T, stderr io.ReadCloser) string {
	t.Helper()
	defer time.AfterFunc(time.Minute, func() { _ = stderr.Close() }).Stop() // which ends the reading
	var said strings.Builder
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if found := regexp.MustCompile(`Running on (http://127\.0\.0\.1:\d+)`).FindStringSubmatch(lines.Text()); found != nil {
			go func() { _, _ = io.Copy(io.Discard, stderr) }()
			return found[1]
		}
	}
	t.Fatalf("moto_server ended, or has not said in a minute where it listens:\n%s", said.String())
	return ""
}

// makeAdministrators spends the unchecked requests. Nobody can go to the other
// account but by assuming a role of it, which there need not be yet.
func (m *moto) makeAdministrators() {
	m.t.Helper()
	nobody := keys{"AKIAIOSFODNN7EXAMPLE", "unchecked", ""}
	for _, account := range []*keys{&m.admin, &m.adminFar} {
		as := nobody
		if account == &m.adminFar {
			as = m.assume(nobody, "arn:aws:iam::"+other+":role/admin", "admin")
			m.aws(as, "iam", "create-role", "--role-name", "admin", "--assume-role-policy-document", trust("arn:aws:iam::"+home+":user/admin"))
			m.aws(as, "iam", "put-role-policy", "--role-name", "admin", "--policy-name", "all", "--policy-document", everything)
			*account = as
			continue
		}
		m.aws(as, "iam", "create-user", "--user-name", "admin")
		m.aws(as, "iam", "put-user-policy", "--user-name", "admin", "--policy-name", "all", "--policy-document", everything)
		*account = m.accessKey(as, "admin")
	}
	// The premise of everything else here.
	if out, err := m.try(m.environment(nobody), "aws", "iam", "list-users"); err == nil || !strings.Contains(out, "InvalidClientTokenId") {
		m.t.Fatalf("moto takes the keys of nobody: %s, %v", out, err)
	}
}

// try runs a program and gives what it printed, on both streams.
func (m *moto) try(environment []string, program string, args ...string) (string, error) {
	command := exec.CommandContext(m.t.Context(), program, args...)
	command.Dir, command.Env = m.folder, environment
	command.WaitDelay = 10 * time.Second // for whatever it leaves behind, which holds its output open
	out, err := command.CombinedOutput()
	return strings.TrimRight(string(out), "\n"), err
}

// aws runs the AWS CLI, which must succeed.
func (m *moto) aws(as keys, args ...string) string {
	m.t.Helper()
	out, err := m.try(m.environment(as), "aws", slices.Concat(args, []string{"--output", "json"})...)
	if err != nil {
		m.t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// accessKey makes a user's access key.
func (m *moto) accessKey(as keys, user string) keys {
	m.t.Helper()
	var made struct {
		AccessKey struct{ AccessKeyId, SecretAccessKey string }
	}
	m.decode(m.aws(as, "iam", "create-access-key", "--user-name", user), &made)
	return keys{made.AccessKey.AccessKeyId, made.AccessKey.SecretAccessKey, ""}
}

// assume is a session that the AWS CLI got, for whoever needs one to begin with.
func (m *moto) assume(as keys, role, name string) keys {
	m.t.Helper()
	var made struct {
		Credentials struct{ AccessKeyId, SecretAccessKey, SessionToken string }
	}
	m.decode(m.aws(as, "sts", "assume-role", "--role-arn", role, "--role-session-name", name), &made)
	return keys{made.Credentials.AccessKeyId, made.Credentials.SecretAccessKey, made.Credentials.SessionToken}
}

func (m *moto) decode(text string, into any) {
	m.t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		m.t.Fatalf("%v: %s", err, text)
	}
}

// user makes a user with one policy and an access key.
func (m *moto) user(name, path, policy string) keys {
	m.t.Helper()
	m.aws(m.admin, "iam", "create-user", "--user-name", name, "--path", path)
	m.aws(m.admin, "iam", "put-user-policy", "--user-name", name, "--policy-name", "own", "--policy-document", policy)
	return m.accessKey(m.admin, name)
}

// role makes a role of an account that its administrator is given for, with one
// policy.
func (m *moto) role(admin keys, name, trust, policy string) {
	m.t.Helper()
	m.aws(admin, "iam", "create-role", "--role-name", name, "--assume-role-policy-document", trust)
	m.aws(admin, "iam", "put-role-policy", "--role-name", name, "--policy-name", "own", "--policy-document", policy)
}

// trust is a trust policy that names one principal.
func trust(principal string) string {
	return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": %q}, "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]}]}`, principal)
}

// allow is a policy that allows actions on one resource.
func allow(resource string, actions ...string) string {
	list, _ := json.Marshal(actions) // strings are always encodable
	return fmt.Sprintf(`{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": %s, "Resource": %q}]}`, list, resource)
}

// received are the forms of the calls of one action that moto received, as they
// came over the wire.
func (m *moto) received(action string) (forms []url.Values) {
	m.t.Helper()
	request, err := http.NewRequestWithContext(m.t.Context(), http.MethodGet, m.url+"/moto-api/recorder/download-recording", nil)
	if err != nil {
		m.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	for line := range bytes.Lines(text) {
		var entry struct{ Body string }
		m.decode(string(line), &entry)
		body, err := base64.StdEncoding.DecodeString(entry.Body)
		if err != nil {
			m.t.Fatal(err)
		}
		if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") == action {
			forms = append(forms, form)
		}
	}
	return forms
}
