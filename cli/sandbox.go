package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/format"
	"karikagi/internal/grant"
	"karikagi/internal/sandbox"
	"karikagi/internal/session"
)

const sandboxDescription = `A small, strict AWS account on 127.0.0.1: STS with users, roles and policies,
signatures verified, everything thrown away at the end. With a COMMAND it runs
that command inside and passes its exit status on; without one it prints how to
point a shell at it and serves until interrupted.

  karikagi sandbox -- karikagi export FromMyAccount

Inside, KARIKAGI_SANDBOX names the sandbox's temporary folder: config and
credentials have a profile for each user, and log tells what each call did and
why. With --grants the vending function answers at KARIKAGI_URL, and audit has
its records. --advance, used inside, lets the sessions that were handed out grow old.`

// sandboxFolder is the variable that names the temporary folder of the sandbox
// around a command.
const sandboxFolder = "KARIKAGI_SANDBOX"

func sandboxFlags() []cli.Flag {
	return []cli.Flag{
		option("account", "", "`FILE` with users, roles and policies of your own (YAML)"),
		option("as", "ueno", "`USER` to be: a user of the account, or root"),
		option("grants", "", "`FILE` with grants: serve the vending function too, at KARIKAGI_URL"),
		option("port", "0", "`PORT` on 127.0.0.1 (default: a free one)"),
		option("advance", "", "inside a sandbox: let all sessions grow older by `TIME`, then end"),
	}
}

// sandboxCommand is the verb sandbox.
func sandboxCommand() *cli.Command {
	return command("sandbox", "[-- COMMAND [ARGS]]", "a throw-away AWS account on this machine, to try all of it in", sandboxDescription, sandboxVerb, sandboxFlags())
}

// sandboxVerb serves the throw-away account.
func sandboxVerb(c *cli.Context) error {
	if by, given := value(c, "advance"); given {
		return advance(c, by)
	}
	account, err := readAccount(c)
	if err != nil {
		return err
	}
	document, err := readSandboxGrants(c)
	if err != nil {
		return err
	}
	port, _ := value(c, "port")
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return misuse("", "port %q: want a number from 0 to 65535", clip(port))
	}
	made, err := os.MkdirTemp("", "karikagi-sandbox-")
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(made) }()
	folder, err := filepath.Abs(made) // the command may go elsewhere
	if err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	log, err := os.OpenFile(filepath.Join(folder, "log"), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600) //nolint:gosec // our own folder.
	if err != nil {
		return fmt.Errorf("sandbox log: %w", err)
	}
	defer func() { _ = log.Close() }()
	var logged io.Writer = log
	if c.NArg() == 0 {
		logged = io.MultiWriter(log, c.App.ErrWriter)
	}
	server, err := sandbox.New(sandbox.Options{Account: account, Log: logged})
	if err != nil {
		return err
	}
	return serveSandbox(c, server, document, folder, port)
}

// readAccount is the reader's own account, or the seeded one.
func readAccount(c *cli.Context) (*sandbox.Account, error) {
	name, given := value(c, "account")
	if !given {
		return sandbox.DefaultAccount(), nil
	}
	data, err := readFile(c.Context, name)
	if err != nil {
		return nil, fmt.Errorf("account file %s: %w", clip(name), err)
	}
	account, err := sandbox.LoadAccount(name, data)
	if err == nil && len(account.Users()) == 0 {
		return nil, fmt.Errorf("account file %s: nobody can sign in: want access_key: true or console: true of a user, or access_key: true of root", clip(name))
	}
	return account, err
}

// readSandboxGrants is the document of --grants; nil without one.
func readSandboxGrants(c *cli.Context) (*grant.Document, error) {
	name, given := value(c, "grants")
	if !given {
		return nil, nil //nolint:nilnil // no document was asked for.
	}
	data, err := readFile(c.Context, name)
	if err != nil {
		return nil, fmt.Errorf("grants document %s: %w", clip(name), err)
	}
	return grant.Parse(name, data)
}

