//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package wholefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// notWaiting opens a pipe without its other end.
const notWaiting = unix.O_NONBLOCK

// CheckOwn refuses what is another user's, and what others have one of the
// forbidden permissions for.
func CheckOwn(info fs.FileInfo, forbidden fs.FileMode) error {
	if s, ok := info.Sys().(*syscall.Stat_t); !ok || int(s.Uid) != os.Geteuid() {
		return errors.New("it belongs to another user")
	}
	if mode := info.Mode().Perm(); mode&forbidden != 0 {
		return fmt.Errorf("others have permissions for it (%04o)", mode)
	}
	return nil
}
