package main

import (
	"bytes"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// writtenManual writes the real command's manual into a folder and gives the
// paths of its pages.
func writtenManual(t *testing.T) (folder string, pages []string) {
	t.Helper()
	if testing.Short() {
		t.Skip("builds for real")
	}
	folder = t.TempDir()
	m, err := readManual(t.Context(), "..", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range manualPages(m, "v1.2.3", time.Date(2026, 11, 22, 23, 0, 0, 0, time.FixedZone("", -3600))) {
		file := filepath.Join(folder, filepath.FromSlash(e.name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, e.data, e.mode); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, file)
	}
	return folder, pages
}

// shown is a page as a reader of man sees it, its words one space apart.
func shown(t *testing.T, file string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "mandoc", "-T", "utf8", "-O", "width=200", file).Output()
	if err != nil {
		t.Fatal(err)
	}
	return spaced(regexp.MustCompile(".\b").ReplaceAllString(string(out), "")) // bold is a letter twice
}

func spaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// wantProgram skips what needs a program; in CI it must be there.
func wantProgram(t *testing.T, name string) {
	t.Helper()
	if _, err := exec.LookPath(name); err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed, and CI must have it", name)
	}
	t.Skipf("%s is not installed", name)
}

// Other people's readers of manual pages have nothing to say about ours.
func TestManualPagesAreWellFormed(t *testing.T) {
	_, pages := writtenManual(t)
	for name, args := range map[string][]string{"mandoc": {"-T", "lint", "-W", "all"}, "man": {"--warnings=w", "--local-file"}, "lexgrog": nil} {
		t.Run(name, func(t *testing.T) {
			wantProgram(t, name)
			for _, page := range pages {
				var out, complaints bytes.Buffer
				cmd := exec.CommandContext(t.Context(), name, append(slices.Clone(args), page)...)
				cmd.Stdout, cmd.Stderr = &out, &complaints
				cmd.Env = append(os.Environ(), "MANWIDTH=80", "LC_ALL=C.UTF-8", "MANPAGER=cat")
				err := cmd.Run()
				if name == "mandoc" { // which complains on stdout
					complaints.Write(out.Bytes())
				}
				if err != nil || complaints.Len() > 0 || name == "man" && out.Len() == 0 {
					t.Errorf("%s: %v\n%s", filepath.Base(page), err, complaints.String())
				}
				if name == "lexgrog" && !strings.Contains(out.String(), strings.TrimSuffix(filepath.Base(page), filepath.Ext(page))+" - ") {
					t.Errorf("whatis would not find it: %s", out.String())
				}
			}
		})
	}
}

// Each verb, flag and topic that the program's own help speaks of has its place
// in the pages, with the help's own words.
func TestManualIsWhole(t *testing.T) {
	wantProgram(t, "mandoc")
	folder, pages := writtenManual(t)
	program := filepath.Join(t.TempDir(), "karikagi.exe")
	if err := (binary{"..", "./cli", commandTags, "", hostTarget(), program}).build(t.Context()); err != nil {
		t.Fatal(err)
	}
	help := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), program, args...).Output()
		if err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		return string(out)
	}
	wanted := []string{"man1/karikagi.1"}
	overview := help("help")
	front := shown(t, filepath.Join(folder, "man/man1/karikagi.1"))
	for _, row := range rows(overview, "commands") {
		wanted = append(wanted, "man1/karikagi-"+row[0]+".1")
		page := shown(t, filepath.Join(folder, "man/man1/karikagi-"+row[0]+".1"))
		checkShown(t, "karikagi.1", front, "karikagi-"+row[0]+"(1) "+row[1])
		checkHelp(t, page, help(row[0], "--help"))
		for _, sub := range rows(help(row[0], "--help"), "commands") {
			checkHelp(t, page, help(row[0], sub[0], "--help"))
		}
	}
	for _, row := range rows(overview, "topics") {
		wanted = append(wanted, "man7/karikagi-"+row[0]+".7")
		page := shown(t, filepath.Join(folder, "man/man7/karikagi-"+row[0]+".7"))
		about, text, _ := strings.Cut(help("help", row[0]), "\n")
		checkShown(t, "karikagi.1", front, "karikagi-"+row[0]+"(7) "+row[1])
		checkShown(t, row[0], page, "karikagi-"+row[0]+" - "+about)
		checkShown(t, row[0], page, "DESCRIPTION "+text+" SEE ALSO")
	}
	var written []string
	for _, page := range pages {
		written = append(written, path.Base(path.Dir(filepath.ToSlash(page)))+"/"+filepath.Base(page))
	}
	slices.Sort(wanted)
	slices.Sort(written)
	if !slices.Equal(wanted, written) || len(wanted) < 15 {
		t.Errorf("pages %v, want %v", written, wanted)
	}
}

