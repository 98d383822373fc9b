package main

import (
	"context"
	"time"

	"karikagi/internal/workbench"
)

// bootstrap is a function's process, which waits for an event.
type bootstrap struct{ *workbench.Process }

// requestID is every event's: nobody looks whether it was there before.
const requestID = "01234567-89ab-cdef-0123-456789abcdef"

// timeLimit is the function's, as template.yaml has it.
const timeLimit = 15 * time.Second

func startBootstrap(ctx context.Context, program string, environment []string) (bootstrap, error) {
	p, err := workbench.Start(ctx, workbench.Options{Program: program, Environment: environment, FunctionARN: functionARN})
	return bootstrap{p}, err
}

// invoke sends an event, and says how long it took until the answer was read.
func (b bootstrap) invoke(event []byte) (body []byte, took time.Duration, err error) {
	return b.Invoke(workbench.Event{ID: requestID, Body: event, Limit: timeLimit})
}
