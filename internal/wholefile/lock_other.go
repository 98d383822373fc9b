//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package wholefile

import "os"

const notFollowing = 0

// lock knows no locks on this system.
func lock(*os.File) error { return ErrUnsupported }
