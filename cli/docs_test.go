package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"karikagi/internal/grant"
	"karikagi/internal/sandbox"
)

// block is a fenced block of a document and the remark above it, which says
// what proves it.
type block struct {
	file, proof, language, text string
}

// Every command in the documents is run: a console block here, a block that
// names a test by that test.
func TestDocuments(t *testing.T) {
	files, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, file := range append(files, "../README.md", "../CONTRIBUTING.md", "../SECURITY.md") {
		for i, b := range blocks(t, file) {
			name := fmt.Sprintf("%s/%d", filepath.Base(file), i)
			switch {
			case b.language == "":
				if b.proof != "" {
					t.Errorf("%s: a proof for what is no command: %s", name, b.proof)
				}
			case strings.HasPrefix(b.proof, "run in a "):
				ran++
				t.Run(name, func(t *testing.T) { runBlock(t, b) })
			case strings.HasPrefix(b.proof, "run by the tests: make"):
				t.Run(name, func(t *testing.T) { checkTargets(t, b) })
			case strings.HasPrefix(b.proof, "run by "):
				if _, err := os.Stat(filepath.Join("..", strings.TrimPrefix(b.proof, "run by "))); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			default:
				t.Errorf("%s: nothing runs this block (say what does in a remark above it):\n%s", name, b.text)
			}
		}
	}
	if ran < 3 {
		t.Errorf("%d blocks were run", ran)
	}
}

// blocks reads the fenced blocks of a Markdown file.
func blocks(t *testing.T, file string) []block {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var list []block
	for _, m := range regexp.MustCompile("(?sm)(?:^<!-- ([^\n]*) -->\n)?^```(\\w*)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		list = append(list, block{file, m[1], m[2], m[3]})
	}
	return list
}

// runBlock runs a console block in one shell, inside a sandbox, and compares
// what each command prints with what stands below it.
func runBlock(t *testing.T, b block) {
	server, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(server)
	defer front.Close()
	user := "ueno"
	if _, named, ok := strings.Cut(b.proof, " as "); ok {
		user = named
	}
	environment, err := server.Environment(front.URL, user)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	config, credentials := server.Profiles(front.URL)
	account, err := os.ReadFile("../internal/sandbox/account.yaml")
	if err != nil {
		t.Fatal(err)
	}
	grants, err := os.ReadFile("../lambda/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"config": config, "credentials": credentials, "account.yaml": string(account), "grants.yaml": string(grants)} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(b.proof, "with the function") {
		environment = append(environment, "KARIKAGI_URL="+openFunctionURL(t, server, front.URL))
	}
	commands, wanted := splitConsole(t, b.text)
	const mark = "\x01next\x01\n"
	shell := exec.CommandContext(t.Context(), "sh", "-c", "exec 2>&1\n"+strings.Join(commands, "\nprintf '\\001next\\001\\n'\n"))
	shell.Dir = folder
	shell.Env = slices.Concat(environment, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "TMPDIR=" + folder,
		"AWS_CONFIG_FILE=" + filepath.Join(folder, "config"), "AWS_SHARED_CREDENTIALS_FILE=" + filepath.Join(folder, "credentials")})
	var out bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &out
	_ = shell.Run() // a refusal is what some commands are there to show
	printed := strings.Split(out.String(), mark)
	for i, want := range wanted {
		if i >= len(printed) || !want.MatchString(printed[i]) {
			t.Errorf("%s: $ %s\nprinted:\n%s\nwhich is not\n%s", b.file, commands[i], printed[min(i, len(printed)-1)], want)
		}
	}
}

// openFunctionURL puts the vending function, with the grants that are deployed,
// behind a Function URL of the sandbox.
func openFunctionURL(t *testing.T, server *sandbox.Server, base string) string {
	t.Helper()
	text, err := os.ReadFile("../lambda/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	document, err := grant.Parse("grants.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	handler, err := newFunction(server, document, base, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(handler)
	t.Cleanup(front.Close)
	return front.URL + "/"
}

// splitConsole takes a block apart into commands and what they print, in which
// … stands for anything on a line, and a line of it for any lines.
func splitConsole(t *testing.T, text string) (commands []string, wanted []*regexp.Regexp) {
	t.Helper()
	for _, part := range regexp.MustCompile(`(?m)^\$ `).Split(text, -1)[1:] {
		command, output, _ := strings.Cut(part, "\n")
		for strings.HasPrefix(output, "> ") { // as a shell prompts for the rest of a command
			var more string
			more, output, _ = strings.Cut(output[len("> "):], "\n")
			command += "\n" + more
		}
		pattern := regexp.QuoteMeta(output)
		pattern = regexp.MustCompile(`(?m)^…\n`).ReplaceAllString(pattern, `(?:.*\n)*`)
		pattern = strings.ReplaceAll(pattern, "…", `.*`)
		commands = append(commands, command)
		wanted = append(wanted, regexp.MustCompile(`^`+pattern+`$`))
	}
	if len(commands) == 0 {
		t.Fatal("no command in the block")
	}
	return commands, wanted
}

// checkTargets asks make whether it knows the targets. The tests are run by
// one of them and the demo by TestDemo.
func checkTargets(t *testing.T, b block) {
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("make is not installed")
	}
	for line := range strings.SplitSeq(strings.TrimSpace(b.text), "\n") {
		command, _, _ := strings.Cut(line, "#")
		words := strings.Fields(command)
		if words[0] != "make" {
			t.Errorf("%s: not a make command: %s", b.file, line)
			continue
		}
		if out, err := exec.CommandContext(t.Context(), "make", slices.Concat([]string{"-C", "..", "-n"}, words[1:])...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", line, err, out)
		}
	}
}

// The demo shows what it promises, to the end.
func TestDemo(t *testing.T) {
	script, err := filepath.Abs("../docs/demo.sh")
	if err != nil {
		t.Fatal(err)
	}
	grants, err := filepath.Abs("../lambda/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "karikagi", "sandbox", "--grants", grants, "--", "sh", script)
	command.Dir = t.TempDir()
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rest := string(out)
	for _, want := range []string{
		"AWS CloudShell", "role session name  ueno", "AccessDenied", "hint: two policies must agree", "export AWS_SESSION_TOKEN='",
		"user/ueno is now assumed-role/FromMyAccount/ueno", "assumed-role/FromMyAccount/ueno is now assumed-role/toy-role/ueno",
		"event=AssumeRole caller=arn:aws:sts::123456789012:assumed-role/FromMyAccount/ueno role_arn=arn:aws:iam::123456789012:role/toy-role role_session_name=ueno result=allowed",
		"by grant team-data-reader: ASIA", "you may not take this grant", "allow team-data-reader to arn:aws:sts::123456789012:assumed-role/FromMyAccount/ueno by ",
		"deny payroll to ", "ExpiredToken", "hint: the variables of this shell hold an old session",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("the demo does not show %q behind the rest:\n%s", want, out)
		}
		rest = after
	}
}