// checkHelp wants what --help prints of a command to stand in a page.
func checkHelp(t *testing.T, page, help string) {
	t.Helper()
	title, rest, _ := strings.Cut(help, "\n\nusage: ")
	_, about, _ := strings.Cut(title, " - ")
	usage, rest, _ := strings.Cut(rest, "\n\n")
	description, _, _ := strings.Cut(rest, "\nflags:\n")
	description, _, _ = strings.Cut(description, "\ncommands:\n")
	checkShown(t, title, page, about)
	checkShown(t, title, page, description)
	if list := rows(help, "flags"); len(list) == 0 {
		checkShown(t, title, page, strings.ReplaceAll(usage, " [flags]", ""))
	} else {
		checkShown(t, title, page, usage)
		for _, row := range list {
			checkShown(t, title, page, row[0]+" "+row[1])
		}
	}
}

func checkShown(t *testing.T, where, page, want string) {
	t.Helper()
	if want = spaced(want); want == "" || !strings.Contains(page, want) {
		t.Errorf("%s: the page does not say %q", where, want)
	}
}

// rows are a table of the help: what stands left, what it says of it.
func rows(help, heading string) [][2]string {
	_, table, _ := strings.Cut(help, "\n"+heading+":\n")
	var all [][2]string
	for line := range strings.SplitSeq(table, "\n") {
		if !strings.HasPrefix(line, "  ") {
			break
		}
		left, right, _ := strings.Cut(strings.TrimSpace(line), "  ")
		all = append(all, [2]string{left, strings.TrimSpace(right)})
	}
	return all
}

func TestProse(t *testing.T) {
	for text, want := range map[string]string{
		"":                         "",
		"a\nb\n\nc":                "a b\n.PP\nc\n",
		"see:\n\n  $ a 'b'\n  c\n": "see:\n.PP\n.RS 2\n.nf\n$ a \\(aqb\\(aq\nc\n.fi\n.RE\n",
		"see:\n  x\n    y\nz":      "see:\n.PP\n.RS 2\n.nf\nx\n  y\n.fi\n.RE\n.PP\nz\n",
		".TH x\n'br\n\n  .fi":      "\\&.TH x \\(aqbr\n.PP\n.RS 2\n.nf\n\\&.fi\n.fi\n.RE\n",
		"a-b \\n …\x1b[31m":        "a\\-b \\en \\[u2026] [31m\n",
	} {
		if got := prose(text); got != want {
			t.Errorf("%q:\n%swant\n%s", text, got, want)
		}
	}
}

// Whatever a text says, it gives no orders to roff but ours.
func FuzzProse(f *testing.F) {
	f.Add("a\n.TH x\n\n  'br\n\\fB仮鍵")
	requests := []string{".PP", ".RS 2", ".nf", ".fi", ".RE"}
	f.Fuzz(func(t *testing.T, text string) {
		for line := range strings.SplitSeq(strings.TrimSuffix(prose(text), "\n"), "\n") {
			if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".") && !slices.Contains(requests, line) || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' || r > '~' }) {
				t.Errorf("%q: line %q", text, line)
			}
		}
	})
}
