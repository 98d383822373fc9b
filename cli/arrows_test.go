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
		{"karikagi/internal/sandbox", []string{"iam", "caller"}, []string{"github.com/aws/", "github.com/urfave/cli/v2"},
			"the sandbox judges the SDK and so must not be made of it, nor of what it judges"},
		{"karikagi/cli", []string{"api", "caller", "format", "iam", "sandbox", "session", "source"}, []string{"github.com/aws/aws-lambda-go"},
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
		if strings.HasPrefix(name, ours) && !slices.ContainsFunc(rules, func(r arrow) bool { return r.from == name }) && !strings.HasPrefix(name, ours+"bench") && !strings.HasPrefix(name, ours+"release") {
			t.Errorf("%s has no rule here: say what it may reach", name)
		}
	}
}

// deps maps each of our packages to all that it reaches.
func deps(t *testing.T) map[string][]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Deps", "karikagi/...").Output()
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
