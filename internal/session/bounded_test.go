package session

import (
	"errors"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"
)

// flood answers with more than any memory holds, and counts what is taken of it.
type flood struct{ read int }

func (f *flood) Read(p []byte) (int, error) {
	f.read += len(p)
	return len(p), nil
}

func (f *flood) Close() error { return nil }

func (f *flood) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: f}, nil
}

// Whoever answers cannot fill our memory, neither by the client that is wrapped
// nor by the option that bounds every client of a configuration.
func TestAnswersAreBounded(t *testing.T) {
	for name, bound := range map[string]func(aws.HTTPClient, *sts.Options){
		"the client": func(c aws.HTTPClient, o *sts.Options) { o.HTTPClient = Bounded(c) },
		"the option": func(c aws.HTTPClient, o *sts.Options) {
			o.HTTPClient, o.APIOptions = c, []func(*middleware.Stack) error{BoundAnswers}
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := &flood{}
			o := sts.Options{Region: "us-east-1", Credentials: aws.AnonymousCredentials{}, Retryer: aws.NopRetryer{}}
			bound(f, &o)
			_, err := Identify(t.Context(), sts.New(o))
			if e, ok := errors.AsType[*Error](err); !ok || e.Problem != ProblemAnswer || f.read > 1<<20 {
				t.Errorf("%v, with %d bytes read", err, f.read)
			}
		})
	}
	body := &boundedBody{ReadCloser: &flood{}, left: 1 << 20}
	if text, err := io.ReadAll(body); len(text) != 1<<20 || !errors.Is(err, errTooLarge) {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	failed := errors.New("nobody there")
	if answer, err := Bounded(broken{failed}).Do(nil); answer != nil || !errors.Is(err, failed) { //nolint:bodyclose // there is none.
		t.Errorf("%v, %v", answer, err)
	}
}

// broken gets no answer.
type broken struct{ err error }

func (b broken) Do(*http.Request) (*http.Response, error) { return nil, b.err }
