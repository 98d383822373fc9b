package source

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
)

// rootsFor returns the system's roots that may have signed one of the presented
// certificates: those in the bundle whose subject is an issuer's name, byte for
// byte, as x509.CertPool compares them. nil means that there are none or that
// the bundle is not a plain one, and says nothing about the certificates.
func rootsFor(presented []*x509.Certificate) *x509.CertPool {
	issuers := make([][]byte, len(presented))
	for i, certificate := range presented {
		issuers[i] = certificate.RawIssuer
	}
	for _, name := range bundleFiles() {
		info, err := os.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		// A pipe, as in SSL_CERT_FILE=<(…), gives its contents once, and
		// crypto/x509 may need them yet.
		if err != nil || !info.Mode().IsRegular() {
			return nil
		}
		roots, err := readRoots(name, issuers)
		if err != nil {
			return nil
		}
		return roots
	}
	return nil
}

// readRoots returns the certificates of a bundle whose subject is one of names,
// nil if there are none.
func readRoots(bundle string, names [][]byte) (*x509.CertPool, error) {
	file, err := os.Open(bundle) //nolint:gosec // as crypto/x509 does: a fixed path, or the user's own SSL_CERT_FILE
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	var roots *x509.CertPool
	// In pieces: a bundle has some 200 KB, and touching fresh memory is most of
	// what reading it would cost.
	err = eachCertificate(bufio.NewReaderSize(file, 16<<10), func(text []byte) {
		certificate := certificateNamed(text, names)
		if certificate == nil {
			return
		}
		if roots == nil {
			roots = x509.NewCertPool()
		}
		roots.AddCert(certificate)
	})
	if err != nil {
		return nil, err
	}
	return roots, nil
}

// errIrregular ends the reading of a bundle that is not a plain one.
var errIrregular = errors.New("not a plain list of PEM certificates")

// eachCertificate hands out the base64 text of each certificate in a bundle,
// without its line ends; use must not keep it.
//
// It is stricter than encoding/pem, on purpose: lines with five dashes must
// begin and end a certificate in turn, or the bundle is irregular as a whole. In
// what is left encoding/pem finds the very same blocks, at many times the cost.
func eachCertificate(bundle *bufio.Reader, use func(text []byte)) error {
	var text []byte
	inside := false
	for {
		line, err := bundle.ReadSlice('\n')
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return err
		}
		line = bytes.TrimSuffix(line, []byte("\n"))
		switch {
		case !inside && string(line) == "-----BEGIN CERTIFICATE-----":
			inside, text = true, text[:0]
		case inside && string(line) == "-----END CERTIFICATE-----":
			inside = false
			use(text)
		case bytes.IndexByte(line, '-') >= 0 && bytes.Contains(line, []byte("-----")):
			return errIrregular
		case inside:
			text = append(text, line...)
		}
		if last {
			return nil
		}
	}
}

// subjectWithin is how much base64 text is decoded in search of the subject: as
// much as 19 in 20 of Debian's roots need. The others are decoded whole.
const subjectWithin = 640

// certificateNamed returns the certificate that is written in base64 if it
// parses and its subject is one of names, else nil.
func certificateNamed(text []byte, names [][]byte) *x509.Certificate {
	var start [subjectWithin / 4 * 3]byte
	n, err := base64.StdEncoding.Decode(start[:], text[:min(len(text), subjectWithin)])
	if err != nil {
		return nil
	}
	if name, ok := subject(start[:n]); ok && !oneOf(names, name) {
		return nil
	}
	der, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return nil
	}
	if name, ok := subject(der); !ok || !oneOf(names, name) {
		return nil
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil
	}
	return certificate
}

func oneOf(names [][]byte, name []byte) bool {
	return slices.ContainsFunc(names, func(n []byte) bool { return bytes.Equal(n, name) })
}
