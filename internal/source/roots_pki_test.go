package source

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"slices"
	"testing"
	"time"
)

// noon is when the certificates of these tests are looked at.
var noon = time.Date(2031, time.March, 1, 12, 0, 0, 0, time.UTC)

// identity is a certificate with its key.
type identity struct {
	*x509.Certificate
	key *ecdsa.PrivateKey
}

// change is a difference from what issue makes of itself.
type change func(*x509.Certificate)

// issue makes a certificate for name, signed by an issuer, or by itself if that
// is nil: good for a server of that name, two days around noon.
func issue(t testing.TB, name string, issuer *identity, changes ...change) *identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return issueFor(t, key, name, issuer, changes...)
}

// issueFor is issue with a key that is there already.
func issueFor(t testing.TB, key *ecdsa.PrivateKey, name string, issuer *identity, changes ...change) *identity {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: noon.Add(-24 * time.Hour), NotAfter: noon.Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	for _, c := range changes {
		c(template)
	}
	if issuer == nil {
		issuer = &identity{template, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, issuer.Certificate, &key.PublicKey, issuer.key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &identity{certificate, key}
}

// authority makes it a certificate that may sign others.
func authority(c *x509.Certificate) {
	c.IsCA, c.KeyUsage, c.ExtKeyUsage, c.DNSNames = true, x509.KeyUsageCertSign, nil, nil
}

func forHost(host string) change {
	return func(c *x509.Certificate) {
		c.DNSNames, c.IPAddresses = []string{host}, nil
		if ip := net.ParseIP(host); ip != nil {
			c.DNSNames, c.IPAddresses = nil, []net.IP{ip}
		}
	}
}

func valid(from, until time.Time) change {
	return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = from, until }
}

func only(usage x509.ExtKeyUsage) change {
	return func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{usage} }
}

func within(domain string) change {
	return func(c *x509.Certificate) {
		c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{domain}, true
	}
}

func nameless(c *x509.Certificate) { c.DNSNames = nil }

func leafOnly(c *x509.Certificate) {
	c.MaxPathLen, c.MaxPathLenZero = 0, true
}

// bundle writes certificates as a trust store has them.
func bundle(identities ...*identity) []byte {
	var out []byte
	for _, i := range identities {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Raw})...)
	}
	return out
}

// chain is what a server presents: its own certificate and what goes with it.
func chain(leaf *identity, more ...*identity) tls.Certificate {
	c := tls.Certificate{PrivateKey: leaf.key}
	for _, i := range slices.Concat([]*identity{leaf}, more) {
		c.Certificate = append(c.Certificate, i.Raw)
	}
	return c
}
