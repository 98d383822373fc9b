package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"karikagi/internal/api"
	"karikagi/internal/wholefile"
)

// world is a cache with a clock that stands still, and a source of sessions.
type world struct {
	Cache
	now      time.Time
	life     time.Duration
	fetched  atomic.Int64
	failure  error
	warnings []string
	mu       sync.Mutex
}

func newWorld(t *testing.T) *world {
	w := &world{now: time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC), life: time.Hour}
	w.Cache = Cache{Folder: filepath.Join(t.TempDir(), "a", "b"), Wait: 10 * time.Second, Now: func() time.Time { return w.now }, Warn: func(s string) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.warnings = append(w.warnings, s)
	}}
	return w
}

func (w *world) fetch(context.Context) (Entry, error) {
	n := w.fetched.Add(1)
	return Entry{Name: "assumed-role/a/b", Issued: w.now, Credentials: api.Credentials{AccessKeyID: fmt.Sprintf("ASIA%d", n), SecretAccessKey: "s", SessionToken: "t",
		Expiration: w.now.Add(w.life), AccountID: "123456789012"}}, w.failure
}

// get is a session's access key ID.
func (w *world) get(t *testing.T, words ...string) string {
	t.Helper()
	e, err := w.Session(t.Context(), keyOf(words...), w.fetch, func(err error) bool { return err.Error() == "silence" })
	if err != nil {
		return err.Error()
	}
	return e.Credentials.AccessKeyID
}

// keeps tells whether a second process has the first one's session.
func (w *world) keeps(t *testing.T) bool {
	first := w.get(t)
	return w.get(t) == first
}

func keyOf(words ...string) Key {
	k := NewKey("test")
	k.Add("words", words...)
	return k
}

func TestSession(t *testing.T) {
	for _, c := range []struct {
		life, after time.Duration
		again       bool
	}{
		{time.Hour, 0, false}, {time.Hour, 40 * time.Minute, false}, {time.Hour, 40*time.Minute + time.Second, true},
		{15 * time.Minute, 10 * time.Minute, false}, {15 * time.Minute, 10*time.Minute + time.Second, true},
		{12 * time.Hour, 11*time.Hour + 40*time.Minute, false}, {12 * time.Hour, 11*time.Hour + 41*time.Minute, true},
		{time.Hour, -time.Minute, false}, {time.Hour, -2 * time.Minute, true}, {time.Hour, -48 * time.Hour, true}, {time.Hour, 100 * time.Hour, true},
	} {
		w := newWorld(t)
		w.life = c.life
		first := w.get(t)
		w.now = w.now.Add(c.after)
		if second := w.get(t); (second != first) != c.again || len(w.warnings) > 0 {
			t.Errorf("a session of %s after %s: %s, then %s %q", c.life, c.after, first, second, w.warnings)
		}
	}
}

// T16: nobody is given a session that was got for another key.
func TestKey(t *testing.T) {
	w := newWorld(t)
	seen := map[string]string{}
	for _, words := range [][]string{nil, {""}, {"", ""}, {"a"}, {"b"}, {"a", "b"}, {"ab"}, {"b", "a"}, {"a\x00b"}, {"words"}, {"a", ""}, {"", "a"}, {"\xff"}, {"\xfe"}} {
		id := w.get(t, words...)
		if other, ok := seen[id]; ok {
			t.Errorf("%q has the session of %s", words, other)
		}
		seen[id] = fmt.Sprintf("%q", words)
		if again := w.get(t, words...); again != id {
			t.Errorf("%q: %s, then %s", words, id, again)
		}
	}
	one, two := NewKey("test"), NewKey("test")
	one.Add("a")
	one.Add("b", "c")
	two.Add("a", "b")
	two.Add("c")
	three, four := NewKey("test"), NewKey("test")
	three.Add("a", "x")
	four.Add("b", "x")
	if one.name() == two.name() || three.name() == four.name() || NewKey("x").name() == NewKey("y").name() {
		t.Error("two keys with one name")
	}
}

