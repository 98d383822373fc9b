package sandbox

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"time"
)

// maxBody bounds a request. STS itself reads 10 MB; nothing that it accepts is near 1 MiB.
const maxBody = 1 << 20

// call is one request on its way: what was read of it, who makes it, and the line that the log will show.
type call struct {
	server *Server
	writer http.ResponseWriter
	http   *http.Request
	// now is the real time and today the sandbox's own, both read once so that one request sees one instant.
	now, today time.Time
	requestID  string
	entry      entry

	// Known of a request in the query protocol only: the service once the action was read, the others once the signature was right.
	service service
	form    form
	caller  principal
	scope   scope
}

// newCall begins to answer: the headers that every answer has are set.
func (s *Server) newCall(w http.ResponseWriter, r *http.Request) *call {
	c := &call{server: s, writer: w, http: r, requestID: newRequestID()}
	c.now = s.clock.real()
	c.today = s.clock.at(c.now)
	c.entry = entry{event: "unknown", time: c.now, requestID: c.requestID}
	h := w.Header()
	// Set here and not by net/http, so that a sandbox with a clock of its own says so: clients tell skew by it.
	h.Set("Date", c.now.UTC().Format(http.TimeFormat))
	h.Set("X-Amzn-RequestId", c.requestID)
	h.Set("Cache-Control", "no-store")
	return c
}

// finish writes the line of the log, also for a bug of ours, which answers as AWS does for its own.
func (c *call) finish() {
	if recover() != nil {
		c.fail(&fault{status: http.StatusInternalServerError, code: "InternalFailure", sender: "Receiver",
			message: "The request processing has failed because of an unknown error, exception, or failure."})
	}
	c.server.log.write(c.entry)
}

// body reads the request's body, bounded. A body over the bound is answered as STS does, 413 without a document.
func (c *call) body() ([]byte, bool) {
	data, err := io.ReadAll(http.MaxBytesReader(c.writer, c.http.Body, maxBody))
	if err == nil {
		return data, true
	}
	status := http.StatusBadRequest
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		status = http.StatusRequestEntityTooLarge
	}
	c.entry.result = http.StatusText(status)
	c.writer.WriteHeader(status)
	return nil, false
}

// newRequestID is a random UUID, as AWS's request IDs are.
func newRequestID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
