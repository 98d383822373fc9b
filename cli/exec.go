package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

const execDescription = `Runs COMMAND with the session in its environment, and nothing else there that
names AWS credentials. On Linux and macOS the command takes this process's
place; its signals and exit status are its own. Nothing is written to disk.

  karikagi exec FromMyAccount -- aws s3 ls
  karikagi exec --grant team-data-reader --parameter team=blue -- make report

With --endpoint the command outlives a session: it gets the address of a
private endpoint on this machine, where its AWS SDK finds a session that is
renewed for as long as the command runs.

The exit status is the command's; 127 where no such command is found, 126 where
what was found cannot be run. Without ROLE the variable KARIKAGI_ROLE names it.`

// execCommand is the verb exec.
func execCommand() *cli.Command {
	return command("exec", "[ROLE] -- COMMAND [ARGS]", "run a command with a role's session in its environment", execDescription, execVerb,
		append(sessionFlags(), []cli.Flag{
			&cli.BoolFlag{Name: "endpoint", Usage: "give the command an endpoint that renews the session, in place of keys"},
			&cli.BoolFlag{Name: "quiet", Usage: "say nothing on stderr when all is well"},
		})...)
}

// execVerb runs a command with a session. Everything that can be wrong with the
// command line is found before AWS is asked.
func execVerb(c *cli.Context) error {
	c, line, err := splitCommand(c)
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
	path, err := lookUp(line[0])
	if err != nil {
		return err
	}
	if c.Bool("endpoint") {
		return execWithEndpoint(c, w, path, line)
	}
	l, err := w.fetch(c.Context)
	if err != nil {
		return err
	}
	notice(notices(c), "%s", l.about)
	return replaceProcess(c, path, line, childEnvironment(os.Environ(), append([]string{
		"AWS_ACCESS_KEY_ID=" + l.credentials.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + l.credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN=" + l.credentials.SessionToken,
		// The AWS CLI and boto3 then say that the session has ended, rather than
		// what AWS makes of an old one.
		"AWS_CREDENTIAL_EXPIRATION=" + l.credentials.Expiration.UTC().Format("2006-01-02T15:04:05Z"),
	}, regionVariables(l.region)...)))
}

// execWithEndpoint runs a command beside an endpoint of its own.
func execWithEndpoint(c *cli.Context, w want, path string, line []string) error {
	e, l, err := openEndpoint(c, w)
	if err != nil {
		return err
	}
	defer e.Close()
	added := endpointVariables(e, l.region)
	for _, r := range rivals(c.Context) {
		notice(c.App.ErrWriter, "warning: the default profile in %s has credentials of its own, which programs prefer to the endpoint: the command does not see that file", r.file)
		added = append(added, r.variable+"="+os.DevNull)
	}
	notice(notices(c), "%s; renewed until the command ends", l.about)
	inherited := slices.DeleteFunc(os.Environ(), func(line string) bool { return variableName(line) == executionEnvironment })
	return supervise(c, path, line, childEnvironment(inherited, added))
}

// splitCommand takes the arguments apart at the `--` that dispatch has left in
// place: a context with what stands before it, and the command behind.
func splitCommand(c *cli.Context) (before *cli.Context, line []string, err error) {
	args := c.Args().Slice()
	i := slices.Index(args, "--")
	if i < 0 || i+1 == len(args) {
		return nil, nil, misuse("karikagi exec ROLE -- aws sts get-caller-identity", "no command named: want -- and the command behind the flags and ROLE")
	}
	return withArguments(c, args[:i]), args[i+1:], nil
}

// lookUp finds the program as a shell would.
func lookUp(name string) (string, error) {
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path, nil
	case errors.Is(err, exec.ErrDot):
		return "", &commandError{126, name, "it was found in the current folder: want ./ before it"}
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, fs.ErrNotExist):
		return "", &commandError{127, name, "not found"}
	}
	return "", &commandError{126, name, innermost(err)}
}

// commandError is why a command was not run. Its status is the one that shells
// have for it: 127 where there is none, 126 where there is one that cannot be
// run (XCU 2.8.2).
type commandError struct {
	status    int
	name, why string
}

func (e *commandError) Error() string { return fmt.Sprintf("command %q: %s", clip(e.name), e.why) }

// innermost is the system's own word, without the path that leads to it.
func innermost(err error) string {
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return err.Error()
}

// childEnvironment is the inherited environment without a trace of other
// credentials, and with the added lines. A variable may be there twice, and
// readers differ in which they take: all are removed.
func childEnvironment(inherited, added []string) []string {
	own := func(line string) bool {
		name := variableName(line)
		return namesCredentials(name) || slices.ContainsFunc(added, func(a string) bool { return variableName(a) == name })
	}
	return append(slices.DeleteFunc(slices.Clone(inherited), own), added...)
}

// variableName is the name before the `=`, which in Windows stands for all ways
// to write it.
func variableName(line string) string {
	name, _, _ := strings.Cut(line, "=")
	if runtime.GOOS == "windows" {
		return strings.ToUpper(name)
	}
	return name
}

// namesCredentials knows the variables by which SDKs find credentials, or are
// led to others. What says how AWS is reached stays: endpoints, proxies,
// certificates, the place of the configuration file.
func namesCredentials(name string) bool {
	return slices.Contains(credentialVariables(), name) || strings.HasPrefix(name, "AWS_CONTAINER_")
}

func credentialVariables() []string {
	return []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION", "AWS_ACCOUNT_ID",
		"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME",
		"AWS_SECURITY_TOKEN",               // botocore reads it before AWS_SESSION_TOKEN
		"AWS_ACCESS_KEY", "AWS_SECRET_KEY", // the SDKs for Go and Java know these names, too
		"AWS_SESSION_EXPIRATION", // other tools leave it, and believe it
		"AWS_CREDENTIAL_FILE",    // boto's, of old
		depthVariable,
	}
}

// regionVariables are those of the SDKs and of the AWS CLI; none where no Region
// is known.
func regionVariables(region string) []string {
	if region == "" {
		return nil
	}
	return []string{"AWS_REGION=" + region, "AWS_DEFAULT_REGION=" + region}
}

// supervise runs the command below this process, hands signals down and passes
// its exit status on.
func supervise(c *cli.Context, path string, line, environment []string) error {
	child := &exec.Cmd{Path: path, Args: line, Env: environment, Stdin: c.App.Reader, Stdout: c.App.Writer, Stderr: c.App.ErrWriter}
	signals := make(chan os.Signal, 16)
	if handed := slices.DeleteFunc(handedDown(), signal.Ignored); len(handed) > 0 { // nohup's stays ignored, and none would mean all
		signal.Notify(signals, handed...)
		defer signal.Stop(signals)
	}
	// A signal that came before now has ended the run; one that comes from here
	// on is the command's.
	if err := c.Err(); err != nil {
		return err
	}
	if err := child.Start(); err != nil {
		return &commandError{126, line[0], innermost(err)}
	}
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for {
			select {
			case s := <-signals:
				if !reachesAll(s) {
					_ = child.Process.Signal(s)
				}
			case <-ended:
				return
			}
		}
	}()
	err := child.Wait()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return childStatus(exitStatus(exit.ProcessState))
	}
	return err
}
