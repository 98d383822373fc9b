// Package terminal asks a person for one secret line on the terminal itself,
// whatever stdin, stdout and stderr are: programs that run karikagi capture
// those. It must not know what the line is for, and keeps none.
package terminal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unicode"
)

// ErrNoTerminal says that there is nobody to ask: a CI job, a cron job, a
// service.
var ErrNoTerminal = errors.New("no terminal to ask on")

// unanswered is the end of a context in the words of whoever waits for an
// answer.
type unanswered struct{ cause error }

func (u unanswered) Error() string {
	if errors.Is(u.cause, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return "interrupted"
}

func (u unanswered) Unwrap() error { return u.cause }

// device is the terminal: to read from and to write to, one and the same file
// on Unix.
type device struct{ in, out *os.File }

// Ask shows the prompt, reads a line without showing what is typed, and puts
// the terminal back as it was. Blanks around the line are not part of it. It
// ends with the context, whose error its own then wraps. A prompt with control
// characters, which could repaint the terminal, is refused.
func Ask(ctx context.Context, prompt string) (string, error) {
	if strings.ContainsFunc(prompt, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", fmt.Errorf("prompt %.200q: want printable characters only", prompt)
	}
	if err := ctx.Err(); err != nil {
		return "", unanswered{err}
	}
	d, err := open()
	if err != nil {
		return "", ErrNoTerminal
	}
	restore, err := d.quiet()
	if err != nil {
		d.close()
		return "", ErrNoTerminal
	}
	line, free, err := d.ask(ctx, prompt)
	restore()
	_, _ = d.out.WriteString("\n") // the one that was typed was not shown
	if free {
		d.close()
	}
	return line, err
}

// ask tells whether the terminal's files are free again. Where a read cannot be
// called off (macOS, Windows) it stays behind until the process ends, which it
// is about to do, and closing the file would wait for it.
func (d device) ask(ctx context.Context, prompt string) (line string, free bool, err error) {
	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		if _, err := d.out.WriteString(prompt); err != nil {
			done <- result{err: ErrNoTerminal}
			return
		}
		line, err := readLine(d.in)
		done <- result{line, err}
	}()
	select {
	case r := <-done:
		return r.line, true, r.err
	case <-ctx.Done():
	}
	if d.in.SetDeadline(time.Unix(1, 0)) != nil {
		return "", false, unanswered{ctx.Err()}
	}
	<-done
	_ = d.out.SetDeadline(time.Time{})
	return "", true, unanswered{ctx.Err()}
}

func (d device) close() {
	_ = d.in.Close()
	if d.out != d.in {
		_ = d.out.Close()
	}
}
