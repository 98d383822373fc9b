package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// entry is one file of an archive. Its mode is said here and not read from the
// disk, where the umask of whoever cloned decides.
type entry struct {
	name string // with slashes
	mode fs.FileMode
	data []byte
}

// fileEntry is an entry with the bytes of a file of the source.
func fileEntry(name string, mode fs.FileMode, source, path string) (entry, error) {
	data, err := os.ReadFile(filepath.Join(source, filepath.FromSlash(path))) //nolint:gosec // the caller's own checkout.
	return entry{name, mode, data}, err
}

// under puts entries into a folder.
func under(folder string, entries []entry) []entry {
	var moved []entry
	for _, e := range entries {
		moved = append(moved, entry{folder + "/" + e.name, e.mode, e.data})
	}
	return moved
}

// sorted is the order of entries in an archive.
func sorted(entries []entry) []entry {
	return slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return strings.Compare(a.name, b.name) })
}

// pack makes an archive of the kind that its name says. Its bytes depend on
// the entries and the time alone: sorted, one time for all, nobody's files.
func pack(name string, entries []entry, t time.Time) ([]byte, error) {
	if strings.HasSuffix(name, ".zip") {
		return packZip(entries, t)
	}
	return packTar(entries, t)
}

// packZip makes a zip.
func packZip(entries []entry, t time.Time) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range sorted(entries) {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: zipTime(t)}
		header.SetMode(e.mode)
		to, err := w.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := to.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// packTar makes a tar, compressed. Its gzip header has neither name nor time,
// and says of no system that it wrote it.
func packTar(entries []entry, t time.Time) ([]byte, error) {
	var out bytes.Buffer
	compressed, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	w := tar.NewWriter(compressed)
	for _, e := range sorted(entries) {
		header := &tar.Header{Typeflag: tar.TypeReg, Name: e.name, Mode: int64(e.mode.Perm()), Size: int64(len(e.data)),
			ModTime: zipTime(t), Format: tar.FormatUSTAR}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(e.data); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	if err := compressed.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
