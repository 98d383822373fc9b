package sandbox

import (
	"mime"
	"net/http"
	"strings"

	"karikagi/internal/caller"
)

// apiVersion is STS's only one.
const apiVersion = "2011-06-15"

// operations are the actions that the sandbox knows.
func operations() map[string]func(*call) (any, *fault) {
	return map[string]func(*call) (any, *fault){
		"GetCallerIdentity": (*call).getCallerIdentity,
		"AssumeRole":        (*call).assumeRole,
		"GetSessionToken":   (*call).getSessionToken,
	}
}

// serveSTS chooses the operation, then asks who calls, then runs it: an unknown action is reported before a wrong signature.
func (c *call) serveSTS() {
	body, ok := c.body()
	if !ok {
		return
	}
	operation, f := c.readOperation(body)
	if f != nil {
		c.fail(f)
		return
	}
	if operation == nil || !c.authenticate(body) {
		return // answered
	}
	document, f := operation(c)
	if f != nil {
		c.fail(f)
		return
	}
	c.entry.result = "allowed"
	c.answer(http.StatusOK, document)
}

// readOperation reads the parameters and finds the operation. It answers requests that are not in the query protocol itself.
func (c *call) readOperation(body []byte) (func(*call) (any, *fault), *fault) {
	contentType, _, _ := mime.ParseMediaType(c.http.Header.Get("Content-Type"))
	if method := c.http.Method; method != http.MethodPost && method != http.MethodGet || c.http.Header.Get("X-Amz-Target") != "" ||
		strings.Contains(contentType, "json") || strings.Contains(contentType, "cbor") {
		c.serveUnknown(contentType)
		return nil, nil
	}
	f, err := parseForm(c.http.URL.RawQuery)
	if err == nil && c.http.Method == http.MethodPost && contentType == "application/x-www-form-urlencoded" {
		var posted form
		posted, err = parseForm(string(body))
		f.merge(posted)
	}
	if err != nil {
		return nil, &fault{status: http.StatusNotFound, code: "MalformedQueryString", message: "The query string contains a syntax error."}
	}
	c.form = f
	if c.serviceIs("s3") && !f.has("Action") {
		c.serveUnknown(contentType)
		return nil, nil
	}
	return c.findOperation()
}

func (c *call) findOperation() (func(*call) (any, *fault), *fault) {
	action, version := c.form.first("Action"), c.form.first("Version")
	if !c.form.has("Action") {
		return nil, &fault{status: http.StatusBadRequest, code: "MissingAction", namespace: faultNamespace,
			message: "The request is missing an action or a required parameter."}
	}
	operation := operations()[action]
	if operation == nil || version != apiVersion {
		if !c.form.has("Version") {
			version = "NO_VERSION_SPECIFIED"
		}
		c.noteUnknown(action)
		return nil, &fault{status: http.StatusBadRequest, code: "InvalidAction", namespace: faultNamespace,
			message: "Could not find operation " + action + " for version " + version, reason: "not an action of this sandbox"}
	}
	c.entry.event = action
	return operation, nil
}

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
	case c.serviceIs("s3"):
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

// isWordRune is \w of AWS's patterns, which means ASCII.
func isWordRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_'
}

// regionIn tells whether a Region lies in a partition.
func regionIn(region, partition string) bool { return caller.PartitionOfRegion(region) == partition }

// getCallerIdentity needs no permission, not even where a policy denies it: STS API reference, GetCallerIdentity.
func (c *call) getCallerIdentity() (any, *fault) {
	return getCallerIdentityResponse{
		Result: getCallerIdentityResult{ARN: c.caller.arn(), UserID: c.caller.id(), Account: c.caller.account().id},
		Meta:   c.meta(),
	}, nil
}
