package source

import (
	"bufio"
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReadRoots(t *testing.T) {
	one, other, third := issue(t, "One", nil, authority), issue(t, "Other", nil, authority), issue(t, "Third", nil, authority)
	namesake := issue(t, "One", nil, authority)
	long := issue(t, strings.Repeat("long ", 100), nil, authority) // a subject beyond what is decoded at first
	crossSigned := issue(t, "Cross", one, authority)
	file := filepath.Join(t.TempDir(), "bundle.pem")
	write(t, file, bundle(one, other, third, namesake, long, crossSigned))
	tests := []struct {
		name  string
		names []*identity
		want  []*identity
	}{
		{"one", []*identity{other}, []*identity{other}},
		{"two of a name", []*identity{one}, []*identity{one, namesake}},
		{"two names", []*identity{one, third}, []*identity{one, namesake, third}},
		{"a long name", []*identity{long}, []*identity{long}},
		{"not self-signed", []*identity{crossSigned}, []*identity{crossSigned}},
	}
	for _, tt := range tests {
		var names [][]byte
		for _, i := range tt.names {
			names = append(names, i.RawSubject)
		}
		got, err := readRoots(file, names)
		if err != nil || !got.Equal(readPool(bundle(tt.want...))) {
			t.Errorf("%s: got other roots than wanted, %v", tt.name, err)
		}
	}
	if got, err := readRoots(file, [][]byte{[]byte("nobody")}); got != nil || err != nil {
		t.Errorf("nobody: got %v, %v", got, err)
	}
}

// FuzzBundle: whatever a bundle holds, a certificate that is found there is one
// that crypto/x509 finds too. Else lazy trust would trust more.
func FuzzBundle(f *testing.F) {
	one, other := issue(f, "One", nil, authority), issue(f, "Other", nil, authority)
	text := string(bundle(one, other))
	f.Add([]byte(text))
	f.Add([]byte("# comment\n" + text + "trailing"))
	f.Add([]byte("-----BEGIN X-----\na: b\n-----END c:d-----\n" + text))
	f.Add([]byte(strings.Replace(text, "-----\n", "-----\na: b\n", 1)))
	f.Add([]byte(strings.Replace(text, "-----\n", "-----\n-----BEGIN CERTIFICATE-----\n", 1)))
	f.Add([]byte(strings.ReplaceAll(text, "\n", "\r\n")))
	f.Fuzz(func(t *testing.T, data []byte) {
		var found []*x509.Certificate
		err := eachCertificate(bufio.NewReaderSize(bytes.NewReader(data), 16<<10), func(text []byte) {
			der, _ := base64.StdEncoding.AppendDecode(nil, text)
			if name, ok := subject(der); ok {
				if c := certificateNamed(text, [][]byte{name}); c != nil {
					found = append(found, c)
				}
			}
		})
		if err != nil {
			return // an irregular bundle is not used
		}
		pool := readPool(data)
		for _, c := range found {
			more := pool.Clone()
			if more.AddCert(c); !more.Equal(pool) {
				t.Fatalf("found %s, which crypto/x509 does not find in\n%s", c.Subject, data)
			}
		}
	})
}

// FuzzSubject: of what parses as a certificate, the subject is found, and it is
// the one that crypto/x509 reads; also where the end is missing.
func FuzzSubject(f *testing.F) {
	root := issue(f, "Root", nil, authority)
	for _, i := range []*identity{root, issue(f, "", root), issue(f, strings.Repeat("long ", 60), root)} {
		f.Add(i.Raw)
	}
	f.Add(oldVersion(f))
	f.Add([]byte{0x30, 0x84, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, der []byte) {
		name, ok := subject(der)
		c, err := x509.ParseCertificate(der)
		if err != nil || len(der) > 1<<16 {
			return
		}
		if !ok || !bytes.Equal(name, c.RawSubject) {
			t.Fatalf("subject %x, %t; want %x", name, ok, c.RawSubject)
		}
		end := bytes.Index(der, append(bytes.Clone(name), c.RawSubjectPublicKeyInfo...)) + len(name)
		if short, ok := subject(der[:end]); !ok || !bytes.Equal(short, name) {
			t.Fatalf("subject without what follows: %x, %t", short, ok)
		}
	})
}

// oldVersion is a certificate as version 1 has it, without the field that says
// so: one of ours with that cut out. The signature is void, which does not matter
// to a parser.
func oldVersion(t testing.TB) []byte {
	t.Helper()
	var c struct{ Signed, Algorithm, Signature asn1.RawValue }
	if _, err := asn1.Unmarshal(issue(t, "Old", nil).Raw, &c); err != nil {
		t.Fatal(err)
	}
	c.Signed = asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: c.Signed.Bytes[len("\xa0\x03\x02\x01\x02"):]}
	der, err := asn1.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	return der
}

// The bundle of this machine, if it has one: all of it is found, at whatever
// length its subjects are.
func TestMachineBundle(t *testing.T) {
	for _, file := range bundleFiles() {
		pool := x509.NewCertPool()
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		var names [][]byte
		for rest := data; ; {
			var block *pem.Block
			if block, rest = pem.Decode(rest); block == nil {
				break
			}
			if c, err := x509.ParseCertificate(block.Bytes); err == nil {
				pool.AddCert(c)
				names = append(names, c.RawSubject)
			}
		}
		if len(names) == 0 {
			continue
		}
		got, err := readRoots(file, names)
		if errors.Is(err, errIrregular) {
			t.Skipf("%s is %v: lazy trust does not use it", file, err)
		}
		if err != nil || !got.Equal(pool) {
			t.Errorf("%s: got other roots than encoding/pem and crypto/x509 find, %v", file, err)
		}
	}
}
