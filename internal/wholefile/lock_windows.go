package wholefile

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// notFollowing is nothing here: only those who may make symbolic links could put
// one into a folder of the user's profile.
const notFollowing = 0

// lock takes the lock of an open file, and does not wait.
func lock(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return err
}
