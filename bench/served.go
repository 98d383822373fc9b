package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"karikagi/internal/workbench"
)

// burst is how many requests a round has of each server and number of clients,
// shared by its clients.
const burst = 2000

// httpServer is a process that serves a session.
type httpServer struct {
	process *workbench.Server
	address string // host and port
	request []byte // on the wire
	answer  []byte // the body of each answer
}

// measureServed sends bursts of requests to `karikagi serve` and to the server
// that only answers, in turn. Both are processes of their own.
func (u *uses) measureServed(ctx context.Context, rounds int) error {
	serve, err := u.startServe(ctx)
	if err != nil {
		return err
	}
	defer serve.end()
	answer, err := u.startAnswer(ctx, serve)
	if err != nil {
		return err
	}
	defer answer.end()
	u.served = []*program{
		{key: serveOne, name: "`karikagi serve`, 1 client"},
		{key: answerOne, name: "handler that returns the same, 1 client"},
		{key: serveEight, name: "`karikagi serve`, 8 clients"},
		{key: answerEight, name: "handler that returns the same, 8 clients"},
	}
	for round := range rounds + 1 {
		for i := range u.served {
			i = turn(i, round, len(u.served))
			server, clients := []*httpServer{serve, answer}[i%2], []int{1, 8}[i/2]
			c, err := server.load(ctx, clients, burst)
			if err != nil {
				return fmt.Errorf("%s: %w", u.served[i].key, err)
			}
			if round > 0 {
				u.served[i].costs = append(u.served[i].costs, c)
			}
		}
	}
	u.peak = peak(cost{peak: workbench.Memory(serve.process.PID(), workbench.ResidentPeak)})
	return nil
}

// startServe runs `karikagi serve` and reads where it serves, and the session.
func (u *uses) startServe(ctx context.Context) (*httpServer, error) {
	process, err := workbench.StartServe(ctx, u.karikagi, u.plain, role)
	if err != nil {
		return nil, err
	}
	s, err := httpServerOf(process)
	if err != nil {
		return nil, err
	}
	if s.answer, err = s.get(ctx); err == nil && !bytes.Contains(s.answer, []byte("ASIA")) {
		err = errors.New("karikagi serve serves no session")
	}
	if err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

// startAnswer runs the server that only answers what the other one does. It gets
// the same request, the token in it.
func (u *uses) startAnswer(ctx context.Context, like *httpServer) (*httpServer, error) {
	cmd := exec.CommandContext(ctx, u.answer) //nolint:gosec // our own
	cmd.Stdin = bytes.NewReader(like.answer)
	_, after, _ := bytes.Cut(like.request, []byte("Authorization: "))
	token, _, _ := strings.Cut(string(after), "\r\n")
	process, err := workbench.StartServer(cmd, func(out io.Reader) (string, string, error) {
		line, err := bufio.NewReader(out).ReadString('\n')
		return strings.TrimSpace(line), token, err
	})
	if err != nil {
		return nil, err
	}
	s, err := httpServerOf(process)
	if err != nil {
		return nil, err
	}
	s.answer = like.answer
	return s, nil
}

// httpServerOf is a server with the request that it gets.
func httpServerOf(process *workbench.Server) (*httpServer, error) {
	where, err := url.Parse(process.URL)
	if err != nil {
		process.End()
		return nil, err
	}
	return &httpServer{process: process, address: where.Host, request: getRequest(where.Host, where.Path, process.Token)}, nil
}

// getRequest is what an SDK asks, as it is on the wire.
func getRequest(host, path, token string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: bench\r\nAccept: application/json\r\n"+
		"Authorization: %s\r\nAccept-Encoding: gzip\r\n\r\n", path, host, token)
}

func (s *httpServer) end() { s.process.End() }

// get is the body of one answer.
func (s *httpServer) get(ctx context.Context) ([]byte, error) {
	c, err := s.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	return c.get(s.request)
}

// client is a connection that is kept. It writes what an SDK would, and reads
// the answer, with as little of its own as can be: the two share the machine.
type client struct {
	net.Conn
	reader *bufio.Reader
}

func (s *httpServer) dial(ctx context.Context) (client, error) {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", s.address)
	if err != nil {
		return client{}, err
	}
	return client{c, bufio.NewReader(c)}, c.SetDeadline(time.Now().Add(time.Minute))
}

func (c client) get(request []byte) ([]byte, error) {
	if _, err := c.Write(request); err != nil {
		return nil, err
	}
	r, err := http.ReadResponse(c.reader, nil)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(r.Body)
	err = errors.Join(err, r.Body.Close())
	if err == nil && (r.StatusCode != http.StatusOK || r.Close) {
		err = fmt.Errorf("%s, connection kept: %t", r.Status, !r.Close)
	}
	return body, err
}

// load sends a burst by so many clients at once, each with a connection that is
// open already and one request at a time on it. An answer that is not the
// session would be a fast one, and is an error.
func (s *httpServer) load(ctx context.Context, clients, requests int) (cost, error) {
	connections := make([]client, clients)
	for i := range connections {
		var err error
		if connections[i], err = s.dial(ctx); err != nil {
			return cost{}, err
		}
		defer func() { _ = connections[i].Close() }()
		if _, err := connections[i].get(s.request); err != nil {
			return cost{}, err
		}
	}
	took, problems := make([][]time.Duration, clients), make([]error, clients)
	var running sync.WaitGroup
	begin := time.Now()
	for i, c := range connections {
		running.Go(func() { took[i], problems[i] = s.repeat(c, requests/clients) })
	}
	running.Wait()
	c := cost{wall: time.Since(begin)}
	if err := errors.Join(problems...); err != nil {
		return cost{}, err
	}
	all := slices.Concat(took...)
	slices.Sort(all)
	c.p50, c.p99 = percentile(all, 50), percentile(all, 99)
	c.wall /= time.Duration(len(all))
	return c, nil
}

// repeat sends the request again and again on one connection.
func (s *httpServer) repeat(c client, requests int) ([]time.Duration, error) {
	took := make([]time.Duration, 0, requests)
	for range requests {
		begin := time.Now()
		body, err := c.get(s.request)
		took = append(took, time.Since(begin))
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(body, s.answer) {
			return nil, errors.New("another answer than the first")
		}
	}
	return took, nil
}

// percentile is the smallest of the sorted values that so many in a hundred are
// not above. It needs at least one.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[(len(sorted)*p+99)/100-1]
}
