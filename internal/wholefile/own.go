package wholefile

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// ReadOwn reads a file that is the user's alone, with at most limit bytes. What
// belongs to somebody else, or others may read or write, what is a link or no
// file at all is refused and not waited for.
func ReadOwn(path string, limit int64) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|notFollowing|notWaiting, 0) //nolint:gosec // what the caller names.
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("want a file, not " + info.Mode().Type().String())
	}
	if err := CheckOwn(info, 0o077); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("more than %d bytes", limit)
	}
	return data, err
}
