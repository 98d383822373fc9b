package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/urfave/cli/v2"

	"karikagi/internal/api"
	kept "karikagi/internal/cache"
	"karikagi/internal/caller"
	"karikagi/internal/claim"
	"karikagi/internal/session"
	"karikagi/internal/source"
	"karikagi/internal/terminal"
)

const cacheDescription = `The AWS CLI and other SDKs run a credential_process again for each of their
own runs. karikagi export --format process therefore keeps its sessions, in
files that only you can read, and hands one out as long as 20 minutes of it are
left, or a third of a shorter one. --no-cache leaves them alone.

Prints the sessions that are kept, without their keys.`

const clearDescription = `Removes the sessions that are kept on this machine. It ends none of them: who
copied one has it until it expires.`

// cacheCommand is the verb cache with its own verb.
func cacheCommand() *cli.Command {
	c := command("cache", "", "list the sessions kept for credential_process", cacheDescription, listCache)
	c.Subcommands = []*cli.Command{
		command("cache clear", "", "remove the sessions that are kept", clearDescription, clearCache),
	}
	return c
}

// cacheFlags are export's.
func cacheFlags() []cli.Flag {
	return []cli.Flag{&cli.BoolFlag{Name: "no-cache", Usage: "with --format process: get a fresh session, and keep none"}}
}

// keepable is a want whose sessions are the same as long as its key is.
type keepable interface {
	want
	// key is all that shapes the session, and whose credentials get it. It asks
	// nobody; its error says that only fetching can tell.
	key(ctx context.Context) (kept.Key, error)
	// named is fetch, and the session's name for a list.
	named(ctx context.Context) (l loan, name string, err error)
	keeping() (timeout time.Duration, warnings io.Writer)
}

// fetchFor gets a session for a format: a kept one, or a fresh one to keep,
// where programs ask for it that would ask again in a moment.
func fetchFor(c *cli.Context, w want, formatName string) (loan, error) {
	k, ok := w.(keepable)
	if !ok || formatName != "process" || c.Bool("no-cache") {
		return w.fetch(c.Context)
	}
	key, err := k.key(c.Context)
	if err != nil || isKeeping(key) {
		return w.fetch(c.Context) // which finds out the same, and says it
	}
	var fetched *loan
	e, err := openCache(k.keeping()).Session(c.Context, key, func(ctx context.Context) (kept.Entry, error) {
		if err := os.Setenv(keeping, os.Getenv(keeping)+" "+key.String()); err != nil {
			return kept.Entry{}, fmt.Errorf("environment: %w", err)
		}
		l, name, err := k.named(ctx)
		fetched = &l
		// While another process was waited for, the source may have become another's.
		now, changed := k.key(ctx)
		return kept.Entry{Name: name, Issued: time.Now(), Credentials: l.credentials, Passing: changed != nil || now.String() != key.String()}, err
	}, isExcused)
	if err != nil {
		return loan{}, err
	}
	if fetched != nil && fetched.credentials == e.Credentials {
		return *fetched, nil
	}
	return loan{e.Credentials, "", fmt.Sprintf("kept since %s: %s in account %s until %s", e.Issued.Local().Format("15:04:05"),
		e.Name, e.Credentials.AccountID, until(e.Credentials.Expiration, time.Now()))}, nil
}

// keeping is the variable in which a credential_process finds the sessions that
// karikagi is getting above it: to wait for one of them would be to wait for
// itself, where a profile leads back to itself.
const keeping = "_KARIKAGI_KEEPING"

func isKeeping(key kept.Key) bool {
	return slices.Contains(strings.Fields(os.Getenv(keeping)), key.String())
}

// openCache is the cache in this user's own folder; inside a sandbox it is in the
// sandbox's, and goes with it.
func openCache(wait time.Duration, warnings io.Writer) kept.Cache {
	folder, err := os.UserCacheDir()
	if err == nil {
		folder = filepath.Join(folder, "karikagi")
	}
	// A shell may hold the variables of a sandbox that has ended.
	around := os.Getenv(sandboxFolder)
	if info, err := os.Stat(around); err == nil && info.IsDir() { //nolint:gosec // the user's own environment names it.
		folder = filepath.Join(around, "cache")
	}
	return kept.Cache{Folder: folder, Wait: wait, Now: time.Now, Warn: func(message string) { notice(warnings, "warning: %s", message) }}
}

