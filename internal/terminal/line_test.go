package terminal

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestReadLine(t *testing.T) {
	longest := strings.Repeat("7", maxLine)
	for in, want := range map[string]string{
		"123456\n":           "123456",
		"123456\r\n":         "123456",
		"\t123456\v\t\n":     "123456",
		"\n":                 "",
		"1\n2\n":             "1",
		longest + "\n":       longest,
		longest + "7\n":      "!" + errTooLong.Error(),
		longest + "7":        "!" + errTooLong.Error(),
		longest + longest:    "!" + errTooLong.Error(),
		"":                   "!" + errEnded.Error(),
		"12345":              "!" + errEnded.Error(),
		longest[:50] + "\r7": longest[:50],
	} {
		for name, r := range map[string]io.Reader{"whole": strings.NewReader(in), "by bytes": iotest.OneByteReader(strings.NewReader(in))} {
			got, err := readLine(r)
			if err != nil {
				got = "!" + err.Error()
			}
			if got != want {
				t.Errorf("%q %s: got %q, want %q", in, name, got, want)
			}
		}
	}
}

// TestReadLineStops: a line without end is not read to its end.
func TestReadLineStops(t *testing.T) {
	endless := &counter{}
	if _, err := readLine(endless); err != errTooLong || endless.n > 4*maxLine { //nolint:errorlint // the very error
		t.Errorf("%v after %d bytes", err, endless.n)
	}
}

type counter struct{ n int }

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = '7'
	}
	c.n += len(p)
	return len(p), nil
}

func FuzzReadLine(f *testing.F) {
	for _, s := range []string{"123456\n", "", "\r", strings.Repeat("x", 101), "\x03\x04\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		line, err := readLine(iotest.HalfReader(strings.NewReader(in)))
		if len(line) > maxLine || strings.ContainsAny(line, "\r\n") || line != strings.TrimSpace(line) || err != nil && line != "" {
			t.Errorf("%q %v", line, err)
		}
		if err == nil && !strings.Contains(in, line) {
			t.Errorf("%q is not in %q", line, in)
		}
	})
}
