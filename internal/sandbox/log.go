package sandbox

import (
	"context"
	"io"
	"log/slog"
	"time"
)

// entry is the line that the log shows of one request. It has no field for a secret, a token, a header or a body.
type entry struct {
	event           string // the operation, or "unknown"
	time            time.Time
	caller          string // ARN, once the signature was right
	accessKeyID     string // an identifier, as in CloudTrail
	roleARN         string
	roleSessionName string
	sourceIdentity  string
	service         string // the service that an unknown request was meant for
	action          string // the action of an unknown request
	result          string // "allowed" or AWS's error code
	status          string // of a function's own answer
	reason          string
	requestID       string
}

// Limits on what a client's own words may take of a line.
const (
	maxLogValue  = 256
	maxLogReason = 2000
)

// recorder writes entries; slog's handler quotes what a client wrote and keeps lines whole among goroutines.
type recorder struct{ handler slog.Handler }

// newRecorder writes to w, which may be a terminal or a file.
func newRecorder(w io.Writer) *recorder {
	return &recorder{slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: attributes})}
}

// attributes drops the level, which says nothing here, and calls the message what it is.
func attributes(_ []string, a slog.Attr) slog.Attr {
	switch a.Key {
	case slog.LevelKey:
		return slog.Attr{}
	case slog.MessageKey:
		return slog.Attr{Key: "event", Value: a.Value}
	}
	return a
}

func (l *recorder) write(e entry) {
	record := slog.NewRecord(e.time.UTC(), slog.LevelInfo, e.event, 0)
	for _, a := range []struct {
		key, value string
		limit      int
	}{
		{"caller", e.caller, maxLogReason}, {"access_key_id", e.accessKeyID, maxLogValue},
		{"role_arn", e.roleARN, maxLogReason}, {"role_session_name", e.roleSessionName, maxLogValue},
		{"source_identity", e.sourceIdentity, maxLogValue}, {"service", e.service, maxLogValue}, {"action", e.action, maxLogValue},
		{"result", e.result, maxLogValue}, {"status", e.status, maxLogValue}, {"reason", e.reason, maxLogReason}, {"request_id", e.requestID, maxLogValue},
	} {
		if a.value != "" {
			record.AddAttrs(slog.String(a.key, shorten(a.value, a.limit)))
		}
	}
	_ = l.handler.Handle(context.Background(), record) // a full disk must not stop the account
}

// shorten bounds a value without cutting a character in two.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	cut := 0
	for i := range s {
		if i > limit {
			break
		}
		cut = i
	}
	return s[:cut] + "..."
}
