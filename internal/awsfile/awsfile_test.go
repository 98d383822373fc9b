package awsfile

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

func block(values ...string) Block {
	b := Block{Note: "ours"}
	for i, v := range values {
		b.Lines = append(b.Lines, Line{[]string{"credential_process", "region"}[i], v})
	}
	return b
}

func blockKeys() []string { return []string{"credential_process", "region"} }

var dev = Section{Config: true, Name: "dev"}

func TestPut(t *testing.T) {
	const ours = "# karikagi: written by ours\ncredential_process = a b\nregion = r\n"
	for name, c := range map[string]struct{ before, after string }{
		"empty":            {"", "[profile dev]\n" + ours},
		"appended":         {"[default]\nx=y\n", "[default]\nx=y\n\n[profile dev]\n" + ours},
		"no last newline":  {"[default]\nx=y", "[default]\nx=y\n\n[profile dev]\n" + ours},
		"blank line there": {"x\n\n", "x\n\n[profile dev]\n" + ours},
		"empty section":    {"[profile dev]\n[other]\n", "[profile dev]\n" + ours + "[other]\n"},
		"header alone":     {"[profile dev]", "[profile dev]\n" + ours},
		"comments alone":   {"[profile dev]\n# x\n[other]\n", "[profile dev]\n" + ours + "# x\n[other]\n"},
		"replaced":         {"a\n[profile dev]\n# karikagi: written by old\ncredential_process = x\noutput=json\n[b]\n", "a\n[profile dev]\n" + ours + "output=json\n[b]\n"},
		"behind the user's": {"[profile dev]\noutput=json\n# karikagi: written by old\ncredential_process = x\nregion = y\n; c\n[b]\n",
			"[profile dev]\noutput=json\n" + ours + "; c\n[b]\n"},
		"quoted":       {"[ profile \t\"dev\" ] # c\n# karikagi: written by o\n", "[ profile \t\"dev\" ] # c\n" + ours},
		"indented":     {"  [profile dev]\n# karikagi: written by o\n", "  [profile dev]\n" + ours},
		"line ends":    {"[a]\r\n", "[a]\r\n\r\n[profile dev]\r\n" + strings.ReplaceAll(ours, "\n", "\r\n")},
		"another's":    {"[profile developer]\n[dev]\n[profile dev2]\n[sso-session dev]\n", "[profile developer]\n[dev]\n[profile dev2]\n[sso-session dev]\n\n[profile dev]\n" + ours},
		"not a header": {"#[profile dev]\n[profile dev\n", "#[profile dev]\n[profile dev\n\n[profile dev]\n" + ours},
	} {
		after, err := dev.Put([]byte(c.before), block("a b", "r"), blockKeys(), false)
		if err != nil || string(after) != c.after {
			t.Errorf("%s: %q became\n%q, want\n%q (%v)", name, c.before, after, c.after, err)
		}
	}
}

func TestPutRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		before  string
		line    int
		foreign bool
	}{
		"the user's own":        {"\n[profile dev]\nrole_arn = x\n", 2, true},
		"a key of his behind":   {"[profile dev]\n# karikagi: written by o\ncredential_process = x\noutput = json\nregion = r\n", 5, true},
		"a key in another case": {"[profile dev]\nRegion: r\n# karikagi: written by o\ncredential_process = x\n", 2, true},
		"indented":              {"[profile dev]\n    role_arn = x\n", 1, true},
		"a note of his":         {"[profile dev]\n# karikagi: mine\nregion = x\n", 1, true},
		"a byte order mark":     {"\ufeff[profile dev]\n", 1, false},
		"twice":                 {"[profile dev]\n[x]\n[profile 'dev']\n", 3, false},
	} {
		_, err := dev.Put([]byte(c.before), block("a", "r"), blockKeys(), false)
		if e, ok := errors.AsType[*Error](err); !ok || e.Line != c.line || e.Foreign != c.foreign {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, value := range []string{"a\nb", "a\rb", " a", "a\t", "a #b", "a ;b", "a\x00"} {
		if _, err := dev.Put(nil, block(value), blockKeys(), false); err == nil {
			t.Errorf("the value %q was written", value)
		}
	}
	after, err := dev.Put([]byte("[profile dev]\nrole_arn = x\n s = t\n\n[b]\n"), block("a"), blockKeys(), true)
	if want := "[profile dev]\n# karikagi: written by ours\ncredential_process = a\n\n[b]\n"; err != nil || string(after) != want {
		t.Errorf("overwritten: %q, want %q (%v)", after, want, err)
	}
}

func TestRemove(t *testing.T) {
	for name, c := range map[string]struct{ before, after string }{
		"whole":          {"[a]\n\n[profile dev]\n# karikagi: written by o\ncredential_process = x\n", "[a]\n"},
		"in the middle":  {"[a]\n[profile dev]\n# karikagi: written by o\nregion = x\n\n[b]\n", "[a]\n[b]\n"},
		"the user's own": {"[profile dev]\n# karikagi: written by o\nregion = x\noutput = json\n", "[profile dev]\noutput = json\n"},
		"a comment":      {"[profile dev]\n# mine\n# karikagi: written by o\nregion = x\n", "[profile dev]\n# mine\n"},
	} {
		after, removed, err := dev.Remove([]byte(c.before), blockKeys())
		if err != nil || !removed || string(after) != c.after {
			t.Errorf("%s: %q, want %q (%t, %v)", name, after, c.after, removed, err)
		}
	}
	const own = "[profile dev]\ncredential_process = x\n"
	if after, removed, err := dev.Remove([]byte(own), blockKeys()); err != nil || removed || string(after) != own {
		t.Errorf("the user's own was removed: %q (%t, %v)", after, removed, err)
	}
}

// Whatever stands in a file: all but our block stays as it is, byte by byte, to
// write the same again changes nothing, and to remove it leaves the rest.
func FuzzPut(f *testing.F) {
	f.Add([]byte("[default]\r\nx = y\r\n"), "dev", "a b")
	f.Add([]byte("[profile dev]\n# karikagi: written by o\ncredential_process = x\n[b]"), "dev", "c")
	f.Add([]byte("[profile \"dev\"\n]\n=\n[profile dev]#"), "dev", "'")
	f.Add([]byte("\xff\xfe[dev]\x00\r[profile dev]"), "default", "#")
	f.Fuzz(func(t *testing.T, before []byte, name, value string) {
		s := Section{Config: true, Name: name}
		if strings.ContainsAny(name, " \t\r\n\v\f[]'\"#;") || strings.TrimSpace(name) != name || name == "" {
			return // no name of a profile
		}
		after, err := s.Put(before, block(value), blockKeys(), false)
		if err != nil {
			return
		}
		b := []byte(strings.Join(block(value).render(ending(lines(before))), ""))
		at := bytes.Index(after, b)
		if at < 0 {
			t.Fatalf("%q is not in %q", b, after)
		}
		again, err := s.Put(after, block(value), blockKeys(), false)
		if err != nil || !bytes.Equal(again, after) {
			t.Fatalf("%q became %q when written again (%v)", after, again, err)
		}
		kept := func(part []byte) bool { return len(part) == 0 || bytes.Contains(before, part) }
		head := bytes.TrimRight(bytes.TrimSuffix(bytes.TrimRight(after[:at], "\r\n"), []byte(s.String())), "\r\n")
		if !kept(head) || !kept(after[at+len(b):]) {
			t.Fatalf("%q became %q", before, after)
		}
		rest, removed, err := s.Remove(after, blockKeys())
		if err != nil || !removed || bytes.Contains(rest, b) && !bytes.Contains(before, b) {
			t.Fatalf("%q without the block: %q (%v)", after, rest, err)
		}
	})
}

func TestKeys(t *testing.T) {
	keys, err := Section{Name: "dev"}.Keys([]byte("[dev]\n# a = b\nAWS_ACCESS_KEY_ID=x\n s = t\n\nregion : r\n[other]\nx = y\n"))
	if err != nil || !slices.Equal(keys, []Key{{"aws_access_key_id", 3}, {"s", 4}, {"region", 6}}) { // a line that is indented is a key to some
		t.Errorf("%v, %v", keys, err)
	}
}

func TestUpdate(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "new", "config")
	add := func(text []byte) ([]byte, error) { return append(text, 'x'), nil }
	if err := Update(t.Context(), path, false, add); err != nil {
		t.Fatal(err)
	}
	checkFile(t, path, "x", 0o600)
	if runtime.GOOS == "windows" {
		return
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "link")
	if err := os.Symlink(filepath.Join("new", "config"), link); err != nil {
		t.Fatal(err)
	}
	if err := Update(t.Context(), link, false, add); err != nil {
		t.Fatal(err)
	}
	checkFile(t, path, "xx", 0o644)
	if err := Update(t.Context(), link, true, add); err != nil {
		t.Fatal(err)
	}
	checkFile(t, path, "xxx", 0o600)
	if to, err := os.Readlink(link); err != nil || to != filepath.Join("new", "config") {
		t.Errorf("the link leads to %q (%v)", to, err)
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := Update(t.Context(), path, false, add); err == nil || err.Error() != "it is read-only" {
		t.Errorf("a read-only file: %v", err)
	}
	loop := filepath.Join(folder, "loop")
	if err := os.Symlink("loop", loop); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{loop, folder, "/dev/null"} {
		if err := Update(t.Context(), bad, false, add); err == nil {
			t.Errorf("%s was written", bad)
		}
	}
	if there, _ := os.ReadDir(filepath.Dir(path)); len(there) != 1 {
		t.Errorf("left behind: %v", there)
	}
}

func checkFile(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != text {
		t.Errorf("%q, want %q (%v)", got, text, err)
	}
	if info, err := os.Stat(path); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != mode) {
		t.Errorf("mode %v, want %v (%v)", info.Mode(), mode, err)
	}
}

