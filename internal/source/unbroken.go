package source

import (
	"bytes"
	"context"
	"os"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/credentials/logincreds"
	"github.com/aws/smithy-go/middleware"
)

// unbroken turns a panic of the SDK into an error of the call: it has one over a
// sign-in of aws login whose key is none, and over answers that hold nothing
// where credentials should be, in a goroutine of its own, where nobody else could
// stop it from ending the program with a stack trace.
func unbroken(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("unbroken", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
		defer func() {
			if recover() != nil {
				err = notASignIn
			}
		}()
		out, metadata, err = next.HandleInitialize(ctx, in)
		if err == nil && isHollow(out.Result) {
			err = noKey
		}
		return out, metadata, err
	}), middleware.Before)
}

// isHollow knows the two answers that the SDK takes for credentials without a
// look: a container endpoint's `null`, and IAM Identity Center's without
// roleCredentials.
func isHollow(answer any) bool {
	v := reflect.ValueOf(answer)
	if v.Kind() != reflect.Pointer {
		return false
	}
	if v.IsNil() {
		return true
	}
	if v = v.Elem(); v.Kind() != reflect.Struct {
		return false
	}
	held := v.FieldByName("RoleCredentials")
	return held.IsValid() && held.Kind() == reflect.Pointer && held.IsNil()
}

// isHollowSignIn knows a file of aws login that the SDK breaks over before it
// makes any call.
func isHollowSignIn(session string) bool {
	file, err := logincreds.StandardCachedTokenFilepath(session, os.Getenv("AWS_LOGIN_CACHE_DIRECTORY"))
	if err != nil {
		return false
	}
	text, err := os.ReadFile(file) //nolint:gosec // the user's own, where the SDK looks too.
	return err == nil && string(bytes.TrimSpace(text)) == "null"
}
