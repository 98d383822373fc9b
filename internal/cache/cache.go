// Package cache keeps sessions on the disk for programs that ask karikagi again
// and again, as SDKs do by credential_process. It knows what a session is and
// when it is too old to hand out; what makes two sessions the same is its
// caller's business, who names each by a Key.
package cache

import (
	"context"
	"errors"
	"fmt"
	"time"

	"karikagi/internal/api"
	"karikagi/internal/wholefile"
)

// Cache is a folder with a file for each session. Its files are as secret as the
// sessions in them: they are the user's alone, and so is the folder. What looks
// otherwise is left alone with a warning, and never followed.
type Cache struct {
	Folder string        // made when the first session is kept; "" where there is none to be had
	Wait   time.Duration // for another process that gets the same session just now
	Now    func() time.Time
	Warn   func(message string)
}

// Entry is a session as it is kept.
type Entry struct {
	Name        string // of the session, for people: assumed-role/ROLE/SESSION
	Issued      time.Time
	Credentials api.Credentials
	// Passing is a session for who asked now and for nobody later.
	Passing bool `json:"-"`
}

// A session is handed out as long as enough of it is left for its user. botocore
// asks again from 15 minutes before the end, at each call of AWS, and the Go SDK
// from 5: with less than 20 minutes left nothing would be gained by keeping it. A
// short session is handed out for two thirds of its life, as one of an hour is.
const enough = 20 * time.Minute

// maxBack is how far a clock may be set back, as time servers do, before the
// time that is left cannot be believed.
const maxBack = time.Minute

// fresh tells that e can be handed out for a while.
func (e Entry) fresh(now time.Time) bool {
	return e.lasts(now, min(enough, e.Credentials.Expiration.Sub(e.Issued)/3))
}

// lasts tells that e is there now and for a time.
func (e Entry) lasts(now time.Time, d time.Duration) bool {
	return !now.Before(e.Issued.Add(-maxBack)) && !now.Add(d).After(e.Credentials.Expiration)
}

// Session is the kept session of that key, or a fresh one by fetch. Of all the
// processes that ask for one at the same time, one fetches it. Where fetch fails
// and the last session has not ended, that is handed out with a warning as long
// as excused says that the failure is no answer.
//
// Without a folder that can be used there is a warning and a fresh session.
func (c Cache) Session(ctx context.Context, key Key, fetch func(context.Context) (Entry, error), excused func(error) bool) (Entry, error) {
	if err := c.open(); err != nil {
		c.warn("sessions are not kept: %v", err)
		return fetch(ctx)
	}
	if e, err := c.read(key.name()); err == nil && e.fresh(c.Now()) {
		return e, nil
	}
	lock, err := c.lock(ctx, key)
	switch {
	case ctx.Err() != nil:
		return Entry{}, ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		return Entry{}, fmt.Errorf("another karikagi is getting this session, and was not ready in %s", c.Wait)
	case err != nil:
		c.warn("sessions are not kept: %v", wholefile.Bare(err))
		return fetch(ctx)
	}
	defer lock.Close()
	last, problem := c.read(key.name()) // perhaps the other process has it
	if problem == nil && last.fresh(c.Now()) {
		return last, nil
	}
	if problem != nil && !errors.Is(problem, errNone) {
		c.warn("a kept session is not used: %v", problem)
	}
	e, err := fetch(ctx)
	if err != nil {
		if problem == nil && last.lasts(c.Now(), time.Minute) && excused(err) {
			c.warn("no fresh session, the last one is used until it ends: %v", err)
			return last, nil
		}
		return Entry{}, err
	}
	if e.Passing {
		return e, nil
	}
	if err := c.write(key.name(), e); err != nil {
		c.warn("this session is not kept: %v", wholefile.Bare(err))
	}
	return e, nil
}

func (c Cache) lock(ctx context.Context, key Key) (*wholefile.Lock, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Wait)
	defer cancel()
	return wholefile.NewLock(ctx, c.path(key.name()))
}

func (c Cache) warn(format string, values ...any) { c.Warn(fmt.Sprintf(format, values...)) }
