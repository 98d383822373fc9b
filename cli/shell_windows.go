package main

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// lookAtProcess finds a process in a snapshot of all. Windows may have given an
// ended parent's number to another process; the shell that waits for karikagi
// has not ended.
func lookAtProcess(pid int) (process, bool) {
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		return process{}, false
	}
	defer windows.CloseHandle(snapshot) //nolint:errcheck // nothing is lost.
	var entry windows.ProcessEntry32
	entry.Size = uint32(unsafe.Sizeof(entry))
	for err = windows.Process32First(snapshot, &entry); err == nil; err = windows.Process32Next(snapshot, &entry) {
		if int(entry.ProcessID) == pid && pid != 0 {
			return process{names: []string{windows.UTF16ToString(entry.ExeFile[:])}, parent: int(entry.ParentProcessID)}, true
		}
	}
	return process{}, false
}
