// Command lambda is the vending function, the bootstrap of a Lambda function
// behind a Function URL. Here is only the cold start: environment to
// configuration to handler to the runtime's loop. What is decided and what is
// answered is internal/vend's. It links neither flags nor the SDK's config
// module, and nothing that takes long to start.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// The rules of output: stdout carries the audit records and nothing else, one
// line of JSON for each request; stderr carries a line of JSON where the
// function cannot start, or must end. Neither carries a secret or a header.
func main() {
	f, err := coldStart(os.Getenv, bootstrapFolder(), os.Stdout, os.Stderr)
	if err != nil {
		logLine(os.Stderr, "karikagi cannot start: "+err.Error())
		os.Exit(1) // before the first event, so Lambda counts it as a failed init
	}
	f.exit = os.Exit
	lambda.Start(f.invoke)
}

// bootstrapFolder is where the program is: the grants document lies beside it.
func bootstrapFolder() string {
	program, err := os.Executable()
	if err != nil {
		return "."
	}
	return filepath.Dir(program)
}

// logLine writes one line for the operator, as JSON like the function's other
// lines, so that one query finds them all.
func logLine(w io.Writer, message string) {
	line, err := json.Marshal(map[string]string{"time": time.Now().UTC().Format(time.RFC3339), "level": "ERROR", "message": message})
	if err != nil {
		return // strings are always encodable
	}
	_, _ = fmt.Fprintf(w, "%s\n", line)
}
