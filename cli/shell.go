package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"karikagi/internal/format"
)

// shellFormats says which format a shell reads.
func shellFormats() map[string]string {
	return map[string]string{
		"bash": "env", "zsh": "env", "sh": "env", "dash": "env", "ash": "env", "ksh": "env",
		"fish":       "fish",
		"powershell": "powershell", "pwsh": "powershell",
		"cmd": "windows-cmd",
		"nu":  "nushell",
		"csh": "csh", "tcsh": "csh",
	}
}

// shellNames lists what --shell takes.
func shellNames() string {
	return "auto, " + strings.Join(slices.Sorted(maps.Keys(shellFormats())), ", ")
}

// readFormat takes --format and --shell, of which one may be given. What a
// format needs besides is looked at here, before anything is asked of AWS.
func readFormat(c *cli.Context) (string, error) {
	name, given := value(c, "format")
	shell, asked := value(c, "shell")
	switch {
	case asked && given:
		return "", misuse("", "flags --format and --shell: want one of them")
	case asked && shell == "auto":
		name = formatAround(os.Getppid(), lookAtProcess, os.Getenv("SHELL"))
	case asked:
		known := false
		if name, known = shellFormats()[shell]; !known {
			return "", misuse("", "shell %q: want %s", clip(shell), shellNames())
		}
	}
	if err := format.Check(name); err != nil {
		return "", &usageError{err: err}
	}
	if name == github {
		return name, checkGitHub()
	}
	return name, nil
}

// formatAround is the format of the shell that a process was started from: the
// nearest one above it, so that it does not matter what stands between (sudo,
// time, make, karikagi itself). Where none is found the login shell tells, and
// where it does not, env.
func formatAround(parent int, look func(int) (process, bool), login string) string {
	name := nearestShell(parent, look)
	if name == "" {
		name = shellName(filepath.Base(login))
	}
	if name == "" {
		return "env"
	}
	return shellFormats()[name]
}

// process is what --shell auto asks of one.
type process struct {
	names  []string // the program's, the surer first
	parent int
}

// nearestShell goes up from a process to the first shell; "" when there is none.
func nearestShell(pid int, look func(int) (process, bool)) string {
	const generations = 32 // ends a circle, which numbers used again can make
	for range generations {
		p, ok := look(pid)
		if !ok {
			break
		}
		for _, name := range p.names {
			if shell := shellName(name); shell != "" {
				return shell
			}
		}
		pid = p.parent
	}
	return ""
}

// shellName gives the name that a shell has in shellFormats, or "".
func shellName(program string) string {
	name := strings.ToLower(strings.TrimPrefix(program, "-")) // a login shell may show as -zsh
	name = strings.TrimSuffix(name, ".exe")
	name = strings.TrimPrefix(name, "bsd-") // Debian's csh
	if shellFormats()[name] == "" {
		return ""
	}
	return name
}
