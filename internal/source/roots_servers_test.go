package source

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"
)

// world makes a trust store, in folder, and one server of every kind that a
// check of certificates must tell apart.
func world(t *testing.T) (folder string, servers []server) {
	const host = "sts.example.com"
	root := issue(t, "Root", nil, authority)
	folderRoot := issue(t, "Folder Root", nil, authority)
	oldRoot := issue(t, "Old Root", nil, authority, valid(noon.Add(-48*time.Hour), noon.Add(-time.Hour)))
	limited := issue(t, "Limited Root", nil, authority, within("example.com"))
	namesake := issue(t, "Root", nil, authority) // another root of that name, trusted as well
	impostor := issue(t, "Root", nil, authority) // and one that is not
	unknown := issue(t, "Unknown Root", nil, authority)
	crossed := issue(t, "Crossed Root", nil, authority)
	bySelf := issue(t, host, nil)
	pinned := issue(t, host, unknown)
	leaf := issue(t, host, root)

	middle := issue(t, "Intermediate", root, authority)
	narrow := issue(t, "Narrow Intermediate", root, authority, leafOnly)
	clients := issue(t, "Client Intermediate", root, authority, only(x509.ExtKeyUsageClientAuth))
	crossSigned := issueFor(t, crossed.key, "Crossed Root", unknown, authority)
	noAuthority := issue(t, "Not an Authority", root)

	folder = t.TempDir()
	write(t, filepath.Join(folder, "bundle.pem"), bundle(root, namesake, oldRoot, limited, crossed, bySelf, pinned))
	write(t, filepath.Join(folder, "certs", "folder-root.pem"), bundle(folderRoot))

	add := func(name, refused, urlHost string, presented tls.Certificate, more ...func(*server)) {
		s := server{visit: visit{Name: name, Host: urlHost, Refused: refused}, presented: presented}
		for _, change := range more {
			change(&s)
		}
		servers = append(servers, s)
	}
	const nobody, elsewhere, outdated = "signed by unknown authority", "is valid for", "has expired or is not yet valid"
	add("root in the bundle", "", host, chain(leaf))
	add("TLS 1.2", "", host, chain(leaf), func(s *server) { s.most = tls.VersionTLS12 })
	add("HTTP/1.1 only", "", host, chain(leaf), func(s *server) { s.protocols = []string{"http/1.1"} })
	add("resumed session", "", host, chain(leaf), func(s *server) { s.Twice = true })
	add("resumed session, TLS 1.2", "", host, chain(leaf), func(s *server) { s.Twice, s.most = true, tls.VersionTLS12 })
	add("root of the same name in the bundle", "", host, chain(issue(t, host, namesake)))
	add("root in the folder only", "", host, chain(issue(t, host, folderRoot)))
	add("intermediate", "", host, chain(issue(t, host, middle), middle))
	add("intermediate and root presented", "", host, chain(issue(t, host, middle), middle, root))
	add("two intermediates", "", host, func() tls.Certificate {
		second := issue(t, "Second Intermediate", middle, authority)
		return chain(issue(t, host, second), second, middle)
	}())
	add("cross-signed by an unknown root", "", host, chain(issue(t, host, crossed), crossSigned))
	add("self-signed, in the bundle", "", host, chain(bySelf))
	add("of an unknown root, itself in the bundle", "", host, chain(pinned))
	add("within the root's name constraint", "", host, chain(issue(t, host, limited)))
	add("IP address", "", "127.0.0.1", chain(issue(t, "ip", root, forHost("127.0.0.1"))))
	add("IPv6 address", "", "[::1]", chain(issue(t, "ip", root, forHost("::1"))))
	behindProxy := func(s *server) { s.tunnel = true }
	add("through a proxy", "", host, chain(leaf), behindProxy)
	add("IP address through a proxy", "", "127.0.0.1", chain(issue(t, "ip", root, forHost("127.0.0.1"))), behindProxy)
	add("unknown root through a proxy", nobody, host, chain(issue(t, host, unknown)), behindProxy)
	add("name ending in a dot", "", host+".", chain(leaf))
	add("name set in the configuration", "", "other.example.com", chain(leaf), func(s *server) { s.Expect = host })

	add("unknown root", nobody, host, chain(issue(t, host, unknown)))
	add("unknown root presented", nobody, host, chain(issue(t, host, unknown), unknown))
	add("impostor of a trusted root", nobody, host, chain(issue(t, host, impostor)))
	add("impostor of a trusted root, presented", nobody, host, chain(issue(t, host, impostor), impostor))
	add("self-signed", nobody, host, chain(issue(t, host, nil)))
	add("intermediate missing", nobody, host, chain(issue(t, host, middle)))
	add("signed by what is no authority", nobody, host, chain(issue(t, host, noAuthority), noAuthority))
	add("path too long", "too many intermediates", host, func() tls.Certificate {
		second := issue(t, "Second Intermediate", narrow, authority)
		return chain(issue(t, host, second), second, narrow)
	}())
	add("another host", elsewhere, "other.example.com", chain(leaf))
	add("another name set in the configuration", elsewhere, host, chain(leaf), func(s *server) { s.Expect = "other.example.com" })
	add("no host names", "relies on legacy Common Name", host, chain(issue(t, host, root, nameless)))
	add("another IP address", elsewhere, "127.0.0.1", chain(issue(t, "ip", root, forHost("127.0.0.2"))))
	add("name of an IP address", "doesn't contain any IP SANs", "127.0.0.1", chain(leaf))
	add("expired", outdated, host, chain(issue(t, host, root, valid(noon.Add(-48*time.Hour), noon.Add(-time.Hour)))))
	add("not yet valid", outdated, host, chain(issue(t, host, root, valid(noon.Add(time.Hour), noon.Add(48*time.Hour)))))
	add("expired root", outdated, host, chain(issue(t, host, oldRoot)))
	add("outside the root's name constraint", "is not permitted by any constraint", "example.org", chain(issue(t, "example.org", limited)))
	add("for clients only", "incompatible key usage", host, chain(issue(t, host, root, only(x509.ExtKeyUsageClientAuth))))
	add("by an intermediate for clients only", "incompatible key usage", host, chain(issue(t, host, clients), clients))
	return folder, servers
}

// tunnel starts a proxy that leads to the address, whatever it is asked for.
func tunnel(t *testing.T, address string) string {
	t.Helper()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		far, err := new(net.Dialer).DialContext(r.Context(), "tcp", address)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		near, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			_ = far.Close()
			return
		}
		_, _ = io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n")
		for _, way := range [][2]net.Conn{{near, far}, {far, near}} {
			go func() {
				_, _ = io.Copy(way[0], way[1])
				_ = way[0].Close()
			}()
		}
	}))
	t.Cleanup(proxy.Close)
	return proxy.Listener.Addr().String()
}
