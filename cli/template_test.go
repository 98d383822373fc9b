package main

import (
	"encoding/json"
	"maps"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"karikagi/internal/iam"
)

// Every policy in docs/security.md is one that IAM takes.
func TestPoliciesOfTheDocuments(t *testing.T) {
	found := 0
	for _, b := range blocks(t, "../docs/security.md") {
		if b.language != "json" {
			continue
		}
		found++
		text := b.text
		if !strings.Contains(text, "Version") {
			text = `{"Version": "2012-10-17", "Statement": [` + text + `]}`
		}
		// Placeholders stand where an account or a name belongs.
		text = strings.NewReplacer("ACCOUNT", "123456789012", "FUNCTION-ARN", "arn:aws:lambda:us-east-1:123456789012:function:karikagi").Replace(text)
		if _, err := iam.ParsePolicy([]byte(text)); err != nil {
			t.Errorf("%v:\n%s", err, b.text)
		}
	}
	if found != 3 {
		t.Errorf("%d policies", found)
	}
}

// readTemplate reads a template; the short functions of CloudFormation (!Ref,
// !Sub) are tags there.
func readTemplate(t *testing.T, file string) *yaml.Node {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		t.Fatal(err)
	}
	return &node
}

// resolve is a part of a template as CloudFormation makes it, with these values
// for what !Ref and !GetAtt name. Any other function is none that this knows.
func resolve(t *testing.T, node *yaml.Node, values map[string]any) any {
	t.Helper()
	if node.Tag == "!Ref" || node.Tag == "!GetAtt" {
		value, ok := values[node.Value]
		if !ok {
			t.Fatalf("no value for %s %s", node.Tag, node.Value)
		}
		return value
	}
	if !strings.HasPrefix(node.Tag, "!!") {
		t.Fatalf("%s at line %d", node.Tag, node.Line)
	}
	switch node.Kind {
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i+1 < len(node.Content); i += 2 {
			object[node.Content[i].Value] = resolve(t, node.Content[i+1], values)
		}
		return object
	case yaml.SequenceNode:
		list := []any{}
		for _, element := range node.Content {
			list = append(list, resolve(t, element, values))
		}
		return list
	}
	return node.Value
}

// policy resolves a part of a template that is a policy, and reads it as IAM does.
func policy(t *testing.T, parse func([]byte) (iam.Document, error), node *yaml.Node, values map[string]any) (iam.Document, string) {
	t.Helper()
	text, err := json.Marshal(resolve(t, node, values))
	if err != nil {
		t.Fatal(err)
	}
	document, err := parse(text)
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return document, string(text)
}

// Nobody reaches the function but through its URL, and signed.
func TestPermissionsOfTheTemplate(t *testing.T) {
	node := readTemplate(t, "../template.yaml")
	for i := 0; i+1 < len(path(t, node, "Resources").Content); i += 2 {
		name, resource := path(t, node, "Resources").Content[i].Value, path(t, node, "Resources").Content[i+1]
		if path(t, resource, "Type").Value != "AWS::Lambda::Permission" {
			continue
		}
		switch action := path(t, resource, "Properties", "Action").Value; action {
		case "lambda:InvokeFunctionUrl":
			if path(t, resource, "Properties", "FunctionUrlAuthType").Value != "AWS_IAM" {
				t.Errorf("%s: for unsigned callers", name)
			}
		case "lambda:InvokeFunction":
			if path(t, resource, "Properties", "InvokedViaFunctionUrl").Value != "true" {
				t.Errorf("%s: past the URL", name)
			}
		default:
			t.Errorf("%s: %s", name, action)
		}
		if path(t, resource, "Properties", "PrincipalOrgID").Value != "OrganizationId" {
			t.Errorf("%s: for everybody", name)
		}
	}
	if auth := path(t, node, "Resources", "KarikagiFunction", "Properties", "FunctionUrlConfig", "AuthType").Value; auth != "AWS_IAM" {
		t.Errorf("AuthType %s", auth)
	}
}

// What goes wrong raises an alarm: in the function's own metrics, and where it
// wrote none because it did not run.
func TestAlarmsOfTheTemplate(t *testing.T) {
	resources := path(t, readTemplate(t, "../template.yaml"), "Resources")
	watched := map[string]string{}
	for i := 0; i+1 < len(resources.Content); i += 2 {
		if alarm := resources.Content[i+1]; path(t, alarm, "Type").Value == "AWS::CloudWatch::Alarm" {
			p := path(t, alarm, "Properties")
			dimension := path(t, p, "Dimensions", "0")
			if value := path(t, dimension, "Value"); value.Tag != "!Ref" || value.Value != "KarikagiFunction" {
				t.Errorf("%s watches %s %s", resources.Content[i].Value, value.Tag, value.Value)
			}
			watched[path(t, p, "Namespace").Value+" "+path(t, p, "MetricName").Value] = path(t, dimension, "Name").Value
		}
	}
	want := map[string]string{"karikagi failed": "function", "karikagi denied": "function", "AWS/Lambda Errors": "FunctionName"}
	if !maps.Equal(watched, want) {
		t.Errorf("alarms on %v, want %v", watched, want)
	}
}

// path goes down a YAML tree by keys and indexes.
func path(t *testing.T, node *yaml.Node, keys ...string) *yaml.Node {
	t.Helper()
	if node.Kind == yaml.DocumentNode {
		node = node.Content[0]
	}
	for _, key := range keys {
		found := false
		for i := 0; i+1 < len(node.Content) && node.Kind == yaml.MappingNode; i += 2 {
			if node.Content[i].Value == key {
				node, found = node.Content[i+1], true
				break
			}
		}
		if node.Kind == yaml.SequenceNode && !found && key == "0" {
			node, found = node.Content[0], true
		}
		if !found {
			t.Fatalf("no %q in %v", key, keys)
		}
	}
	return node
}
