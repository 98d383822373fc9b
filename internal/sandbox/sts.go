package sandbox

import (
	"mime"
	"net/http"
	"strings"

	"karikagi/internal/caller"
)

// service is an API that speaks the query protocol.
type service struct {
	name      string // in credential scopes
	version   string // the only one
	namespace string // of its documents
	global    bool   // one endpoint for all Regions of a partition, signed for its first Region
}

func stsService() service { return service{"sts", "2011-06-15", stsNamespace, false} }
func iamService() service { return service{"iam", "2010-05-08", iamNamespace, true} }

// operation is an action of a service.
type operation struct {
	service
	run func(*call) (any, *fault)
}

// operations are the actions that the sandbox knows. No two services have one of the same name.
func operations() map[string]operation {
	return map[string]operation{
		"GetCallerIdentity": {stsService(), (*call).getCallerIdentity},
		"AssumeRole":        {stsService(), (*call).assumeRole},
		"GetSessionToken":   {stsService(), (*call).getSessionToken},
		webIdentity:         {stsService(), (*call).assumeRoleWithWebIdentity},
		"ListMFADevices":    {iamService(), (*call).listMFADevices},
	}
}

// serveQuery chooses the operation, then asks who calls, then runs it: an unknown action is reported before a wrong signature.
func (c *call) serveQuery() {
	body, ok := c.body()
	if !ok {
		return
	}
	run, f := c.readOperation(body)
	if f != nil {
		c.fail(f)
		return
	}
	if run == nil {
		return // answered
	}
	if c.entry.event != webIdentity { // a token says who that is, and a signature is not wanted
		if f := c.authenticate(verifier{service: c.service.name, region: c.wantedRegion()}, body); f != nil {
			c.fail(f)
			return
		}
	}
	document, f := run(c)
	if f != nil {
		c.fail(f)
		return
	}
	c.entry.result = "allowed"
	c.answer(http.StatusOK, document)
}

// wantedRegion is the one Region that a request to a global service is signed for, in the partition that it names itself; "" where any
// will do.
func (c *call) wantedRegion() string {
	if !c.service.global {
		return ""
	}
	return caller.DefaultRegion(caller.PartitionOfRegion(c.claimedScope().region))
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
	found, ok := operations()[action]
	if !ok || version != found.version {
		if !c.form.has("Version") {
			version = "NO_VERSION_SPECIFIED"
		}
		c.noteUnknown(action)
		return nil, &fault{status: http.StatusBadRequest, code: "InvalidAction", namespace: faultNamespace,
			message: "Could not find operation " + action + " for version " + version, reason: "not an action of this sandbox"}
	}
	c.entry.event, c.service = action, found.service
	return found.run, nil
}

// getCallerIdentity needs no permission, not even where a policy denies it: STS API reference, GetCallerIdentity.
func (c *call) getCallerIdentity() (any, *fault) {
	return getCallerIdentityResponse{
		Result: getCallerIdentityResult{ARN: c.caller.arn(), UserID: c.caller.id(), Account: c.caller.account().id},
		Meta:   c.meta(),
	}, nil
}
