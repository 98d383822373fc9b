package main

import (
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/urfave/cli/v2"

	"karikagi/internal/session"
	"karikagi/internal/source"
)

// notices is where a command says what went well: stderr, or nowhere with
// --quiet.
func notices(c *cli.Context) io.Writer {
	if c.Bool("quiet") {
		return io.Discard
	}
	return c.App.ErrWriter
}

// notice prints one line for people. A stderr that cannot be written is no
// reason to withhold the product.
func notice(w io.Writer, format string, values ...any) {
	_, _ = fmt.Fprintf(w, "karikagi: %s\n", oneLine(fmt.Sprintf(format, values...)))
}

// noticeUnencrypted warns of a configured STS that anybody on the way can read.
func noticeUnencrypted(w io.Writer, client *sts.Client) {
	if address := source.Unencrypted(client); address != "" {
		notice(w, "warning: STS is asked at %s without encryption: whoever is on the way can read the session", address)
	}
}

// noticeClock warns of a clock that the SDK had to correct for: the session
// works here, and its next user may not correct.
func noticeClock(w io.Writer, skew time.Duration) {
	if skew.Abs() > session.MaxSkew {
		notice(w, "warning: %s; other tools' signatures will be refused until it is set", clockText(skew))
	}
}

// clockText says how wrong this machine's clock is.
func clockText(skew time.Duration) string {
	side := "behind"
	if skew < 0 {
		side = "ahead of"
	}
	return fmt.Sprintf("this machine's clock is %s %s AWS's", span(skew.Abs().Round(time.Minute)), side)
}
