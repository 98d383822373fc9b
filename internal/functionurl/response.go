package functionurl

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"unicode/utf8"
)

// Response is an answer in Lambda's words (Lambda developer guide, "Response
// payload format"). Without a status code Lambda would answer 200 and publish
// whatever the function returned.
type Response struct {
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	Body            string            `json:"body"`
	Cookies         []string          `json:"cookies,omitempty"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

// Marshal is what the function returns to the runtime.
func (r Response) Marshal() ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(r)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// PanicError is a handler that panicked. It holds no value of the program:
// a panic's text may repeat anything, unless the Go runtime wrote it.
type PanicError struct {
	Problem string // the runtime's text, or the type of what was panicked with
	Stack   string // functions and lines
}

func (e *PanicError) Error() string { return "panic in the handler: " + e.Problem }

func newPanicError(value any) *PanicError {
	e := &PanicError{Problem: fmt.Sprintf("%T", value), Stack: string(debug.Stack())}
	if err, ok := value.(runtime.Error); ok {
		e.Problem = err.Error()
	}
	return e
}

// Serve runs a handler and collects its answer whole: a response is sent at
// once or not at all. A panic becomes a bare 500 and a *PanicError: a dead
// process would answer the next caller with 502 too.
func Serve(h http.Handler, r *http.Request) (response Response, err error) {
	defer func() {
		if value := recover(); value != nil {
			response = Response{StatusCode: http.StatusInternalServerError, Headers: map[string]string{"Cache-Control": "no-store"}}
			err = newPanicError(value)
		}
	}()
	w := recorder{header: http.Header{}}
	h.ServeHTTP(&w, r)
	return w.response(), nil
}

// recorder is the http.ResponseWriter that keeps.
type recorder struct {
	header http.Header // as the handler changes it
	sent   http.Header // as it was when the status was
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) response() Response {
	w.WriteHeader(http.StatusOK)
	r := Response{StatusCode: w.status, Headers: make(map[string]string, len(w.sent)), Body: w.body.String()}
	for key, values := range w.sent {
		if key == "Set-Cookie" { // Lambda takes cookies there only
			r.Cookies = values
			continue
		}
		r.Headers[key] = strings.Join(values, ",")
	}
	if !utf8.ValidString(r.Body) {
		r.Body, r.IsBase64Encoded = base64.StdEncoding.EncodeToString(w.body.Bytes()), true
	}
	return r
}
