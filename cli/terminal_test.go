package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"karikagi/internal/sandbox"
	"karikagi/internal/terminal/terminaltest"
)

// Commands for transcripts in which a person sits at a terminal. They work on
// Linux only: such a transcript begins with `[!linux] skip`.
//
//	tty CODE... -- COMMAND   run COMMAND with a terminal of its own, and type the next CODE at each `MFA code for ...: `
//	notty COMMAND            run COMMAND without a terminal, which `exec` leaves it where the tests were started from one
//	totp NAME [USER]         put a code of USER's device (testuser's) that was not used yet into the variable NAME
//
// A CODE is typed as it stands, with Return behind it; but `totp` is the code
// that testuser's device shows, and was not used yet, when it is asked for, ^C
// is Ctrl-C and ^D is Ctrl-D. The command's stdin, stdout and stderr are not the
// terminal: `stdout` and `stderr` look at them as after `exec`, and what the
// terminal showed is in the file terminal. A code that is not asked for, a code
// or a secret of the sandbox on the terminal, a code on stdout or stderr and a
// terminal that is left without echo fail the transcript.
//
//	[!linux] skip 'a pseudo-terminal is made on Linux only'
//	as testuser
//	tty 000000 totp -- karikagi export --serial-number arn:aws:iam::123456789012:mfa/testuser needs-mfa
//	stderr 'is now assumed-role/needs-mfa/testuser'
//	! stdout 'MFA code'
//	! stderr 'MFA code'
//	count 2 '^MFA code for arn:aws:iam::123456789012:mfa/testuser: $' terminal
type typist struct {
	codes []string
	world *world
	typed []string
	wrong string // what went wrong while the program ran
}

// answer is what to type, given what the terminal has shown since.
func (p *typist) answer(shown string) string {
	if !strings.Contains(shown, "MFA code for ") || !strings.HasSuffix(shown, ": ") {
		return ""
	}
	if len(p.codes) == 0 {
		p.wrong = "asked for one more code than there are"
		return "\x03"
	}
	code := p.codes[0]
	p.codes = p.codes[1:]
	switch code {
	case "^C":
		return "\x03"
	case "^D":
		return "\x04"
	case "totp":
		var err error
		if code, err = p.world.server.UnusedTokenCode("testuser"); err != nil {
			p.wrong = err.Error()
		}
	}
	if code != "" {
		p.typed = append(p.typed, code)
	}
	return code + "\n"
}

func cmdTTY(ts *testscript.TestScript, neg bool, args []string) {
	end := slices.Index(args, "--")
	if end < 0 || end+1 == len(args) {
		ts.Fatalf("usage: tty CODE... -- COMMAND")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	cmd := scriptCommand(ctx, ts, args[end+1:], &stdout, &stderr)
	p := &typist{codes: slices.Clone(args[:end]), world: of(ts)}
	result, err := terminaltest.Run(cmd, p.answer)
	ts.Check(os.WriteFile(ts.MkAbs("terminal"), []byte(result.Shown), 0o600))
	failed := replay(ts, stdout.Bytes(), stderr.Bytes(), err)
	everything := result.Shown + stdout.String() + stderr.String()
	shown := func(code string) bool {
		return regexp.MustCompile(`\b` + regexp.QuoteMeta(code) + `\b`).MatchString(everything)
	}
	switch {
	case ctx.Err() != nil:
		ts.Fatalf("tty: still running after a minute; the terminal showed:\n%s", result.Shown)
	case p.wrong != "":
		ts.Fatalf("tty: %s; the terminal showed:\n%s", p.wrong, result.Shown)
	case len(p.codes) > 0:
		ts.Fatalf("tty: not asked for %q; the terminal showed:\n%s", p.codes, result.Shown)
	case !result.Echo:
		ts.Fatalf("tty: the terminal was left without echo")
	case strings.Contains(result.Shown, sandbox.Mark):
		ts.Fatalf("tty: a secret is on the terminal")
	case slices.ContainsFunc(p.typed, shown):
		ts.Fatalf("tty: a code was shown:\n%s", everything)
	case failed != neg:
		ts.Fatalf("tty: failed is %t; the terminal showed:\n%s", failed, result.Shown)
	}
}

func cmdNoTTY(ts *testscript.TestScript, neg bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	err := terminaltest.RunWithout(scriptCommand(ctx, ts, args, &stdout, &stderr))
	if failed := replay(ts, stdout.Bytes(), stderr.Bytes(), err); failed != neg || ctx.Err() != nil {
		ts.Fatalf("notty: failed is %t (%v)", failed, err)
	}
}

// scriptCommand is a command as `exec` would run it: the script's folder,
// variables and PATH.
func scriptCommand(ctx context.Context, ts *testscript.TestScript, args []string, stdout, stderr io.Writer) *exec.Cmd {
	ts.Check(ts.Exec("env", "-0"))
	environment := strings.Split(strings.TrimSuffix(ts.ReadFile("stdout"), "\x00"), "\x00")
	path := args[0]
	for _, folder := range filepath.SplitList(ts.Getenv("PATH")) {
		if found, err := exec.LookPath(filepath.Join(folder, args[0])); err == nil && !strings.Contains(args[0], "/") {
			path = found
			break
		}
	}
	cmd := exec.CommandContext(ctx, path, args[1:]...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = ts.MkAbs("."), environment, stdout, stderr
	return cmd
}

// replay makes what a program wrote the output of the last command, so that
// `stdout` and `stderr` find it. It tells whether the program failed; that it
// could not be run fails the transcript.
func replay(ts *testscript.TestScript, stdout, stderr []byte, err error) (failed bool) {
	status := 0
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		status = max(exit.ExitCode(), -exit.ExitCode()) // a signal's is -1
	} else {
		ts.Check(err)
	}
	folder, err := os.MkdirTemp("", "replay")
	ts.Check(err)
	defer func() { _ = os.RemoveAll(folder) }()
	out, diagnostics := filepath.Join(folder, "stdout"), filepath.Join(folder, "stderr")
	ts.Check(os.WriteFile(out, stdout, 0o600))
	ts.Check(os.WriteFile(diagnostics, stderr, 0o600))
	return ts.Exec("sh", "-c", `cat "$1"; cat "$2" >&2; exit "$3"`, "replay", out, diagnostics, strconv.Itoa(status)) != nil
}

func cmdTOTP(ts *testscript.TestScript, _ bool, args []string) {
	user := "testuser"
	if len(args) > 1 {
		user = args[1]
	}
	code, err := of(ts).server.UnusedTokenCode(user)
	if err != nil {
		ts.Fatalf("totp: %v", err)
	}
	ts.Setenv(args[0], code)
}
