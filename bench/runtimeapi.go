package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// runtimeAPI stands in the place of Lambda's Runtime API, for one process
// (Lambda developer guide, "Using the Lambda runtime API for custom runtimes").
type runtimeAPI struct {
	server  *http.Server
	address string
	asked   chan time.Time // when the process asked for its next event
	events  chan []byte
	answers chan answer
}

// answer is what the process posted for an event: a response, or an error.
type answer struct {
	kind string
	body []byte
	err  error
	at   time.Time
}

// requestID is every event's: nobody looks whether it was there before.
const requestID = "01234567-89ab-cdef-0123-456789abcdef"

func serveRuntimeAPI(ctx context.Context) (*runtimeAPI, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &runtimeAPI{address: listener.Addr().String(), asked: make(chan time.Time, 1), events: make(chan []byte), answers: make(chan answer, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", a.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/"+requestID+"/{kind}", a.done)
	a.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = a.server.Serve(listener) }()
	return a, nil
}

func (a *runtimeAPI) next(w http.ResponseWriter, r *http.Request) {
	a.asked <- time.Now()
	select {
	case <-r.Context().Done(): // the process has ended
	case event := <-a.events:
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", requestID)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(15*time.Second).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", functionARN)
		w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-69a7bf4f-0123456789abcdef01234567;Sampled=0")
		_, _ = w.Write(event)
	}
}

func (a *runtimeAPI) done(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	at := time.Now()
	w.WriteHeader(http.StatusAccepted)
	a.answers <- answer{kind: r.PathValue("kind"), body: body, err: err, at: at}
}