// Root, as under sudo, would take a user's file away from him.
func TestUpdateLeavesOthersFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, os.Getuid()+1, -1); err != nil {
		t.Skip("only root can give a file away")
	}
	err := Update(t.Context(), path, false, func([]byte) ([]byte, error) { return []byte("x"), nil })
	if err == nil || err.Error() != "it belongs to another user" {
		t.Errorf("%v", err)
	}
}

// No edit is lost when many are made at once.
func TestUpdateOneAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := Update(context.Background(), path, false, func(text []byte) ([]byte, error) { return append(text, 'x'), nil }); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	checkFile(t, path, strings.Repeat("x", 20), 0o600)
}

func TestDiff(t *testing.T) {
	before := []byte("1\n2\n[a]\nregion = r\naws_secret_access_key = S\nold\n#aws_secret_access_key = S\n  continued\ncredential_process = vault --password S\n8")
	after := []byte("1\n2\n[a]\nregion = r\naws_secret_access_key = S\naws_session_token = T\nnew\n#aws_secret_access_key = S\n  continued\ncredential_process = vault --password S\n8")
	want := "@@ -3,7 +3,8 @@\n [a]\n region = r\n aws_secret_access_key = ********\n-********\n+aws_session_token = ********\n+new\n # ********\n ********\n credential_process = ********\n"
	if got := Diff(before, after); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := Diff(before, before); got != "" {
		t.Errorf("no change: %s", got)
	}
	if got := Diff(nil, []byte("a\n")); got != "@@ -1,0 +1,1 @@\n+a\n" {
		t.Errorf("a new file: %s", got)
	}
}

// A link below a linked folder leads where the system says, and not where the
// words of its path would.
func TestUpdateBelowALinkedFolder(t *testing.T) {
	root := t.TempDir()
	for _, folder := range []string{"dotfiles/home/aws", "dotfiles/home/secrets"} {
		if err := os.MkdirAll(filepath.Join(root, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.WriteFile(filepath.Join(root, "dotfiles/home/secrets/credentials"), []byte("[a]\n"), 0o600),
		os.Symlink("../secrets/credentials", filepath.Join(root, "dotfiles/home/aws/credentials")),
		os.Symlink("dotfiles/home/aws", filepath.Join(root, ".aws"))); err != nil {
		t.Fatal(err)
	}
	err := Update(context.Background(), filepath.Join(root, ".aws/credentials"), true, func(text []byte) ([]byte, error) { return append(text, "[b]\n"...), nil })
	if err != nil {
		t.Fatal(err)
	}
	checkFile(t, filepath.Join(root, "dotfiles/home/secrets/credentials"), "[a]\n[b]\n", 0o600)
	if _, err := os.Stat(filepath.Join(root, "secrets")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a folder that is none of his: %v", err)
	}
}
