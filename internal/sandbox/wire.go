package sandbox

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"strings"
	"time"
)

// Namespaces of the documents. Errors that are found before an operation is chosen come in AWS's general one: observed.
const (
	stsNamespace   = "https://sts.amazonaws.com/doc/2011-06-15/"
	iamNamespace   = "https://iam.amazonaws.com/doc/2010-05-08/"
	faultNamespace = "http://webservices.amazon.com/AWSFault/2005-15-09"
)

// fault is a refusal: what the client is told, and what only the log says.
type fault struct {
	status    int
	code      string
	message   string // "": the document has no Message, as AWS's MalformedInput
	namespace string // "": the service's, or STS's where no action was read
	sender    string // Type; "": Sender
	reason    string // for the log; "": the message. Never what a client sent in a header
}

// The elements of each response are in the order that STS sends them, which is not the order of the service model: observed.
type getCallerIdentityResponse struct {
	XMLName struct{}                `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetCallerIdentityResponse"`
	Result  getCallerIdentityResult `xml:"GetCallerIdentityResult"`
	Meta    responseMetadata        `xml:"ResponseMetadata"`
}

type getCallerIdentityResult struct {
	ARN     string `xml:"Arn"`
	UserID  string `xml:"UserId"`
	Account string `xml:"Account"`
}

type assumeRoleResponse struct {
	XMLName struct{}         `xml:"https://sts.amazonaws.com/doc/2011-06-15/ AssumeRoleResponse"`
	Result  assumeRoleResult `xml:"AssumeRoleResult"`
	Meta    responseMetadata `xml:"ResponseMetadata"`
}

type assumeRoleResult struct {
	User           assumedRoleUser      `xml:"AssumedRoleUser"`
	Credentials    temporaryCredentials `xml:"Credentials"`
	PackedSize     *int                 `xml:"PackedPolicySize,omitempty"` // absent without policies and tags
	SourceIdentity string               `xml:"SourceIdentity,omitempty"`
}

type assumedRoleUser struct {
	ID  string `xml:"AssumedRoleId"`
	ARN string `xml:"Arn"`
}

type getSessionTokenResponse struct {
	XMLName     struct{}             `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetSessionTokenResponse"`
	Credentials temporaryCredentials `xml:"GetSessionTokenResult>Credentials"`
	Meta        responseMetadata     `xml:"ResponseMetadata"`
}

// temporaryCredentials leave the sandbox here, in the container endpoint's answer and in Environment, Profiles and RoleSession, and nowhere
// else.
type temporaryCredentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string `xml:"SecretAccessKey"`
	SessionToken    string `xml:"SessionToken"`
	Expiration      string `xml:"Expiration"`
}

type listMFADevicesResponse struct {
	XMLName struct{}             `xml:"https://iam.amazonaws.com/doc/2010-05-08/ ListMFADevicesResponse"`
	Result  listMFADevicesResult `xml:"ListMFADevicesResult"`
	Meta    responseMetadata     `xml:"ResponseMetadata"`
}

type listMFADevicesResult struct {
	Devices     mfaDevices `xml:"MFADevices"` // there also when it is empty
	IsTruncated bool       `xml:"IsTruncated"`
	Marker      string     `xml:"Marker,omitempty"`
}

type mfaDevices struct {
	Members []listedDevice `xml:"member"`
}

type listedDevice struct {
	UserName     string `xml:"UserName"`
	SerialNumber string `xml:"SerialNumber"`
	EnableDate   string `xml:"EnableDate"`
}

type responseMetadata struct {
	RequestID string `xml:"RequestId"`
}

// errorResponse is the only document whose namespace depends on who refuses.
type errorResponse struct {
	XMLName   xml.Name
	Error     errorBody `xml:"Error"`
	RequestID string    `xml:"RequestId"`
}

type errorBody struct {
	Type    string `xml:"Type"`
	Code    string `xml:"Code"`
	Message string `xml:"Message,omitempty"`
}

// meta is what every success ends with.
func (c *call) meta() responseMetadata { return responseMetadata{RequestID: c.requestID} }

// timestamp is how STS states an Expiration: whole seconds, UTC.
func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// answer sends a response document.
func (c *call) answer(status int, document any) {
	body, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		panic(err) // the documents are ours: finish answers InternalFailure
	}
	c.send(status, "text/xml", append(body, '\n'))
}

// fail sends an error document and notes the refusal for the log.
func (c *call) fail(f *fault) {
	c.refuse(f)
	document := errorResponse{
		XMLName:   xml.Name{Space: cmp.Or(f.namespace, c.service.namespace, stsNamespace), Local: "ErrorResponse"},
		Error:     errorBody{Type: "Sender", Code: f.code, Message: f.message},
		RequestID: c.requestID,
	}
	if f.sender != "" {
		document.Error.Type = f.sender
	}
	c.answer(f.status, document)
}

// refuse notes a refusal for the log.
func (c *call) refuse(f *fault) {
	c.entry.result, c.entry.reason = f.code, strings.TrimSpace(f.reason)
	if c.entry.reason == "" {
		c.entry.reason = strings.TrimSpace(f.message)
	}
}

// answerJSON sends a document of the services that speak JSON, and of the sandbox's own endpoints.
func (c *call) answerJSON(status int, document any) {
	body, err := json.Marshal(document)
	if err != nil {
		panic(err) // as in answer
	}
	c.send(status, "application/json", append(body, '\n'))
}

// send is the one place where an answer leaves.
func (c *call) send(status int, contentType string, body []byte) {
	c.writer.Header().Set("Content-Type", contentType)
	c.writer.WriteHeader(status)
	_, _ = c.writer.Write(body) //nolint:gosec // every document was encoded; if the client went away there is nobody to tell
}
