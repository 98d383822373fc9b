package caller

import (
	"slices"
	"testing"
)

func TestPartitions(t *testing.T) {
	homes := map[string]string{
		"aws":        "us-east-1",
		"aws-cn":     "cn-north-1",
		"aws-us-gov": "us-gov-west-1",
		"aws-eusc":   "eusc-de-east-1",
		"aws-iso":    "us-iso-east-1",
		"aws-iso-b":  "us-isob-east-1",
		"aws-iso-e":  "eu-isoe-west-1",
		"aws-iso-f":  "us-isof-south-1",
	}
	got := Partitions()
	if len(got) != len(homes) || got[0] != "aws" {
		t.Errorf("Partitions() = %q: want %d, aws first", got, len(homes))
	}
	for _, p := range got {
		if home := DefaultRegion(p); home == "" || home != homes[p] {
			t.Errorf("DefaultRegion(%q) = %q, want %q", p, home, homes[p])
		}
		if back := PartitionOfRegion(DefaultRegion(p)); back != p {
			t.Errorf("the default Region of %q lies in %q", p, back)
		}
	}
	got[0] = "changed"
	if slices.Contains(Partitions(), "changed") {
		t.Error("Partitions() hands out its own table")
	}
	if home := DefaultRegion("aws-mars"); home != "" {
		t.Errorf("DefaultRegion(aws-mars) = %q", home)
	}
}

func TestPartitionOfRegion(t *testing.T) {
	for region, want := range map[string]string{
		"us-east-1":      "aws",
		"us-west-2":      "aws",
		"eu-central-2":   "aws",
		"ap-northeast-1": "aws",
		"ap-southeast-7": "aws",
		"sa-east-1":      "aws",
		"ca-west-1":      "aws",
		"me-south-1":     "aws",
		"af-south-1":     "aws",
		"il-central-1":   "aws",
		"mx-central-1":   "aws",
		"eu-future-17":   "aws", // a Region that does not exist yet
		"cn-north-1":     "aws-cn",
		"cn-northwest-1": "aws-cn",
		"us-gov-east-1":  "aws-us-gov",
		"eusc-de-east-1": "aws-eusc",
		"us-iso-west-1":  "aws-iso",
		"us-isob-west-1": "aws-iso-b",
		"eu-isoe-west-1": "aws-iso-e",
		"us-isof-east-1": "aws-iso-f",

		"":                     "",
		"us":                   "",
		"us-":                  "",
		"us-east":              "",
		"us-east-":             "",
		"us--1":                "",
		"us-east-1a":           "", // a zone
		"us-east-1-bos-1":      "",
		"us-east-1\n":          "",
		"\tus-east-1":          "",
		"US-EAST-1":            "",
		"us-e.st-1":            "",
		"us-\u00e9st-1":        "",
		"us-east-\u0661":       "",
		"xx-east-1":            "",
		"us-iso-iso-east-1":    "",
		"eusc-fr-east-1":       "",
		"eusc-de-1":            "",
		"us-east-1.evil.test/": "",
	} {
		if got := PartitionOfRegion(region); got != want {
			t.Errorf("PartitionOfRegion(%q) = %q, want %q", region, got, want)
		}
	}
}
