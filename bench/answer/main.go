// Command answer is the least HTTP server that answers every request with the
// bytes that it found on stdin. It prints its URL, and serves until it is
// killed. It is a yardstick for `make bench` and knows nothing of karikagi.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "answer:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	answer, err := io.ReadAll(in)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0") //nolint:noctx // for as long as the process lives
	if err != nil {
		return err
	}
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer)
	})}
	if _, err := fmt.Fprintf(out, "http://%s/session\n", listener.Addr()); err != nil {
		return err
	}
	return server.Serve(listener)
}
