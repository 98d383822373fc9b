package main

import (
	"fmt"
	"strings"
)

// functionTags are the Makefile's for the function: lambda.norpc leaves out a
// protocol of a retired runtime.
const functionTags = "lambda.norpc,nethttpomithttp2"

// functionTargets are the machines that Lambda has.
func functionTargets() []target { return []target{"linux/arm64", "linux/amd64"} }

// functionFile is the name under which the function for a target is published.
func functionFile(t target) string {
	_, goarch := t.platform()
	return "karikagi_function_" + goarch + ".zip"
}

// function is what somebody without Go needs to deploy it: the template, beside
// the folder that becomes the code, in which the grants are theirs to write.
func function(source string, bootstrap []byte, t target) ([]entry, error) {
	entries := []entry{{"function/bootstrap", 0o755, bootstrap}}
	for name, path := range map[string]string{
		"function/grants.yaml": "lambda/grants.yaml",
		"grants.schema.json":   "lambda/grants.schema.json",
		"downstream-role.yaml": "deploy/downstream-role.yaml",
		"template.yaml":        "template.yaml",
		"LICENSE":              "LICENSE",
	} {
		e, err := fileEntry(name, 0o644, source, path)
		if err != nil {
			return nil, err
		}
		if name == "template.yaml" {
			text, err := builtTemplate(string(e.data), t)
			if err != nil {
				return nil, err
			}
			e.data = []byte(text)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// builtTemplate is the template for a function that is built already: `sam
// deploy` takes it without `sam build`.
func builtTemplate(text string, t target) (string, error) {
	machines := map[target]string{"linux/arm64": "arm64", "linux/amd64": "x86_64"}
	for _, edit := range [][2]string{
		{"    Metadata:\n      BuildMethod: makefile\n", ""},
		{"      CodeUri: .\n", "      CodeUri: function\n"},
		{"      Architectures: [arm64]\n", "      Architectures: [" + machines[t] + "]\n"},
	} {
		if strings.Count(text, edit[0]) != 1 {
			return "", fmt.Errorf("template.yaml: want %q once: the release changes it", strings.TrimSpace(edit[0]))
		}
		text = strings.Replace(text, edit[0], edit[1], 1)
	}
	return strings.ReplaceAll(text, "lambda/grants.yaml", "function/grants.yaml"), nil
}
