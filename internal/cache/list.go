package cache

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"karikagi/internal/wholefile"
)

// List gives what is kept, the first to end first. What is no entry is left out
// with a warning.
func (c Cache) List() ([]Entry, error) {
	files, err := c.files()
	if err != nil {
		return nil, err
	}
	var all []Entry
	for _, f := range files {
		name, is := strings.CutSuffix(f, ".json")
		if !is {
			continue
		}
		e, err := c.read(name)
		switch {
		case err == nil:
			all = append(all, e)
		case !errors.Is(err, errNone):
			c.warn("%v", err)
		}
	}
	// Not slices.SortFunc, which is ten kilobytes of the command for each type.
	sort.Slice(all, func(i, j int) bool { return all[i].Credentials.Expiration.Before(all[j].Credentials.Expiration) })
	return all, nil
}

// Clear removes every file of ours, and tells how many sessions were in them. It
// ends none of them: AWS has no way to end one session.
func (c Cache) Clear() (removed int, err error) {
	files, err := c.files()
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		if strings.HasSuffix(f, wholefile.LockEnding) {
			continue // somebody may hold it
		}
		if e := os.Remove(filepath.Join(c.Folder, f)); e != nil {
			err = errors.Join(err, e)
		} else if strings.HasSuffix(f, ".json") {
			removed++
		}
	}
	return removed, err
}

// files are the names of ours in the folder: entries, listings, and what a
// killed process left of its own.
func (c Cache) files() ([]string, error) {
	if c.Folder != "" {
		if _, err := os.Lstat(c.Folder); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
	}
	if err := c.open(); err != nil {
		return nil, err
	}
	all, err := os.ReadDir(c.Folder)
	if err != nil {
		return nil, err
	}
	var ours []string
	for _, f := range all {
		name, ending, _ := strings.Cut(f.Name(), ".")
		ending = strings.TrimSuffix(strings.TrimSuffix("."+ending, wholefile.NewEnding), wholefile.LockEnding)
		if f.Type().IsRegular() && isName(name) && (ending == ".json" || ending == listingEnding) {
			ours = append(ours, f.Name())
		}
	}
	return ours, nil
}

// leftover is the age at which a half-written entry is of no process any more. A
// lock that was left is taken, and then removed, by the next process that wants
// it: to remove it here could let two have it.
const leftover = 24 * time.Hour

// prune removes sessions that have ended, and leftovers. What goes wrong here
// goes wrong again where it matters.
func (c Cache) prune() {
	files, err := c.files()
	if err != nil {
		return
	}
	now := c.Now()
	for _, f := range files {
		path := filepath.Join(c.Folder, f)
		name, is := strings.CutSuffix(f, ".json")
		if is {
			c.removeEnded(name)
		} else if info, err := os.Lstat(path); err == nil && strings.HasSuffix(f, wholefile.NewEnding) && now.Sub(info.ModTime()) > leftover {
			_ = os.Remove(path)
		}
	}
}

// removeEnded removes a session that has ended, unless another process just
// writes the next one.
func (c Cache) removeEnded(name string) {
	ended := func() bool {
		e, err := c.read(name)
		return err == nil && c.Now().After(e.Credentials.Expiration)
	}
	if !ended() {
		return
	}
	lock := wholefile.FreeLock(c.path(name))
	if lock == nil {
		return
	}
	defer lock.Close()
	if ended() {
		_ = os.Remove(c.path(name))
	}
}
