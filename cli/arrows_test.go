package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// arrow is what one package may reach.
type arrow struct {
	from   string
	except []string // of ours, what it may reach
	never  []string // of others, what it must not
	why    string
}

// The arrows point one way. Each rule says what a package must not reach, even
// through others, and why.
func TestArrows(t *testing.T) {
	const ours = "karikagi/"
	rules := []arrow{
		{"karikagi/internal/caller", nil, []string{"github.com/", "net/http"}, "who somebody is depends on an ARN and on nothing else"},
		{"karikagi/internal/api", nil, []string{"github.com/", "net/http"}, "the words on the wire belong to neither half"},
		{"karikagi/internal/iam", nil, []string{"github.com/", "net/http"}, "a policy is decided by its text and the request alone"},
		{"karikagi/internal/session", []string{"api", "caller"}, []string{"github.com/aws/aws-sdk-go-v2/config", "github.com/urfave/cli/v2"},
			"the vending function links it, and must not link the SDK's config module"},
		{"karikagi/internal/source", []string{"session", "api", "caller"}, []string{"github.com/urfave/cli/v2"}, "where credentials come from knows no flags"},
		{"karikagi/internal/format", []string{"api"}, []string{"github.com/"}, "a format knows what a session is and not where it came from"},
		{"karikagi/internal/endpoint", []string{"api"}, []string{"github.com/"}, "an endpoint knows what a session is and not where it came from"},
		{"karikagi/internal/strictyaml", nil, []string{"github.com/", "net/http"}, "how a document is read knows nothing of what it says"},
		{"karikagi/internal/grant", []string{"caller", "iam", "strictyaml"}, []string{"github.com/", "net/http"}, "a grant is decided by the document and the caller alone"},
		{"karikagi/internal/signin", []string{"api", "caller", "session"}, []string{"github.com/aws/aws-sdk-go-v2/config", "github.com/urfave/cli/v2"}, "a sign-in knows sessions and partitions, and no flags"},
		{"karikagi/internal/setup", []string{"caller", "iam"}, []string{"github.com/", "net/http"}, "the two policies are made of two ARNs and judged by IAM's rules alone"},
		{"karikagi/internal/terminal", nil, []string{"github.com/", "net/http"}, "a terminal asks, and knows not for what"},
		{"karikagi/internal/terminal/terminaltest", nil, []string{"github.com/"}, "it is for tests alone"},
		{"karikagi/internal/mfa", []string{"api", "caller", "session"}, []string{"github.com/aws/aws-sdk-go-v2/config", "github.com/urfave/cli/v2"}, "a device is found by the caller alone, and no code is asked for there"},
		{"karikagi/internal/wholefile", nil, []string{"github.com/", "net/http"}, "how a file is replaced knows nothing of what stands in it"},
		{"karikagi/internal/cache", []string{"api", "wholefile"}, []string{"github.com/", "net/http"}, "a session is kept by its key, whoever it is for"},
		{"karikagi/internal/awsfile", []string{"wholefile"}, []string{"github.com/", "net/http"}, "a section is text: what a profile means is the SDK's business"},
		{"karikagi/internal/functionurl", nil, []string{"github.com/"}, "an event is bytes: the front and the function read them alike"},
		{"karikagi/internal/vend", []string{"api", "caller", "format", "grant", "iam", "session", "strictyaml"},
			[]string{"github.com/aws/aws-lambda-go", "github.com/aws/aws-sdk-go-v2/config", "github.com/urfave/cli/v2"}, "the handler knows no Lambda event and no flag"},
		{"karikagi/internal/claim", []string{"api", "caller", "session"}, []string{"github.com/aws/aws-sdk-go-v2/config", "github.com/urfave/cli/v2"}, "a claim knows no flags"},
		{"karikagi/lambda", []string{"api", "caller", "format", "functionurl", "grant", "iam", "session", "strictyaml", "vend"},
			[]string{"github.com/aws/aws-sdk-go-v2/config", "github.com/urfave/cli/v2", "text/template"}, "the function has its credentials in its environment, and starts cold"},
		{"karikagi/internal/sandbox", []string{"iam", "caller", "functionurl", "strictyaml"}, []string{"github.com/aws/", "github.com/urfave/cli/v2"},
			"the sandbox judges the SDK and so must not be made of it, nor of what it judges"},
		{"karikagi/internal/manual", nil, []string{"github.com/", "net/http"}, "what help says, whoever shows it"},
		{"karikagi/internal/workbench", nil, []string{"github.com/"}, "it runs programs, whatever they are"},
		{"karikagi/conformance", nil, []string{"github.com/"}, "it judges the programs from outside"},
		{"karikagi/cli", []string{"api", "awsfile", "cache", "caller", "claim", "endpoint", "format", "functionurl", "grant", "iam", "mfa", "sandbox", "session", "setup", "signin", "source", "strictyaml", "terminal", "vend", "wholefile"}, []string{"github.com/aws/aws-lambda-go"},
			"the command is uploaded to CloudShell and carries nothing of the function's"},
	}
	all := deps(t)
	for _, rule := range rules {
		reached, ok := all[rule.from]
		if !ok {
			t.Errorf("%s: no such package", rule.from)
		}
		for _, path := range reached {
			if inside, is := strings.CutPrefix(path, ours+"internal/"); is && path != rule.from && !slices.Contains(rule.except, inside) {
				t.Errorf("%s reaches %s: %s", rule.from, path, rule.why)
			}
			for _, never := range rule.never {
				if strings.HasPrefix(path+"/", strings.TrimSuffix(never, "/")+"/") && (strings.Contains(never, ".") || path == never) {
					t.Errorf("%s reaches %s: %s", rule.from, path, rule.why)
				}
			}
		}
	}
	for name := range all {
		if strings.HasPrefix(name, ours) && !slices.ContainsFunc(rules, func(r arrow) bool { return r.from == name }) && !strings.HasPrefix(name, ours+"bench") && !strings.HasPrefix(name, ours+"soak") && !strings.HasPrefix(name, ours+"release") && !strings.HasPrefix(name, ours+"docs") {
			t.Errorf("%s has no rule here: say what it may reach", name)
		}
	}
}

// deps maps each of our packages to all that it reaches.
func deps(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-tags=lambda.norpc", "-json=ImportPath,Deps", "karikagi/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Deps       []string
		}
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all[p.ImportPath] = p.Deps
	}
}
