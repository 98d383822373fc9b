package source

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// crypto/x509 reads the trust store once in a process. So each trust store of
// these tests gets a process of its own: this test again, with visitsVariable
// naming a file of visits. There every server is visited twice, with lazy trust
// and without, in the same environment, and both must say the same.
const visitsVariable = "KARIKAGI_TEST_VISITS"

// visit is one server and what is to be expected there.
type visit struct {
	Name    string
	Host    string // in the URL
	Address string // where the server really is
	Proxy   string // address of a proxy between; "" for none
	Expect  string // tls.Config.ServerName
	Twice   bool   // with a session cache, so that the second handshake resumes
	Forget  string // a file to remove between the lazy visit and the ordinary one
	Refused string // a part of the error; "" for a server that is trusted
}

// verdict is what came of it.
type verdict struct {
	Error   string
	Kinds   []string // types of the error and of those that it wraps
	Proto   string
	Resumed bool
}

// server is a visit with the certificates that the server presents.
type server struct {
	visit
	presented tls.Certificate
	most      uint16   // TLS version; 0 for any
	protocols []string // nil for HTTP/2 and HTTP/1.1
	tunnel    bool     // behind a proxy
}

func TestVerdicts(t *testing.T) {
	if file := os.Getenv(visitsVariable); file != "" {
		visitAll(t, file)
		return
	}
	if runtime.GOOS != "linux" {
		t.Skip("trust is lazy on Linux only")
	}
	folder, servers := world(t)
	lazy, ordinary := compare(t, servers, store(filepath.Join(folder, "bundle.pem"), filepath.Join(folder, "certs")))
	for i, s := range servers {
		t.Run(s.Name, func(t *testing.T) { s.check(t, lazy[i], ordinary[i]) })
	}
}

func (s server) check(t *testing.T, lazy, ordinary verdict) {
	t.Helper()
	if lazy.Error != ordinary.Error || !slices.Equal(lazy.Kinds, ordinary.Kinds) {
		t.Errorf("lazy trust says %q %v\nwhere the ordinary says %q %v", lazy.Error, lazy.Kinds, ordinary.Error, ordinary.Kinds)
	}
	if lazy.Proto != ordinary.Proto || lazy.Resumed != ordinary.Resumed {
		t.Errorf("lazy %s, resumed %t; ordinary %s, resumed %t", lazy.Proto, lazy.Resumed, ordinary.Proto, ordinary.Resumed)
	}
	if s.Refused == "" && lazy.Error != "" || !strings.Contains(lazy.Error, s.Refused) {
		t.Errorf("got %q, want %q", lazy.Error, s.Refused)
	}
	if lazy.Resumed != s.Twice {
		t.Errorf("resumed %t, want %t", lazy.Resumed, s.Twice)
	}
}

// compare starts the servers, visits them in a process of its own with the given
// trust store, and returns what was said there with lazy trust and without.
func compare(t *testing.T, servers []server, environment []string, files ...*os.File) (lazy, ordinary []verdict) {
	t.Helper()
	visits := make([]visit, len(servers))
	for i, s := range servers {
		front := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		front.TLS = &tls.Config{Certificates: []tls.Certificate{s.presented}, MaxVersion: s.most, NextProtos: s.protocols}
		front.EnableHTTP2 = s.protocols == nil
		front.Config.ErrorLog = quiet()
		front.StartTLS()
		t.Cleanup(front.Close)
		visits[i] = s.visit
		visits[i].Address = front.Listener.Addr().String()
		if s.tunnel {
			visits[i].Proxy = tunnel(t, visits[i].Address)
		}
	}
	data, err := json.Marshal(visits)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "visits.json")
	write(t, file, data)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestVerdicts$")
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "SSL_CERT_") }),
		append(environment, visitsVariable+"="+file, "GORACE=atexit_sleep_ms=0")...) // the race detector's pause, in each process
	cmd.ExtraFiles = files
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var both [2][]verdict
	if data, err = os.ReadFile(file + ".said"); err == nil {
		err = json.Unmarshal(data, &both)
	}
	if err != nil || len(both[0]) != len(servers) || len(both[1]) != len(servers) {
		t.Fatalf("verdicts: %v\n%s", err, data)
	}
	return both[0], both[1]
}

// store is the environment that names a trust store.
func store(file, folder string) []string {
	return []string{"SSL_CERT_FILE=" + file, "SSL_CERT_DIR=" + folder}
}

// visitAll is what the other process does. Nothing ordinary comes before the
// lazy visits are over: it would read the trust store for them.
func visitAll(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var visits []visit
	if err := json.Unmarshal(data, &visits); err != nil {
		t.Fatal(err)
	}
	var both [2][]verdict
	for _, v := range visits {
		both[0] = append(both[0], v.pay(t, trustLazily))
		if v.Forget != "" {
			if err := os.Remove(v.Forget); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, v := range visits {
		both[1] = append(both[1], v.pay(t, func(*http.Transport) {}))
	}
	if data, err = json.Marshal(both); err != nil {
		t.Fatal(err)
	}
	write(t, file+".said", data)
}

// pay visits the server with the SDK's own client after one more option.
func (v visit) pay(t *testing.T, option func(*http.Transport)) verdict {
	var client http.Client
	client.Transport = awshttp.NewBuildableClient().WithTransportOptions(func(tr *http.Transport) {
		address := v.Address
		tr.Proxy = nil
		if v.Proxy != "" {
			address, tr.Proxy = v.Proxy, http.ProxyURL(&url.URL{Scheme: "http", Host: "proxy.example.com"})
		}
		tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, address)
		}
		tr.DisableKeepAlives = v.Twice
		tr.TLSClientConfig.Time = func() time.Time { return noon }
		tr.TLSClientConfig.ServerName = v.Expect
		if v.Twice {
			tr.TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(1)
		}
		option(tr)
	}).GetTransport()
	defer client.CloseIdleConnections()
	said := v.get(t, &client)
	if v.Twice && said.Error == "" {
		said = v.get(t, &client)
	}
	return said
}

func (v visit) get(t *testing.T, client *http.Client) verdict {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://"+v.Host+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		said := verdict{Error: err.Error()}
		for ; err != nil; err = errors.Unwrap(err) {
			said.Kinds = append(said.Kinds, fmt.Sprintf("%T", err))
		}
		return said
	}
	_, _ = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	return verdict{Proto: response.Proto, Resumed: response.TLS.DidResume}
}

// write writes a file and makes its folder.
func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, bytes.Clone(data), 0o600); err != nil {
		t.Fatal(err)
	}
}

// quiet keeps the servers from telling of the handshakes that are to fail.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
