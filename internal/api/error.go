package api

import (
	"encoding/json"
	"fmt"
)

// Error is the answer that is no product. It is flat, with the keys that the
// SDKs' container provider shows to people.
type Error struct {
	Code Code `json:"code"`
	// Message is a sentence for the caller: ours, never AWS's.
	Message   string `json:"message"`
	RequestID string `json:"requestId"`
}

func (e *Error) Error() string {
	text := e.Message
	if e.Code != "" { // it is empty for a status that is none of the function's
		text = string(e.Code) + ": " + text
	}
	if e.RequestID != "" {
		text += fmt.Sprintf(" (request id %s)", e.RequestID)
	}
	return text
}

// Marshal is the body of the answer.
func (e *Error) Marshal() []byte {
	body, err := encode(e)
	if err != nil {
		// Three strings are always encodable.
		return []byte(`{"code":"InternalError","message":"","requestId":""}` + "\n")
	}
	return body
}

// maxMessage bounds what is kept of a text that another party wrote.
const maxMessage = 1000

// ParseError reads a body that came with a status other than 200. It may be of
// the function, of the service in front of it, which says {"Message": ...}, or
// of anybody. The texts are foreign: show them as such.
func ParseError(status int, body []byte) *Error {
	var answer struct {
		Code      Code
		Message   string // encoding/json takes message too
		RequestID string
	}
	e := &Error{Code: CodeOf(status)}
	if json.Unmarshal(body, &answer) != nil {
		return e
	}
	if answer.Code.Status() == status && answer.Code == CodeOf(status) {
		e.RequestID = clip(answer.RequestID)
	}
	e.Message = clip(answer.Message)
	return e
}

func clip(s string) string {
	if len(s) > maxMessage {
		return s[:maxMessage]
	}
	return s
}
