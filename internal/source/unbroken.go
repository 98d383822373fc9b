package source

import (
	"context"

	"github.com/aws/smithy-go/middleware"
)

// unbroken turns a panic of the SDK into an error of the call: it has one over a
// sign-in of aws login whose key is none, in a goroutine of its own, where nobody
// else could stop it from ending the program with a stack trace.
func unbroken(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("unbroken", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
		defer func() {
			if recover() != nil {
				err = unusable("what it keeps cannot be read")
			}
		}()
		return next.HandleInitialize(ctx, in)
	}), middleware.Before)
}
