package sandbox

import (
	"net/http"
	"strings"
)

// serveUnknown answers requests that are not STS's in the form that the service expects which they seem meant for. In the log they
// are "unknown", with that service's name.
func (c *call) serveUnknown(contentType string) {
	_, action, _ := strings.Cut(c.http.Header.Get("X-Amz-Target"), ".")
	c.noteUnknown(action)
	unknown := &fault{code: "UnknownOperationException", reason: "not a request to STS"}
	switch {
	case c.http.Header.Get("X-Amz-Target") != "" || strings.Contains(contentType, "json"):
		c.refuse(unknown)
		c.answerJSON(http.StatusBadRequest, map[string]string{"__type": unknown.code})
	case c.serviceIs("s3"): // in S3's own words (S3 API reference, Error responses, NotImplemented)
		c.refuse(&fault{code: "NotImplemented", reason: "not a request to STS"})
		c.send(http.StatusNotImplemented, "application/xml", []byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NotImplemented</Code>"+
			"<Message>A header you provided implies functionality that is not implemented.</Message><RequestId>"+c.requestID+"</RequestId></Error>"))
	default:
		c.refuse(unknown)
		c.send(http.StatusNotFound, "text/xml", []byte("<UnknownOperationException/>\n"))
	}
}

// noteUnknown writes down what an unknown request was for, as far as it says so in the words of a service.
func (c *call) noteUnknown(action string) {
	if isWord(action) {
		c.entry.action = action
	}
	if service := c.claimedScope().service; isWord(service) {
		c.entry.service = service
	}
}

// claimedScope is the credential scope that the request names; nobody has compared its signature.
func (c *call) claimedScope() scope {
	a, f := readAuthorization(c.http.Header)
	if f != nil {
		return scope{}
	}
	return a.scope
}

// serviceIs is only to choose the form of a refusal by.
func (c *call) serviceIs(service string) bool { return c.claimedScope().service == service }

// isWord tells whether a client's word looks like the name of an action or a service.
func isWord(s string) bool {
	if s == "" || len(s) > 64 {
		return false
	}
	for _, r := range s {
		if !isWordRune(r) && r != '-' {
			return false
		}
	}
	return true
}
