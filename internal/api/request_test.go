package api

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseRequest(t *testing.T) {
	body := ` {"parameters":{"team":"blue","x":""},"duration_seconds":900,"reason":"é ok","policy":{"Statement":[]}} `
	got, err := ParseRequest([]byte(body))
	want := Request{Parameters: map[string]string{"team": "blue", "x": ""}, DurationSeconds: 900, Reason: "é ok", Policy: []byte(`{"Statement":[]}`)}
	if err != nil || !reflect.DeepEqual(got, want) || got.Duration() != 15*time.Minute {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := ParseRequest([]byte("{}")); err != nil || !reflect.DeepEqual(got, Request{}) {
		t.Errorf("%+v, %v", got, err)
	}
	again, err := want.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ParseRequest(again); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s is read back as %+v, %v", again, got, err)
	}
}

// What two readers could read differently is no request.
func TestParseRequestRefuses(t *testing.T) {
	for body, want := range map[string]string{
		``:                                      "want a JSON object",
		`null`:                                  "want a JSON object",
		`[]`:                                    "want a JSON object",
		`{`:                                     "does not end",
		`{"reason"`:                             "not JSON",
		`{"reason":"a",}`:                       "want a JSON object with keys",
		`{} {}`:                                 "nothing behind it",
		`{}x`:                                   "nothing behind it",
		`{"reason":"a","reason":"b"}`:           `key "reason" occurs twice`,
		`{"reason":"a","REASON":"b"}`:           `key "REASON" occurs twice`,
		`{"reason":"a","rea\u0073on":"b"}`:      `key "reason" occurs twice`,
		`{"Reason":"a"}`:                        `unknown key "Reason"`,
		`{"role_arn":"x"}`:                      `unknown key "role_arn"`,
		`{"reason":null}`:                       `"reason": want a string`,
		`{"reason":1}`:                          `"reason": want a string`,
		`{"reason":"a\nb"}`:                     "printable",
		`{"reason":"a\u202eb"}`:                 "printable",
		"{\"reason\":\"\xff\"}":                 "want UTF-8",
		`{"parameters":null}`:                   `"parameters": want a JSON object`,
		`{"parameters":[]}`:                     `"parameters": want a JSON object`,
		`{"parameters":{"a":1}}`:                `"parameters": "a": want a string`,
		`{"parameters":{"a":null}}`:             `"parameters": "a": want a string`,
		`{"parameters":{"a":"1","A":"2"}}`:      `"parameters": key "A" occurs twice`,
		`{"parameters":{"k":"1","\u212a":"2"}}`: "occurs twice", // the Kelvin sign folds to k
		`{"duration_seconds":"900"}`:            `"duration_seconds": want an integer`,
		`{"duration_seconds":9e2}`:              `"duration_seconds": want an integer`,
		`{"duration_seconds":900.0}`:            `"duration_seconds": want an integer`,
		`{"duration_seconds":99999999999}`:      `"duration_seconds": want an integer`,
		`{"duration_seconds":899}`:              "want 900 to 43200",
		`{"duration_seconds":43201}`:            "want 900 to 43200",
		`{"duration_seconds":0}`:                "want 900 to 43200",
		`{"duration_seconds":null}`:             "want an integer",
		`{"policy":"{}"}`:                       `"policy": want a JSON object`,
		`{"policy":null}`:                       `"policy": want a JSON object`,
		`{"reason":"` + strings.Repeat("é", 257) + `"}`: "at most 256",
	} {
		got, err := ParseRequest([]byte(body))
		if err == nil || !strings.Contains(err.Error(), want) || !reflect.DeepEqual(got, Request{}) {
			t.Errorf("%s: %+v, %v; want an error with %s", body, got, err, want)
		}
	}
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `,"k%d":""`, i)
		}
		return `{"parameters":{` + b.String()[1:] + `}}`
	}
	if _, err := ParseRequest([]byte(many(101))); err == nil || !strings.Contains(err.Error(), "more than 100 keys") {
		t.Errorf("101 keys: %v", err)
	}
	for _, body := range []string{many(100), `{"duration_seconds":900}`, `{"duration_seconds":43200}`, `{"reason":"` + strings.Repeat("é", 256) + `"}`} {
		if _, err := ParseRequest([]byte(body)); err != nil {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestParseQuery(t *testing.T) {
	got, err := ParseQuery("duration_seconds=900&format=env&reason=a+b%2Bc&team=blue&empty=")
	want := Query{Format: "env", Request: Request{Parameters: map[string]string{"team": "blue", "empty": ""}, DurationSeconds: 900, Reason: "a b+c"}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	for query, want := range map[string]string{
		"team=a&team=b": `key "team" occurs twice`, "team=a&Team=b": "occurs twice", "format=env&format=env": "occurs twice", "a=1&%61=2": "occurs twice",
		"a;b": "not one of keys and values", "%zz=1": "not one of keys and values", "a=%ff": "not UTF-8", "%ff=a": "not UTF-8",
		"policy={}": "body of a POST", "parameters=x": "body of a POST", "duration_seconds=": "want an integer", "duration_seconds=1": "want 900",
		"duration_seconds=+900": "want an integer", "reason=%0a": "printable", manyKeys(101): "more than 100 query keys", manyKeys(20_000): "",
	} {
		if got, err := ParseQuery(query); err == nil || !strings.Contains(err.Error(), want) || !reflect.DeepEqual(got, Query{}) {
			t.Errorf("%s: %+v, %v; want an error with %s", query, got, err, want)
		}
	}
}

// manyKeys is a query of n keys.
func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "k%d&", i)
	}
	return b.String()
}

