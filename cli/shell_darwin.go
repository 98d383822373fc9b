package main

import "golang.org/x/sys/unix"

// lookAtProcess asks the kernel as ps does.
func lookAtProcess(pid int) (process, bool) {
	if pid <= 0 {
		return process{}, false
	}
	info, err := unix.SysctlKinfoProc("kern.proc.pid", pid)
	if err != nil {
		return process{}, false
	}
	return process{names: []string{unix.ByteSliceToString(info.Proc.P_comm[:])}, parent: int(info.Eproc.Ppid)}, true
}
