package sandbox

import (
	"mime"
	"net/http"
	"strings"
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
	if operation == nil {
		return // answered
	}
	if f := c.authenticate(verifier{service: "sts"}, body); f != nil {
		c.fail(f)
		return
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

// findOperation looks the action up. Name and version must both fit, and each is taken as the first parameter of its name.
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

// getCallerIdentity needs no permission, not even where a policy denies it: STS API reference, GetCallerIdentity.
func (c *call) getCallerIdentity() (any, *fault) {
	return getCallerIdentityResponse{
		Result: getCallerIdentityResult{ARN: c.caller.arn(), UserID: c.caller.id(), Account: c.caller.account().id},
		Meta:   c.meta(),
	}, nil
}
