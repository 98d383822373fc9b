//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package wholefile

import (
	"errors"
	"io/fs"
)

const notWaiting = 0

// CheckOwn refuses links. Whose a file is needs no question on Windows: these
// are in the user's own profile, which other users cannot write to.
func CheckOwn(info fs.FileInfo, _ fs.FileMode) error {
	if info.Mode()&(fs.ModeSymlink|fs.ModeIrregular) != 0 {
		return errors.New("want no link")
	}
	return nil
}
