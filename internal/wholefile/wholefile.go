// Package wholefile replaces a file whole or not at all, by one process at a
// time. It knows nothing of what stands in the files.
package wholefile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The files beside the one that is replaced, which nobody else names so: ".new"
// behind a name could be a file of the user's own.
const (
	LockEnding = ".karikagi-lock"
	NewEnding  = ".karikagi-new"
)

// A Lock keeps other processes from a file until it is closed. The operating
// system gives it back when its process ends, however it ends.
type Lock struct{ file *os.File }

// ErrUnsupported is a folder that has no locks, as on some network disks.
var ErrUnsupported = errors.New("files cannot be locked there")

// errLocked is another process that has the lock.
var errLocked = errors.New("locked")

// The waits between two looks at a lock that another process has.
const (
	shortest = 5 * time.Millisecond
	longest  = 100 * time.Millisecond
)

// NewLock waits for the lock of the file at path until ctx ends, and then gives
// ctx's error. The lock is a file beside it: the file itself becomes another one
// when it is replaced.
func NewLock(ctx context.Context, path string) (*Lock, error) {
	for wait := shortest; ; wait = min(2*wait, longest) {
		l, err := try(path + LockEnding)
		if !errors.Is(err, errLocked) {
			return l, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(wait):
		}
	}
}

// FreeLock is NewLock where nobody has the lock, and nil otherwise.
func FreeLock(path string) *Lock {
	l, _ := try(path + LockEnding)
	return l
}

// try takes the lock if it is free. Its file is removed by who had it: a lock of
// a file that is not there any more locks nobody out, so it is taken again.
func try(name string) (*Lock, error) {
	for {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|notFollowing, 0o600) //nolint:gosec // beside the file that the caller names.
		if err != nil {
			return nil, err
		}
		if err := lock(f); err != nil {
			_ = f.Close()
			return nil, err
		}
		held, err := f.Stat()
		if err != nil {
			_ = f.Close()
			return nil, err
		}
		if there, err := os.Lstat(name); err == nil && os.SameFile(held, there) { //nolint:gosec // beside the file that the caller names.
			return &Lock{f}, nil
		}
		_ = f.Close()
	}
}

// Close gives the lock back.
func (l *Lock) Close() {
	_ = os.Remove(l.file.Name()) //nolint:gosec // our own lock; Windows keeps it where another process waits.
	_ = l.file.Close()
}

// Replace puts data in place of the file at path: in a file beside it, which is
// on the disk before it takes the name. Whoever holds the path's lock calls it,
// so that the name beside it is free but for what a killed process left there.
func Replace(path string, data []byte, mode fs.FileMode) (err error) {
	beside := path + NewEnding
	if err := os.Remove(beside); err != nil && !errors.Is(err, fs.ErrNotExist) { //nolint:gosec // what a killed process of ours left.
		return err
	}
	f, err := os.OpenFile(beside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // beside the file that the caller names.
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(beside) //nolint:gosec // our own file.
		}
	}()
	if _, err := f.Write(data); err != nil {
		return err
	}
	if err := f.Chmod(mode); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil { //nolint:gosec // the file that the caller names.
		return fmt.Errorf("rename: %w", err)
	}
	syncFolder(filepath.Dir(path))
	return nil
}

// syncFolder puts the new name on the disk, too, where the system has that.
func syncFolder(folder string) {
	if f, err := os.Open(folder); err == nil { //nolint:gosec // the folder of the file that the caller names.
		_ = f.Sync()
		_ = f.Close()
	}
}

// Bare is an error without its path, for messages that name the path already.
func Bare(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
