package setup

import (
	"bytes"
	"encoding/json"
	"strings"
)

// object is an object whose members keep the order in which people read them, which a map would not.
type object []member

// member is a name and its value: a string, an object, or a list of them.
type member struct {
	name  string
	value any
}

type list []any

// Document is a policy document that was built here.
type Document struct{ root object }

// JSON is the document in one line, as IAM counts its length.
func (d Document) JSON() string {
	var b strings.Builder
	writeJSON(&b, d.root)
	return b.String()
}

func writeJSON(b *strings.Builder, value any) {
	switch v := value.(type) {
	case string:
		b.WriteString(quoted(v))
	case object:
		separator := "{"
		for _, m := range v {
			b.WriteString(separator + quoted(m.name) + ":")
			writeJSON(b, m.value)
			separator = ","
		}
		b.WriteString("}")
	case list:
		separator := "["
		for _, item := range v {
			b.WriteString(separator)
			writeJSON(b, item)
			separator = ","
		}
		b.WriteString("]")
	}
}

// quoted is a string of JSON, and of YAML in double quotes, which takes all of JSON's. Policies are read by people, so
// that < > & stay as they are.
func quoted(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return `""` // no string makes it fail
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// yaml renders a value at an indentation, each line with its end.
func yaml(value any, indent int) string {
	margin := strings.Repeat(" ", indent)
	var b strings.Builder
	switch v := value.(type) {
	case object:
		for _, m := range v {
			b.WriteString(margin + m.name + ":")
			if text, ok := m.value.(string); ok {
				b.WriteString(" " + scalar(text) + "\n")
				continue
			}
			b.WriteString("\n" + yaml(m.value, indent+2))
		}
	case list:
		for _, item := range v {
			if text, ok := item.(string); ok {
				b.WriteString(margin + "- " + scalar(text) + "\n")
				continue
			}
			b.WriteString(margin + "- " + yaml(item, indent+2)[indent+2:])
		}
	}
	return b.String()
}

// scalar writes a string of YAML plain where no reader can take it for anything else: words with colons inside, which
// begin with a letter. "true", dates and numbers are quoted like all others.
func scalar(s string) string {
	odd := strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/_.-") != ""
	if s == "Allow" || !odd && strings.Contains(s, ":") && !strings.HasSuffix(s, ":") && (s[0] >= 'A' && s[0] <= 'Z' || s[0] >= 'a' && s[0] <= 'z') {
		return s
	}
	return quoted(s)
}
