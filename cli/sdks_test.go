package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"karikagi/internal/sandbox"
)

// longRunner is a program of somebody else's that asks who it is again and
// again, in one process that keeps its credentials as its SDK does, until its
// stdin ends.
type longRunner struct {
	name, needs string
	command     []string
}

// longRunners is one for each SDK. The AWS CLI does not run for long: it asks the
// endpoint anew with each command.
func longRunners() []longRunner {
	return []longRunner{
		{"Go", "", []string{"consume", "on"}},
		{"boto3", "boto3", []string{"python3", "-c", `
import os, sys, threading, boto3
client = boto3.Session().client("sts", endpoint_url=os.environ["AWS_ENDPOINT_URL_STS"])
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
while not ended.wait(0.1):
    client.get_caller_identity()
`}},
		{"AWS CLI", "aws", []string{"sh", "-c", `
exec 3<&0
{ cat <&3 >/dev/null; touch "$HOME/enough"; } &
until test -e "$HOME/enough"; do
	aws sts get-caller-identity --endpoint-url "$AWS_ENDPOINT_URL_STS" --output json >/dev/null </dev/null || exit
done`}},
		{"JavaScript", "node-sdk", []string{"node", "-e", `
const { STSClient, GetCallerIdentityCommand } = require("@aws-sdk/client-sts");
const client = new STSClient({});
let ended = false;
process.stdin.on("end", () => { ended = true; }).resume();
(async () => {
	while (!ended) {
		await client.send(new GetCallerIdentityCommand({}));
		await new Promise((done) => setTimeout(done, 100));
	}
})().catch((wrong) => { console.error(wrong); process.exit(1); });
`}},
	}
}

// hasty stands before a sandbox and makes its sessions of roles short: AWS's
// shortest is 15 minutes. What it says of their end it keeps to.
type hasty struct {
	sandbox  http.Handler
	lifetime time.Duration

	mu    sync.Mutex
	ends  map[string]time.Time // by access key ID
	calls map[string]int       // that were taken, of whoever is no longer the user
	late  int                  // calls with a session that had ended
}

var (
	signedBy = regexp.MustCompile(`Credential=(ASIA\w+)/`)
	issuedID = regexp.MustCompile(`<AccessKeyId>(ASIA\w+)</AccessKeyId>`)
	endsAt   = regexp.MustCompile(`<Expiration>[^<]*</Expiration>`)
)

func (h *hasty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if m := signedBy.FindStringSubmatch(r.Header.Get("Authorization")); m != nil && !h.admit(m[1]) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = fmt.Fprint(w, errorAnswer("ExpiredToken", "The security token included in the request is expired"))
		return
	}
	answer := httptest.NewRecorder()
	h.sandbox.ServeHTTP(answer, r)
	body := answer.Body.Bytes()
	if m := issuedID.FindSubmatch(body); m != nil {
		// Its seconds are whole, as AWS's are.
		end := time.Now().Add(h.lifetime).UTC().Truncate(time.Second)
		body = endsAt.ReplaceAll(body, []byte("<Expiration>"+end.Format(time.RFC3339)+"</Expiration>"))
		h.mu.Lock()
		h.ends[string(m[1])] = end
		h.mu.Unlock()
	}
	for name, values := range answer.Header() {
		if name != "Content-Length" {
			w.Header()[name] = values
		}
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body)
}

// admit counts a call, and tells whether its session goes on.
func (h *hasty) admit(key string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if end, ok := h.ends[key]; ok && time.Now().After(end) {
		h.late++
		return false
	}
	h.calls[key]++
	return true
}

// await waits until calls were made with so many sessions.
func (h *hasty) await(sessions int) (used, issued, late int) {
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		h.mu.Lock()
		used, issued, late = len(h.calls), len(h.ends), h.late
		h.mu.Unlock()
		if used >= sessions || time.Now().After(deadline) {
			return used, issued, late
		}
	}
}

// Each SDK, in one process that goes on, sees a session of a role renewed twice
// and more: by exec --endpoint, and by serve. No call of it fails, and none is
// made with a session that has ended.
func TestEndpointRefreshes(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("serve's lines are read by a Unix shell")
	}
	const arn = `caller=arn:aws:sts::123456789012:assumed-role/toy-role/testuser `
	for _, verb := range []string{"exec --endpoint", "serve"} {
		for _, runner := range longRunners() {
			t.Run(verb+" "+runner.name, func(t *testing.T) {
				t.Parallel()
				needSDK(t, runner.needs)
				var log lockedBuffer
				server, err := sandbox.New(sandbox.Options{Log: &log})
				if err != nil {
					t.Fatal(err)
				}
				h := &hasty{sandbox: server, lifetime: 12 * time.Second, ends: map[string]time.Time{}, calls: map[string]int{}}
				front := httptest.NewServer(h)
				defer front.Close()
				environment, err := server.Environment(front.URL, "testuser")
				if err != nil {
					t.Fatal(err)
				}
				used, said, err := drive(t, h, environment, verb, runner.command)
				_, issued, late := h.await(0)
				if err != nil || used < 3 || issued < used || late > 0 {
					t.Errorf("%d sessions used of %d issued, want 3 and more; %d late calls; %v\n%s", used, issued, late, err, said)
				}
				called := regexp.MustCompile(`event=GetCallerIdentity .*`).FindAllString(log.String(), -1)
				ours := slices.DeleteFunc(called, func(line string) bool { return !strings.Contains(line, arn) })
				if len(ours) < 3 || slices.ContainsFunc(ours, func(line string) bool { return !strings.Contains(line, "result=allowed") }) {
					t.Errorf("calls as the role:\n%s", strings.Join(ours, "\n"))
				}
			})
		}
	}
}

// drive runs a program beside the endpoint until it used three sessions.
func drive(t *testing.T, h *hasty, environment []string, verb string, program []string) (used int, said string, err error) {
	t.Helper()
	line := slices.Concat([]string{"karikagi", "exec", "--endpoint", "--quiet", "toy-role", "--"}, program)
	if verb == "serve" {
		const script = `karikagi serve --quiet toy-role >"$HOME/lines" </dev/null &
until grep -q "^unset " "$HOME/lines"; do sleep 0.02; done
. "$HOME/lines"
"$@"
status=$?
kill $!
exit $status`
		line = slices.Concat([]string{"sh", "-c", script, "sh"}, program)
	}
	command := exec.CommandContext(t.Context(), line[0], line[1:]...)
	home := t.TempDir()
	command.Env = slices.Concat(environment, []string{"PATH=" + os.Getenv("PATH"), "NODE_PATH=" + os.Getenv("NODE_PATH"), "HOME=" + home, "AWS_EC2_METADATA_DISABLED=true"})
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	stdin, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	used, _, _ = h.await(3)
	_ = stdin.Close()
	err = command.Wait()
	return used, out.String(), err
}
