package grant

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"karikagi/internal/caller"
)

const schemaFile = "../../lambda/grants.schema.json"

// beyondSchema names the mistakes that a JSON Schema cannot see: what depends on another place of the document, on how
// YAML writes a value, or on what IAM knows.
func beyondSchema() []string {
	return []string{
		"grants in two cases", "long name", "other partitions", "deny of another partition", "source_ip", "source_ip mapped", "no external ID", "default beyond max", "parameters in two cases",
		"policy in another account", "policy of another partition", "tag twice", "tag value of a parameter", "long tag", "tag of an undeclared parameter", "tag of a variable", "transitive tag",
		"identity of an untrusted session", "identity of a user's session", "caller that is vended", "external ID for one of two", "test of no grant", "test of no parameter",
		"test of another's id", "length in octal", "two documents",
	}
}

// TestSchema: editors and the parser say the same of every document of the other tests, in both directions.
func TestSchema(t *testing.T) {
	s := readSchema(t)
	judge := map[string]func(document string) (fault string){"ours": s.judge}
	if python := pythonJudge(t); python != nil {
		judge["Python's jsonschema"] = python
	}
	for by, fault := range judge {
		for name, document := range forms() {
			if got := fault(document); got != "" {
				t.Errorf("%s: %s: the parser takes it and the schema does not: %s\n%s", by, name, got, document)
			}
		}
		for _, m := range mistakes() {
			got, beyond := fault(m.document), slices.Contains(beyondSchema(), m.name)
			switch {
			case got == "not YAML":
			case got == "" && !beyond:
				t.Errorf("%s: %s: the parser refuses it and the schema does not\n%s", by, m.name, m.document)
			case got != "" && beyond:
				t.Errorf("%s: %s: the schema sees it after all: %s", by, m.name, got)
			}
		}
	}
}

// TestSchemaWords: what the schema lists by name is what the code knows.
func TestSchemaWords(t *testing.T) {
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	partitions := regexp.MustCompile(`arn:\(([a-z|-]+)\)`).FindAllStringSubmatch(string(text), -1)
	if len(partitions) < 5 {
		t.Errorf("%d lists of partitions", len(partitions))
	}
	for _, m := range partitions {
		if m[1] != strings.Join(caller.Partitions(), "|") {
			t.Errorf("partitions %s", m[1])
		}
	}
	var names []string
	for _, p := range valuePatterns() {
		names = append(names, fmt.Sprintf("%q", p.name))
	}
	if want := "[" + strings.Join(names, ", ") + "]"; !strings.Contains(string(text), `"enum": `+want) {
		t.Errorf("the schema does not list %s", want)
	}
	if want := fmt.Sprintf(`"maximum": %d`, maxValue); !strings.Contains(string(text), want) {
		t.Errorf("no %s", want)
	}
}

// FuzzSchema: no document that the parser takes is refused by the schema. The documents are those of the tests, with
// one text in them replaced by another.
func FuzzSchema(f *testing.F) {
	all := slices.Sorted(maps.Values(forms()))
	for i := range all {
		f.Add(i, "alice", "ueno")
		f.Add(i, "g", "a.b")
		f.Add(i, "1h", "30m")
	}
	f.Add(0, "arn:aws:iam::123456789012:user/alice", "arn:aws:iam::123456789012:user/x*/**/y")
	f.Add(0, "s3:GetObject", "s3:Get?*")
	f.Add(0, "data/*", "data/\u00e9")
	f.Add(0, "karikagi", "a:b/c")
	s := readSchema(f)
	f.Fuzz(func(t *testing.T, i int, old, replacement string) {
		if i < 0 || i >= len(all) || old == "" || len(replacement) > 100 {
			return
		}
		document := strings.Replace(all[i], old, replacement, 1)
		if _, err := Parse("f", []byte(document)); err != nil {
			return
		}
		if got := s.judge(document); got != "" {
			t.Errorf("the parser takes it and the schema does not: %s\n%s", got, document)
		}
	})
}

// instance is a document as editors give it to a schema: dates are texts.
func instance(document string) (any, error) {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(document), &n); err != nil {
		return nil, err
	}
	var plain func(n *yaml.Node)
	plain = func(n *yaml.Node) {
		if n.ShortTag() == "!!timestamp" {
			n.Tag = "!!str"
		}
		for i, c := range n.Content {
			if plain(c); n.Kind == yaml.MappingNode && i%2 == 0 {
				c.Tag = "!!str" // the names of JSON are texts
			}
		}
	}
	plain(&n)
	var v any
	err := n.Decode(&v)
	return v, err
}

// pythonJudge asks an implementation that is not ours, where there is one. It is asked once for all documents.
func pythonJudge(t *testing.T) func(string) string {
	python, err := exec.LookPath("python3")
	if err != nil || exec.CommandContext(t.Context(), python, "-c", "import jsonschema").Run() != nil {
		t.Log("without Python's jsonschema")
		return nil
	}
	var documents []string
	var instances []any
	for _, document := range forms() {
		documents = append(documents, document)
	}
	for _, m := range mistakes() {
		documents = append(documents, m.document)
	}
	faults := map[string]string{}
	var loaded []string
	for _, document := range documents {
		v, err := instance(document)
		if err != nil {
			faults[document] = "not YAML"
			continue
		}
		loaded, instances = append(loaded, document), append(instances, v)
	}
	file := filepath.Join(t.TempDir(), "instances.json")
	data, err := json.Marshal(instances)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	const script = `import json, sys, jsonschema
v = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
v.check_schema(v.schema)
print(json.dumps([next((e.message[:200] for e in v.iter_errors(i)), "") for i in json.load(open(sys.argv[2]))]))`
	out, err := exec.CommandContext(t.Context(), python, "-c", script, schemaFile, file).Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got []string
	if err := json.Unmarshal(out, &got); err != nil || len(got) != len(loaded) {
		t.Fatalf("%v: %s", err, out)
	}
	for i, document := range loaded {
		faults[document] = got[i]
	}
	return func(document string) string { return faults[document] }
}

