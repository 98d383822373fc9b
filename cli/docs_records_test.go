package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// readText is a file of the checkout.
func readText(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// part is a section of a page, from its heading to the next of its level.
func part(t *testing.T, file, heading string) string {
	t.Helper()
	_, text, ok := strings.Cut(readText(t, file), "\n## "+heading+"\n")
	if !ok {
		t.Fatalf("%s has no section %s", file, heading)
	}
	text, _, _ = strings.Cut(text, "\n## ")
	return text
}

// recordFields are the fields of the audit record, from the table that
// internal/vend's tests compare with what is written.
func recordFields(t *testing.T) map[string]bool {
	t.Helper()
	fields := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\|").FindAllStringSubmatch(part(t, "../docs/architecture.md", "The audit record"), -1) {
		fields[m[1]] = true
	}
	if len(fields) < 30 {
		t.Fatalf("the premise is gone: fields %v", fields)
	}
	return fields
}

// cloudTrailFields are CloudTrail's fields as docs/operations.md names them, and
// no others.
func cloudTrailFields(t *testing.T, record map[string]bool) map[string]bool {
	t.Helper()
	text, _, _ := strings.Cut(part(t, "../docs/operations.md", "Joined to CloudTrail"), "\n###")
	fields := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| `([\\w.]+)` \\|").FindAllStringSubmatch(text, -1) {
		if fields[m[2]] = true; !record[m[1]] {
			t.Errorf("the records have no field %s to join by", m[1])
		}
	}
	_, besides, _ := strings.Cut(text, "The queries use, besides, ")
	besides, _, _ = strings.Cut(besides, ". An ")
	for _, m := range regexp.MustCompile("`([\\w.]+)`").FindAllStringSubmatch(besides, -1) {
		fields[m[1]] = true
	}
	if len(fields) != 14 {
		t.Fatalf("%d fields of CloudTrail: %v", len(fields), slices.Sorted(maps.Keys(fields)))
	}
	// They are AWS's words: what is no field of an event that AWS shows in its
	// documents is a slip of ours.
	for field := range fields {
		if first, _, _ := strings.Cut(field, "."); !slices.Contains([]string{"userIdentity", "responseElements", "requestParameters", "requestID",
			"eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress", "errorCode"}, first) {
			t.Errorf("CloudTrail has no %s", first)
		}
	}
	return fields
}

// platformFields are of lines in the function's log that are no records: the
// function's last words, and Lambda's report (Lambda developer guide, "Telemetry
// API Event schema reference", platform.report).
func platformFields() []string {
	return []string{"level", "message", "type", "record.metrics.billedDurationMs"}
}

// Every field that a query names is one of the record or of CloudTrail.
func TestQueriesNameWhatThereIs(t *testing.T) {
	record := recordFields(t)
	trail := cloudTrailFields(t, record)
	insights, sql := 0, 0
	for _, b := range blocks(t, "../docs/operations.md") {
		switch b.language {
		case "insights":
			insights++
			for _, name := range insightsFields(b.text) {
				first, _, _ := strings.Cut(name, ".")
				if !record[name] && !trail[name] && first != "parameters" && !slices.Contains(platformFields(), name) {
					t.Errorf("%s is a field of nothing:\n%s", name, b.text)
				}
			}
		case "sql":
			sql++
			checkSQL(t, b.text, record, trail)
		}
	}
	if insights < 10 || sql < 5 {
		t.Errorf("%d queries for Logs Insights and %d for Athena", insights, sql)
	}
}

// insightsFields are the words of a query that are neither texts, nor words of
// the language, nor names that the query itself gives.
func insightsFields(query string) (fields []string) {
	query = regexp.MustCompile(`"[^"]*"`).ReplaceAllString(query, "")
	language := strings.Fields("filter fields stats sort limit by as and or not asc desc count pct avg max sum bin coalesce ispresent strlen m s")
	for _, m := range regexp.MustCompile(`\bas (\w+)`).FindAllStringSubmatch(query, -1) {
		language = append(language, m[1])
	}
	for _, word := range regexp.MustCompile(`@?[A-Za-z_][\w.]*`).FindAllString(query, -1) {
		if !slices.Contains(language, word) && !strings.HasPrefix(word, "@") {
			fields = append(fields, word)
		}
	}
	return fields
}

// viewColumns are the columns of the view of the page.
func viewColumns(t *testing.T) []string {
	t.Helper()
	_, view, _ := strings.Cut(readText(t, "../docs/operations.md"), "CREATE OR REPLACE VIEW karikagi_records AS\n")
	view, _, _ = strings.Cut(view, "```")
	var columns []string
	for _, m := range regexp.MustCompile(`AS (\w+)[,\n]`).FindAllStringSubmatch(view, -1) {
		columns = append(columns, m[1])
	}
	if len(columns) < 10 {
		t.Fatalf("the premise is gone: columns %v", columns)
	}
	return columns
}

// checkSQL checks the names of one statement. Athena's columns for CloudTrail
// are its fields in lower case, parameters and responses as JSON in a text.
func checkSQL(t *testing.T, text string, record, trail map[string]bool) {
	t.Helper()
	for _, m := range regexp.MustCompile(`json_extract_scalar\(([\w.]+), '\$\.([\w.]+)'\)`).FindAllStringSubmatch(text, -1) {
		ok := false
		switch m[1] {
		case "line":
			ok = record[m[2]]
		case "c.requestparameters":
			ok = trail["requestParameters."+m[2]]
		case "c.responseelements":
			ok = trail["responseElements."+m[2]]
		}
		if !ok {
			t.Errorf("%s has no %s:\n%s", m[1], m[2], text)
		}
	}
	columns := viewColumns(t)
	for _, m := range regexp.MustCompile(`\br\.(\w+)`).FindAllStringSubmatch(text, -1) {
		if !slices.Contains(columns, m[1]) {
			t.Errorf("the view has no %s:\n%s", m[1], text)
		}
	}
	lower := map[string]bool{"requestparameters": true, "responseelements": true}
	for field := range trail {
		lower[strings.ToLower(field)] = true
	}
	for _, m := range regexp.MustCompile(`\bc\.([\w.]+)`).FindAllStringSubmatch(text, -1) {
		if !lower[m[1]] {
			t.Errorf("CloudTrail's table has no %s:\n%s", m[1], text)
		}
	}
}
