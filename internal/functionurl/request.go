package functionurl

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
)

// errBody and errPath are all that can be wrong with a request of the service.
var (
	errBody = errors.New("the body is not base64, as the event says it is")
	errPath = errors.New("the path cannot be read")
)

// Request is the HTTP request that the event stands for. Its headers are the
// caller's word, and so is everything else of it: who the caller is, Identity
// says. The body is whole in memory already, six megabytes at most; how much of
// it to take is the handler's choice.
func (e Event) Request(ctx context.Context) (*http.Request, error) {
	body := []byte(e.Body)
	if e.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(e.Body); err != nil {
			return nil, errBody
		}
	}
	u, err := e.url()
	if err != nil {
		return nil, err
	}
	r := &http.Request{
		Method: e.RequestContext.HTTP.Method, URL: u,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: make(http.Header, len(e.Headers)),
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
		Host: e.RequestContext.DomainName, RemoteAddr: e.RequestContext.HTTP.SourceIP,
	}
	for key, value := range e.Headers {
		r.Header.Set(key, value)
	}
	return r.WithContext(ctx), nil
}

// url keeps the path as the event has it too, in RawPath, because a decoded one
// no longer tells which slash was a slash. The service hands a path on as it was
// sent, percent-encoded: observed. (An API Gateway's HTTP API decodes it.) What
// no encoder writes is refused, for EscapedPath would encode it anew and lose
// the difference.
func (e Event) url() (*url.URL, error) {
	path, err := url.PathUnescape(e.RawPath)
	if err != nil || path == "" || path[0] != '/' {
		return nil, errPath
	}
	u := &url.URL{Path: path, RawPath: e.RawPath, RawQuery: e.RawQueryString}
	if u.EscapedPath() != e.RawPath {
		return nil, errPath
	}
	return u, nil
}
