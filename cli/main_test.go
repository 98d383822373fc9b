package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"karikagi/internal/sandbox"
)

// The transcripts in testdata/script run the real program as a process of its
// own. Each has a sandbox around it and is the console-only user ueno, as in
// CloudShell, until it says `as USER`.
//
//	as USER          be another user of the seeded account, or nobody
//	advance 61m      let the sessions handed out so far grow older
//	skew 20m         put AWS's clock that far ahead of this machine's
//	log PATTERN      the sandbox's log matches (or, with !, does not)
//	calls [N]        STS was called N times since the last `calls`
//	connections N CMD...  run CMD, which connects to the sandbox N times
//	proxy            send what goes to AWS through a proxy that lets nothing out
//	asked HOST       the proxy was asked for HOST since the last `asked`
//	sts KIND         point AWS_ENDPOINT_URL_STS at something that is no STS
//	count N PATTERN FILE
//	browse FILE      follow the sign-in URL in FILE, to stdout's file "page"
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"karikagi": func() { os.Exit(runWatched()) },
		"consume":  func() { os.Exit(consume()) },
	})
}

// runWatched runs the program and fails it loudly when anything secret of the
// sandbox shows on stderr. Every transcript goes through here.
func runWatched() int {
	watched := &watchedWriter{to: os.Stderr}
	status := run(os.Args, os.Stdin, os.Stdout, watched)
	if strings.Contains(watched.seen.String(), sandbox.Mark) {
		_, _ = fmt.Fprintln(os.Stderr, "\nA SECRET IS ON STDERR")
		return 99
	}
	return status
}

type watchedWriter struct {
	to   io.Writer
	seen bytes.Buffer
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	w.seen.Write(p)
	return w.to.Write(p)
}

func TestScripts(t *testing.T) {
	// nohup, and a shell's job, start the tests with signals ignored, which would be passed on to what the transcripts
	// run. A handler is not passed on; this one does nothing, so that the tests themselves go on ignoring them.
	for _, s := range []os.Signal{syscall.SIGHUP, os.Interrupt, syscall.SIGQUIT} {
		if signal.Ignored(s) {
			signal.Notify(make(chan os.Signal, 1), s)
		}
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("UPDATE") != "",
		Setup:               openWorld,
		Condition: func(condition string) (bool, error) {
			name, ok := strings.CutPrefix(condition, "tool:")
			if !ok {
				return false, fmt.Errorf("condition %s: not known", condition)
			}
			return hasTool(t.Context(), name)
		},
		Cmds: machineCommands(map[string]func(*testscript.TestScript, bool, []string){
			"as": cmdAs, "advance": cmdAdvance, "skew": cmdSkew, "log": cmdLog,
			"calls": cmdCalls, "sts": cmdSTS, "count": cmdCount, "browse": cmdBrowse, "await": cmdAwait,
			"connections": cmdConnections, "proxy": cmdProxy, "asked": cmdAsked, "tty": cmdTTY, "notty": cmdNoTTY, "totp": cmdTOTP,
		}),
	})
}

// world is what surrounds one transcript.
type world struct {
	server  *sandbox.Server
	base    string
	log     lockedBuffer
	skew    atomic.Int64 // how far AWS's clock is ahead, in nanoseconds
	counted int
	// connections counts those that were opened during a command.
	connections atomic.Int64
	asked       lockedBuffer // the hosts that were asked through the proxy
}

