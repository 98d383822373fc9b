package functionurl

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Origin is what the service knows of a request besides the request.
type Origin struct {
	AccountID  string // the function owner's
	URLID      string
	DomainName string
	RequestID  string
	Time       time.Time
}

// NewEvent is the event that the service makes of a request, for a front that
// stands in the service's place. The front has verified the signature and says
// who signed; the zero Identity is a URL of auth type NONE. The body has been
// read already, to be verified.
func NewEvent(r *http.Request, body []byte, o Origin, id Identity) ([]byte, error) {
	e := Event{
		Version: "2.0", RouteKey: "$default", RawPath: r.URL.EscapedPath(), RawQueryString: r.URL.RawQuery,
		Headers: eventHeaders(r), QueryStringParameters: eventQuery(r),
		RequestContext: Context{
			AccountID: o.AccountID, APIID: o.URLID, DomainName: o.DomainName, DomainPrefix: o.URLID,
			HTTP:      HTTP{Method: r.Method, Path: r.URL.EscapedPath(), Protocol: r.Proto, SourceIP: sourceIP(r), UserAgent: r.UserAgent()},
			RequestID: o.RequestID, RouteKey: "$default", Stage: "$default",
			Time: o.Time.UTC().Format("02/Jan/2006:15:04:05 +0000"), TimeEpoch: o.Time.UnixMilli(),
		},
	}
	for _, c := range r.Cookies() {
		e.Cookies = append(e.Cookies, c.Name+"="+c.Value)
	}
	if id.ARN != "" {
		e.RequestContext.Authorizer = &Authorizer{IAM: &IAM{
			AccessKey: id.AccessKeyID, AccountID: id.AccountID, CallerID: id.UserID,
			PrincipalOrgID: id.OrgID, UserARN: id.ARN, UserID: id.UserID,
		}}
	}
	if e.Body = string(body); !isText(r.Header.Get("Content-Type")) || !utf8.Valid(body) {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), len(body) > 0
	}
	return json.Marshal(e)
}

// eventHeaders are the headers as the service hands them on: the signature is
// gone, the caller's session token is not.
func eventHeaders(r *http.Request) map[string]string {
	headers := map[string]string{"host": r.Host}
	for key, values := range r.Header {
		if key != "Authorization" {
			headers[strings.ToLower(key)] = strings.Join(values, ",")
		}
	}
	return headers
}

func eventQuery(r *http.Request) map[string]string {
	query := map[string]string{}
	for key, values := range r.URL.Query() {
		query[key] = strings.Join(values, ",")
	}
	return query
}

func sourceIP(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	return r.RemoteAddr
}

// isText tells which bodies the service hands on as they are. A form is not
// among them, and so what `curl -d` sends arrives in base64.
func isText(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (strings.HasPrefix(kind, "text/") || slices.Contains([]string{"application/json", "application/javascript", "application/xml"}, kind))
}

// ParseResponse reads what a function returned, as the service does: JSON
// without a status code is the body of a 200 (Lambda developer guide, "Response
// payload format"). A status code that is there and is none is an error, which
// the service answers with 502: what was meant for an answer must not be
// published as a body.
func ParseResponse(raw []byte) (Response, error) {
	if !json.Valid(raw) {
		return Response{}, errors.New("the function returned no JSON")
	}
	var members map[string]json.RawMessage
	_ = json.Unmarshal(raw, &members) // of JSON that is no object there are none
	status, ok := members["statusCode"]
	if !ok {
		return Response{StatusCode: http.StatusOK, Headers: map[string]string{"content-type": "application/json"}, Body: string(raw)}, nil
	}
	var r Response
	err := json.Unmarshal(raw, &r)
	code, _ := strconv.Atoi(string(status)) // 0 of what is no integer
	if err != nil || code < 100 || code > 599 {
		return Response{}, errors.New("the function returned no HTTP answer")
	}
	r.StatusCode = code // encoding/json would take StatusCode for it too
	return r, nil
}

// ServeHTTP sends the response on to whoever called the front.
func (r Response) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	body := []byte(r.Body)
	if r.IsBase64Encoded {
		decoded, err := base64.StdEncoding.DecodeString(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		body = decoded
	}
	for key, value := range r.Headers {
		w.Header().Set(key, value)
	}
	for _, cookie := range r.Cookies {
		w.Header().Add("Set-Cookie", cookie)
	}
	w.WriteHeader(r.StatusCode)
	_, _ = w.Write(body) // whoever called has gone
}
