package source

// The tags of what precedes the subject in a certificate: RFC 5280, 4.1.
const (
	tagInteger  = 0x02
	tagSequence = 0x30
	tagVersion  = 0xa0 // [0] EXPLICIT, optional
)

// subject returns the subject of a certificate, tag and length included, as
// x509.Certificate.RawSubject has it. The beginning of the certificate up to
// there is enough. Only x509.ParseCertificate knows whether it is one: this
// checks no more than it needs to find its way.
func subject(der []byte) (name []byte, ok bool) {
	for range 2 { // into Certificate and TBSCertificate, whose ends may be missing
		tag, header, _ := element(der)
		if header == 0 || tag != tagSequence {
			return nil, false
		}
		der = der[header:]
	}
	if len(der) > 0 && der[0] == tagVersion {
		if _, der, ok = next(der, tagVersion); !ok {
			return nil, false
		}
	}
	// serialNumber, signature, issuer, validity, subject
	for _, tag := range []byte{tagInteger, tagSequence, tagSequence, tagSequence, tagSequence} {
		if name, der, ok = next(der, tag); !ok {
			return nil, false
		}
	}
	return name, true
}

// next splits der behind its first element, which must have the given tag and
// be there to its end.
func next(der []byte, want byte) (first, rest []byte, ok bool) {
	tag, header, length := element(der)
	if header == 0 || tag != want || length > len(der)-header {
		return nil, nil, false
	}
	return der[:header+length], der[header+length:], true
}

// element reads the tag and the length at the beginning of der. header is how
// many bytes these two take; 0 if they are not there, or if the length does not
// fit into 16 bits, as that of every certificate in use does.
func element(der []byte) (tag byte, header, length int) {
	switch {
	case len(der) >= 2 && der[1] < 0x80:
		return der[0], 2, int(der[1])
	case len(der) >= 3 && der[1] == 0x81:
		return der[0], 3, int(der[2])
	case len(der) >= 4 && der[1] == 0x82:
		return der[0], 4, int(der[2])<<8 | int(der[3])
	}
	return 0, 0, 0
}
