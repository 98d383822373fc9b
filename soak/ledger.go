package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"karikagi/internal/sandbox"
)

// answered is what a caller knows of their request, for the audit record of it.
type answered struct {
	callerARN   string
	status      int
	accessKeyID string // of the session that they got
}

// ledger holds requests and audit records against each other.
type ledger struct {
	mu       sync.Mutex
	answered map[string]answered // by request id
	records  map[string]int      // how many there are
	faults   []string
	lines    int
}

func newLedger() *ledger { return &ledger{answered: map[string]answered{}, records: map[string]int{}} }

// Write takes what an environment prints.
func (l *lines) Write(p []byte) (int, error) {
	l.partial = append(l.partial, p...)
	for {
		line, rest, whole := bytes.Cut(l.partial, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		l.ledger.record(line)
		l.partial = bytes.Clone(rest)
	}
}

// auditRecord is as much of a record as can be compared.
type auditRecord struct {
	Time         string `json:"time"`
	RequestID    string `json:"request_id"`
	CallerARN    string `json:"caller_arn"`
	Status       int    `json:"status"`
	Decision     string `json:"decision"`
	Digest       string `json:"grants_digest"`
	AccessKeyID  string `json:"access_key_id"`
	Vended       int    `json:"vended"`
	RequestCheck string `json:"request_id_check"`
}

// answer notes what a caller was told. It comes before or after the record.
func (l *ledger) answer(requestID string, a answered) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, twice := l.answered[requestID]; twice {
		l.fault("two answers with the request id %s", requestID)
	}
	l.answered[requestID] = a
}

// record takes one line of a function's output. The comparison waits for check.
func (l *ledger) record(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines++
	var r auditRecord
	switch err := json.Unmarshal(line, &r); {
	case err != nil:
		l.fault("a line that is no audit record: %.200q", line)
		return
	case bytes.Contains(line, []byte(sandbox.Mark)):
		l.fault("a secret is in the audit record of %s", r.RequestID)
	case r.RequestID == "" || r.Time == "" || r.Decision == "" || r.Digest == "" || r.RequestCheck != "same" || (r.Vended == 1) != (r.AccessKeyID != ""):
		l.fault("an audit record that is not whole: %.300q", line)
	}
	key := r.key()
	l.records[key]++
	l.records[r.RequestID]++
}

// key is all of a record that a caller can know of, too.
func (r auditRecord) key() string {
	return strings.Join([]string{r.RequestID, r.CallerARN, fmt.Sprint(r.Status), r.AccessKeyID}, " ")
}

// check wants exactly one record of each request, with its caller, and no other.
func (l *ledger) check() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, a := range l.answered {
		want := auditRecord{RequestID: id, CallerARN: a.callerARN, Status: a.status, AccessKeyID: a.accessKeyID}
		switch {
		case l.records[id] != 1:
			l.fault("%d audit records of the request %s: want one", l.records[id], id)
		case l.records[want.key()] != 1:
			l.fault("the audit record of the request %s is not of %s, status %d, session %q", id, a.callerARN, a.status, a.accessKeyID)
		}
	}
	if l.lines != len(l.answered) {
		l.fault("%d lines in the audit log: want %d, one of each request", l.lines, len(l.answered))
	}
	return l.faults
}

// fault keeps the first ones.
func (l *ledger) fault(form string, arguments ...any) {
	if len(l.faults) < 10 {
		l.faults = append(l.faults, fmt.Sprintf("audit log: "+form, arguments...))
	}
}
