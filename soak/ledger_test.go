package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"karikagi/internal/sandbox"
)

func recordLine(id, arn string, status int, key string) string {
	vended := 0
	if key != "" {
		vended = 1
	}
	return fmt.Sprintf(`{"time":"2026-01-01T00:00:00.000Z","request_id":%q,"request_id_check":"same","caller_arn":%q,"decision":"allow","status":%d,`+
		`"grants_digest":"0","access_key_id":%q,"vended":%d}`+"\n", id, arn, status, key, vended)
}

// One record of each request, with its caller, and nothing else.
func TestLedger(t *testing.T) {
	good := recordLine("r1", "alice", 200, "ASIA1") + recordLine("r2", "bob", 403, "")
	for what, tt := range map[string]struct{ printed, fault string }{
		"as it should be":           {good, ""},
		"a record twice":            {good + recordLine("r2", "bob", 403, ""), "2 audit records of the request r2"},
		"none":                      {recordLine("r1", "alice", 200, "ASIA1"), "0 audit records of the request r2"},
		"one of no request":         {good + recordLine("r3", "bob", 403, ""), "3 lines in the audit log: want 2"},
		"with another caller":       {recordLine("r1", "bob", 200, "ASIA1") + recordLine("r2", "bob", 403, ""), "is not of alice"},
		"with another status":       {recordLine("r1", "alice", 503, "ASIA1") + recordLine("r2", "bob", 403, ""), "is not of alice, status 200"},
		"with another session":      {recordLine("r1", "alice", 200, "ASIA2") + recordLine("r2", "bob", 403, ""), `session "ASIA1"`},
		"a line of something else":  {good + "panic: no\n", "no audit record"},
		"half a line":               {strings.TrimSuffix(good, "}\n") + "\n", "no audit record"},
		"a record without a time":   {strings.Replace(good, "2026-01-01T00:00:00.000Z", "", 1), "not whole"},
		"a session that is no sale": {strings.Replace(good, `"vended":1`, `"vended":0`, 1), "not whole"},
		"a forged event":            {strings.Replace(good, "same", "different", 1), "not whole"},
		"a secret":                  {strings.Replace(good, `"grants_digest":"0"`, `"grants_digest":"`+sandbox.Mark+`"`, 1), "a secret"},
	} {
		l := newLedger()
		l.answer("r1", answered{"alice", 200, "ASIA1"})
		l.answer("r2", answered{"bob", 403, ""})
		printed := &lines{ledger: l}
		for piece := range strings.SplitAfterSeq(tt.printed, ",") { // a pipe cuts where it likes
			if _, err := printed.Write([]byte(piece)); err != nil {
				t.Fatal(err)
			}
		}
		faults := strings.Join(l.check(), "\n")
		if (faults == "") != (tt.fault == "") || !strings.Contains(faults, tt.fault) {
			t.Errorf("%s: %q: want %q in it", what, faults, tt.fault)
		}
	}
	l := newLedger()
	l.answer("r1", answered{})
	l.answer("r1", answered{})
	if faults := strings.Join(l.check(), "\n"); !strings.Contains(faults, "two answers") {
		t.Errorf("two answers of one id: %q", faults)
	}
}

// More than is allowed is a leak, each kind for itself.
func TestLeak(t *testing.T) {
	usual := footprint{10, 8, 14 << 20}
	for _, tt := range []struct {
		now   footprint
		fault string
	}{
		{usual, ""},
		{footprint{10 + moreGoroutines, 8 + moreDescriptors, 14<<20 + moreMemory}, ""},
		{footprint{11 + moreGoroutines, 8, 14 << 20}, "goroutines"},
		{footprint{10, 9 + moreDescriptors, 14 << 20}, "descriptors"},
		{footprint{10, 8, 14<<20 + moreMemory + 1}, "memory"},
	} {
		l := leak{what: "it", now: tt.now, usual: usual}
		faults := strings.Join(l.faults(), "\n")
		if (faults == "") != (tt.fault == "") || !strings.Contains(faults, tt.fault) || strings.HasPrefix(l.String(), "LEAK") != (tt.fault != "") {
			t.Errorf("%+v: %q, %s", tt.now, faults, l)
		}
	}
}

func TestCountGoroutines(t *testing.T) {
	n, before := countGoroutines("a word\nSIGQUIT: quit\nPC=0x1 m=0\n\ngoroutine 0 gp=0x1 m=0 mp=0x2 [idle]:\nmain()\n\ngoroutine 2 gp=0x1 m=nil [force gc (idle)]:\nruntime.gopark()\ncreated by runtime.init.7 in goroutine 1\n\n" +
		"goroutine 1 [IO wait]:\nmain.main()\n\ngoroutine 7 [select, 2 minutes]:\nf(...)\ncreated by main.g in goroutine 1\n\nrax 0x1\n")
	if n != 2 || before != "a word\n" {
		t.Errorf("%d, %q", n, before)
	}
}

// A fault is an error in the end, and those that are too many to print are
// counted.
func TestVerdict(t *testing.T) {
	first := &spell{temper: normal}
	bad := &spell{number: 1, temper: garbage, before: first}
	again := &spell{number: 2, temper: normal, before: bad}
	w := newTally()
	w.add(sample{first, first, session, "", time.Millisecond})
	w.add(sample{first, again, "Unavailable", "", time.Millisecond})
	w.ways = everyWay(1)
	parts := []part{{"function", 8, w, leak{}}}
	if err := verdict(parts); err != nil || w.rows[normal].requests != 1 || w.rows[garbage].requests != 1 || !w.served(0) || w.served(2) {
		t.Errorf("%v, %+v", err, w)
	}
	w.add(sample{bad, again, session, "", time.Millisecond})
	if w.served(1) || w.served(2) {
		t.Error("a session that was asked for in another temper counts as recovery")
	}
	for range 12 {
		w.add(sample{again, again, session, "a wrong caller's session", time.Millisecond})
	}
	err := verdict(parts)
	if err == nil || w.rows[normal].wrong != 12 || !strings.Contains(err.Error(), "while STS was normal: a wrong caller's session") || !strings.Contains(err.Error(), "and 2 more") {
		t.Errorf("%v", err)
	}
	if err := verdict([]part{{"serve", 1, newTally(), leak{now: footprint{descriptors: 99}}}}); err == nil || !strings.Contains(err.Error(), "99 descriptors") {
		t.Errorf("%v", err)
	}
}