// isExcused tells a failure that is nobody's answer: the last session may be
// used until it ends. Who was refused is told so.
func isExcused(err error) bool {
	if isInterrupted(err) {
		return false
	}
	if e, ok := errors.AsType[*claim.Error](err); ok {
		return e.Reach != nil || e.Answer.Code == api.Throttled || e.Answer.Code == api.Unavailable
	}
	if e, ok := errors.AsType[*session.Error](err); ok {
		return e.Problem != session.ProblemRefused && e.Problem != session.ProblemSetup || strings.HasPrefix(e.Code, "Throttling")
	}
	if e, ok := errors.AsType[*source.Error](err); ok {
		return e.Problem == source.ProblemRetrieve || e.Problem == source.ProblemTimeout
	}
	return errors.Is(err, terminal.ErrNoTerminal)
}

func (r request) keeping() (time.Duration, io.Writer) { return r.timeout, r.warnings }

func (r request) named(ctx context.Context) (loan, string, error) {
	s, a, err := r.get(ctx)
	if err != nil {
		return loan{}, "", err
	}
	name := "assumed-role/" + s.AssumedRole.Name + "/" + s.AssumedRole.Session
	return loan{s.Credentials, a.source.Region, summary(a.identity.Caller, s, time.Now()) + packed(s)}, name, nil
}

// key leaves out the MFA code, which only proves who asks, and everything that
// makes the same session arrive another way: the timeout.
func (r request) key(ctx context.Context) (kept.Key, error) {
	k := kept.NewKey("role 1")
	for _, reference := range r.roles {
		role := reference.Role(caller.Caller{}) // a short form depends on who calls, as far as the source's part says
		k.Add("role", role.Partition, role.Account, role.Path, role.Name)
	}
	k.Add("session", r.roleSessionName, r.duration.String(), r.externalID)
	k.Add("policy", r.scope.policy, strconv.FormatBool(r.scope.readOnly))
	k.Add("policy ARNs", r.scope.policyARNs...)
	for _, t := range r.scope.tags {
		k.Add("tag", t.Key, t.Value)
	}
	k.Add("transitive", r.scope.transitive...)
	k.Add("source identity", r.scope.sourceIdentity)
	k.Add("MFA", r.proof.serialNumber, strconv.FormatBool(r.proof.serialNumber != "" || r.proof.tokenCode != ""))
	return k, addSource(ctx, k, r.source)
}

func (w grantWant) keeping() (time.Duration, io.Writer) { return w.timeout, w.warnings }

func (w grantWant) named(ctx context.Context) (loan, string, error) {
	l, err := w.fetch(ctx)
	return l, "grant " + w.grant, err
}

func (w grantWant) key(ctx context.Context) (kept.Key, error) {
	k := kept.NewKey("grant 1")
	k.Add("grant", w.grant, w.address.URL.String(), w.address.Region)
	for _, name := range slices.Sorted(maps.Keys(w.ask.Parameters)) {
		k.Add("parameter", name, w.ask.Parameters[name])
	}
	k.Add("session", strconv.Itoa(w.ask.DurationSeconds), w.ask.Reason, string(w.ask.Policy))
	return k, addSource(ctx, k, w.source)
}

// addSource adds whose credentials get the session. The user's number is for
// several users with one home folder, as sudo makes them.
func addSource(ctx context.Context, k kept.Key, o source.Options) error {
	fingerprint, err := source.Fingerprint(ctx, o)
	k.Add("source", fingerprint...)
	k.Add("user", strconv.Itoa(os.Geteuid()))
	return err
}

// listCache prints what is kept.
func listCache(c *cli.Context) error {
	if c.NArg() > 0 {
		return misuse("karikagi cache --help shows what there is", "argument %q: want clear or nothing", clip(c.Args().First()))
	}
	entries, err := openCache(0, c.App.ErrWriter).List()
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	if len(entries) == 0 {
		_, err := io.WriteString(c.App.Writer, "no session is kept\n")
		return wrote(err)
	}
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 8, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "session\taccount\taccess key ID\tuntil")
	for _, e := range entries {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", e.Name, e.Credentials.AccountID, e.Credentials, until(e.Credentials.Expiration, time.Now()))
	}
	_ = table.Flush()
	_, err = io.WriteString(c.App.Writer, b.String())
	return wrote(err)
}

// clearCache removes what is kept.
func clearCache(c *cli.Context) error {
	if err := noArguments(c); err != nil {
		return err
	}
	removed, err := openCache(0, c.App.ErrWriter).Clear()
	if err != nil {
		return fmt.Errorf("cache clear: %w", err)
	}
	text := fmt.Sprintf("%d sessions removed\n", removed)
	if removed == 1 {
		text = "1 session removed\n"
	}
	_, err = io.WriteString(c.App.Writer, text)
	return wrote(err)
}
