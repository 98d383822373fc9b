package vend

import (
	"fmt"
	"net/http"
	"runtime"
	"runtime/debug"
	"time"

	"karikagi/internal/api"
	"karikagi/internal/grant"
)

// exchange is one request on its way to an answer, with the record of it.
type exchange struct {
	*Handler
	request *http.Request
	call    Call
	who     grant.Caller
	started time.Time
	record  Record
}

func (h *Handler) begin(r *http.Request) *exchange {
	x := &exchange{Handler: h, request: r, call: callOf(r.Context()), started: h.Now()}
	x.record = newRecord(x.call, x.started)
	x.record.GrantsDigest = h.Grants.Digest()
	return x
}

// answer is the whole of a request but for writing it down. A panic anywhere in
// it is a 500 for this caller and a record for the operator, not the end of the
// process, with which other callers would lose theirs.
func (x *exchange) answer() (a answer) {
	defer func() {
		if value := recover(); value != nil {
			x.record.Stack = string(debug.Stack()) // functions and lines, no strings
			a = x.refuse(&Refusal{Code: api.InternalError, Rule: "panic", Detail: panicText(value)})
		}
	}()
	a, refused := x.route()
	if refused != nil {
		return x.refuse(refused)
	}
	return a
}

// panicText is what the runtime says of its own panics. Of others it is the
// type: their text may repeat anything.
func panicText(value any) string {
	if err, ok := value.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", value)
}

// finish writes the record and then the answer: what cannot be recorded is not
// vended.
func (x *exchange) finish(w http.ResponseWriter, a answer) {
	x.record.close(a.status, x.Now().Sub(x.started))
	if err := x.record.write(x.Audit, x.Function); err != nil {
		a = refusalAnswer(&Refusal{Code: api.InternalError}, x.call.RequestID)
	}
	a.send(w)
}
