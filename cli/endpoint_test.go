package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"karikagi/internal/api"
	loopback "karikagi/internal/endpoint"
	"karikagi/internal/sandbox"
	"karikagi/internal/terminal/terminaltest"
)

// renewed is an endpoint of a machine's session that lasts a few seconds, the
// sandbox that takes it, and the environment of a program that is to use it.
func renewed(t *testing.T) (log *lockedBuffer, environment []string) {
	t.Helper()
	log = &lockedBuffer{}
	server, front := openSandbox(t, sandbox.Options{Log: log})
	fetch := func(context.Context) (api.Credentials, error) {
		s, err := server.MachineSession("ec2.amazonaws.com", machineRole, instanceID, 4*time.Second)
		return api.Credentials{AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey, SessionToken: s.SessionToken,
			AccountID: "123456789012", Expiration: s.Expiration}, err
	}
	first, err := fetch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e, err := loopback.Open(t.Context(), loopback.Options{Session: first, Fetch: fetch, Notice: func(text string) { t.Error(text) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	home := t.TempDir()
	return log, childEnvironment(os.Environ(), append(endpointVariables(e, "us-east-1"), "AWS_ENDPOINT_URL_STS="+front, "HOME="+home,
		"AWS_CONFIG_FILE="+filepath.Join(home, "none"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(home, "none"), "AWS_EC2_METADATA_DISABLED=true"))
}

// The AWS SDKs, driven by the endpoint through two renewals and more. Each makes
// signed calls all the while, none of which may fail: the sandbox ends a session
// when it says. Each goes on until its stdin ends.
func TestEndpointConsumers(t *testing.T) {
	t.Parallel()
	for _, consumer := range longRunners() {
		t.Run(consumer.name, func(t *testing.T) {
			t.Parallel()
			needSDK(t, consumer.needs)
			log, environment := renewed(t)
			var said bytes.Buffer
			command := exec.CommandContext(t.Context(), consumer.command[0], consumer.command[1:]...)
			command.Env, command.Stdout, command.Stderr = environment, &said, &said
			stdin, err := command.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			used := awaitKeys(log, 3)
			_ = stdin.Close()
			if err := command.Wait(); err != nil || used < 3 {
				t.Errorf("%d sessions used, want 3 or more: %v\n%s\n%s", used, err, said.String(), log.String())
			}
		})
	}
}

// needSDK skips what needs a program that is not here; in CI it must be.
func needSDK(t *testing.T, name string) {
	t.Helper()
	if name == "" {
		return
	}
	has, err := hasTool(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	if !has {
		t.Skip("not installed")
	}
}

// Go's SDK, in this process, says itself where it found its credentials.
func TestEndpointInGo(t *testing.T) {
	_, environment := renewed(t)
	for _, line := range environment {
		name, value, _ := strings.Cut(line, "=")
		t.Setenv(name, value)
	}
	for _, name := range credentialVariables() {
		t.Setenv(name, "") // so that it is put back
		_ = os.Unsetenv(name)
	}
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client := sts.NewFromConfig(cfg)
	seen := map[string]bool{}
	for deadline := time.Now().Add(time.Minute); len(seen) < 3 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		c, err := cfg.Credentials.Retrieve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if seen[c.AccessKeyID] = true; c.Source != "CredentialsEndpointProvider" {
			t.Fatalf("credentials from %s", c.Source)
		}
		if _, err := client.GetCallerIdentity(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) < 3 {
		t.Errorf("%d sessions used, want 3", len(seen))
	}
}

// awaitKeys waits until calls were made with so many sessions, and tells with how
// many.
func awaitKeys(log *lockedBuffer, want int) int {
	called := regexp.MustCompile(`event=GetCallerIdentity .*access_key_id=(\w+) .*result=allowed`)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		keys := map[string]bool{}
		for _, found := range called.FindAllStringSubmatch(log.String(), -1) {
			keys[found[1]] = true
		}
		if len(keys) >= want || time.Now().After(deadline) {
			return len(keys)
		}
	}
}

// serve goes on for as long as it is wanted: AWS's clock is almost an hour behind
// here, so that an hour's session lasts a few seconds.
func TestServeGoesOn(t *testing.T) {
	t.Parallel()
	environment := asTestuser(t, sandbox.Options{Log: io.Discard, Now: func() time.Time { return time.Now().Add(-time.Hour + 3*time.Second) }})
	command := exec.CommandContext(t.Context(), "karikagi", "serve", "--quiet", "--format", "json", "--role-session-name", "testuser", "arn:aws:iam::123456789012:role/toy-role")
	command.Env = slices.Concat(environment, []string{"HOME=" + t.TempDir()})
	var said lockedBuffer
	command.Stderr = &said
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = command.Process.Kill(), command.Wait() }()
	var variables map[string]string
	if err := json.NewDecoder(stdout).Decode(&variables); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	seen := map[string]bool{}
	for deadline := time.Now().Add(time.Minute); len(seen) < 6 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"], nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatalf("%v\n%s", err, said.String())
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode == http.StatusServiceUnavailable && strings.Contains(string(body), "another is not here yet") {
			continue // so short a session can end before the next has come
		}
		c, err := api.ParseWire(body)
		if err != nil {
			t.Fatalf("HTTP %d after %d sessions: %v\n%s", answer.StatusCode, len(seen), err, said.String())
		}
		seen[c.AccessKeyID] = true
	}
	if len(seen) < 6 || strings.Contains(said.String(), "renew") {
		t.Errorf("%d sessions, want 6:\n%s", len(seen), said.String())
	}
}

// A variable may stand in an environment twice, and the one that is found last
// may not be the one that was looked at.
func TestExecRemovesAllOccurrences(t *testing.T) {
	got := childEnvironment([]string{
		"PATH=/bin", "AWS_ACCESS_KEY_ID=first", "AWS_REGION=first", "AWS_ACCESS_KEY_ID=second", "AWS_PROFILE=", "AWS_CONTAINER_ANYTHING=x",
		"AWS_PROFILE", "AWS_CA_BUNDLE=/ca", "AWS_PROFILES=stays", "=C:=C:\\", "AWS_REGION=second", "_KARIKAGI_DEPTH=1", "KARIKAGI_ROLE=stays",
	}, []string{"AWS_ACCESS_KEY_ID=ours", "AWS_REGION=ours"})
	want := []string{"PATH=/bin", "AWS_CA_BUNDLE=/ca", "AWS_PROFILES=stays", "=C:=C:\\", "KARIKAGI_ROLE=stays", "AWS_ACCESS_KEY_ID=ours", "AWS_REGION=ours"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestExecOfDuplicates(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("an environment of Windows has each name once")
	}
	environment := asTestuser(t, sandbox.Options{Log: io.Discard})
	program, err := exec.LookPath("karikagi")
	if err != nil {
		t.Fatal(err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	// os/exec would tidy it up.
	process, err := os.StartProcess(program, []string{"karikagi", "exec", "--quiet", "toy-role", "--", "env"}, &os.ProcAttr{
		Env: append(environment, "PATH="+os.Getenv("PATH"), "HOME="+t.TempDir(), "AWS_SECURITY_TOKEN=outside", "AWS_SECURITY_TOKEN=outside",
			"AWS_ACCESS_KEY_ID=outside", "AWS_PROFILE=", "AWS_PROFILE=outside"),
		Files: []*os.File{nil, write, os.Stderr},
	})
	_ = write.Close()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(read)
	if state, wrong := process.Wait(); err != nil || wrong != nil || !state.Success() {
		t.Fatalf("%v %v %v", err, wrong, state)
	}
	if strings.Contains(string(text), "outside") || strings.Contains(string(text), "AWS_PROFILE") || strings.Count("\n"+string(text), "\nAWS_ACCESS_KEY_ID=") != 1 {
		t.Errorf("%s", regexp.MustCompile(`=.*`).ReplaceAllString(string(text), "=…"))
	}
}

// Ctrl-C is the command's own affair, and it gets it once.
func TestExecEndpointInterrupted(t *testing.T) {
	if _, err := exec.LookPath("perl"); err != nil || runtime.GOOS != "linux" {
		t.Skip("needs a pseudo-terminal, and perl, which counts signals as they come")
	}
	environment := asTestuser(t, sandbox.Options{Log: io.Discard})
	command := exec.CommandContext(t.Context(), "karikagi", "exec", "--endpoint", "toy-role", "--", "perl", "-e", `
$SIG{INT} = sub { $n++ };
open(my $terminal, ">", "/dev/tty") or exit 1;
select($terminal); $| = 1;
print "ready\n";
for (1 .. 400) { last if $n; select(undef, undef, undef, 0.05) }
select(undef, undef, undef, 0.3);
print "interrupted $n times\n";
exit 7`)
	command.Env = slices.Concat(environment, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()})
	result, err := terminaltest.Run(command, func(shown string) string {
		if strings.Contains(shown, "ready") {
			return "\x03"
		}
		return ""
	})
	if exit := command.ProcessState.ExitCode(); exit != 7 || !strings.Contains(result.Shown, "interrupted 1 times") {
		t.Errorf("%v, and the terminal showed:\n%s", err, result.Shown)
	}
}

// A shell reads the lines of a serve that stays below it. Ctrl-C at the prompt is
// about the line that is typed there.
func TestServeBelowBash(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS != "linux" {
		t.Skip("needs bash and a pseudo-terminal")
	}
	environment := asTestuser(t, sandbox.Options{Log: io.Discard})
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, "sh", "-c", "exec bash --norc --noprofile -i </dev/tty >/dev/tty 2>&1")
	command.Env = slices.Concat(environment, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "PS1=ready> ", "TERM=dumb"})
	// Return behind Ctrl-C: bash does not show its prompt again for one that comes
	// before it reads.
	lines := []string{". <(karikagi serve --quiet toy-role)\n", "\x03\n", "karikagi whoami | grep ^ARN\n", "exit\n"}
	result, err := terminaltest.Run(command, func(shown string) string {
		if !strings.HasSuffix(shown, "ready> ") || len(lines) == 0 {
			return ""
		}
		line := lines[0]
		lines = lines[1:]
		return line
	})
	if err != nil || !strings.Contains(result.Shown, "assumed-role/toy-role/testuser") {
		t.Errorf("%v, and the terminal showed:\n%s", err, result.Shown)
	}
}

func TestDefaultHasCredentials(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                      false,
		"[default]\nregion = x\n":               false,
		"[default]\naws_access_key_id = AKIA\n": true,
		"[ default ]\n  AWS_ACCESS_KEY_ID=AKIA": true,
		"[profile default]\r\ncredential_process = x\r\n":                  true,
		"[default]\nsso_session = s\n":                                     true,
		"[default]\nrole_arn = r\n":                                        true,
		"[other]\naws_access_key_id = AKIA\n":                              false,
		"[default]\nregion = x\n[other]\naws_access_key_id = AKIA\n":       false,
		"[default]\n#aws_access_key_id = AKIA\n":                           false,
		"[profile defaults]\nrole_arn = r\n[profile default2]\nrole_arn=r": false,
		"[default] # mine\nrole_arn = r\n":                                 true,
	} {
		if got := defaultHasCredentials(text); got != want {
			t.Errorf("%q: %t, want %t", text, got, want)
		}
	}
}
