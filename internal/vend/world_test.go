package vend

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"karikagi/internal/grant"
)

const document = `version: 1
grants:
  team-data:
    description: Read one team's part of the data.
    callers:
      - user: arn:aws:iam::123456789012:user/team/*
      - role: arn:aws:iam::123456789012:role/Developer
    role_arn: arn:aws:iam::210987654321:role/data-reader
    external_id: karikagi-210987654321
    duration: {default: 15m, max: 1h}
    parameters:
      team: {enum: [blue, green]}
    session_policy:
      Statement:
        - {Effect: Allow, Action: "s3:GetObject", Resource: "arn:aws:s3:::data/${parameter.team}/*"}
    tags: {caller: "${caller.name}"}
    transitive_tag_keys: [caller]
    source_identity: "${caller.name}"
  others:
    callers:
      - user: arn:aws:iam::999999999999:user/bob
    role_arn: arn:aws:iam::210987654321:role/others
    external_id: karikagi-210987654321
    full_role: true
  with-reason:
    callers:
      - user: arn:aws:iam::123456789012:user/team/*
    require: {reason: true}
    role_arn: arn:aws:iam::210987654321:role/others
    external_id: karikagi-210987654321
    full_role: true
`

// alice is a call of a user with a path.
func alice() Call {
	return Call{RequestID: "the-request", URLID: "abcdefghij", RequestIDCheck: "same", ARN: "arn:aws:iam::123456789012:user/team/alice",
		AccountID: "123456789012", UserID: "AIDAEXAMPLE", AccessKeyID: "AKIAEXAMPLE", OrgID: "o-exampleorg1", SourceIP: "203.0.113.7", UserAgent: "test/1"}
}

// fakeSTS answers with what a test wants, and keeps what it was asked.
type fakeSTS struct {
	inputs []*sts.AssumeRoleInput
	err    error
	change func(*sts.AssumeRoleOutput) // of the answer, if not nil
}

func (f *fakeSTS) AssumeRole(_ context.Context, in *sts.AssumeRoleInput, _ ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	f.inputs = append(f.inputs, in)
	if f.err != nil {
		return nil, f.err
	}
	out := &sts.AssumeRoleOutput{
		AssumedRoleUser: &types.AssumedRoleUser{Arn: aws.String("arn:aws:sts::210987654321:assumed-role/data-reader/" + *in.RoleSessionName),
			AssumedRoleId: aws.String("AROAEXAMPLE:" + *in.RoleSessionName)},
		Credentials: &types.Credentials{AccessKeyId: aws.String("ASIAEXAMPLE"), SecretAccessKey: aws.String("the-secret/+="),
			SessionToken: aws.String("the-token=="), Expiration: aws.Time(time.Date(2026, 3, 4, 5, 21, 7, 0, time.UTC))},
		PackedPolicySize: aws.Int32(6),
	}
	awsmiddleware.SetRequestIDMetadata(&out.ResultMetadata, "the-sts-request")
	if f.change != nil {
		f.change(out)
	}
	return out, nil
}

// world is a handler with all that is around it.
type world struct {
	t       *testing.T
	options Options
	sts     *fakeSTS
	audit   bytes.Buffer
	expired int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d, err := grant.Parse("grants.yaml", []byte(document))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, sts: &fakeSTS{}}
	ticks := 0
	w.options = Options{
		Grants: d, STS: w.sts, Region: "us-east-1", Audit: &w.audit, Function: "karikagi", Expired: func() { w.expired++ },
		Now: func() time.Time { // each look at the clock takes a millisecond
			ticks++
			return time.Date(2026, 3, 4, 5, 6, 7, ticks*1e6, time.UTC)
		},
	}
	return w
}

// sent is the head of an answer.
type sent struct {
	StatusCode int
	Header     http.Header
}

// ask sends a request and gives the answer, and the one record of it.
func (w *world) ask(c Call, method, target, body string, headers ...string) (sent, string, Record) {
	w.t.Helper()
	r := httptest.NewRequestWithContext(c.In(w.t.Context()), method, target, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	New(w.options).ServeHTTP(answer, r)
	line := w.audit.String()
	w.audit.Reset()
	var record Record
	decoder := json.NewDecoder(strings.NewReader(line))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&record); err != nil || strings.Count(line, "\n") != 1 {
		w.t.Fatalf("%s %s: want one line of record: %v\n%s", method, target, err, line)
	}
	for _, secret := range []string{"the-secret", "the-token"} {
		if strings.Contains(line, secret) {
			w.t.Errorf("%s %s: a secret is in the record: %s", method, target, line)
		}
	}
	head := sent{answer.Code, answer.Header()}
	w.check(head, answer.Body.String(), record)
	return head, answer.Body.String(), record
}

// check holds for every answer: nobody may keep it or guess at it, and what is
// no product says why in the one form.
func (w *world) check(r sent, body string, record Record) {
	w.t.Helper()
	h := r.Header
	if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Access-Control-Allow-Origin") != "" || h.Get("Content-Type") == "" {
		w.t.Errorf("headers %v", h)
	}
	if record.Status != r.StatusCode || record.RequestID != "the-request" {
		w.t.Errorf("the record says %d of %q, the answer %d", record.Status, record.RequestID, r.StatusCode)
	}
	if r.StatusCode == 200 {
		return
	}
	var e map[string]string
	if err := json.Unmarshal([]byte(body), &e); err != nil || len(e) != 3 || e["code"] != string(record.Code) || e["requestId"] != "the-request" || e["message"] == "" {
		w.t.Errorf("%d with %s, %v", r.StatusCode, body, err)
	}
	for _, ours := range []string{"210987654321", "data-reader", "karikagi-2", "the-secret", "the-token", "grants.yaml"} {
		if strings.Contains(body, ours) {
			w.t.Errorf("%q is told to a caller: %s", ours, body)
		}
	}
}