// Each key is compared with all others, so there are few.
func TestParseQueryTakesFewKeys(t *testing.T) {
	if q, err := ParseQuery(manyKeys(100)); err != nil || len(q.Parameters) != 100 {
		t.Errorf("%d parameters, %v", len(q.Parameters), err)
	}
}

// An error repeats what was sent only escaped and bounded.
func TestErrorsQuoteLittle(t *testing.T) {
	key := strings.Repeat("k\x1b", 5000)
	for _, body := range []string{`{"` + strings.ReplaceAll(key, "\x1b", `\u001b`) + `":1}`, `{"parameters":{"` + strings.ReplaceAll(key, "\x1b", `\u001b`) + `":1}}`} {
		_, err := ParseRequest([]byte(body))
		if err == nil || len(err.Error()) > 400 || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%v", err)
		}
	}
}

func FuzzParseRequest(f *testing.F) {
	for _, body := range []string{`{}`, `{"parameters":{"a":"b"},"duration_seconds":900,"reason":"r","policy":{"a":[1]}}`, `{"reason":"a","REASON":"b"}`, `{} {}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := ParseRequest(body)
		if err != nil {
			if len(err.Error()) > 1000 {
				t.Fatalf("%d bytes of error", len(err.Error()))
			}
			return
		}
		again, err := r.Marshal()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseRequest(again)
		if err != nil || back.Reason != r.Reason || back.DurationSeconds != r.DurationSeconds || len(back.Parameters) != len(r.Parameters) {
			t.Fatalf("%s: %+v is written %s, which reads %+v, %v", body, r, again, back, err)
		}
	})
}

func FuzzParseQuery(f *testing.F) {
	for _, query := range []string{"", "team=blue&format=env", "a=1&A=2", "%zz", "a;b"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		q, err := ParseQuery(query)
		if err != nil {
			return
		}
		for _, taken := range []string{"format", "reason", "duration_seconds", "policy", "parameters"} {
			if _, ok := q.Parameters[taken]; ok {
				t.Fatalf("%q: %s is taken for a parameter", query, taken)
			}
		}
	})
}
