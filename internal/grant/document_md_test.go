package grant

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

const documentation = "../../docs/grants.md"

// TestDocumentation: the documents in docs/grants.md are sound and pass their own tests, the keys that stand alone are
// sound in a grant, and the policies are what the first document renders.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile(documentation)
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```(yaml|json)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 8 {
		t.Fatalf("%d blocks", len(blocks))
	}
	first, keys := blocks[0][2], map[string]bool{}
	var policies []string
	for i, b := range blocks {
		if b[1] == "json" {
			policies = append(policies, b[2])
			continue
		}
		whole := b[2]
		switch {
		case strings.HasPrefix(whole, "tests:"):
			grants, _, _ := strings.Cut(first, "tests:")
			whole = grants + whole
		case i > 0:
			whole = withKeys(t, whole)
		}
		document := mustParse(t, whole)
		for _, failure := range document.RunTests() {
			t.Error(failure)
		}
		collectKeys(t, whole, keys)
	}
	for key := range schemaKeys(t) {
		if !keys[key] {
			t.Errorf("no example of %q", key)
		}
	}
	for _, p := range valuePatterns() {
		if !strings.Contains(string(text), "| `"+p.name+"` | "+strings.NewReplacer("_.-", "`_.-`", "_.@+=-", "`_.@+=-`", ". and ..", "`.` and `..`").Replace(p.form)+" |") {
			t.Errorf("pattern %s is not in the table", p.name)
		}
	}
	compareTo(t, first, policies)
}

// withKeys makes a document of keys that stand alone.
func withKeys(t *testing.T, keys string) string {
	var given map[string]any
	if err := yaml.Unmarshal([]byte(keys), &given); err != nil {
		t.Fatal(err)
	}
	var whole strings.Builder
	whole.WriteString("version: 1\ngrants:\n  g:\n    " + strings.ReplaceAll(strings.TrimSpace(keys), "\n", "\n    ") + "\n")
	_, full := given["full_role"]
	_, managed := given["policy_arns"]
	_, role := given["role_arn"]
	for _, d := range base {
		_, is := given[d.key]
		if is || d.key == "session_policy" && (full || managed) || d.key == "external_id" && role {
			continue
		}
		whole.WriteString("    " + d.key + ": " + d.text + "\n")
	}
	return whole.String()
}

// collectKeys notes all keys but names that people give and IAM's own.
func collectKeys(t *testing.T, document string, into map[string]bool) {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(document), &n); err != nil {
		t.Fatal(err)
	}
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		for i, c := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 {
				into[c.Value] = true
			}
			walk(c)
		}
	}
	walk(&n)
}

// schemaKeys are all keys that the schema knows.
func schemaKeys(t *testing.T) map[string]bool {
	keys := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(item)
			}
		case map[string]any:
			properties, _ := v["properties"].(map[string]any)
			for key := range properties {
				keys[key] = true
			}
			for _, item := range v {
				walk(item)
			}
		}
	}
	walk(readSchema(t).root)
	for _, iams := range []string{"Sid", "NotAction", "NotResource"} { // IAM's documentation has examples of them
		delete(keys, iams)
	}
	return keys
}

// compareTo renders the first document's policy, alone and with the caller's, and compares it with the text.
func compareTo(t *testing.T, document string, policies []string) {
	if len(policies) != 3 {
		t.Fatalf("%d policies", len(policies))
	}
	w := who(t, "arn:aws:iam::123456789012:user/team/alice")
	w.UserID = "AIDAEXAMPLEEXAMPLEEXA"
	ask := Ask{Grant: "team-data-reader", Parameters: map[string]string{"team": "blue", "ticket": "OPS-7"}, Reason: "x"}
	for i, further := range []string{"", policies[1]} {
		if further != "" {
			ask.Policy = []byte(further)
		}
		got := mustParse(t, document).Decide(w, ask)
		if !got.Allowed {
			t.Fatalf("%+v", got)
		}
		shown := slices.Clone(policies)[i*2]
		var one, two any
		if err := json.Unmarshal([]byte(got.Session.Policy), &one); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(shown), &two); err != nil || marshal(one) != marshal(two) {
			t.Errorf("%v: shown\n%s\nis\n%s", err, shown, strings.ReplaceAll(got.Session.Policy, `},{`, "},\n    {"))
		}
	}
}