// A session that is for who asked now is handed to nobody later.
func TestPassing(t *testing.T) {
	w := newWorld(t)
	pass := func(ctx context.Context) (Entry, error) {
		e, err := w.fetch(ctx)
		e.Passing = true
		return e, err
	}
	if e, err := w.Session(t.Context(), keyOf(), pass, nil); err != nil || e.Credentials.AccessKeyID != "ASIA1" {
		t.Errorf("%v %v", e, err)
	}
	if all, err := w.List(); err != nil || len(all) != 0 || w.get(t) != "ASIA2" || w.get(t) != "ASIA2" {
		t.Errorf("it was kept: %v %v", all, err)
	}
}

// No session of STS lasts longer than 36 hours, and what does is none.
func TestLife(t *testing.T) {
	for life, want := range map[time.Duration]bool{time.Second: true, 36 * time.Hour: true, 36*time.Hour + time.Second: false} {
		w := newWorld(t)
		w.life = life
		if got := w.get(t); got != "ASIA1" {
			t.Fatal(got)
		}
		all, err := w.List()
		if err != nil || (len(all) == 1) != want || (len(w.warnings) == 0) != want {
			t.Errorf("%s: %v, %v %q", life, all, err, w.warnings)
		}
	}
}

// Where no lock can be had nothing is kept, and a link that somebody put in its
// place is not followed.
func TestNoLock(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links want permissions there")
	}
	w := newWorld(t)
	w.get(t, "other") // makes the folder
	aim := filepath.Join(t.TempDir(), "aim")
	if err := os.Symlink(aim, w.path(keyOf().name())+wholefile.LockEnding); err != nil {
		t.Fatal(err)
	}
	if w.keeps(t) || len(w.warnings) != 2 || !strings.HasPrefix(w.warnings[0], "sessions are not kept: ") {
		t.Errorf("kept without a lock %q", w.warnings)
	}
	if _, err := os.Lstat(aim); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the link was followed: %v", err)
	}
}

func TestOneFetchForMany(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() { w.get(t) })
	}
	all.Wait()
	if n := w.fetched.Load(); n != 1 {
		t.Errorf("%d were fetched", n)
	}
}

func TestFailure(t *testing.T) {
	w := newWorld(t)
	w.failure = errors.New("silence")
	if got := w.get(t); got != "silence" {
		t.Errorf("without a last session: %s", got)
	}
	w.failure = nil
	last := w.get(t)
	w.now = w.now.Add(50 * time.Minute)
	w.failure = errors.New("silence")
	if got := w.get(t); got != last || len(w.warnings) != 1 {
		t.Errorf("with ten minutes left: %s, want %s %q", got, last, w.warnings)
	}
	w.failure = errors.New("refused")
	if got := w.get(t); got != "refused" {
		t.Errorf("refused: %s", got)
	}
	w.now, w.failure = w.now.Add(10*time.Minute), errors.New("silence")
	if got := w.get(t); got != "silence" {
		t.Errorf("after its end: %s", got)
	}
}

func TestWaiting(t *testing.T) {
	w := newWorld(t)
	w.Wait = 20 * time.Millisecond
	if err := w.open(); err != nil {
		t.Fatal(err)
	}
	l, err := w.lock(t.Context(), keyOf())
	if err != nil {
		t.Fatal(err)
	}
	if got := w.get(t); !strings.HasPrefix(got, "another karikagi is getting this session") {
		t.Error(got)
	}
	l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Session(ctx, keyOf("other"), w.fetch, nil); err == nil && w.fetched.Load() == 0 {
		t.Error("neither fetched nor refused")
	}
}

