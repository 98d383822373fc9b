package vend

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"karikagi/internal/grant"
)

// row is a row of the table of the audit record in docs/architecture.md.
type row struct{ kind, part string }

// recordTable reads that table.
func recordTable(t *testing.T) map[string]row {
	t.Helper()
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(text), "\n## The audit record\n")
	section, _, _ = strings.Cut(section, "\n## ")
	table := map[string]row{}
	for _, m := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (\\w+) \\|.*\\| (\\w+) \\|$").FindAllStringSubmatch(section, -1) {
		if _, twice := table[m[1]]; twice {
			t.Errorf("%s is in the table twice", m[1])
		}
		table[m[1]] = row{m[2], m[3]}
	}
	if rows := strings.Count(section, "\n| `"); rows != len(table) || rows < 20 {
		t.Fatalf("%d of %d rows are understood", len(table), rows)
	}
	return table
}

// The table lists the fields that a record can have, by their names.
func TestTheTableListsEveryField(t *testing.T) {
	var fields []string
	var collect func(reflect.Type)
	collect = func(of reflect.Type) {
		for field := range of.Fields() {
			if field.Anonymous {
				collect(field.Type)
			} else if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
				fields = append(fields, name)
			}
		}
	}
	collect(reflect.TypeFor[Record]())
	listed := slices.Sorted(maps.Keys(recordTable(t)))
	if slices.Sort(fields); !slices.Equal(fields, listed) {
		t.Errorf("docs/architecture.md lists\n%v\nand a record has\n%v", listed, fields)
	}
}

// words stands in everything that a caller can write.
const words = "CALLERSWORDS"

// grantsOfWords has a parameter that takes any name.
const grantsOfWords = `version: 1
grants:
  one:
    callers: [{user: "arn:aws:iam::123456789012:user/team/*"}]
    role_arn: arn:aws:iam::210987654321:role/data-reader
    external_id: karikagi-210987654321
    parameters: {part: {pattern: name, max_length: 32}}
    session_policy:
      Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::data/${parameter.part}/*"}]
    source_identity: "${caller.name}"
  other:
    callers: [{user: "arn:aws:iam::123456789012:user/team/*"}]
    role_arn: arn:aws:iam::210987654321:role/data-writer
    external_id: karikagi-210987654321
    full_role: true
  others:
    callers: [{user: "arn:aws:iam::999999999999:user/bob"}]
    role_arn: arn:aws:iam::210987654321:role/data-reader
    external_id: karikagi-210987654321
    full_role: true
`

// everyRecord is a record of each way in which a request of one caller can go.
func everyRecord(t *testing.T) (records []map[string]any) {
	t.Helper()
	document, err := grant.Parse("grants.yaml", []byte(grantsOfWords))
	if err != nil {
		t.Fatal(err)
	}
	call := alice()
	ask := func(o Options, method, target, body string) {
		var audit bytes.Buffer
		o.Audit, o.Function = &audit, "karikagi"
		o.Now = func() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) }
		call.UserAgent = words + "/" + method
		r := httptest.NewRequestWithContext(call.In(t.Context()), method, target, strings.NewReader(body))
		for _, name := range []string{"X-Forwarded-For", "X-Amz-Security-Token", "Authorization", "Accept", "Cookie", words} {
			r.Header.Set(name, words)
		}
		New(o).ServeHTTP(httptest.NewRecorder(), r)
		var record map[string]any
		if err := json.Unmarshal(audit.Bytes(), &record); err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	sound := Options{Grants: document, STS: &fakeSTS{}}
	for _, r := range [][3]string{
		{"GET", "/", ""}, {"GET", "/grants/one", ""}, {"GET", "/grants/" + words, ""}, {"GET", "/" + words, ""}, {"DELETE", "/", ""}, {words, "/grants/one", ""},
		{"GET", "/grants/one/credentials?part=" + words + "&reason=" + words, ""}, {"GET", "/grants/one/credentials?part=x&duration_seconds=900", ""},
		{"POST", "/grants/one/credentials", `{"parameters":{"part":"` + words + `"},"reason":"` + words + `","policy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::data/` + words + `/*"}]}}`},
		{"POST", "/grants/one/credentials", `{"` + words + `":1}`}, {"POST", "/grants/one/credentials", words}, {"GET", "/grants/one/credentials?" + words + "=1", ""},
		{"GET", "/grants/one/credentials?part=" + words + "%20x", ""}, {"GET", "/grants/others/credentials", ""}, {"GET", "/grants/other/credentials", ""},
		{"GET", "/grants/one/credentials?part=x&format=" + words, ""}, {"POST", "/grants/one/credentials", strings.Repeat(words, 2000)},
	} {
		ask(sound, r[0], r[1], r[2])
	}
	throttled := sound
	throttled.STS = &fakeSTS{err: refusal(http.StatusBadRequest, "Throttling", "Rate exceeded")}
	ask(throttled, "GET", "/grants/other/credentials", "")
	panics := sound
	panics.Grants = decisions{Grants: document, panics: words}
	ask(panics, "GET", "/grants/other/credentials", "")
	return records
}

// A record says what the table says: each field is of its type, the caller's
// words stand in those of words and in no other, and those of none are the same
// whatever is asked.
func TestTheTableSaysWhatIsWritten(t *testing.T) {
	table, first, repeats := recordTable(t), map[string]any{}, map[string]bool{}
	for _, record := range everyRecord(t) {
		for name, value := range record {
			r, ok := table[name]
			if !ok {
				t.Errorf("%s is written and not in the table", name)
			}
			if kind := kindOf(value); kind != r.kind {
				t.Errorf("%s is %s, and the table says %s", name, kind, r.kind)
			}
			text, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(text), words) {
				repeats[name] = true
				if r.part != "words" {
					t.Errorf("%s repeats what the caller sent: %s", name, text)
				}
			}
			if before, ok := first[name]; ok && r.part == "none" && !reflect.DeepEqual(before, value) {
				t.Errorf("%s is %v and %v by what the caller asks for", name, before, value)
			}
			first[name] = value
		}
	}
	for name, r := range table {
		if _, ok := first[name]; !ok {
			t.Errorf("%s is in no record", name)
		}
		if !slices.Contains([]string{"none", "choice", "words"}, r.part) || (r.part == "words") != repeats[name] {
			t.Errorf("%s: the caller's part is %q, and it repeats their words: %t", name, r.part, repeats[name])
		}
	}
}

// What the page says is never left out, is never.
func TestFieldsOfEveryRecord(t *testing.T) {
	for _, record := range everyRecord(t) {
		for _, name := range []string{"time", "request_id", "decision", "status", "grants_digest", "decide_latency", "sts_latency", "latency", "_aws", "vended", "denied", "throttled", "failed"} {
			if _, ok := record[name]; !ok {
				t.Errorf("no %s in %v", name, record)
			}
		}
	}
}

// kindOf is the JSON type of a value.
func kindOf(value any) string {
	switch value.(type) {
	case string:
		return "string"
	case float64:
		return "number"
	case map[string]any:
		return "object"
	}
	return "another"
}
