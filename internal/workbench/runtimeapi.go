package workbench

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// api stands in the place of Lambda's Runtime API, for one process (Lambda
// developer guide, "Using the Lambda runtime API for custom runtimes").
type api struct {
	server      *http.Server
	address     string
	functionARN string
	asked       chan time.Time // when the process asked for its next event
	events      chan Event
	answers     chan answer
	current     string // the request ID of the event that was handed out last
}

// Event is one event on its way into the function.
type Event struct {
	ID            string // the invocation's request ID
	Body          []byte
	ClientContext string        // of a direct invocation; empty where there is none
	Limit         time.Duration // within which the function is told to answer
}

// answer is what the process posted for an event: a response, or an error.
type answer struct {
	kind string
	body []byte
	err  error
	at   time.Time
}

func serve(ctx context.Context, functionARN string) (*api, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &api{
		address: listener.Addr().String(), functionARN: functionARN,
		asked: make(chan time.Time, 1), events: make(chan Event), answers: make(chan answer, 1),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", a.next)
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/{kind}", a.done)
	a.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = a.server.Serve(listener) }()
	return a, nil
}

func (a *api) next(w http.ResponseWriter, r *http.Request) {
	a.asked <- time.Now()
	select {
	case <-r.Context().Done(): // the process has ended
	case e := <-a.events:
		a.current = e.ID // the process reads it before it can post for it
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", e.ID)
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(e.Limit).UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", a.functionARN)
		w.Header().Set("Lambda-Runtime-Trace-Id", "Root=1-69a7bf4f-0123456789abcdef01234567;Sampled=0")
		if e.ClientContext != "" {
			w.Header().Set("Lambda-Runtime-Client-Context", e.ClientContext)
		}
		_, _ = w.Write(e.Body)
	}
}

func (a *api) done(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	at := time.Now()
	if id := r.PathValue("id"); err == nil && id != a.current {
		err = fmt.Errorf("posted for the event %.80q: want %q", id, a.current)
	}
	w.WriteHeader(http.StatusAccepted)
	a.answers <- answer{kind: r.PathValue("kind"), body: body, err: err, at: at}
}
