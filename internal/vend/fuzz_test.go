package vend

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"karikagi/internal/api"
	"karikagi/internal/grant"
)

// Whatever is sent, there is one answer of the table and one record, nothing is
// vended that the document does not give, and no secret is where it must not be.
func FuzzServeHTTP(f *testing.F) {
	f.Add("GET", "/", "", "", "arn:aws:iam::123456789012:user/team/alice")
	f.Add("GET", ofTeamData, "team=blue&format=env", "", "arn:aws:iam::123456789012:user/team/alice")
	f.Add("POST", ofTeamData, "", `{"parameters":{"team":"green"},"duration_seconds":900}`, "arn:aws:sts::123456789012:assumed-role/Developer/alice")
	f.Add("POST", "/grants/others/credentials", "", `{"policy":{}}`, "arn:aws:iam::123456789012:root")
	f.Add("HEAD", "/grants/team-data", "a", "", "")
	d, err := grant.Parse("grants.yaml", []byte(document))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, method, path, query, body, arn string) {
		sts, audit := &fakeSTS{}, &strings.Builder{}
		c := alice()
		c.ARN = arn
		r := (&http.Request{Method: method, URL: &url.URL{Path: path, RawQuery: query}, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}).WithContext(c.In(t.Context()))
		answer := httptest.NewRecorder()
		New(Options{Grants: d, STS: sts, Audit: audit, Now: func() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) }}).ServeHTTP(answer, r)
		var record Record
		if err := json.Unmarshal([]byte(audit.String()), &record); err != nil || strings.Contains(audit.String(), "the-secret") || record.Rule == "panic" || record.Failed != 0 {
			t.Fatalf("%v: %s", err, audit)
		}
		if answer.Code == 200 {
			if vended := strings.Contains(answer.Body.String(), "the-secret"); vended != (len(sts.inputs) == 1) || vended != (record.Vended == 1) {
				t.Fatalf("%d calls of STS, %+v", len(sts.inputs), record)
			}
			return
		}
		var e api.Error
		if err := json.Unmarshal(answer.Body.Bytes(), &e); err != nil || e.Code.Status() != answer.Code || len(sts.inputs) != 0 || strings.Contains(answer.Body.String(), "the-secret") {
			t.Fatalf("%v: %d %s", err, answer.Code, answer.Body)
		}
		if allowed := []int{400, 401, 403, 404, 405, 413}; !slices.Contains(allowed, answer.Code) {
			t.Fatalf("%d %s", answer.Code, answer.Body)
		}
	})
}
