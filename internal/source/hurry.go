package source

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// hurry does not begin a wait that the run's deadline would end. The SDK would
// sleep until then and forget, in the end, why: a refusal for too many calls
// would come out as no answer.
type hurry struct {
	aws.RetryerV2
	deadline atomic.Int64 // of the call in progress, in nanoseconds since 1970; 0: it has none
}

func hurried(r aws.RetryerV2) aws.RetryerV2 { return &hurry{RetryerV2: r} }

// GetAttemptToken is asked before each attempt, and alone knows the context.
func (h *hurry) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	h.deadline.Store(0)
	if t, ok := ctx.Deadline(); ok {
		h.deadline.Store(t.UnixNano())
	}
	return h.RetryerV2.GetAttemptToken(ctx)
}

// RetryDelay gives err itself as the last word where the wait would be too long.
func (h *hurry) RetryDelay(attempt int, err error) (time.Duration, error) {
	delay, failed := h.RetryerV2.RetryDelay(attempt, err)
	deadline := h.deadline.Load()
	if failed == nil && deadline != 0 && time.Now().Add(delay).UnixNano() >= deadline {
		return 0, err
	}
	return delay, failed
}

// containerRetryer is the SDK's own for container endpoints, with three attempts
// well within patience, so that the last refusal is what is told.
func containerRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxBackoff = time.Second
		o.Retryables = append(o.Retryables, retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{http.StatusTooManyRequests: {}}})
	})
}
