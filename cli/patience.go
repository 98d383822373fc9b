package main

import (
	"context"
	"time"
)

// patience bounds how long AWS may take. A person who is asked for something
// has no such limit: the time begins again when they have answered.
type patience struct {
	parent context.Context //nolint:containedctx // one run, one context.
	limit  time.Duration
	ctx    context.Context //nolint:containedctx // one run, one context.
	cancel context.CancelFunc
}

func newPatience(parent context.Context, limit time.Duration) *patience {
	p := &patience{parent: parent, limit: limit}
	p.ctx, p.cancel = context.WithTimeout(parent, limit)
	return p
}

// ask stops the clock while a person is asked.
func (p *patience) ask(question func(context.Context) (string, error)) (string, error) {
	p.cancel()
	answer, err := question(p.parent)
	p.ctx, p.cancel = context.WithTimeout(p.parent, p.limit)
	return answer, err
}

func (p *patience) end() { p.cancel() }
