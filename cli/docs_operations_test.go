package main

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// The alarms of the page are the template's.
func TestAlarmsOfTheDocument(t *testing.T) {
	var listed, made []string
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| `([\\w/]+)` `(\\w+)` \\|").FindAllStringSubmatch(part(t, "../docs/operations.md", "Alarms"), -1) {
		listed = append(listed, m[1]+" "+m[2]+" "+m[3])
	}
	resources := path(t, readTemplate(t, "../template.yaml"), "Resources")
	for i := 0; i+1 < len(resources.Content); i += 2 {
		if alarm := resources.Content[i+1]; path(t, alarm, "Type").Value == "AWS::CloudWatch::Alarm" {
			p := path(t, alarm, "Properties")
			made = append(made, resources.Content[i].Value+" "+path(t, p, "Namespace").Value+" "+path(t, p, "MetricName").Value)
		}
	}
	slices.Sort(listed)
	slices.Sort(made)
	if !slices.Equal(listed, made) {
		t.Errorf("docs/operations.md lists %q, and template.yaml makes %q", listed, made)
	}
}

// What a million sessions cost is worked out from the template's memory, from
// records as they are written, and from the time that docs/performance.md has.
func TestQuantitiesOfTheCosts(t *testing.T) {
	text := part(t, "../docs/operations.md", "What a million sessions cost")
	want := func(what string) {
		t.Helper()
		if !strings.Contains(text, what) {
			t.Errorf("the section does not say %q", what)
		}
	}
	memory, err := strconv.Atoi(path(t, readTemplate(t, "../template.yaml"), "Resources", "KarikagiFunction", "Properties", "MemorySize").Value)
	if err != nil {
		t.Fatal(err)
	}
	want(fmt.Sprintf("%d MB are %.2f GB", memory, float64(memory)/1024))
	own := regexp.MustCompile(`(?m)^\| warm request.*\n.*\n\| the function \| ([0-9.]+) ms`).FindStringSubmatch(readText(t, "../docs/performance.md"))
	start := regexp.MustCompile(`(?m)^\| the function, 1 grant \| ([0-9.]+) ms`).FindStringSubmatch(readText(t, "../docs/performance.md"))
	if own == nil || start == nil {
		t.Fatal("the premise is gone: no times in docs/performance.md")
	}
	want("measured as " + own[1] + " ms")
	ms, _ := strconv.ParseFloat(own[1], 64)
	d := math.Ceil(ms + 20)
	gbSeconds := strconv.FormatFloat(d*float64(memory)/1024*1000, 'f', 0, 64)
	want(fmt.Sprintf("d is %.0f, which makes %s,%s GB-seconds", d, gbSeconds[:len(gbSeconds)-3], gbSeconds[len(gbSeconds)-3:]))
	compute, log, standing := d*float64(memory)/1024*1000*0.0000133334, 1.43*0.50, 6*0.30+3*0.10
	want(fmt.Sprintf("0.20 + %.3f + %.3f + %.2f = $%.2f", compute, log, standing, 0.20+compute+log+standing))
	init, _ := strconv.ParseFloat(start[1], 64)
	want(fmt.Sprintf("%s ÷ 1,000 × 1,000 = %.1f GB-seconds", start[1], init*float64(memory)/1024))
	directive := regexp.MustCompile(`"Metrics":\[(.*?)\]`).FindStringSubmatch(readText(t, "../lambda/testdata/events/user-with-path.txtar"))
	if directive == nil {
		t.Fatal("the premise is gone: no metrics in a record")
	}
	want(fmt.Sprintf("| metrics | %d ", strings.Count(directive[1], `"Name"`)))
	want(fmt.Sprintf("| alarms | %d ", strings.Count(readText(t, "../template.yaml"), "Type: AWS::CloudWatch::Alarm")))
	said := regexp.MustCompile(`about ([0-9,]+) bytes: ([0-9.]+) GB`).FindStringSubmatch(text)
	if said == nil {
		t.Fatal("no size of a record")
	}
	bytes, _ := strconv.ParseFloat(strings.ReplaceAll(said[1], ",", ""), 64)
	if size := vendedRecord(t); math.Abs(bytes/size-1) > 0.1 || said[2] != fmt.Sprintf("%.2f", bytes/1000) {
		t.Errorf("a record of a vended session has %.0f bytes, and the page says %s and %s GB", size, said[1], said[2])
	}
}

// vendedRecord is the mean size of the records of sessions in the function's
// own tests.
func vendedRecord(t *testing.T) float64 {
	t.Helper()
	files, err := filepath.Glob("../lambda/testdata/events/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	sum, n := 0, 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if record := archive.Files[2].Data; strings.Contains(string(record), `"vended":1`) {
			sum, n = sum+len(record), n+1
		}
	}
	if n < 5 {
		t.Fatalf("%d records", n)
	}
	return float64(sum) / float64(n)
}

// The commands that need an AWS account are at least commands: the AWS CLI takes
// their words and values, and asks nobody.
func TestCommandsForAWS(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil {
		t.Skip("the AWS CLI is not installed")
	}
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "deploy"), os.DirFS("../deploy")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "revoke.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, file := range []string{"../docs/operations.md", "../docs/security.md"} {
		for _, b := range blocks(t, file) {
			if b.language != "sh" || !strings.HasPrefix(b.proof, "needs an AWS account: ") {
				continue
			}
			for line := range strings.Lines(strings.ReplaceAll(b.text, "\\\n", " ")) {
				line, _, _ = strings.Cut(strings.TrimSpace(line), "   #")
				if !strings.HasPrefix(line, "aws ") {
					if line != "sam deploy" {
						t.Errorf("%s: nothing checks %q", file, line)
					}
					continue
				}
				tried++
				command := exec.CommandContext(t.Context(), "sh", "-c", line+" --generate-cli-skeleton output")
				command.Dir = folder
				command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "AWS_DEFAULT_REGION=us-east-1",
					"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull, "AWS_EC2_METADATA_DISABLED=true"}
				if out, err := command.CombinedOutput(); err != nil {
					t.Errorf("%s: %s\n%v\n%s", file, line, err, out)
				}
			}
		}
	}
	if tried < 5 {
		t.Errorf("%d commands", tried)
	}
	parameters := path(t, readTemplate(t, "../deploy/downstream-role.yaml"), "Parameters")
	for _, m := range regexp.MustCompile(`ParameterKey=(\w+)`).FindAllStringSubmatch(readText(t, "../docs/operations.md"), -1) {
		path(t, parameters, m[1]) // fails where there is none
	}
}

// Parameters, outputs and resources that the pages name are those of the
// templates. The other names like theirs are AWS's and the function's own codes.
func TestNamesOfTheTemplates(t *testing.T) {
	others := strings.Fields("AccessDenied AssumeRole DownstreamRefused Errors ExpiredToken Host InternalError Throttled Throttles Unauthenticated Unavailable InvokedViaFunctionUrl")
	templates := readText(t, "../template.yaml") + readText(t, "../deploy/downstream-role.yaml")
	found := 0
	for _, page := range []string{"../docs/operations.md", "../docs/security.md", "../docs/architecture.md"} {
		for _, name := range spans(readText(t, page)) {
			if !regexp.MustCompile(`^([A-Z][a-z]+)+$`).MatchString(name) || slices.Contains(others, name) {
				continue
			}
			if found++; !strings.Contains(templates, "\n  "+name+":\n") {
				t.Errorf("%s: no template has %s", page, name)
			}
		}
	}
	if found < 10 {
		t.Errorf("%d names", found)
	}
}
