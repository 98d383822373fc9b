package source

import "os"

// bundleFiles lists the files that may hold the system's roots, of which
// crypto/x509 takes the first that it can read (root_linux.go, root_unix.go in
// Go 1.26). SSL_CERT_FILE replaces the list. SSL_CERT_DIR replaces the folders
// that crypto/x509 reads besides; these are left to the ordinary check.
func bundleFiles() []string {
	if name := os.Getenv("SSL_CERT_FILE"); name != "" {
		return []string{name}
	}
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",                // Debian, Ubuntu, Gentoo
		"/etc/pki/tls/certs/ca-bundle.crt",                  // Fedora, Amazon Linux
		"/etc/ssl/ca-bundle.pem",                            // openSUSE
		"/etc/pki/tls/cacert.pem",                           // OpenELEC
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL 7
		"/etc/ssl/cert.pem",                                 // Alpine
	}
}
