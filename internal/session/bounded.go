package session

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// maxAnswer is far above any answer of STS (a few KiB) and far below what would
// hurt: whoever answers at a configured endpoint cannot fill our memory.
const maxAnswer = 1 << 20

// errTooLarge ends the reading of an answer.
var errTooLarge = errors.New("answer larger than 1 MiB")

// Bounded wraps the HTTP client of an STS client so that no answer is read
// beyond a bound.
func Bounded(client aws.HTTPClient) aws.HTTPClient { return bounded{client} }

// BoundAnswers does the same for every client of an SDK configuration: SSO and
// instance metadata answer in its place too. It is an API option.
func BoundAnswers(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("BoundAnswers", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if answer, ok := out.RawResponse.(*smithyhttp.Response); ok && answer.Response != nil && answer.Body != nil {
			answer.Body = &boundedBody{ReadCloser: answer.Body, left: maxAnswer}
		}
		return out, metadata, err
	}), middleware.After)
}

type bounded struct{ aws.HTTPClient }

func (b bounded) Do(r *http.Request) (*http.Response, error) {
	answer, err := b.HTTPClient.Do(r)
	if err == nil {
		answer.Body = &boundedBody{ReadCloser: answer.Body, left: maxAnswer}
	}
	return answer, err
}

type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLarge
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
