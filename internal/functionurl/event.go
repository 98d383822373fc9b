// Package functionurl turns the events of a Lambda Function URL (payload
// version 2.0, BUFFERED) into HTTP requests, and answers into what Lambda sends
// on, both ways: the function reads events, the sandbox's front writes them. It
// tells a URL's events from forged ones. It knows neither grants nor STS, nor
// the Lambda runtime, and imports nothing of karikagi's.
package functionurl

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Event is what Lambda hands to a function for one HTTP request (Lambda
// developer guide, "Request payload format"). aws-lambda-go's type lacks the
// caller's organization.
//
// Everything in it is the service's word only as far as the event came through
// the URL: whoever may invoke the function directly can write all of it.
type Event struct {
	Version               string            `json:"version"`
	RouteKey              string            `json:"routeKey"`
	RawPath               string            `json:"rawPath"`
	RawQueryString        string            `json:"rawQueryString"`
	Cookies               []string          `json:"cookies,omitempty"`
	Headers               map[string]string `json:"headers"` // keys in lower case, repeated values joined with commas
	QueryStringParameters map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext        Context           `json:"requestContext"`
	Body                  string            `json:"body,omitempty"`
	IsBase64Encoded       bool              `json:"isBase64Encoded"`
}

// Context is what the service adds to a request.
type Context struct {
	AccountID    string      `json:"accountId"` // of the function's owner, never the caller's
	APIID        string      `json:"apiId"`     // the URL's own id
	Authorizer   *Authorizer `json:"authorizer,omitempty"`
	DomainName   string      `json:"domainName"`
	DomainPrefix string      `json:"domainPrefix"`
	HTTP         HTTP        `json:"http"`
	RequestID    string      `json:"requestId"`
	RouteKey     string      `json:"routeKey"`
	Stage        string      `json:"stage"`
	Time         string      `json:"time"`
	TimeEpoch    int64       `json:"timeEpoch"`
}

// Authorizer is there when the URL's auth type is AWS_IAM.
type Authorizer struct {
	IAM *IAM `json:"iam,omitempty"`
}

// IAM is the principal whose signature the service verified.
type IAM struct {
	AccessKey      string `json:"accessKey"`
	AccountID      string `json:"accountId"`
	CallerID       string `json:"callerId"`
	PrincipalOrgID string `json:"principalOrgId"`
	UserARN        string `json:"userArn"`
	UserID         string `json:"userId"`
}

// HTTP is the request line and the connection it came over.
type HTTP struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"` // the caller's word
}

// Parse reads an event. What is no event of a Function URL's payload format is
// an error; whether it came through the URL is Verify's question.
func Parse(raw []byte) (Event, error) {
	var e Event
	if err := json.Unmarshal(raw, &e); err != nil {
		return Event{}, errors.New("the event is not a Function URL's: not its JSON")
	}
	if e.Version != "2.0" {
		return Event{}, fmt.Errorf("the event is not a Function URL's: want payload version 2.0, not %.20q", e.Version)
	}
	if e.RequestContext.HTTP.Method == "" || e.RequestContext.DomainName == "" || e.RequestContext.RequestID == "" {
		return Event{}, errors.New("the event is not a Function URL's: no method, domain name or request id")
	}
	return e, nil
}
