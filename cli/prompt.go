package main

import (
	"io"
	"os"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/session"
)

// prompt prints the segment. A prompt wants no error line: what is too short or
// over is told by the segment, and by the exit status to whoever asks for it.
func prompt(c *cli.Context, least time.Duration) error {
	for _, name := range []string{"profile", "region", "timeout"} {
		if c.IsSet(name) {
			return misuse("", "flag --%s: --format prompt reads the environment and nothing else", name)
		}
	}
	text, left, ok := segment(os.Getenv, time.Now())
	if text != "" {
		if _, err := io.WriteString(c.App.Writer, text+"\n"); err != nil {
			return wrote(err)
		}
	}
	if !ok && (text == "" || least > 0) || ok && (left <= 0 || left < least) {
		return childStatus(statusRefused)
	}
	return nil
}

// segment is what the environment tells of the shell's credentials, in the
// order in which SDKs look. left is what remains of them, as far as that is
// known; a long-term key has for ever.
func segment(getenv func(string) string, now time.Time) (text string, left time.Duration, known bool) {
	const forever = time.Duration(1<<63 - 1)
	profile := getenv("AWS_PROFILE")
	if profile == "" {
		profile = getenv("AWS_DEFAULT_PROFILE")
	}
	keys, endpoint := getenv("AWS_ACCESS_KEY_ID") != "", getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI") != ""
	switch {
	case !keys && profile != "":
		return "profile " + plain(profile), 0, false
	case !keys && endpoint && getenv("AWS_EXECUTION_ENV") == "CloudShell":
		return "cloudshell", 0, false
	case !keys && endpoint: // karikagi serve's, which renews the session
		return "endpoint", 0, false
	case !keys:
		return "", 0, false
	case getenv("AWS_SESSION_TOKEN") == "":
		return "access key", forever, true
	}
	end, err := time.Parse(time.RFC3339, getenv("AWS_CREDENTIAL_EXPIRATION"))
	if err != nil {
		return "session", 0, false
	}
	if left = end.Sub(now); left <= 0 {
		return "session expired", left, true
	}
	return "session " + brief(left), left, true
}

// brief is a span that is never longer than what is left.
func brief(d time.Duration) string {
	if d < time.Minute {
		return "<1m"
	}
	return session.FormatDuration(d.Truncate(time.Minute))
}

// plain keeps of a name what no shell reads anything into: zsh expands what a
// prompt's command printed once more.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-@+=/", r) {
			return r
		}
		return '_'
	}, clip(s))
}
