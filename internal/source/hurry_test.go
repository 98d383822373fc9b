package source

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// sleeper waits ten seconds before each further attempt.
type sleeper struct{ aws.RetryerV2 }

func (sleeper) RetryDelay(int, error) (time.Duration, error)               { return 10 * time.Second, nil }
func (sleeper) GetAttemptToken(context.Context) (func(error) error, error) { return nil, nil }

// What would be waited for past the deadline is given up with the reason for the
// wait; what fits is waited for.
func TestHurry(t *testing.T) {
	throttled := errors.New("throttled")
	for _, c := range []struct {
		deadline time.Duration // 0: none
		want     error
	}{{0, nil}, {time.Minute, nil}, {9 * time.Second, throttled}, {-time.Second, throttled}} {
		r := hurried(sleeper{})
		ctx := t.Context()
		if c.deadline != 0 {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, c.deadline)
			defer cancel()
		}
		if _, err := r.GetAttemptToken(ctx); err != nil {
			t.Fatal(err)
		}
		delay, err := r.RetryDelay(1, throttled)
		if !errors.Is(err, c.want) || err == nil && delay != 10*time.Second {
			t.Errorf("deadline in %v: %v, %v; want %v", c.deadline, delay, err, c.want)
		}
		// The next call may have no deadline.
		if _, err := r.GetAttemptToken(context.WithoutCancel(ctx)); err != nil {
			t.Fatal(err)
		}
		if _, err := r.RetryDelay(1, throttled); err != nil {
			t.Errorf("a deadline of another call: %v", err)
		}
	}
}
