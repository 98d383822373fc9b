package workbench

import (
	"fmt"
	"os"
	"strings"
)

// The lines of /proc/PID/status that Memory reads: proc_pid_status(5).
const (
	Resident     = "VmRSS" // now
	ResidentPeak = "VmHWM" // at most until now
)

// Memory is a line of a process's status, in bytes: of this program alone, not
// of what its parent held. 0 where there is no /proc.
func Memory(process int, line string) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "\n"+line+":")
	var kibibytes int64
	_, _ = fmt.Sscan(after, &kibibytes)
	return kibibytes << 10
}

// Descriptors is how many files and sockets a process has open. 0 where there is
// no /proc.
func Descriptors(process int) int {
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", process))
	if err != nil {
		return 0
	}
	return len(open)
}
