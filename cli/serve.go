package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	loopback "karikagi/internal/endpoint"
	"karikagi/internal/format"
	"karikagi/internal/session"
)

const serveDescription = `Serves the session on 127.0.0.1, as a container's host does, to every AWS SDK
that finds the two variables which this prints. The SDKs come back for more, and
the session is renewed in time: a server or a long job sees no end of it.

  . <(karikagi serve FromMyAccount)      # bash and zsh; ends with the shell
  karikagi serve FromMyAccount           # paste the lines elsewhere; Ctrl-C ends it

It ends with the process that started it, or by --for. For one command alone,
karikagi exec --endpoint does all of it.

Who has the token has the session. The endpoint takes it on this machine only,
and not from a web page. A container sees it with the host's network alone.`

// serveCommand is the verb serve.
func serveCommand() *cli.Command {
	return command("serve", "[ROLE]", "serve a session that renews itself to the SDKs of this machine", serveDescription, serveVerb,
		slices.Concat(append(sessionFlags(), []cli.Flag{
			option("for", "", "end after this `TIME`, such as 8h (default: with the process that started it)"),
			option("format", "env", "`FORMAT` of the variables: "+strings.Join(servedFormats(), ", ")),
			option("shell", "", "the format that this `SHELL` reads: "+shellNames()),
			&cli.BoolFlag{Name: "quiet", Usage: "say nothing on stderr when all is well"},
		})...))
}

// serveVerb serves until it is interrupted, its parent ends or the time is over.
func serveVerb(c *cli.Context) error {
	parent := parentEnded() // whoever it is now: a session can take a while to get
	formatName, limit, err := readServe(c)
	if err != nil {
		return err
	}
	w, err := readWant(c)
	if err != nil {
		return err
	}
	if r, ok := w.(request); ok && c.Bool("dry-run") {
		return dryRun(c, r)
	}
	e, l, err := openEndpoint(c, w)
	if err != nil {
		return err
	}
	defer e.Close()
	text, err := renderEndpoint(formatName, e, l.region, isTerminal(c.App.Writer))
	if err != nil {
		return err
	}
	if err := writeProduct(c.App.Writer, text); err != nil {
		return err
	}
	for _, r := range rivals(c.Context) {
		notice(c.App.ErrWriter, "warning: the default profile in %s has credentials of its own, which programs prefer to the endpoint", r.file)
	}
	notice(notices(c), "%s; served at %s and renewed, Ctrl-C ends it", l.about, e.URL())
	letGo(c.App.Writer)
	select {
	case <-c.Done():
	case <-parent:
	case <-after(limit):
	}
	return nil
}

// letGo closes the pipe through which a shell reads the lines: it waits for the
// end of it.
func letGo(w io.Writer) {
	f, ok := w.(*os.File)
	if !ok {
		return
	}
	if is, err := f.Stat(); err == nil && is.Mode()&os.ModeNamedPipe != 0 {
		stepAside()
		_ = f.Close()
	}
}

// readServe takes what only serve has.
func readServe(c *cli.Context) (formatName string, limit time.Duration, err error) {
	if name, given := value(c, "format"); given && !slices.Contains(servedFormats(), name) {
		return "", 0, misuse("", "format %q: want %s", clip(name), strings.Join(servedFormats(), ", "))
	}
	if formatName, err = readFormat(c); err != nil {
		return "", 0, err
	}
	if text, given := value(c, "for"); given {
		if limit, err = session.ParseDuration(text); err != nil {
			return "", 0, &usageError{err: err}
		}
	}
	return formatName, limit, nil
}

// servedFormats are those that can say more than a session: the shells', and
// json.
func servedFormats() []string {
	return slices.DeleteFunc(format.Names(), func(name string) bool {
		_, err := format.RenderVariables(name, nil, nil, false)
		return err != nil && name != "json"
	})
}

// renderEndpoint gives the variables in a format. Shells are asked to forget what
// SDKs prefer to an endpoint.
func renderEndpoint(formatName string, e *loopback.Endpoint, region string, forTerminal bool) (string, error) {
	var set []format.Variable
	document := map[string]string{}
	for _, line := range endpointVariables(e, region) {
		name, value, _ := strings.Cut(line, "=")
		set = append(set, format.Variable{Name: name, Value: value})
		document[name] = value
	}
	if formatName == "json" {
		text, err := json.MarshalIndent(document, "", "  ")
		if err != nil {
			return "", fmt.Errorf("format json: %w", err)
		}
		return string(text) + "\n", nil
	}
	forget := slices.DeleteFunc(credentialVariables(), func(name string) bool { return strings.HasPrefix(name, "_") })
	forget = append(forget, executionEnvironment, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
	return format.RenderVariables(formatName, set, forget, forTerminal)
}

// after is when a time is over; 0 is never.
func after(limit time.Duration) <-chan time.Time {
	if limit == 0 {
		return nil
	}
	return time.After(limit)
}
