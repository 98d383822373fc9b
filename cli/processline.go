package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/urfave/cli/v2"
)

// calledByFlag is for the profiles that configure writes.
func calledByFlag() cli.Flag {
	return option("called-by", "", "`PROFILE` whose credential_process this is: AWS_PROFILE, which may name it, is not looked at")
}

// forgetCaller keeps a credential_process from the profile that calls it. Whose
// profile AWS_PROFILE names is chosen by who uses the session, and the way to
// that session must not depend on it.
func forgetCaller(c *cli.Context) error {
	if _, given := value(c, "called-by"); !given {
		return nil
	}
	for _, name := range []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE"} {
		if err := os.Unsetenv(name); err != nil {
			return fmt.Errorf("environment: %w", err)
		}
	}
	return nil
}

// exportFlags are all flags of export.
func exportFlags() [][]cli.Flag {
	return append(sessionFlags(), formatFlags(), cacheFlags(), writeFlags(), []cli.Flag{calledByFlag()})
}

// processLine is the credential_process of a profile: karikagi export with the
// flags of configure, which are read once as export will read them.
func processLine(c *cli.Context, name string) (string, error) {
	args, err := exportArguments(c, name)
	if err != nil {
		return "", err
	}
	check := command("export", "", "", "", func(c *cli.Context) error { _, err := readWant(c); return err }, exportFlags()...)
	if err := runCommand(c.Context, c.App, check, args); err != nil {
		return "", err
	}
	path, err := ownPath()
	if err != nil {
		return "", err
	}
	words := append([]string{path, "export"}, args...)
	for i, word := range words {
		if words[i], err = quoteWord(runtime.GOOS, word); err != nil {
			return "", err
		}
	}
	return strings.Join(words, " "), nil
}

// exportArguments are configure's flags as export's. What a shell's variables
// say today is written down: another shell may say something else.
func exportArguments(c *cli.Context, name string) ([]string, error) {
	args := []string{"--quiet", "--format", "process"}
	role, hasRole := value(c, "role")
	grant, hasGrant := value(c, "grant")
	switch {
	case hasRole && hasGrant:
		return nil, misuse("", "want either --role or --grant")
	case !hasRole && !hasGrant:
		return nil, misuse("karikagi configure "+name+" --role ROLE", "want --role or --grant: what the sessions of profile %s are", name)
	case hasGrant:
		args = append(args, "--grant", grant)
		if url := os.Getenv("KARIKAGI_URL"); url != "" && !c.IsSet("url") {
			args = append(args, "--url", url)
		}
	}
	me := cmp.Or(os.Getenv("AWS_PROFILE"), os.Getenv("AWS_DEFAULT_PROFILE"))
	if profile, given := value(c, "profile"); given {
		me = profile
	}
	if me == name || me == "" && name == "default" {
		return nil, misuse("name the profile with your own credentials: --profile; or unset AWS_PROFILE", "profile %s: it would call itself", name)
	}
	if me != "" || c.IsSet("profile") {
		args = append(args, "--profile", me)
	}
	for _, f := range slices.Concat(sessionFlags()...) {
		flag := f.Names()[0]
		if slices.Contains(append(notConfigured(), "grant", "profile"), flag) || !c.IsSet(flag) {
			continue
		}
		more, err := flagWords(c, flag)
		if err != nil {
			return nil, err
		}
		args = append(args, more...)
	}
	if hasRole {
		args = append(args, role)
	}
	return append(args, "--called-by", name), nil
}

// flagWords are a flag as it was given.
func flagWords(c *cli.Context, name string) ([]string, error) {
	if c.Bool(name) || toggled(c, name) {
		return []string{"--" + name}, nil
	}
	all := values(c, name)
	if one, given := value(c, name); given {
		all = []string{one}
	}
	var words []string
	for _, v := range all {
		// Programs call karikagi from any folder.
		if file := strings.TrimPrefix(v, "file://"); name == "policy" && !strings.HasPrefix(strings.TrimSpace(v), "{") {
			path, err := filepath.Abs(file)
			if err != nil {
				return nil, fmt.Errorf("session policy %q: %w", clip(v), err)
			}
			v = path
		}
		words = append(words, "--"+name, v)
	}
	return words, nil
}

// ownPath is where this program is: by the name that a shell finds it by, which
// stays when a new release takes its place, or else by its file's own. A program
// with a window has another PATH than a shell.
func ownPath() (string, error) {
	file, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("the place of this program: %w", err)
	}
	if named, err := exec.LookPath("karikagi"); err == nil && filepath.IsAbs(named) {
		a, errA := os.Stat(file)
		b, errB := os.Stat(named)
		if errA == nil && errB == nil && os.SameFile(a, b) {
			return named, nil
		}
	}
	return file, nil
}

// quoteWord quotes a word of a credential_process for all who take it apart: on
// Windows the C library's rules, elsewhere a shell's, by sh for the Go SDK and by
// Python's shlex for botocore. What only one of them can have is refused, and so
// is what no line of the file holds.
func quoteWord(system, word string) (string, error) {
	if !utf8.ValidString(word) || strings.ContainsFunc(word, unicode.IsControl) {
		return "", misuse("", "value %q: a profile holds no control characters", clip(word))
	}
	plain := func(r rune) bool { return !isSpecial(r) || r == '%' && system != "windows" } // only cmd.exe reads it
	if word != "" && !strings.ContainsFunc(word, func(r rune) bool { return !plain(r) }) {
		return word, nil
	}
	if system == "windows" {
		if strings.ContainsAny(word, `"%`) || strings.HasSuffix(word, `\`) || strings.Contains(word, " #") || strings.Contains(word, " ;") {
			return "", misuse("a policy can stand in a file", "value %q: a profile on Windows takes no \", no %%, no \\ at the end, and no blank before # or ;", clip(word))
		}
		return `"` + word + `"`, nil
	}
	// A blank before # or ; would begin a comment for the Go SDK.
	word = strings.NewReplacer("'", `'\''`, " #", ` '\#'`, " ;", ` '\;'`).Replace(word)
	return "'" + word + "'", nil
}

// isSpecial tells what may mean something to whoever takes the line apart.
func isSpecial(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !letter && !strings.ContainsRune(`_@+=:,./-`, r)
}
