package api

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

// The function and the command read one table, and each row is there once.
func TestCodesAndStatusesBelongTogether(t *testing.T) {
	for _, row := range table() {
		if got := CodeOf(row.code.Status()); got != row.code || row.code.Status() != row.status {
			t.Errorf("%s is %d, which is %s", row.code, row.code.Status(), got)
		}
	}
	if Code("Surprise").Status() != 500 || CodeOf(418) != "" || CodeOf(200) != "" {
		t.Error("what is no code of ours is taken for one")
	}
}

func TestError(t *testing.T) {
	e := &Error{Code: AccessDenied, Message: "not <yours>", RequestID: "the-request"}
	if got := string(e.Marshal()); got != `{"code":"AccessDenied","message":"not <yours>","requestId":"the-request"}`+"\n" {
		t.Errorf("written as %s", got)
	}
	if got := ParseError(403, e.Marshal()); *got != *e {
		t.Errorf("read back as %+v", got)
	}
	if got := e.Error(); got != "AccessDenied: not <yours> (request id the-request)" {
		t.Errorf("printed as %s", got)
	}
}

// An answer with an error's status may be of the service in front of the
// function, or of anybody.
func TestParseErrorReadsForeignAnswers(t *testing.T) {
	long := strings.Repeat("x", 5000)
	for body, want := range map[string]Error{
		`{"Message":"Forbidden. For troubleshooting"}`:                    {Code: AccessDenied, Message: "Forbidden. For troubleshooting"},
		`{"message":"The request signature"}`:                             {Code: AccessDenied, Message: "The request signature"},
		`{"code":"InternalError","message":"m","requestId":"r"}`:          {Code: AccessDenied, Message: "m"},
		`{"code":"Surprise","message":"m","requestId":"r"}`:               {Code: AccessDenied, Message: "m"},
		`{"code":"AccessDenied","message":"m","requestId":"r"}`:           {Code: AccessDenied, Message: "m", RequestID: "r"},
		`{"code":"AccessDenied","message":"` + long + `","requestId":""}`: {Code: AccessDenied, Message: long[:1000]},
		`<html>`: {Code: AccessDenied}, ``: {Code: AccessDenied}, `[]`: {Code: AccessDenied}, `{"message":1}`: {Code: AccessDenied},
	} {
		if got := ParseError(403, []byte(body)); *got != want {
			t.Errorf("%.60s is read as %+v", body, got)
		}
	}
	// A code that is none of the function's is not the function's answer.
	for status, body := range map[int]string{418: `{"message":"m","requestId":"r"}`, 500: `{"code":"Bogus","message":"m","requestId":"r"}`, 403: `{"code":"accessdenied","message":"m","requestId":"r"}`} {
		if got := ParseError(status, []byte(body)); got.RequestID != "" || got.Code != CodeOf(status) {
			t.Errorf("%d %s: %+v", status, body, got)
		}
	}
	if got := ParseError(403, []byte(`{"code":"AccessDenied","message":"m","requestId":"`+long+`"}`)); got.RequestID != long[:1000] {
		t.Errorf("%d characters", len(got.RequestID))
	}
	if got := ParseError(418, []byte(`{"message":"tea"}`)); got.Code != "" || got.Error() != "tea" {
		t.Errorf("a status of nobody's: %+v", got)
	}
}

// What shells expand between quotes is not in an error as it stands.
func TestAnErrorHasNothingToExpand(t *testing.T) {
	for character, want := range map[string]string{"$": `\u0024`, "`": `\u0060`, "!": `\u0021`} {
		body := string((&Error{Code: BadRequest, Message: "a" + character + "b"}).Marshal())
		if !strings.Contains(body, "a"+want+"b") || strings.Contains(body, character) {
			t.Error(body)
		}
	}
}

// A shell that is handed an error where it expected lines of export runs
// nothing of it, whatever the message repeats.
func TestAnErrorIsHarmlessToAShell(t *testing.T) {
	for _, shell := range []string{"sh", "bash"} {
		if _, err := exec.LookPath(shell); err != nil {
			continue
		}
		for _, message := range []string{"$(touch pwned)", "`touch pwned`", `"; touch pwned; "`, `\"; touch pwned; \"`, `\`, `\\$(touch pwned)`, "'; touch pwned; '", "\n touch pwned\n", "${IFS}"} {
			folder := t.TempDir()
			body := (&Error{Code: BadRequest, Message: message}).Marshal()
			var back Error
			if err := json.Unmarshal(body, &back); err != nil || back.Message != message {
				t.Errorf("%q is read back as %q, %v", message, back.Message, err)
			}
			command := exec.CommandContext(t.Context(), shell, "-c", `eval "$(cat)"; ls`)
			command.Dir, command.Stdin = folder, bytes.NewReader(body)
			out, _ := command.Output() // the shell complains of an unknown command
			if len(out) != 0 {
				t.Errorf("%s: %q left %s", shell, message, out)
			}
		}
	}
}
