package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// member is one key of a JSON object with its value, not yet read.
type member struct {
	key   string
	value json.RawMessage
}

// maxMembers is far above any object of ours, and keeps the comparisons few.
const maxMembers = 100

// readObject reads data as exactly one JSON object. encoding/json alone would
// take the last of two equal keys, let "ROLE" stand for "role", skip what it
// does not know and put replacement characters for broken text: each of them
// lets two readers see different requests.
func readObject(data []byte) ([]member, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("want UTF-8")
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("want a JSON object")
	}
	var members []member
	for decoder.More() {
		if len(members) == maxMembers {
			return nil, fmt.Errorf("more than %d keys", maxMembers)
		}
		m, err := readMember(decoder)
		if err != nil {
			return nil, err
		}
		for _, earlier := range members {
			if strings.EqualFold(earlier.key, m.key) {
				return nil, fmt.Errorf("key %s occurs twice", quote(m.key))
			}
		}
		members = append(members, m)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, errors.New("the JSON object does not end")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("want one JSON object and nothing behind it")
	}
	return members, nil
}

func readMember(decoder *json.Decoder) (m member, err error) {
	key, err := decoder.Token()
	if err != nil {
		return m, errors.New("want a JSON object with keys in quotes")
	}
	m.key, _ = key.(string) // the decoder takes nothing else for a key
	if err := decoder.Decode(&m.value); err != nil {
		return m, fmt.Errorf("the value of %s is not JSON", quote(m.key))
	}
	return m, nil
}

// text reads a value that must be a string. null is none.
func (m member) text() (string, error) {
	var s string
	if m.value[0] != '"' || json.Unmarshal(m.value, &s) != nil {
		return "", fmt.Errorf("%s: want a string", quote(m.key))
	}
	return s, nil
}

// integer reads a value that must be a plain decimal integer: neither 9e2 nor
// 900.0, which readers take differently.
func (m member) integer() (int, error) {
	n, err := strconv.ParseInt(string(m.value), 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%s: want an integer", quote(m.key))
	}
	return int(n), nil
}

// quote repeats somebody's text in an error: ASCII, escaped and bounded.
func quote(s string) string {
	const most = 60
	if len(s) > most {
		return strconv.QuoteToASCII(s[:most]) + "..."
	}
	return strconv.QuoteToASCII(s)
}

// encode writes one line of JSON. Three characters are written as escapes, so
// that a shell that is given an answer to evaluate where it expected lines of
// export finds nothing in it to expand: in JSON they stand inside strings only.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	text := b.Bytes()
	if !bytes.ContainsAny(text, "$`!") {
		return text, nil
	}
	return []byte(strings.NewReplacer("$", `\u0024`, "`", `\u0060`, "!", `\u0021`).Replace(string(text))), nil
}
