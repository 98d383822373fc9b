package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"io/fs"
	"slices"
	"testing"
	"time"
)

// unpacked is one entry as an independent reader would see it.
type unpacked struct {
	name    string
	mode    fs.FileMode
	time    time.Time
	content string
}

func unpack(t *testing.T, packed []byte) []unpacked {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		t.Fatal(err)
	}
	var all []unpacked
	for _, file := range r.File {
		from, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(from) // checks the entry's CRC as well
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, unpacked{file.Name, file.Mode(), file.Modified.UTC(), string(content)})
	}
	return all
}

// untar is unpack for a compressed tar, which must also be nobody's.
func untar(t *testing.T, packed []byte) []unpacked {
	t.Helper()
	compressed, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if h := compressed.Header; h.Name != "" || !h.ModTime.IsZero() || h.OS != 255 {
		t.Errorf("the gzip header says %+v", h)
	}
	var all []unpacked
	for r := tar.NewReader(compressed); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag != tar.TypeReg || h.Uid != 0 || h.Gid != 0 || h.Uname != "" || h.Gname != "" {
			t.Errorf("%s: %+v", h.Name, h)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, unpacked{h.Name, h.FileInfo().Mode(), h.ModTime.UTC(), string(content)})
	}
}

// The bytes depend on what is packed and on nothing else: not on the order of
// the entries, not on the clock, not on the machine's time zone.
func TestPackSameBytes(t *testing.T) {
	when := time.Date(2026, 11, 22, 16, 30, 51, 0, time.UTC)
	entries := []entry{{"karikagi", 0o755, bytes.Repeat([]byte("binary"), 1000)}, {"install.sh", 0o755, []byte("#!/bin/sh\n")}, {sumsFile, 0o644, nil}}
	want := []unpacked{
		{sumsFile, 0o644, when, ""},
		{"install.sh", 0o755, when, "#!/bin/sh\n"},
		{"karikagi", 0o755, when, string(bytes.Repeat([]byte("binary"), 1000))},
	}
	for name, read := range map[string]func(*testing.T, []byte) []unpacked{"x.zip": unpack, "x.tar.gz": untar} {
		first, err := pack(name, entries, when)
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(entries)
		second, err := pack(name, entries, when.In(time.FixedZone("JST", 9*60*60)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(first, second) {
			t.Errorf("%s: two of the same entries differ", name)
		}
		if got := read(t, first); !slices.Equal(got, want) {
			t.Errorf("%s: unpacked %v, want %v", name, got, want)
		}
	}
}

func TestPackTime(t *testing.T) {
	tests := []struct{ given, want time.Time }{
		{time.Time{}, firstZipTime()},
		{time.Unix(0, 0), firstZipTime()},
		{time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), lastZipTime()},
		{time.Date(2026, 2, 3, 4, 5, 7, 0, time.UTC), time.Date(2026, 2, 3, 4, 5, 7, 0, time.UTC)},
	}
	for _, test := range tests {
		for name, read := range map[string]func(*testing.T, []byte) []unpacked{"x.zip": unpack, "x.tar.gz": untar} {
			packed, err := pack(name, []entry{{"x", 0o644, nil}}, test.given)
			if err != nil {
				t.Fatal(err)
			}
			if got := read(t, packed)[0].time; !got.Equal(test.want) {
				t.Errorf("%s at %v: the entry says %v, want %v", name, test.given, got, test.want)
			}
		}
	}
}
