package sandbox

import (
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
)

// canonicalRequest is the form of a request that both sides sign: IAM guide, "Create a signed AWS API request". ok is false where
// the request cannot have been signed like that: a header that was signed is not there, or the list of them is out of order.
func canonicalRequest(r *http.Request, signedHeaders []string, payloadHash string) (canonical string, ok bool) {
	path, query, _ := strings.Cut(r.RequestURI, "?")
	canonicalQuery, ok := canonicalQuery(query)
	if !ok || !strings.HasPrefix(path, "/") || !inOrder(signedHeaders) {
		return "", false
	}
	// Method, path, query, headers, the list of headers, payload: each ends a line but the last, and a blank line ends the headers.
	var b strings.Builder
	b.WriteString(r.Method + "\n" + canonicalPath(path) + "\n" + canonicalQuery + "\n")
	for _, name := range signedHeaders {
		values := r.Header.Values(name)
		if name == "host" {
			values = []string{r.Host} // net/http takes it out of the headers
		}
		if len(values) == 0 || name != strings.ToLower(name) {
			return "", false
		}
		b.WriteString(name + ":" + canonicalValue(values) + "\n")
	}
	b.WriteString("\n" + strings.Join(signedHeaders, ";") + "\n" + payloadHash)
	return b.String(), true
}

// inOrder tells whether names are sorted and none is there twice.
func inOrder(names []string) bool {
	return slices.IsSorted(names) && len(slices.Compact(slices.Clone(names))) == len(names)
}

// canonicalPath encodes the path once more, as every service but S3 does. Paths are taken as they came: one with empty or dot
// segments, which AWS would take out first, is signed differently by the SDKs themselves.
func canonicalPath(path string) string { return uriEncode(path, true) }

// canonicalQuery decodes each name and value, so that what was signed is what will be read, and encodes and sorts them.
func canonicalQuery(query string) (string, bool) {
	if query == "" {
		return "", true
	}
	var pairs [][2]string
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return "", false
		}
		value, err = url.QueryUnescape(value)
		if err != nil {
			return "", false
		}
		pairs = append(pairs, [2]string{uriEncode(name, false), uriEncode(value, false)})
	}
	// Not slices.SortFunc, which is ten kilobytes of the command for each type.
	sort.Slice(pairs, func(i, j int) bool { return slices.Compare(pairs[i][:], pairs[j][:]) < 0 })
	encoded := make([]string, len(pairs))
	for i, p := range pairs {
		encoded[i] = p[0] + "=" + p[1]
	}
	return strings.Join(encoded, "&"), true
}

// canonicalValue joins the values of a header, each without blanks around it and with single blanks in it.
func canonicalValue(values []string) string {
	clean := make([]string, len(values))
	for i, v := range values {
		clean[i] = strings.Join(strings.FieldsFunc(v, func(r rune) bool { return r == ' ' }), " ")
	}
	return strings.Join(clean, ",")
}

// uriEncode is AWS's UriEncode: everything but unreserved characters as %XX with upper-case digits.
func uriEncode(s string, keepSlash bool) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0, c == '/' && keepSlash:
			b.WriteByte(c)
		default:
			b.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{c})))
		}
	}
	return b.String()
}