// schema is a JSON Schema of as many words as ours has. A word that it does not know is an error, not one that holds.
type schema struct {
	root map[string]any
	t    testing.TB
}

func readSchema(t testing.TB) schema {
	t.Helper()
	text, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	s := schema{t: t}
	if err := json.Unmarshal(text, &s.root); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s schema) judge(document string) string {
	v, err := instance(document)
	if err != nil {
		return "not YAML"
	}
	return s.fault(s.root, v, "")
}

// fault says what of a value a schema does not take; "" for nothing.
func (s schema) fault(of any, v any, at string) string {
	if b, is := of.(bool); is {
		if b {
			return ""
		}
		return at + ": must not be there"
	}
	for word, arg := range of.(map[string]any) {
		if fault := s.check(word, arg, of.(map[string]any), v, at); fault != "" {
			return fault
		}
	}
	return ""
}

func (s schema) check(word string, arg any, of map[string]any, v any, at string) string {
	wrong := func(bad bool) string {
		if bad {
			return fmt.Sprintf("%s: %s %v: %v", at, word, arg, v)
		}
		return ""
	}
	list, isList := v.([]any)
	object, isObject := v.(map[string]any)
	text, isText := v.(string)
	number, isNumber := v.(int)
	switch word {
	case "$schema", "$defs", "title", "description", "then":
	case "$ref":
		return s.fault(s.root["$defs"].(map[string]any)[strings.TrimPrefix(arg.(string), "#/$defs/")], v, at)
	case "type":
		return wrong(!s.isType(arg, v))
	case "const":
		return wrong(!same(arg, v))
	case "enum":
		return wrong(!slices.ContainsFunc(arg.([]any), func(a any) bool { return same(a, v) }))
	case "minimum":
		return wrong(isNumber && float64(number) < arg.(float64))
	case "maximum":
		return wrong(isNumber && float64(number) > arg.(float64))
	case "minLength":
		return wrong(isText && utf8.RuneCountInString(text) < int(arg.(float64)))
	case "maxLength":
		return wrong(isText && utf8.RuneCountInString(text) > int(arg.(float64)))
	case "pattern":
		// ECMA's \uXXXX is \x{XXXX} here.
		re := regexp.MustCompile(regexp.MustCompile(`\\u([0-9a-f]{4})`).ReplaceAllString(arg.(string), `\x{$1}`))
		return wrong(isText && !re.MatchString(text))
	case "minItems":
		return wrong(isList && len(list) < int(arg.(float64)))
	case "maxItems":
		return wrong(isList && len(list) > int(arg.(float64)))
	case "uniqueItems":
		for i := range list {
			if slices.ContainsFunc(list[:i], func(a any) bool { return reflect.DeepEqual(a, list[i]) }) {
				return wrong(true)
			}
		}
	case "items":
		for i := range list {
			if f := s.fault(arg, list[i], fmt.Sprintf("%s[%d]", at, i)); f != "" {
				return f
			}
		}
	case "required":
		for _, key := range arg.([]any) {
			if _, there := object[key.(string)]; isObject && !there {
				return wrong(true)
			}
		}
	case "minProperties":
		return wrong(isObject && len(object) < int(arg.(float64)))
	case "maxProperties":
		return wrong(isObject && len(object) > int(arg.(float64)))
	case "properties", "propertyNames", "additionalProperties":
		for key, value := range object {
			if f := s.checkProperty(word, arg, of, key, value, at+"."+key); f != "" {
				return f
			}
		}
	case "not":
		return wrong(s.fault(arg, v, at) == "")
	case "if":
		if s.fault(arg, v, at) == "" {
			return s.fault(of["then"], v, at)
		}
	case "allOf", "anyOf", "oneOf":
		var faults []string
		for _, a := range arg.([]any) {
			if f := s.fault(a, v, at); f != "" {
				faults = append(faults, f)
			}
		}
		good := len(arg.([]any)) - len(faults)
		if word == "allOf" && len(faults) > 0 || word == "anyOf" && good == 0 || word == "oneOf" && good != 1 {
			return fmt.Sprintf("%s: %s: %d good: %v", at, word, good, faults)
		}
	default:
		s.t.Fatalf("unknown word %q", word)
	}
	return ""
}

func (s schema) checkProperty(word string, arg any, of map[string]any, key string, value any, at string) string {
	known, _ := of["properties"].(map[string]any)
	_, isKnown := known[key]
	switch {
	case word == "propertyNames":
		return s.fault(arg, key, at)
	case word == "properties" && isKnown:
		return s.fault(known[key], value, at)
	case word == "additionalProperties" && !isKnown:
		return s.fault(arg, value, at)
	}
	return ""
}

func (s schema) isType(arg, v any) bool {
	if several, ok := arg.([]any); ok {
		return slices.ContainsFunc(several, func(a any) bool { return s.isType(a, v) })
	}
	switch arg {
	case "object":
		_, ok := v.(map[string]any)
		return ok
	case "array":
		_, ok := v.([]any)
		return ok
	case "string":
		_, ok := v.(string)
		return ok
	case "boolean":
		_, ok := v.(bool)
		return ok
	case "integer", "number":
		switch v.(type) {
		case int, int64, uint64:
			return true
		case float64:
			return arg == "number"
		}
		return false
	}
	s.t.Fatalf("unknown type %v", arg)
	return false
}

func same(a, v any) bool {
	if n, ok := v.(int); ok {
		return a == float64(n)
	}
	return reflect.DeepEqual(a, v)
}
