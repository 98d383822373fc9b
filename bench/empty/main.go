// Command empty is the least function that a Lambda runtime in Go can run: the
// runtime's loop, and a handler that does nothing. It is a yardstick for
// `make bench` and knows nothing of karikagi.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	lambda.Start(func(context.Context, json.RawMessage) (json.RawMessage, error) {
		return json.RawMessage("{}"), nil
	})
}
