package source

import (
	"context"
	"crypto/fips140"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
)

// trustLazily lets t check a server's certificate without parsing every root
// certificate of the machine first.
//
// For its system pool crypto/x509 parses each file of /etc/ssl/certs, on Debian
// some 300: half the time of a short command over HTTPS. A chain needs the one
// or two that carry an issuer's name, and these stand in the one bundle beside
// them. So a chain is checked against those few first; what they do not vouch
// for is checked again in the ordinary way, and that answer stands. This trusts
// neither less nor more: the few are a part of the system pool, read from where
// crypto/x509 reads it.
//
// Call it last, on a transport that is complete: a connection is made with t's
// own settings, and the roots of AWS_CA_BUNDLE, given to a copy of t afterwards,
// would not reach it. Nothing is changed where t does not trust just the
// system's roots. Connections through a proxy's tunnel are checked in the
// ordinary way, for t's TLS settings stay as they are.
func trustLazily(t *http.Transport) {
	if len(bundleFiles()) == 0 || !trustsSystemRoots(t) {
		return
	}
	t.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		return dialTLS(ctx, t, network, address)
	}
}

// trustsSystemRoots reports whether t checks servers against the system's roots
// and leaves connecting and checking to the standard library.
func trustsSystemRoots(t *http.Transport) bool {
	c := t.TLSClientConfig
	if c == nil || c.RootCAs != nil || c.InsecureSkipVerify || c.VerifyPeerCertificate != nil || c.VerifyConnection != nil {
		return false
	}
	if t.DialTLSContext != nil || t.DialTLS != nil || t.Dial != nil { //nolint:staticcheck // deprecated, but in force where set
		return false
	}
	// In FIPS 140-3 mode crypto/tls refuses chains by their keys too, with a
	// check that it does not export.
	return !fips140.Enabled()
}

// dialTLS connects as t itself would, but for the lazy check.
func dialTLS(ctx context.Context, t *http.Transport, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	dial := t.DialContext
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	plain, err := dial(ctx, network, address)
	if err != nil {
		return nil, err
	}
	patience := ctx
	if t.TLSHandshakeTimeout > 0 {
		var cancel context.CancelFunc
		patience, cancel = context.WithTimeout(ctx, t.TLSHandshakeTimeout)
		defer cancel()
	}
	conn := tls.Client(plain, lazyConfig(t.TLSClientConfig, host))
	if err := conn.HandshakeContext(patience); err != nil {
		_ = plain.Close()
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			err = fmt.Errorf("TLS handshake with %s: %w", address, os.ErrDeadlineExceeded)
		}
		return nil, err
	}
	return conn, nil
}

// lazyConfig returns base as it is for a connection to host, with the check of
// the server's certificate replaced by verify.
func lazyConfig(base *tls.Config, host string) *tls.Config {
	c := base.Clone()
	if c.ServerName == "" {
		c.ServerName = host
	}
	if c.ServerName == "" {
		return c // crypto/tls refuses to connect to nobody, in its own words
	}
	// The name to expect comes from here. ConnectionState.ServerName is what was
	// sent to the server, and that is nothing where the host is an IP address.
	expected := x509.VerifyOptions{DNSName: c.ServerName}
	c.VerifyConnection = func(state tls.ConnectionState) error {
		options := expected
		if base.Time != nil {
			options.CurrentTime = base.Time()
		}
		return verify(state.PeerCertificates, options)
	}
	// Only this keeps crypto/tls from loading the system pool for a check of its
	// own. VerifyConnection makes that check instead: it runs in every handshake,
	// a resumed one too, before anything is sent, and its error ends it.
	c.InsecureSkipVerify = true
	return c
}

// verify decides as crypto/tls does on the certificates that a server presents,
// its own first: host name, time, signatures up to a root, name constraints, and
// the key usage ServerAuth, which is what VerifyOptions mean when they name none.
func verify(presented []*x509.Certificate, options x509.VerifyOptions) error {
	if len(presented) == 0 {
		return errors.New("tls: the server presented no certificate")
	}
	options.Intermediates = x509.NewCertPool()
	for _, certificate := range presented[1:] {
		options.Intermediates.AddCert(certificate)
	}
	few := options
	few.Roots = rootsFor(presented)
	if few.Roots != nil { // nil would mean the system pool
		if _, err := presented[0].Verify(few); err == nil {
			return nil
		}
	}
	// An unknown root, another host, a bad date, whatever it was: the system pool
	// decides, and its error is the one that people and programs know.
	if _, err := presented[0].Verify(options); err != nil {
		return &tls.CertificateVerificationError{UnverifiedCertificates: presented, Err: err}
	}
	return nil
}