// openWorld gives a transcript its own sandbox, home folder and nothing else of
// the machine's AWS settings.
func openWorld(e *testscript.Env) error {
	w := &world{}
	server, err := sandbox.New(sandbox.Options{Log: &w.log, Now: func() time.Time { return time.Now().Add(time.Duration(w.skew.Load())) }})
	if err != nil {
		return err
	}
	front := httptest.NewUnstartedServer(server)
	front.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			w.connections.Add(1)
		}
	}
	front.Start()
	w.server, w.base = server, front.URL
	e.Defer(front.Close)
	e.Defer(func() {
		for what, found := range map[string]string{"the sandbox was asked for what it does not know": "event=unknown", "a secret is in the sandbox's log": sandbox.Mark} {
			if strings.Contains(w.log.String(), found) {
				e.T().Log(what + ":\n" + w.log.String())
				e.T().FailNow()
			}
		}
	})
	e.Values["world"] = w
	config, credentials := server.Profiles(w.base)
	for name, text := range map[string]string{"config": config, "credentials": credentials} {
		if err := os.WriteFile(filepath.Join(e.WorkDir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	environment, err := server.Environment(w.base, "ueno")
	if err != nil {
		return err
	}
	e.Vars = append(e.Vars, environment...)
	grants, err := filepath.Abs("../lambda/grants.yaml")
	if err != nil {
		return err
	}
	cache, err := exec.CommandContext(context.Background(), "go", "env", "GOCACHE", "GOMODCACHE").Output()
	if err != nil {
		return err
	}
	places := strings.Split(strings.TrimSpace(string(cache)), "\n")
	e.Vars = append(e.Vars, "GOCACHE="+places[0], "GOMODCACHE="+places[1], "CHECKOUT="+filepath.Dir(filepath.Dir(grants)), "GRANTS="+grants, "NODE_PATH="+os.Getenv("NODE_PATH"), "HOME="+e.WorkDir, "TZ=UTC", "SANDBOX="+w.base,
		"AWS_CONFIG_FILE="+filepath.Join(e.WorkDir, "config"),
		"AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(e.WorkDir, "credentials"))
	return nil
}

func of(ts *testscript.TestScript) *world { return ts.Value("world").(*world) }

func cmdAs(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_EXECUTION_ENV"} {
		ts.Setenv(name, "")
	}
	if args[0] == "nobody" {
		return
	}
	environment, err := of(ts).server.Environment(of(ts).base, args[0])
	ts.Check(err)
	for _, line := range environment {
		name, value, _ := strings.Cut(line, "=")
		ts.Setenv(name, value)
	}
}

func cmdAdvance(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	of(ts).server.Advance(d)
}

func cmdSkew(ts *testscript.TestScript, _ bool, args []string) {
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	of(ts).skew.Store(int64(d))
}

func cmdLog(ts *testscript.TestScript, neg bool, args []string) {
	log := of(ts).log.String()
	if regexp.MustCompile("(?m)"+args[0]).MatchString(log) == neg {
		ts.Fatalf("the sandbox's log:\n%s", log)
	}
}

// callsLogged counts the calls of STS in the sandbox's log.
func (w *world) callsLogged() int {
	return len(regexp.MustCompile(`(?m)event=(GetCallerIdentity|AssumeRole|GetSessionToken)`).FindAllString(w.log.String(), -1))
}

func cmdCalls(ts *testscript.TestScript, _ bool, args []string) {
	w := of(ts)
	now := w.callsLogged()
	if got := fmt.Sprint(now - w.counted); len(args) > 0 && got != args[0] {
		ts.Fatalf("%s calls of STS, want %s; the log:\n%s", got, args[0], w.log.String())
	}
	w.counted = now
}

func cmdCount(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile("(?m)"+args[1]).FindAllString(ts.ReadFile(args[2]), -1)
	if got := fmt.Sprint(len(found)); got != args[0] {
		ts.Fatalf("%s matches of %q in %s, want %s", got, args[1], args[2], args[0])
	}
}

// cmdAwait waits for what a background process writes to a file, or asks of a
// silent STS.
func cmdAwait(ts *testscript.TestScript, _ bool, args []string) {
	pattern := regexp.MustCompile(args[0])
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if args[1] == "sts" && pattern.MatchString(of(ts).asked.String()) {
			return
		}
		if text, err := os.ReadFile(ts.MkAbs(args[1])); err == nil && pattern.Match(text) {
			return
		}
	}
	ts.Fatalf("%s never showed %s", args[1], args[0])
}
