package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"karikagi/internal/grant"
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

// readTemplate reads template.yaml; the short functions of CloudFormation
// (!Ref, !Sub) are tags there.
func readTemplate(t *testing.T) *yaml.Node {
	t.Helper()
	text, err := os.ReadFile("../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		t.Fatal(err)
	}
	return &node
}

// The execution role of the template may do what the grants need, on the roles
// of its parameter, and nothing else.
func TestExecutionRoleIsWhatTheGrantsNeed(t *testing.T) {
	node := readTemplate(t)
	statement := path(t, node, "Resources", "ExecutionRole", "Properties", "Policies", "0", "PolicyDocument", "Statement", "0")
	if got := path(t, statement, "Resource"); got.Tag != "!Ref" || got.Value != "DownstreamRoleArns" {
		t.Errorf("the execution role may act on %s %s", got.Tag, got.Value)
	}
	var allowed []string
	if err := path(t, statement, "Action").Decode(&allowed); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("../lambda/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	document, err := grant.Parse("grants.yaml", text)
	if err != nil {
		t.Fatal(err)
	}
	var needed struct{ Statement []struct{ Action string } }
	if err := json.NewDecoder(bytes.NewReader(document.ExecutionRolePolicy())).Decode(&needed); err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, s := range needed.Statement {
		actions = append(actions, s.Action)
	}
	slices.Sort(actions)
	slices.Sort(allowed)
	if !slices.Equal(actions, allowed) {
		t.Errorf("the template allows %v, the grants need %v", allowed, actions)
	}
}

// Nobody reaches the function but through its URL, and signed.
func TestPermissionsOfTheTemplate(t *testing.T) {
	node := readTemplate(t)
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
