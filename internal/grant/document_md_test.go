package grant

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The documents in docs/grants.md are sound and pass their own tests, and its
// table of patterns is the code's.
func TestDocumentation(t *testing.T) {
	text, err := os.ReadFile("../../docs/grants.md")
	if err != nil {
		t.Fatal(err)
	}
	documents := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(documents) == 0 {
		t.Fatal("no document in docs/grants.md")
	}
	for _, found := range documents {
		document, err := Parse("docs/grants.md", []byte(found[1]))
		if err != nil {
			t.Fatal(err)
		}
		for _, failure := range document.RunTests() {
			t.Error(failure)
		}
	}
	for _, p := range valuePatterns() {
		if !strings.Contains(string(text), "| `"+p.name+"` |") {
			t.Errorf("pattern %s is not in docs/grants.md", p.name)
		}
	}
}
