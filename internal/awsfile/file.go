package awsfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"karikagi/internal/wholefile"
)

// maxFile is far above any such file, and below what nobody would wait for.
const maxFile = 4 << 20

// Read reads a file; one that is not there is empty.
func Read(path string) ([]byte, error) {
	text, _, err := read(path)
	return text, err
}

// read gives the mode, too; 0 where there is no file.
func read(path string) ([]byte, fs.FileMode, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("want a file")
	}
	if err != nil {
		return nil, 0, wholefile.Bare(err)
	}
	f, err := os.Open(path) //nolint:gosec // the user's own files, where the SDK looks too.
	if err != nil {
		return nil, 0, wholefile.Bare(err)
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("more than %d bytes", maxFile)
	}
	return text, info.Mode().Perm(), wholefile.Bare(err)
}

// Update changes a file by edit, whole or not at all, while no other karikagi
// does. Where the path is a symbolic link, the file that it leads to is changed.
// A new file is the user's alone, and a private one becomes so.
func Update(ctx context.Context, path string, private bool, edit func(text []byte) ([]byte, error)) error {
	path, err := follow(path)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return wholefile.Bare(err)
	}
	lock, err := wholefile.NewLock(ctx, path)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return errors.New("another karikagi is writing it")
	case err != nil && !errors.Is(err, wholefile.ErrUnsupported):
		return wholefile.Bare(err)
	case err == nil:
		defer lock.Close()
	}
	text, mode, err := read(path)
	if err != nil {
		return err
	}
	edited, err := edit(bytes.Clone(text))
	if err != nil || bytes.Equal(edited, text) {
		return err
	}
	if mode, err = newMode(path, mode, private); err != nil {
		return err
	}
	return wholefile.Bare(wholefile.Replace(path, edited, mode))
}

// newMode is the mode of the file that takes another's place.
func newMode(path string, mode fs.FileMode, private bool) (fs.FileMode, error) {
	switch {
	case mode == 0:
		return 0o600, nil
	case mode&0o200 == 0:
		return 0, errors.New("it is read-only")
	}
	info, err := os.Lstat(path)
	if err != nil {
		return 0, wholefile.Bare(err)
	}
	if err := wholefile.CheckOwn(info, 0); err != nil { // under sudo it would become root's
		return 0, err
	}
	if private {
		mode &^= 0o077
	}
	return mode, nil
}

// follow goes along symbolic links to a file, which need not be there.
func follow(path string) (string, error) {
	const most = 40
	for range most {
		info, err := os.Lstat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode()&fs.ModeSymlink == 0 {
			return path, nil
		}
		if err != nil {
			return "", wholefile.Bare(err)
		}
		to, err := os.Readlink(path)
		if err != nil {
			return "", wholefile.Bare(err)
		}
		if !filepath.IsAbs(to) {
			folder, err := filepath.EvalSymlinks(filepath.Dir(path)) // .. is the real folder's
			if err != nil {
				return "", wholefile.Bare(err)
			}
			to = filepath.Join(folder, to)
		}
		path = to
	}
	return "", errors.New("its symbolic links lead nowhere")
}
