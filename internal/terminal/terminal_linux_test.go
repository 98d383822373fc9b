package terminal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"
	"time"

	"karikagi/internal/terminal/terminaltest"
)

const prompt = "MFA code for arn:aws:iam::123456789012:mfa/testuser: "

// TestMain is also the program that the tests put on a pseudo-terminal: it asks
// as often as TERMINAL_TEST says words, each with a context of that kind.
func TestMain(m *testing.M) {
	words := os.Getenv("TERMINAL_TEST")
	if words == "" {
		os.Exit(m.Run())
	}
	for word := range strings.FieldsSeq(words) {
		line, err := askAs(word)
		fmt.Printf("%q %v %t\n", line, err, errors.Is(err, ErrNoTerminal))
		if ended := errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded); err != nil && ended != errors.As(err, new(unanswered)) {
			fmt.Println("which does not wrap the context's error")
		}
	}
}

func askAs(word string) (string, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch word {
	case "hurried":
		late, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		defer cancel()
		return Ask(late, prompt)
	case "late":
		stop()
		return Ask(ctx, prompt)
	case "forged":
		return Ask(ctx, "MFA code for \x1b[2J: ")
	}
	return Ask(ctx, prompt)
}

func program(t *testing.T, words string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), "TERMINAL_TEST="+words)
	cmd.Stdin = strings.NewReader("999999\n") // never to be taken for the answer
	out := &bytes.Buffer{}
	cmd.Stdout, cmd.Stderr = out, out
	return cmd, out
}

// typing answers each prompt with the next of the texts.
func typing(texts ...string) func(string) string {
	return func(shown string) string {
		if !strings.HasSuffix(shown, prompt) || len(texts) == 0 {
			return ""
		}
		text := texts[0]
		texts = texts[1:]
		return text
	}
}

func TestAsk(t *testing.T) {
	long := strings.Repeat("rm -rf / ", 40)
	for _, test := range []struct {
		name, words string
		typed       []string
		want        string
		prompts     int
	}{
		{"a code", "ask", []string{"123456\n"}, `"123456" <nil> false`, 1},
		{"blanks and Return", "ask", []string{" 123456\t\r"}, `"123456" <nil> false`, 1},
		{"corrected", "ask", []string{"1234\x7f\x7f3456\x15123456\n"}, `"123456" <nil> false`, 1},
		{"nothing", "ask", []string{"\n"}, `"" <nil> false`, 1},
		{"twice", "ask ask", []string{"123456\n", "654321\n"}, "\"123456\" <nil> false\n\"654321\" <nil> false", 2},
		{"Ctrl-D", "ask", []string{"\x04"}, `"" the terminal's input ended before the line did false`, 1},
		{"Ctrl-C", "ask", []string{"\x03"}, `"" interrupted false`, 1},
		{"Ctrl-C in the middle", "ask ask", []string{"12\x03", "654321\n"}, "\"\" interrupted false\n\"654321\" <nil> false", 2},
		{"a deadline", "hurried ask", []string{"12", "654321\n"}, "\"\" no answer in time false\n\"654321\" <nil> false", 2},
		{"too long", "ask ask", []string{long + "\nid\n", "654321\n"}, "\"\" the line is longer than 100 bytes false\n\"654321\" <nil> false", 2},
		{"a paste of two lines", "ask ask", []string{"123456\nid\n", "654321\n"}, "\"123456\" <nil> false\n\"654321\" <nil> false", 2},
		{"too late", "late", nil, `"" interrupted false`, 0},
		{"a forged prompt", "forged", nil, `"" prompt "MFA code for \x1b[2J: ": want printable characters only false`, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cmd, out := program(t, test.words)
			got, err := terminaltest.Run(cmd, typing(test.typed...))
			if err != nil || strings.TrimSpace(out.String()) != test.want {
				t.Errorf("%v, printed\n%swant\n%s", err, out, test.want)
			}
			if want := strings.Repeat(prompt+"\n", test.prompts); got.Shown != want {
				t.Errorf("the terminal showed %q, want %q", got.Shown, want)
			}
			if !got.Echo {
				t.Error("the terminal was left without echo")
			}
		})
	}
}

func TestNoTerminal(t *testing.T) {
	cmd, out := program(t, "ask")
	if err := terminaltest.RunWithout(cmd); err != nil || strings.TrimSpace(out.String()) != `"" no terminal to ask on true` {
		t.Errorf("%v, printed %s", err, out)
	}
}