// What is no entry of ours is told and not used, and then replaced.
func TestUnusable(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes and owners are Unix's")
	}
	for name, spoil := range map[string]func(path string) error{
		"others have permissions": func(path string) error { return os.Chmod(path, 0o640) },
		"for it (0604)":           func(path string) error { return os.Chmod(path, 0o604) },
		"for it (0602)":           func(path string) error { return os.Chmod(path, 0o602) },
		"for it (0620)":           func(path string) error { return os.Chmod(path, 0o620) },
		"too many levels":         func(path string) error { return errors.Join(os.Rename(path, path+"x"), os.Symlink(path+"x", path)) },
		"want a file":             func(path string) error { return errors.Join(os.Rename(path, path+"x"), os.Mkdir(path, 0o700)) },
		"another session's":       func(path string) error { return change(path, `"Key":"`, `"Key":"0`) },
		"form 2":                  func(path string) error { return change(path, `"Version":1,"Key"`, `"Version":2,"Key"`) },
		"not a session":           func(path string) error { return os.Truncate(path, 100) },
		"more than":               func(path string) error { return os.Truncate(path, maxFile+1) },
		"no session lasts":        func(path string) error { return change(path, "2031", "2030") },
		"two different":           func(path string) error { return change(path, `"SessionToken":"t"`, `"SessionToken":"u"`) },
		"cannot be shown":         func(path string) error { return change(path, "assumed-role/", `\u001b`) },
		"not a session as":        func(path string) error { return change(path, `"Version":1,"Key"`, `"Version":1,"More":1,"Key"`) },
		"karikagi keeps them":     func(path string) error { return change(path, "\n", "{}") },
		"name cannot be shown":    func(path string) error { return change(path, "assumed-role/", strings.Repeat("a", 200)) },
		"as long as that":         func(path string) error { return change(path, "2031-05-06T08", "2031-05-06T06") },
		"belongs to another":      func(path string) error { return os.Chown(path, os.Getuid()+1, -1) },
	} {
		w := newWorld(t)
		first := w.get(t)
		path := w.path(keyOf().name())
		if err := spoil(path); errors.Is(err, os.ErrPermission) || errors.Is(err, syscall.EINVAL) {
			continue // only root can give files away, and only to users that there are
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		second := w.get(t)
		if second == first || len(w.warnings) == 0 || !strings.Contains(w.warnings[0], name) {
			t.Errorf("%s: %s, then %s; told %q", name, first, second, w.warnings)
		}
		if third := w.get(t); third != second && name != "want a file" {
			t.Errorf("%s: it was not replaced: %s, then %s", name, second, third)
		}
	}
}

func change(path, from, to string) error {
	text, err := os.ReadFile(path)
	if err == nil && !strings.Contains(string(text), from) {
		err = fmt.Errorf("%s is not in %s", from, text)
	}
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(strings.Replace(string(text), from, to, 1)), 0o600)
}

func TestFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes are Unix's")
	}
	w := newWorld(t)
	if !w.keeps(t) {
		t.Fatal("nothing is kept")
	}
	for path, want := range map[string]os.FileMode{filepath.Dir(w.Folder): 0o700, w.Folder: 0o700, w.path(keyOf().name()): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	for _, mode := range []os.FileMode{0o777, 0o720, 0o702} {
		if err := os.Chmod(w.Folder, mode); err != nil {
			t.Fatal(err)
		}
		w.warnings = nil
		if w.keeps(t) || len(w.warnings) != 2 {
			t.Errorf("a folder of mode %o is used %q", mode, w.warnings)
		}
	}
	if err := os.Chmod(w.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	link := w.Folder + "-link"
	if err := os.Symlink(w.Folder, link); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{link, "", "/dev/null/karikagi"} {
		w.Folder = folder
		w.warnings = nil
		if w.keeps(t) || len(w.warnings) != 2 || folder == link && !strings.HasSuffix(w.warnings[0], "want a folder and no link") {
			t.Errorf("folder %q is used %q", folder, w.warnings)
		}
	}
}

func TestListAndClear(t *testing.T) {
	w := newWorld(t)
	if n, err := w.Clear(); n != 0 || err != nil {
		t.Error(n, err)
	}
	w.get(t, "a")
	w.life = 30 * time.Minute
	w.get(t, "b")
	// What others put there is theirs, and so is what only looks like ours.
	name := keyOf("c").name()
	folder, link := name[:63]+"x.json", keyOf("link").name()+".json"
	theirs := []string{"notes.json", "ab.json", strings.ToUpper(name) + ".json", name + ".txt", name, name + ".json.bak"}
	left, old := w.path(name)+wholefile.NewEnding, w.path(keyOf("old").name())+wholefile.NewEnding
	spoilt := w.path(keyOf("spoilt").name())
	var paths []string
	for _, name := range theirs {
		paths = append(paths, filepath.Join(w.Folder, name))
	}
	theirs = append(theirs, folder, link)
	slices.Sort(theirs)
	if err := errors.Join(os.Mkdir(filepath.Join(w.Folder, folder), 0o700), os.Symlink(paths[0], filepath.Join(w.Folder, link))); err != nil {
		t.Fatal(err)
	}
	for _, path := range append(paths, left, old) {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	all, err := w.List()
	if err != nil || len(all) != 2 || all[0].Credentials.AccessKeyID != "ASIA2" || len(w.warnings) > 0 {
		t.Errorf("%v %v %q", all, err, w.warnings)
	}
	// What has ended goes when something new comes, and so does what a killed
	// process left long ago.
	if err := errors.Join(os.WriteFile(spoilt, []byte("{}"), 0o600), os.Chtimes(old, w.now, w.now.Add(-25*time.Hour)), os.Chtimes(left, w.now, w.now.Add(-23*time.Hour))); err != nil {
		t.Fatal(err)
	}
	w.now = w.now.Add(45 * time.Minute)
	w.get(t, "d")
	if all, err = w.List(); err != nil || len(all) != 2 || all[0].Credentials.AccessKeyID != "ASIA1" {
		t.Errorf("%v %v", all, err)
	}
	for path, want := range map[string]bool{left: true, old: false, spoilt: true} {
		if _, err := os.Lstat(path); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
	if len(w.warnings) != 1 || !strings.HasPrefix(w.warnings[0], spoilt) {
		t.Errorf("%q", w.warnings)
	}
	// But not while another process gets the next one of the same.
	w.life = time.Minute
	w.get(t, "e")
	lock, err := w.lock(t.Context(), keyOf("e"))
	if err != nil {
		t.Fatal(err)
	}
	w.now, w.life = w.now.Add(2*time.Minute), time.Hour
	w.get(t, "f")
	lock.Close()
	if all, err = w.List(); err != nil || len(all) != 4 {
		t.Errorf("%v %v", all, err)
	}
	if n, err := w.Clear(); n != 5 || err != nil {
		t.Error(n, err)
	}
	there, err := os.ReadDir(w.Folder)
	if err != nil || !slices.EqualFunc(there, theirs, func(f os.DirEntry, name string) bool { return f.Name() == name }) {
		t.Errorf("there is %v, want %v", there, theirs)
	}
}

func TestListing(t *testing.T) {
	w := newWorld(t)
	if got := w.Listing("one"); got != nil {
		t.Errorf("before any: %v", got)
	}
	for _, name := range []string{"old", "new"} {
		if err := w.KeepListing(t.Context(), "one", []api.GrantInfo{{Name: name, Parameters: map[string]api.Parameter{"team": {Enum: []string{"blue"}}}}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := w.Listing("one"); len(got) != 1 || got[0].Name != "new" || got[0].Parameters["team"].Enum[0] != "blue" {
		t.Errorf("kept %v", got)
	}
	if got := w.Listing("two"); got != nil {
		t.Errorf("another function has %v", got)
	}
	w.get(t)
	if all, err := w.List(); err != nil || len(all) != 1 || len(w.warnings) > 0 {
		t.Errorf("a listing is no session: %v %v %q", all, err, w.warnings)
	}
	if runtime.GOOS != "windows" {
		if err := os.Chmod(w.listingPath("one"), 0o666); err != nil {
			t.Fatal(err)
		}
		if got := w.Listing("one"); got != nil {
			t.Errorf("what others can write is believed: %v", got)
		}
	}
	if n, err := w.Clear(); n != 1 || err != nil {
		t.Error(n, err)
	}
	if there, _ := os.ReadDir(w.Folder); len(there) != 0 {
		t.Errorf("there is %v", there)
	}
	w.Folder = ""
	if err := w.KeepListing(t.Context(), "one", nil); err == nil {
		t.Error("kept nowhere")
	}
}

// No file makes it break, and what is taken is whole.
func FuzzParse(f *testing.F) {
	w := &world{now: time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC), life: time.Hour}
	e, _ := w.fetch(context.Background())
	credentials, err := e.Credentials.MarshalWire()
	if err != nil {
		f.Fatal(err)
	}
	name := keyOf().name()
	text, err := json.Marshal(file{version, name, e.Name, e.Issued, credentials})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"Version":1}`))
	f.Add([]byte(`{"Version":1,"Version":2,"key":""}`))
	if _, err := parse(name, text); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := parse(name, data)
		if err != nil {
			return
		}
		if err := e.Credentials.Check(); err != nil || !strings.Contains(string(data), name) || e.Credentials.Expiration.Sub(e.Issued) > maxLife {
			t.Errorf("%q was taken: %+v %v", data, e, err)
		}
	})
}
