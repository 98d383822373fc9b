package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// lookAtProcess reads proc(5). The program's file comes first: comm is what the
// process says of itself, and a script's is the script's name. But the file of
// somebody else's process cannot be read, and busybox is many programs.
func lookAtProcess(pid int) (p process, ok bool) {
	if pid <= 0 {
		return p, false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return p, false
	}
	if file, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid)); err == nil {
		p.names = append(p.names, filepath.Base(strings.TrimSuffix(file, " (deleted)")))
	}
	// "pid (comm) state ppid ...", where comm may hold anything.
	from, to := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if from < 0 || to < from {
		return p, false
	}
	p.names = append(p.names, string(stat[from+1:to]))
	fields := strings.Fields(string(stat[to+1:])) // state, ppid, ...
	if len(fields) < 2 {
		return p, false
	}
	p.parent, err = strconv.Atoi(fields[1])
	return p, err == nil
}
