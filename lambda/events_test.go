package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/rogpeppe/go-internal/txtar"

	"karikagi/internal/functionurl"
	"karikagi/internal/vend"
)

// canary marks every secret of these tests, those in headers too.
const canary = "CANARY"

// fakeSTS gives the same session for every role.
type fakeSTS struct{ calls int }

func (f *fakeSTS) AssumeRole(_ context.Context, in *sts.AssumeRoleInput, _ ...func(*sts.Options)) (*sts.AssumeRoleOutput, error) {
	f.calls++
	role := (*in.RoleArn)[strings.LastIndex(*in.RoleArn, "/")+1:]
	out := &sts.AssumeRoleOutput{
		AssumedRoleUser: &types.AssumedRoleUser{Arn: aws.String("arn:aws:sts::210987654321:assumed-role/" + role + "/" + *in.RoleSessionName), AssumedRoleId: aws.String("AROAEXAMPLE:" + *in.RoleSessionName)},
		Credentials: &types.Credentials{AccessKeyId: aws.String("ASIAEXAMPLEVENDED"), SecretAccessKey: aws.String(canary + "/secret+access+key"),
			SessionToken: aws.String(canary + "/session+token=="), Expiration: aws.Time(time.Date(2026, 3, 4, 5, 21, 7, 0, time.UTC))},
		PackedPolicySize: aws.Int32(9),
	}
	awsmiddleware.SetRequestIDMetadata(&out.ResultMetadata, "the-sts-request")
	return out, nil
}

// newFunction is the function with a fake STS and a clock that stands still.
func newFunction(t testing.TB, x functionurl.Expectation, audit io.Writer) (*function, *fakeSTS) {
	t.Helper()
	grants, err := loadGrants("testdata/grants.yaml")
	if err != nil {
		t.Fatal(err)
	}
	client := &fakeSTS{}
	return &function{expectation: x, log: io.Discard, exit: func(int) {}, handler: vend.New(vend.Options{
		Grants: grants, STS: client, Region: "us-east-1", Audit: audit, Function: "karikagi",
		Now: func() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC) },
	})}, client
}

const requestID = "01234567-89ab-cdef-0123-456789abcdef"

// Events as bytes in, responses and records as bytes out. UPDATE=1 rewrites what
// is expected; read the difference.
func TestEvents(t *testing.T) {
	files, err := filepath.Glob("testdata/events/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d events, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil || len(archive.Files) != 3 {
				t.Fatalf("%v", err)
			}
			var audit bytes.Buffer
			response := send(t, archive, &audit)
			if os.Getenv("UPDATE") != "" {
				archive.Files[1].Data, archive.Files[2].Data = slices.Concat(response, []byte{'\n'}), audit.Bytes()
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if want := strings.TrimSuffix(string(archive.Files[1].Data), "\n"); string(response) != want {
				t.Errorf("answered %s\nwant     %s", response, want)
			}
			if want := string(archive.Files[2].Data); audit.String() != want {
				t.Errorf("recorded %swant     %s", audit.String(), want)
			}
			checkCanary(t, string(archive.Files[0].Data), string(response), audit.String())
		})
	}
}

// send invokes the function as the head of the archive says.
func send(t *testing.T, archive *txtar.Archive, audit io.Writer) []byte {
	t.Helper()
	x := functionurl.Expectation{Region: "us-east-1", RequestIDCheck: functionurl.Report}
	lc := lambdacontext.LambdaContext{AwsRequestID: requestID}
	for line := range strings.Lines(string(archive.Comment)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		var err error
		switch name {
		case "url":
			x.Host, err = hostOf(value)
		case "check":
			x.RequestIDCheck, err = functionurl.ParseRequestIDCheck(value)
		case "invocation":
			lc.AwsRequestID = value
		case "context":
			err = json.Unmarshal([]byte(value), &lc.ClientContext)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	f, _ := newFunction(t, x, audit)
	reader, err := f.invoke(lambdacontext.NewContext(t.Context(), &lc), archive.Files[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	response, err := io.ReadAll(reader)
	if err != nil {
		t.Fatal(err)
	}
	return response
}

// checkCanary wants the secrets that STS gave in the product and nowhere else,
// and the caller's own token nowhere at all.
func checkCanary(t *testing.T, event, response, record string) {
	t.Helper()
	if strings.Contains(record, canary) {
		t.Errorf("a secret is in the record: %s", record)
	}
	marks := strings.Count(response, canary)
	switch vended := strings.Contains(record, `"vended":1`); {
	case vended && marks < 2, !vended && marks != 0:
		t.Errorf("%d marked secrets in %s", marks, response)
	case strings.Contains(event, "detail-type"):
	case !strings.Contains(event, canary) || strings.Contains(response, "of-the-caller"):
		t.Errorf("the caller's token is not in the event, or is in the answer: %s", response)
	}
}

// Another's grant and one that does not exist are told apart by nobody.
func TestDenialsAreAlike(t *testing.T) {
	bodies := map[string][]string{}
	for _, name := range []string{"one-grant-of-others", "no-such-grant", "assumed-role-others-grant", "user-denied-by-name", "source-address", "root"} {
		archive, err := txtar.ParseFile("testdata/events/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		body := string(send(t, archive, io.Discard))
		bodies[body] = append(bodies[body], name)
	}
	if len(bodies) != 1 {
		t.Errorf("%v", bodies)
	}
}

// Whatever arrives, one response goes back and one record is written, and
// nothing is vended for an event that is not the URL's.
func FuzzInvoke(f *testing.F) {
	files, err := filepath.Glob("testdata/events/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(archive.Files[0].Data)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var audit, log bytes.Buffer
		fn, client := newFunction(t, functionurl.Expectation{Region: "us-east-1", RequestIDCheck: functionurl.Enforce}, &audit)
		fn.log = &log
		reader, err := fn.invoke(lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: requestID}), raw)
		if err != nil {
			t.Fatal(err)
		}
		response, err := io.ReadAll(reader)
		if err != nil || log.Len() != 0 {
			t.Fatalf("%v %s", err, log.String())
		}
		var r functionurl.Response
		if err := json.Unmarshal(response, &r); err != nil || r.StatusCode < 200 || r.StatusCode > 599 || r.StatusCode == 500 {
			t.Fatalf("%v %s", err, response)
		}
		if bytes.Count(audit.Bytes(), []byte("\n")) != 1 || strings.Contains(audit.String(), canary+"/") {
			t.Fatalf("%s", audit.String())
		}
		if vended := strings.Contains(string(response), canary+"/"); vended != (client.calls == 1) || vended && !strings.Contains(string(raw), requestID) && !strings.Contains(string(raw), `\u`) {
			t.Fatalf("%d calls of STS for %s", client.calls, response)
		}
	})
}