// serveSandbox listens, then runs the command or waits for the interrupt.
func serveSandbox(c *cli.Context, server *sandbox.Server, document *grant.Document, folder, port string) error {
	listener, err := new(net.ListenConfig).Listen(c.Context, "tcp", net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return fmt.Errorf("listen on 127.0.0.1:%s: %w", port, errors.Unwrap(err))
	}
	base := "http://" + listener.Addr().String()
	as, chosen := value(c, "as")
	if users := server.Users(); !chosen && !slices.Contains(users, as) {
		as = users[0] // of the reader's own account
	}
	environment, err := server.Environment(base, as)
	if err != nil {
		_ = listener.Close()
		return &usageError{err: err}
	}
	if document != nil {
		front, address, err := serveFunction(c, server, document, base, folder)
		if err != nil {
			_ = listener.Close()
			return err
		}
		defer func() { _ = front.Close() }()
		environment = append(environment, "KARIKAGI_URL="+address)
	}
	environment = append(environment,
		sandboxFolder+"="+folder,
		"KARIKAGI_SIGNIN_URL="+server.FederationURL(base),
		// A proxy of the outside would get what is meant for this machine.
		"NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost",
		"AWS_CONFIG_FILE="+filepath.Join(folder, "config"),
		"AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(folder, "credentials"))
	if err := writeSandboxFiles(server, base, folder); err != nil {
		_ = listener.Close()
		return err
	}
	front := &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = front.Serve(listener) }()
	defer func() { _ = front.Close() }()

	if c.NArg() > 0 {
		return runChild(c, environment)
	}
	if err := printEnvironment(c, environment); err != nil {
		return err
	}
	<-c.Done()
	return nil
}

// serveFunction opens the Function URL, on a port of its own.
func serveFunction(c *cli.Context, server *sandbox.Server, document *grant.Document, base, folder string) (front *http.Server, address string, err error) {
	audit, err := os.OpenFile(filepath.Join(folder, "audit"), os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600) //nolint:gosec // our own folder.
	if err != nil {
		return nil, "", fmt.Errorf("sandbox audit records: %w", err)
	}
	handler, err := newFunction(server, document, base, audit)
	if err != nil {
		_ = audit.Close()
		return nil, "", err
	}
	listener, err := new(net.ListenConfig).Listen(c.Context, "tcp", "127.0.0.1:0")
	if err != nil {
		_ = audit.Close()
		return nil, "", fmt.Errorf("listen on 127.0.0.1: %w", errors.Unwrap(err))
	}
	front = &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	front.RegisterOnShutdown(func() { _ = audit.Close() })
	go func() { _ = front.Serve(listener) }()
	return front, "http://" + listener.Addr().String() + "/", nil
}

// writeSandboxFiles puts what the inside needs into the temporary folder.
func writeSandboxFiles(server *sandbox.Server, base, folder string) error {
	config, credentials := server.Profiles(base)
	files := map[string]string{"config": config, "credentials": credentials, "clock": server.ClockURL(base) + " " + server.ClockToken()}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("sandbox file: %w", err)
		}
	}
	return nil
}

// printEnvironment prints lines that point a shell at the sandbox.
func printEnvironment(c *cli.Context, environment []string) error {
	var b strings.Builder
	b.WriteString("unset " + strings.Join(inherited(os.Environ()), " ") + "\n")
	for _, line := range environment {
		name, value, _ := strings.Cut(line, "=")
		quoted, err := format.QuotePOSIX(value)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		fmt.Fprintf(&b, "export %s=%s\n", name, quoted)
	}
	if err := writeProduct(c.App.Writer, b.String()); err != nil {
		return err
	}
	notice(c.App.ErrWriter, "the sandbox is open: paste these lines into another shell; Ctrl-C ends it and removes everything")
	return nil
}

// advance asks the sandbox around this process to let its sessions grow old.
func advance(c *cli.Context, by string) error {
	if c.NArg() > 0 {
		return misuse("", "argument %q: --advance takes none", clip(c.Args().First()))
	}
	d, err := session.ParseDuration(by)
	if err != nil {
		return &usageError{err: err}
	}
	if d > 48*time.Hour {
		return misuse("", "advance %s: want at most 48h", session.FormatDuration(d))
	}
	folder := os.Getenv(sandboxFolder)
	if folder == "" {
		return misuse("karikagi sandbox -- COMMAND runs a command inside one", "no sandbox around: KARIKAGI_SANDBOX is not set")
	}
	clock, err := readFile(c.Context, filepath.Join(folder, "clock"))
	if err != nil {
		return fmt.Errorf("sandbox clock: %w", err)
	}
	address, token, _ := strings.Cut(string(clock), " ")
	ctx, cancel := context.WithTimeout(c.Context, 10*time.Second)
	defer cancel()
	form := url.Values{"advance": {d.String()}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil || r.URL.Hostname() != "127.0.0.1" {
		return fmt.Errorf("sandbox clock: the address in %s is not a sandbox's", folder)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("sandbox clock: no answer, the sandbox has ended")
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("sandbox clock: HTTP %d", answer.StatusCode)
	}
	return nil
}
