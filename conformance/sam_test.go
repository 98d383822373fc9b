//go:build conformance

package conformance

import (
	"debug/elf"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"karikagi/internal/workbench"
)

// SAM builds what template.yaml says, for each architecture that Lambda has, in
// a copy of what is checked in. Nothing but the template's own line is changed
// for the other one. What it built for this machine is started, and answers.
// (cli/testdata/script/deploy.txtar has linters look at the template as it is.)
func TestSAM(t *testing.T) {
	const asItIs = "Architectures: [arm64]"
	for architecture, built := range map[string]struct {
		machine elf.Machine
		goarch  string
	}{"[arm64]": {elf.EM_AARCH64, "arm64"}, "[x86_64]": {elf.EM_X86_64, "amd64"}, "\n        - x86_64 # and not arm64": {elf.EM_X86_64, "amd64"}} {
		t.Run(architecture, func(t *testing.T) {
			t.Parallel()
			checkout := copyCheckout(t)
			file := filepath.Join(checkout, "template.yaml")
			text, err := os.ReadFile(file)
			if err != nil || !strings.Contains(string(text), asItIs) {
				t.Fatalf("no %s in the template, %v", asItIs, err)
			}
			changed := strings.Replace(string(text), asItIs, "Architectures: "+architecture, 1)
			if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			inCheckout(t, checkout, "cfn-lint", "template.yaml")
			inCheckout(t, checkout, "sam", "validate", "--lint")
			inCheckout(t, checkout, "sam", "build")
			program := filepath.Join(checkout, ".aws-sam", "build", "KarikagiFunction", "bootstrap")
			header, err := elf.Open(program)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = header.Close() }()
			if libraries, err := header.ImportedLibraries(); header.Machine != built.machine || len(libraries) != 0 {
				t.Fatalf("for %s, with the libraries %v, %v: want %s and none", header.Machine, libraries, err, built.machine)
			}
			if built.goarch == runtime.GOARCH {
				answers(t, program)
			}
		})
	}
}

// answers starts what was built, which lists a caller's grants: for that it asks
// nobody.
func answers(t *testing.T, program string) {
	t.Helper()
	p, err := workbench.Start(t.Context(), workbench.Options{
		Program: program, FunctionARN: functionARN,
		Environment: workbench.LambdaEnvironment(filepath.Dir(program), "http://127.0.0.1:1", "ASIAIOSFODNN7EXAMPLE", "of-nobody", "of-nobody"),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.End()
	got := ask(t, p, "/grants/team-data-reader/credentials", "/", "reason=OPS-7&team=blue", "", `{"reason": "OPS-7", "team": "blue"}`, "{}")
	if got.StatusCode != 200 || !strings.Contains(got.Body, `"team-data-reader"`) {
		t.Errorf("%+v", got)
	}
}

// inCheckout runs a program that must succeed, with nothing of the machine's own
// AWS settings.
func inCheckout(t *testing.T, checkout string, program string, args ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, args...)
	command.Dir = checkout
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "LC_ALL=C.UTF-8", "SAM_CLI_TELEMETRY=0", "AWS_DEFAULT_REGION=us-east-1", "AWS_REGION=us-east-1"}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS", "GOSUMDB", "GOTOOLCHAIN"} {
		value, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		command.Env = append(command.Env, name+"="+strings.TrimSpace(string(value)))
	}
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s %s: %v\n%s", program, strings.Join(args, " "), err, out)
	}
}

// copyCheckout copies what is checked in, or would be.
func copyCheckout(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	out, err := exec.CommandContext(t.Context(), "git", "-C", "..", "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join("..", name))
		if os.IsNotExist(err) {
			continue // deleted, and not yet committed
		}
		to := filepath.Join(folder, name)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to), 0o750)
		}
		if err == nil {
			err = os.WriteFile(to, text, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder
}
