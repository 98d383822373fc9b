package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"karikagi/internal/functionurl"
)

// forbiddenMessage is all that a caller is told who may not invoke a function by its URL, and whoever did not sign: observed.
const forbiddenMessage = "Forbidden. For troubleshooting Function URL authorization issues, see: " +
	"https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"

// forbidden says why in the log only.
func forbidden(reason string) *fault {
	return &fault{status: http.StatusForbidden, code: "AccessDeniedException", message: forbiddenMessage, reason: reason}
}

// unreadable is a body that is too large, or that ended too early.
func unreadable(err error) *fault {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &fault{status: http.StatusRequestEntityTooLarge, code: "RequestEntityTooLargeException",
			message: fmt.Sprintf("Request must be smaller than %d bytes for the InvokeFunction operation", maxPayload)}
	}
	return &fault{status: http.StatusBadRequest, code: "InvalidRequestContentException", message: "Could not read the request body."}
}

// failSignature answers a fault of the verifier's. The sentences are those of STS and the codes are Lambda's (Lambda API reference,
// "Common errors"); only whoever did not sign at all is answered like somebody without permission: observed.
func (c *call) failSignature(f *fault) {
	code := map[string]string{
		"SignatureDoesNotMatch": "InvalidSignatureException", "IncompleteSignature": "IncompleteSignatureException",
		"InvalidClientTokenId": "UnrecognizedClientException", "ExpiredToken": "ExpiredTokenException",
	}[f.code]
	if code == "" {
		c.failLambda("Message", forbidden(f.message))
		return
	}
	c.failLambda("message", &fault{status: http.StatusForbidden, code: code, message: f.message, reason: f.reason})
}

// failLambda sends one of the service's own errors. Its member is called Message, and message where the signature was wrong: observed.
func (c *call) failLambda(member string, f *fault) {
	c.refuse(f)
	body, err := json.Marshal(map[string]string{member: f.message})
	if err != nil {
		panic(err) // as in answer
	}
	if f.status < http.StatusInternalServerError {
		c.writer.Header().Set("X-Amzn-Errortype", f.code)
	}
	c.send(f.status, "application/json", body)
}

// plain takes the body out of base64, and refuses what is no final answer of HTTP.
func plain(response functionurl.Response) (functionurl.Response, error) {
	if response.StatusCode < http.StatusOK {
		return response, fmt.Errorf("the function answered with status code %d: want 200 to 599", response.StatusCode)
	}
	if response.IsBase64Encoded {
		body, err := base64.StdEncoding.DecodeString(response.Body)
		if err != nil {
			return response, errors.New("the function's body is not base64, as its answer says it is")
		}
		response.Body, response.IsBase64Encoded = string(body), false
	}
	return response, nil
}

// respond sends a function's response. The service keeps what belongs to the connection to itself, and names the content type where the
// function does not: Lambda developer guide, "Response payload format".
func (c *call) respond(response functionurl.Response) {
	for name := range response.Headers {
		switch http.CanonicalHeaderKey(name) {
		case "Connection", "Content-Length", "Date", "Keep-Alive", "Trailer", "Transfer-Encoding", "Upgrade", "X-Amzn-Requestid":
			delete(response.Headers, name)
		}
	}
	c.writer.Header().Set("Content-Type", "application/json")
	response.ServeHTTP(c.writer, c.http)
}
