package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/rogpeppe/go-internal/txtar"

	"karikagi/internal/api"
	"karikagi/internal/sandbox"
	"karikagi/internal/session"
	"karikagi/internal/workbench"
)

// awsWorld is an AWS of two accounts: the function's, with its execution role, and
// the one of the downstream roles. Both sides' policies are those that the
// grants document itself asks for.
type awsWorld struct {
	server *sandbox.Server
	url    string
	log    *bytes.Buffer
}

const executionRole = "arn:aws:iam::123412341234:role/karikagi-function"

func newAWS(t *testing.T) *awsWorld {
	t.Helper()
	grants, err := loadGrants("testdata/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	type object = map[string]any
	roles := []object{}
	for arn, trust := range grants.TrustPolicies(executionRole) {
		roles = append(roles, object{"name": arn[strings.LastIndex(arn, "/")+1:], "trust": json.RawMessage(trust)})
	}
	account, err := json.Marshal(object{"accounts": []object{
		{"id": "123412341234",
			"roles": []object{{"name": "karikagi-function", "policies": []json.RawMessage{grants.ExecutionRolePolicy()},
				"trust": object{"Version": "2012-10-17", "Statement": object{"Effect": "Allow", "Principal": object{"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}}}}},
		{"id": "210987654321", "roles": roles},
	}})
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := sandbox.LoadAccount("account.yaml", account)
	if err != nil {
		t.Fatal(err)
	}
	w := &awsWorld{log: &bytes.Buffer{}}
	if w.server, err = sandbox.New(sandbox.Options{Account: loaded, Log: w.log}); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(w.server)
	t.Cleanup(front.Close)
	w.url = front.URL
	return w
}

// client is an STS client with these credentials.
func (w *awsWorld) client(c api.Credentials) *sts.Client {
	environment := map[string]string{"AWS_ACCESS_KEY_ID": c.AccessKeyID, "AWS_SECRET_ACCESS_KEY": c.SecretAccessKey, "AWS_SESSION_TOKEN": c.SessionToken}
	return newSTS(func(name string) string { return environment[name] }, configuration{region: "us-east-1", stsEndpoint: w.url})
}

// environment is what Lambda gives to the function: a session of its role.
func (w *awsWorld) environment(t *testing.T) []string {
	t.Helper()
	id, secret, token, _, err := w.server.RoleSession(executionRole, "karikagi")
	if err != nil {
		t.Fatal(err)
	}
	return workbench.LambdaEnvironment("/var/task", w.url, id, secret, token)
}

// build compiles the function, with the grants document beside it.
func build(t *testing.T, environment ...string) string {
	t.Helper()
	bootstrap := filepath.Join(t.TempDir(), "bootstrap")
	if err := workbench.Build(t.Context(), bootstrap, ".", workbench.FunctionTags, environment...); err != nil {
		t.Fatal(err)
	}
	grants, err := os.ReadFile("testdata/grants.yaml")
	if err == nil {
		err = os.WriteFile(filepath.Join(filepath.Dir(bootstrap), "grants.yaml"), grants, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return bootstrap
}

// event is an event of testdata.
func event(t *testing.T, name string) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/events/" + name + ".txtar")
	if err != nil {
		t.Fatal(err)
	}
	return string(archive.Files[0].Data)
}

// The compiled function, in the Runtime API's hands, with an STS that refuses
// what STS refuses.
func TestBootstrap(t *testing.T) {
	bootstrap := build(t)
	t.Run("vends", func(t *testing.T) { testVends(t, bootstrap) })
	t.Run("is refused downstream", func(t *testing.T) { testRefusedDownstream(t, bootstrap) })
	t.Run("ends when its credentials expire", func(t *testing.T) { testExpires(t, bootstrap) })
	t.Run("does not start", func(t *testing.T) { testDoesNotStart(t, bootstrap) })
}

func testVends(t *testing.T, bootstrap string) {
	world := newAWS(t)
	p := start(t, bootstrap, world.environment(t))
	for range 3 { // cold, then warm
		r := p.invoke(event(t, "user-with-path"), "")
		c, err := api.ParseWire([]byte(r.Body))
		if r.StatusCode != 200 || err != nil || strings.Count(r.Body, sandbox.Mark) != 3 {
			t.Fatalf("%d %s, %v", r.StatusCode, r.Body, err)
		}
		who, err := session.Identify(t.Context(), world.client(c))
		if err != nil || who.Caller.ARN != "arn:aws:sts::210987654321:assumed-role/data-reader/alice" {
			t.Errorf("vended %s, %v", who.Caller.ARN, err)
		}
	}
	for name, want := range map[string]int{"user-lines-of-export": 200, "user-post-base64": 200, "identity-center": 200, "listing": 200, "root": 403, "no-authorizer": 401, "head": 405, "forged-schedule": 401} {
		if r := p.invoke(event(t, name), ""); r.StatusCode != want {
			t.Errorf("%s: %d %s", name, r.StatusCode, r.Body)
		}
	}
	if r := p.invoke(event(t, "user-with-path"), `{"client":{"installation_id":"x"}}`); r.StatusCode != 401 {
		t.Errorf("with a client context: %d %s", r.StatusCode, r.Body)
	}
	_, err := p.send(event(t, "user-with-path"), `not JSON`)
	if failed, ok := errors.AsType[*workbench.FunctionError](err); !ok || failed.Kind != "error" || bytes.Contains(failed.Body, []byte(sandbox.Mark)) {
		t.Errorf("with a client context of nonsense: %v", err)
	}
	stdout, stderr := p.end()
	if n := strings.Count(stdout, "\n"); n != 12 || strings.Count(stdout, `"vended":1`) != 6 {
		t.Errorf("%d records:\n%s", n, stdout)
	}
	// The premise is above: the marks were in the answers. So are they nowhere else.
	if all := stdout + stderr + world.log.String(); strings.Contains(all, sandbox.Mark) || strings.Contains(all, canary) {
		t.Errorf("a secret shows:\n%s", all)
	}
	if strings.Contains(stdout, "x-amz") || strings.Contains(stdout, "Root=1-") {
		t.Errorf("a header is in the log:\n%s", stdout)
	}
}

// The grant allows and the role does not: its trust policy wants another
// external ID.
func testRefusedDownstream(t *testing.T, bootstrap string) {
	world := newAWS(t)
	grants, err := os.ReadFile("testdata/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.ReplaceAll(grants, []byte("external_id: karikagi-210987654321"), []byte("external_id: karikagi-another"))
	file := filepath.Join(t.TempDir(), "changed.yaml")
	if err := os.WriteFile(file, changed, 0o600); err != nil || bytes.Equal(changed, grants) {
		t.Fatalf("%v", err)
	}
	p := start(t, bootstrap, append(world.environment(t), "KARIKAGI_GRANTS="+file))
	r := p.invoke(event(t, "user-with-path"), "")
	if r.StatusCode != 502 || strings.Contains(r.Body, "data-reader") || strings.Contains(r.Body, "210987654321") {
		t.Errorf("%d %s", r.StatusCode, r.Body)
	}
	if stdout, _ := p.end(); !strings.Contains(stdout, "is not authorized to perform: sts:") || !strings.Contains(stdout, `"code":"DownstreamRefused","status":502`) {
		t.Errorf("the operator is told nothing: %s", stdout)
	}
}

// The answer is delivered, then the process ends, and asks for no more events.
func testExpires(t *testing.T, bootstrap string) {
	world := newAWS(t)
	p := start(t, bootstrap, world.environment(t))
	if r := p.invoke(event(t, "user-with-path"), ""); r.StatusCode != 200 {
		t.Fatalf("the premise is gone: %d %s", r.StatusCode, r.Body)
	}
	world.server.Advance(13 * time.Hour)
	body, err := p.send(event(t, "user-with-path"), "")
	if r := read(t, body); r.StatusCode != 503 || r.Headers["Retry-After"] != "1" || !strings.Contains(r.Body, `"code":"Unavailable"`) {
		t.Errorf("%d %v %s", r.StatusCode, r.Headers, r.Body)
	}
	if stderr := oneLine(t, err); !strings.Contains(stderr, "credentials have expired") {
		t.Errorf("%s", stderr)
	}
}

// What is missing or wrong is one line, and an exit before the first event.
func testDoesNotStart(t *testing.T, bootstrap string) {
	world := newAWS(t)
	good := world.environment(t)
	folder := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return "KARIKAGI_GRANTS=" + file
	}
	sound, err := os.ReadFile("testdata/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		environment []string
		want        string
	}{
		"no credentials":            {[]string{"AWS_REGION=us-east-1"}, "where Lambda puts them: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN"},
		"no Region":                 {good[1:], "where Lambda puts them: AWS_REGION"},
		"no document":               {append(slices.Clip(good), "KARIKAGI_GRANTS="+folder+"/none.yaml"), "none.yaml: no such file"},
		"an unsound document":       {append(slices.Clip(good), write("unsound.yaml", "version: 1\ngrants: {a: {colour: blue}}\n")), "unsound.yaml:2:14: "},
		"an empty document":         {append(slices.Clip(good), write("empty.yaml", "")), "empty.yaml"},
		"a document that fails":     {append(slices.Clip(good), write("fails.yaml", strings.Replace(string(sound), "expect: deny", "expect: allow", 1))), "1 of its own tests fail, the first at fails.yaml:"},
		"a check of another name":   {append(slices.Clip(good), "KARIKAGI_REQUEST_ID_CHECK=yes"), "KARIKAGI_REQUEST_ID_CHECK: "},
		"a URL that is none":        {append(slices.Clip(good), "KARIKAGI_URL=abcdefghij"), "KARIKAGI_URL: "},
		"an STS without encryption": {append(slices.Clip(good), "AWS_ENDPOINT_URL_STS=http://sts.example.com"), "AWS_ENDPOINT_URL_STS: want https"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout bytes.Buffer
			_, err := workbench.Start(t.Context(), options(bootstrap, test.environment, &stdout))
			stderr := oneLine(t, err)
			var line struct{ Time, Level, Message string }
			if e := json.Unmarshal([]byte(stderr), &line); e != nil || line.Level != "ERROR" ||
				!strings.HasPrefix(line.Message, "karikagi cannot start: ") || !strings.Contains(line.Message, test.want) {
				t.Errorf("%v: %s, want %s", e, stderr, test.want)
			}
			if stdout.Len() != 0 {
				t.Errorf("%s", &stdout)
			}
		})
	}
}

// The size decides how long a cold start takes, and grows unseen.
func TestSize(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles for another machine")
	}
	const most = 9_000_000
	info, err := os.Stat(build(t, "GOOS=linux", "GOARCH=arm64"))
	if err != nil || info.Size() > most {
		t.Fatalf("%v: the arm64 bootstrap has %d bytes, want at most %d", err, info.Size(), most)
	}
	t.Logf("the arm64 bootstrap has %d bytes (on %s)", info.Size(), runtime.GOARCH)
}

// What the function links is decided here too: templates alone are a megabyte,
// because their methods keep the linker from dropping anybody's.
func TestLinksLittle(t *testing.T) {
	command := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", "lambda.norpc", ".")
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "karikagi/internal/vend") {
		t.Fatal("the premise is gone")
	}
	for _, never := range []string{"text/template", "html/template", "net/rpc", "github.com/aws/aws-sdk-go-v2/config", "github.com/urfave/cli/v2", "karikagi/internal/source", "karikagi/internal/sandbox"} {
		if slices.Contains(deps, never) {
			t.Errorf("links %s", never)
		}
	}
}
