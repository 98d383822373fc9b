package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"karikagi/internal/workbench"
)

// fleet is the function's execution environments. There are as many as clients,
// because Lambda gives each request that is under way at once an environment of
// its own, and makes none wait for another's.
type fleet struct {
	world *world
	idle  chan *workbench.Process // one behind the other: who was idle longest is next
	all   []*workbench.Process

	mu   sync.Mutex
	dead []string // why processes have ended
}

// startFleet starts so many environments. Their audit records go to the ledger.
func startFleet(ctx context.Context, w *world, program string, size int, audit *ledger) (*fleet, error) {
	f := &fleet{world: w, idle: make(chan *workbench.Process, size)}
	for range size {
		id, secret, token, _, err := w.account.RoleSession(executionRole, "karikagi")
		if err != nil {
			return nil, err
		}
		folder := filepath.Dir(program)
		environment := append(workbench.LambdaEnvironment(folder, w.url, id, secret, token),
			"KARIKAGI_GRANTS="+filepath.Join(folder, "grants.yaml"), "KARIKAGI_URL=https://"+urlHost+"/", "KARIKAGI_REQUEST_ID_CHECK=enforce")
		p, err := workbench.Start(ctx, workbench.Options{
			Program: program, Environment: environment, FunctionARN: w.account.FunctionARN(), Stdout: &lines{ledger: audit},
		})
		if err != nil {
			f.end()
			return nil, err
		}
		f.all = append(f.all, p)
		f.idle <- p
	}
	return f, nil
}

// The function's time limit: as template.yaml has it, and one that a slow STS
// exceeds soon.
const (
	usualLimit = 15 * time.Second
	slowLimit  = 2 * time.Second
)

// invoke is Lambda behind the function's URL.
func (f *fleet) invoke(_ context.Context, event []byte) ([]byte, error) {
	var e struct {
		RequestContext struct {
			RequestID string `json:"requestId"`
		} `json:"requestContext"`
	}
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, err
	}
	p := <-f.idle
	limit := usualLimit
	if f.world.hostile.now.Load().temper == slow {
		limit = slowLimit
	}
	response, _, err := p.Invoke(workbench.Event{ID: e.RequestContext.RequestID, Body: event, Limit: limit})
	if err != nil {
		f.mu.Lock()
		f.dead = append(f.dead, err.Error())
		f.mu.Unlock()
	}
	f.idle <- p
	return response, err
}

// end kills what still runs.
func (f *fleet) end() {
	for _, p := range f.all {
		p.End()
	}
}

// faults are events that an environment did not answer.
func (f *fleet) faults() (all []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, why := range f.dead {
		all = append(all, fmt.Sprintf("an environment failed: %.300s", why))
	}
	return all
}

// footprint is what a process holds.
type footprint struct {
	goroutines, descriptors int
	memory                  int64
}

// footprint is the most that one of the environments holds. It ends them all.
func (f *fleet) footprint() (most footprint, err error) {
	for _, p := range f.all {
		most.descriptors = max(most.descriptors, workbench.Descriptors(p.PID()))
		most.memory = max(most.memory, workbench.Memory(p.PID(), workbench.Resident))
	}
	for _, p := range f.all {
		dump, err := p.Quit()
		if err != nil {
			return most, err
		}
		n, complaint := countGoroutines(dump)
		if n == 0 {
			return most, errors.New("no goroutines in what SIGQUIT made a process write")
		}
		if complaint != "" {
			return most, fmt.Errorf("an environment wrote to stderr: %.300q", complaint)
		}
		most.goroutines = max(most.goroutines, n)
	}
	return most, nil
}

// lines is what one environment prints, cut into lines.
type lines struct {
	ledger  *ledger
	partial []byte
}

var _ io.Writer = (*lines)(nil)
