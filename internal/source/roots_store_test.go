package source

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// The point of it all: a server whose root is in the bundle is trusted without
// the system pool. The bundle is gone when crypto/x509 first wants to read it.
func TestBundleIsEnough(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("trust is lazy on Linux only")
	}
	const host = "sts.example.com"
	root := issue(t, "Root", nil, authority)
	middle := issue(t, "Intermediate", root, authority)
	file := filepath.Join(t.TempDir(), "bundle.pem")
	write(t, file, bundle(issue(t, "Other Root", nil, authority), root))
	servers := []server{
		{visit: visit{Host: host}, presented: chain(issue(t, host, middle), middle)},
		{visit: visit{Host: "127.0.0.1", Forget: file}, presented: chain(issue(t, "ip", root, forHost("127.0.0.1")))},
	}
	lazy, ordinary := compare(t, servers, store(file, filepath.Join(filepath.Dir(file), "none")))
	for i, s := range servers {
		if lazy[i].Error != "" {
			t.Errorf("%s: lazy trust refused it: %s", s.Host, lazy[i].Error)
		}
		if !strings.Contains(ordinary[i].Error, "signed by unknown authority") {
			t.Errorf("%s: the system pool had been read before: %q", s.Host, ordinary[i].Error)
		}
	}
}

// Trust stores that are not plain, each asked about one root that crypto/x509
// finds there or does not.
func TestStores(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("trust is lazy on Linux only")
	}
	const swallow = "-----BEGIN X-----\na: b\n-----END c:d-----\n" // encoding/pem gives up behind it
	root := issue(t, "Root", nil, authority)
	text := string(bundle(root))
	tests := []struct {
		name, file string // what SSL_CERT_FILE holds; "" for a file that is not there
		folder     string // what a file in SSL_CERT_DIR holds
		trusted    bool
	}{
		{"file", text, "", true},
		{"file that is not there", "", text, true},
		{"neither", "", "", false},
		{"folder besides", "nothing\n", text, true},
		{"comments", "# Root\n" + text + "# - --- ----\n", "", true},
		{"CRLF", strings.ReplaceAll(text, "\n", "\r\n"), "", true},
		{"no line end", strings.TrimSuffix(text, "\n"), "", true},
		{"blanks in the lines", strings.ReplaceAll(text, "\n", " \n"), "", true},
		{"headers", strings.Replace(text, "-----\n", "-----\nName: value\n\n", 1), "", false},
		{"OpenSSL's trusted certificate", strings.ReplaceAll(text, "CERTIFICATE", "TRUSTED CERTIFICATE"), "", false},
		{"behind a block that swallows it", swallow + text, "", false},
		{"end missing", text[:len(text)/2], "", false},
		{"begin twice", text[:60] + "\n" + text, "", true},
		{"a long line", strings.Repeat("x", 1<<17) + "\n" + text, "", true},
		{"half a certificate", text[:60] + "\n-----END CERTIFICATE-----\n" + text, "", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := t.TempDir()
			file, folder := filepath.Join(at, "bundle.pem"), filepath.Join(at, "certs")
			if tt.file != "" {
				write(t, file, []byte(tt.file))
			}
			write(t, filepath.Join(folder, "root.pem"), []byte(tt.folder))
			checkStore(t, tt.trusted, root, store(file, folder))
		})
	}
	t.Run("a folder for a file", func(t *testing.T) {
		checkStore(t, false, root, store(t.TempDir(), t.TempDir()))
	})
	t.Run("a pipe for a file", func(t *testing.T) {
		out, in, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(in, text); err != nil {
			t.Fatal(err)
		}
		_ = in.Close()
		defer func() { _ = out.Close() }()
		checkStore(t, true, root, store("/dev/fd/3", t.TempDir()), out)
	})
	t.Run("the machine's own", func(t *testing.T) {
		checkStore(t, false, root, nil)
	})
}

// checkStore asks a trust store about a server of the root, with lazy trust and
// without, and compares. It does so in two connections: what can be read once
// only must not be used up by the first.
func checkStore(t *testing.T, trusted bool, root *identity, environment []string, files ...*os.File) {
	t.Helper()
	const host = "sts.example.com"
	s := server{visit: visit{Host: host}, presented: chain(issue(t, host, root))}
	if !trusted {
		s.Refused = "x509: "
	}
	lazy, ordinary := compare(t, []server{s, s}, environment, files...)
	for i := range lazy {
		s.check(t, lazy[i], ordinary[i])
	}
}

// A transport that does not trust the system's roots, just these, as they are,
// is none of lazy trust's business.
func TestTrustLazilyLeavesAlone(t *testing.T) {
	tests := map[string]func(*http.Transport){
		"roots of its own": func(tr *http.Transport) { tr.TLSClientConfig.RootCAs = x509.NewCertPool() },
		"no check":         func(tr *http.Transport) { tr.TLSClientConfig.InsecureSkipVerify = true },
		"a check of the connection": func(tr *http.Transport) {
			tr.TLSClientConfig.VerifyConnection = func(tls.ConnectionState) error { return nil }
		},
		"a check of the certificates": func(tr *http.Transport) {
			tr.TLSClientConfig.VerifyPeerCertificate = func([][]byte, [][]*x509.Certificate) error { return nil }
		},
		"no TLS settings": func(tr *http.Transport) { tr.TLSClientConfig = nil },
		"a dialer of its own": func(tr *http.Transport) {
			tr.DialTLS = func(string, string) (net.Conn, error) { return nil, io.EOF } //nolint:staticcheck // deprecated, but in force where set
		},
	}
	for name, change := range tests {
		tr := awshttp.NewBuildableClient().GetTransport()
		change(tr)
		if trustLazily(tr); tr.DialTLSContext != nil {
			t.Errorf("%s: changed", name)
		}
	}
	// The premise: without these it does change something, and only that.
	tr := awshttp.NewBuildableClient().GetTransport()
	trustLazily(tr)
	if changed := tr.DialTLSContext != nil; changed != (runtime.GOOS == "linux") {
		t.Errorf("the SDK's own transport: changed is %t", changed)
	}
	if c := tr.TLSClientConfig; c.InsecureSkipVerify || c.VerifyConnection != nil || c.RootCAs != nil || c.MinVersion != tls.VersionTLS12 {
		t.Errorf("the transport's own TLS settings are changed: %+v", c)
	}
}

// What has no name to check against is left to crypto/tls, and what presents
// nothing is refused.
func TestNothingToCheck(t *testing.T) {
	if c := lazyConfig(new(tls.Config), ""); c.InsecureSkipVerify || c.VerifyConnection != nil {
		t.Error("a connection to nobody in particular is not left to crypto/tls")
	}
	if err := verify(nil, x509.VerifyOptions{DNSName: "sts.example.com"}); err == nil {
		t.Error("no certificate is accepted")
	}
}

// A server that never answers ends with the handshake's own deadline, or with
// the caller's.
func TestHandshakeEnds(t *testing.T) {
	silent, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	tr := awshttp.NewBuildableClient().GetTransport()
	tr.TLSHandshakeTimeout = time.Millisecond
	if _, err := dialTLS(t.Context(), tr, "tcp", silent.Addr().String()); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("got %v, want the handshake's deadline", err)
	}
	tr.TLSHandshakeTimeout = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		defer cancel()
		return new(net.Dialer).DialContext(ctx, network, address)
	}
	if _, err := dialTLS(ctx, tr, "tcp", silent.Addr().String()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the caller's cancellation", err)
	}
}

// readPool is what crypto/x509 makes of a bundle.
func readPool(data []byte) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(bytes.Clone(data))
	return pool
}
