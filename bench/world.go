package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"karikagi/internal/sandbox"
)

// world is what the measured programs see: the sandbox over HTTP and over
// HTTPS, and a trust store for the second.
type world struct {
	folder  string
	account *sandbox.Server
	url     string   // of the sandbox over HTTP
	plain   []string // environment of a program that calls over HTTP
	secure  []string // and over HTTPS; nil where the machine has no Debian trust store to copy
	servers []*http.Server
}

// user and role are the sandbox's own: one of its users may assume the role
// without further conditions.
const (
	user    = "testuser"
	role    = "toy-role"
	roleARN = "arn:aws:iam::123456789012:role/toy-role"
)

// debianTrust is the folder of Debian's trust store; debianBundle is its one
// file of all roots, in that folder.
const (
	debianTrust  = "/etc/ssl/certs"
	debianBundle = "ca-certificates.crt"
)

// openWorld starts the sandbox.
func openWorld(ctx context.Context, folder string) (*world, error) {
	w := &world{folder: folder}
	account, err := sandbox.New(sandbox.Options{})
	if err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	w.account = account
	w.serve(account, listener)
	w.url = "http://" + listener.Addr().String()
	if w.plain, err = w.environment(account, w.url); err != nil {
		return nil, err
	}
	if size(filepath.Join(debianTrust, debianBundle)) == 0 {
		return w, nil
	}
	authority, chain, err := certify()
	if err != nil {
		return nil, err
	}
	if listener, err = new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	w.serve(account, tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{chain}, MinVersion: tls.VersionTLS12}))
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	if w.secure, err = w.environment(account, "https://localhost:"+port); err != nil {
		return nil, err
	}
	trust := filepath.Join(folder, "certs")
	w.secure = append(w.secure, "SSL_CERT_FILE="+filepath.Join(trust, debianBundle), "SSL_CERT_DIR="+trust)
	return w, copyTrust(trust, authority)
}

// environment is all that a measured program finds: nothing of this process's
// own but PATH.
func (w *world) environment(account *sandbox.Server, base string) ([]string, error) {
	lines, err := account.Environment(base, user)
	return append(lines, "HOME="+w.folder, "PATH="+os.Getenv("PATH")), err
}

func (w *world) serve(handler http.Handler, listener net.Listener) {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	w.servers = append(w.servers, server)
	go func() { _ = server.Serve(listener) }()
}

func (w *world) close() {
	for _, server := range w.servers {
		_ = server.Close()
	}
}

// copyTrust copies Debian's trust store, links as links, and adds our root to
// the bundle. crypto/x509 reads the copy as it reads the original: the bundle,
// then each file of the folder that is not a link within it, the bundle among
// them.
func copyTrust(to string, authority []byte) error {
	if err := os.Mkdir(to, 0o750); err != nil {
		return err
	}
	entries, err := os.ReadDir(debianTrust)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		from, name := filepath.Join(debianTrust, entry.Name()), filepath.Join(to, entry.Name())
		if target, err := os.Readlink(from); err == nil && (filepath.IsAbs(target) || !strings.Contains(target, "/")) {
			if err := os.Symlink(target, name); err != nil {
				return err
			}
			continue
		}
		data, err := os.ReadFile(from) //nolint:gosec // a file of the trust store
		if err != nil {
			continue // a folder, or a link to nowhere
		}
		if entry.Name() == debianBundle {
			data = append(data, authority...)
		}
		if err := os.WriteFile(name, data, 0o600); err != nil { //nolint:gosec // names as the trust store has them
			return err
		}
	}
	return nil
}

// certify makes a root, in PEM, and with it a chain for localhost as STS has
// one: root, intermediate, server.
func certify() (authority []byte, chain tls.Certificate, err error) {
	ca := func(serial int64, name string) *x509.Certificate {
		return &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
	}
	root, middle, server := ca(1, "bench root"), ca(2, "bench intermediate"), ca(3, "localhost")
	server.IsCA, server.KeyUsage, server.DNSNames = false, x509.KeyUsageDigitalSignature, []string{"localhost"}
	server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}

	keys := make([]*ecdsa.PrivateKey, 3)
	for i := range keys {
		if keys[i], err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			return nil, chain, err
		}
	}
	sign := func(of, by *x509.Certificate, key, signer *ecdsa.PrivateKey) []byte {
		der, signError := x509.CreateCertificate(rand.Reader, of, by, &key.PublicKey, signer)
		if signError != nil {
			err = fmt.Errorf("certificate of %s: %w", of.Subject.CommonName, signError)
		}
		return der
	}
	authority = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: sign(root, root, keys[0], keys[0])})
	chain.Certificate = [][]byte{sign(server, middle, keys[2], keys[1]), sign(middle, root, keys[1], keys[0])}
	chain.PrivateKey = keys[2]
	return authority, chain, err
}
