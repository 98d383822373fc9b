package cache

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"

	"karikagi/internal/api"
	"karikagi/internal/wholefile"
)

// version is of the file's form. A file of another one is none.
const version = 1

// file is an entry on the disk.
type file struct {
	Version     int
	Key         string // the file's own name: a file that was renamed is none
	Session     string
	Issued      time.Time
	Credentials json.RawMessage // as on the wire
}

// The limits of what is believed.
const (
	maxFile = 256 << 10      // AWS fixes no length for a session token
	maxLife = 36 * time.Hour // of any session of STS: GetSessionToken's
	maxName = 200
)

// errNone is no entry, and nothing wrong with that.
var errNone = errors.New("none")

// path is the file of a name.
func (c Cache) path(name string) string { return filepath.Join(c.Folder, name+".json") }

// open makes the folder where it is not there, and checks it.
func (c Cache) open() error {
	if c.Folder == "" {
		return errors.New("the system names no cache folder for you")
	}
	info, err := os.Lstat(c.Folder)
	if errors.Is(err, fs.ErrNotExist) {
		if err := os.MkdirAll(c.Folder, 0o700); err != nil {
			return fmt.Errorf("folder %s: %w", c.Folder, wholefile.Bare(err))
		}
		info, err = os.Lstat(c.Folder)
	}
	switch {
	case err != nil:
		return fmt.Errorf("folder %s: %w", c.Folder, wholefile.Bare(err))
	case !info.IsDir():
		return fmt.Errorf("folder %s: want a folder and no link", c.Folder)
	}
	if err := wholefile.CheckOwn(info, 0o022); err != nil {
		return fmt.Errorf("folder %s: %w", c.Folder, err)
	}
	return nil
}

// read reads an entry as hostile input: these values go into other programs.
// The error is errNone, or says what is wrong.
func (c Cache) read(name string) (Entry, error) {
	data, err := wholefile.ReadOwn(c.path(name), maxFile)
	if errors.Is(err, fs.ErrNotExist) {
		return Entry{}, errNone
	}
	var e Entry
	if err == nil {
		e, err = parse(name, data)
	}
	if err != nil {
		return Entry{}, fmt.Errorf("%s: %w", c.path(name), wholefile.Bare(err))
	}
	return e, nil
}

// parse reads the text of an entry. No error quotes a value.
func parse(name string, data []byte) (Entry, error) {
	var f file
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&f); err != nil || decoder.More() {
		return Entry{}, errors.New("not a session as karikagi keeps them")
	}
	switch {
	case f.Version != version:
		return Entry{}, fmt.Errorf("form %d: want %d", f.Version, version)
	case f.Key != name:
		return Entry{}, errors.New("it is another session's")
	case len(f.Session) > maxName || strings.ContainsFunc(f.Session, func(r rune) bool { return !unicode.IsPrint(r) }):
		return Entry{}, errors.New("its name cannot be shown")
	}
	credentials, err := api.ParseWire(f.Credentials)
	if err != nil {
		return Entry{}, err
	}
	if life := credentials.Expiration.Sub(f.Issued); life <= 0 || life > maxLife {
		return Entry{}, errors.New("no session lasts as long as that")
	}
	return Entry{Name: f.Session, Issued: f.Issued, Credentials: credentials}, nil
}

// write keeps an entry, and takes away those that have ended.
func (c Cache) write(name string, e Entry) error {
	credentials, err := e.Credentials.MarshalWire()
	if err != nil {
		return err
	}
	data, err := json.Marshal(file{version, name, e.Name, e.Issued.UTC().Truncate(time.Second), credentials})
	if err != nil {
		return err
	}
	if _, err := parse(name, data); err != nil {
		return err
	}
	c.prune()
	return wholefile.Replace(c.path(name), append(data, '\n'), 0o600)
}
