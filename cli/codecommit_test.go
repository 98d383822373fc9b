package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"karikagi/internal/sandbox"
)

// codecommit stands in for AWS CodeCommit over HTTPS: it lets in who signed with
// the session whose keys are in a file.
type codecommit struct {
	keys  string // the file: access key ID, secret access key, session token
	files http.Handler

	mu      sync.Mutex
	taken   int
	refused []string // why
}

// check recomputes the password from the session's secret access key: behind the
// time it is Signature Version 4 over the method GIT, the repository's path and
// the host. The user name is the access key ID and the session token.
func (cc *codecommit) check(r *http.Request) string {
	text, err := os.ReadFile(cc.keys)
	keys := strings.Split(string(text), "\n")
	user, password, ok := r.BasicAuth()
	switch {
	case !ok:
		return "nobody"
	case err != nil || len(keys) < 3 || user != keys[0]+"%"+keys[2]:
		return "not the session"
	}
	stamp, signature, _ := strings.Cut(password, "Z")
	if signed, err := time.Parse("20060102T150405", stamp); err != nil || time.Since(signed).Abs() > 15*time.Minute {
		return "signed at another time"
	}
	hash := sha256.Sum256([]byte("GIT\n/v1/repos/demo\n\nhost:git-codecommit.us-east-1.amazonaws.com\n\nhost\n"))
	scope := []string{stamp[:8], "us-east-1", "codecommit", "aws4_request"}
	sum := []byte("AWS4" + keys[1])
	for _, part := range append(scope, "AWS4-HMAC-SHA256\n"+stamp+"\n"+strings.Join(scope, "/")+"\n"+hex.EncodeToString(hash[:])) {
		mac := hmac.New(sha256.New, sum)
		_, _ = mac.Write([]byte(part))
		sum = mac.Sum(nil)
	}
	if hex.EncodeToString(sum) != signature {
		return "not the session's signature"
	}
	return ""
}

func (cc *codecommit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	why := cc.check(r)
	cc.mu.Lock()
	defer cc.mu.Unlock()
	if why != "" {
		cc.refused = append(cc.refused, why)
		w.Header().Set("WWW-Authenticate", `Basic realm="codecommit"`)
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	cc.taken++
	cc.files.ServeHTTP(w, r)
}

// seen is what was since the last time.
func (cc *codecommit) seen() (taken int, refused []string) {
	cc.mu.Lock()
	defer cc.mu.Unlock()
	taken, refused = cc.taken, cc.refused
	cc.taken, cc.refused = 0, nil
	return taken, refused
}

// tunnel is a proxy that leads every CONNECT to one place.
func tunnel(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		there, err := new(net.Dialer).DialContext(r.Context(), "tcp", to)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		here, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			_ = there.Close()
			return
		}
		_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(there, here); _ = there.Close() }()
		_, _ = io.Copy(here, there)
		_ = here.Close()
	}
}

// git clones by HTTPS with what the AWS CLI's credential helper makes of the
// session: of the environment, of a profile and of the endpoint. The first lines
// are those of `karikagi help codecommit`.
func TestCodeCommit(t *testing.T) {
	if ok, err := hasTool(t.Context(), "aws"); err != nil || !ok {
		t.Skipf("the AWS CLI is not installed: %v", err)
	}
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed")
	}
	environment := asTestuser(t, sandbox.Options{Log: io.Discard})
	home := t.TempDir()
	cc := &codecommit{keys: filepath.Join(home, "keys"), files: http.StripPrefix("/v1/repos", http.FileServer(http.Dir(filepath.Join(home, "served"))))}
	host := httptest.NewTLSServer(cc)
	defer host.Close()
	proxy := httptest.NewServer(tunnel(host.Listener.Addr().String()))
	defer proxy.Close()
	// The test's certificate is for another name: what git does with it is not
	// looked at here, nor does the AWS CLI look.
	environment = slices.Concat(environment, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "GIT_TERMINAL_PROMPT=0", "GIT_SSL_NO_VERIFY=1",
		"GIT_CONFIG_NOSYSTEM=1", "PROXY=" + proxy.URL})
	run := func(script string) (string, error) {
		command := exec.CommandContext(t.Context(), "sh", "-ec", script)
		command.Dir, command.Env = home, environment
		out, err := command.CombinedOutput()
		return string(out), err
	}
	var settings strings.Builder
	for line := range strings.Lines(topic("codecommit")) {
		if command, ok := strings.CutPrefix(line, "  $ git config "); ok {
			settings.WriteString("git config " + command)
		}
	}
	if out, err := run(settings.String() + codecommitSetup); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	const clone = "git clone --quiet https://git-codecommit.us-east-1.amazonaws.com/v1/repos/demo "
	for name, script := range map[string]string{
		"export":   `eval "$(karikagi export --quiet toy-role)"; consume keys >keys; ` + clone + "export",
		"exec":     `karikagi exec --quiet toy-role -- sh -ec 'consume keys >keys; ` + clone + `exec'`,
		"endpoint": `karikagi exec --endpoint --quiet toy-role -- sh -ec 'consume keys >keys; ` + clone + `endpoint'`,
		"profile": `karikagi configure deploy --quiet --role toy-role --profile testuser --region us-east-1
unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY; export AWS_PROFILE=deploy; consume keys >keys; ` + clone + "profile",
	} {
		out, err := run(script + "; cat " + name + "/README")
		if taken, refused := cc.seen(); err != nil || out != "the repository\n" || taken == 0 {
			t.Errorf("%s: %d requests, %v\n%s%q", name, taken, err, out, refused)
		}
	}
	// Another session, and another secret access key, open nothing.
	for why, script := range map[string]string{
		"not the session":             `karikagi exec --quiet toy-role -- consume keys >keys; karikagi exec --quiet toy-role -- ` + clone + "other",
		"not the session's signature": `eval "$(karikagi export --quiet toy-role)"; consume keys >keys; AWS_SECRET_ACCESS_KEY=other ` + clone + "other",
	} {
		out, err := run(script)
		if taken, refused := cc.seen(); err == nil || taken > 0 || !slices.Contains(refused, why) {
			t.Errorf("%s: %d requests, %v\n%s%q", why, taken, err, out, refused)
		}
	}
}

const codecommitSetup = `
git config --global user.name testuser
git config --global user.email testuser@example.com
git config --global http.https://git-codecommit.us-east-1.amazonaws.com.proxy "$PROXY"
printf '[profile testuser]\nregion = us-east-1\n' >config
mkdir .aws served
printf '[testuser]\naws_access_key_id = %s\naws_secret_access_key = %s\n' "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" >.aws/credentials
git init --quiet work
cd work
echo the repository >README
git add README
git commit --quiet -m first
git clone --quiet --bare . ../served/demo
cd ../served/demo
git update-server-info
`
