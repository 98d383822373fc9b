package sandbox

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// form is the parameters of a query-protocol request. Where one is repeated, the first counts: observed.
type form struct{ values url.Values }

// parseForm reads what follows the ? of a URL, or a body of that form.
func parseForm(s string) (form, error) {
	values, err := url.ParseQuery(s)
	return form{values}, err
}

// merge puts more parameters behind those that are there.
func (f form) merge(more form) {
	for name, values := range more.values {
		f.values[name] = append(f.values[name], values...)
	}
}

// has tells a parameter that is empty from one that is not there: STS does.
func (f form) has(name string) bool { return len(f.values[name]) > 0 }

func (f form) first(name string) string { return f.values.Get(name) }

// members are the items of a list parameter, Name.member.1 and so on, in the order of their numbers; each is the part of a parameter's
// name that its fields begin with. Numbers may have gaps. An empty list may be sent as Name=.
func (f form) members(name string) []string {
	prefix := name + ".member."
	found := map[string]int{}
	for key := range f.values {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, ".")
		n, err := strconv.Atoi(number)
		if err == nil && n > 0 && strconv.Itoa(n) == number {
			found[prefix+number] = n
		}
	}
	items := make([]string, 0, len(found))
	for item := range found {
		items = append(items, item)
	}
	slices.SortFunc(items, func(a, b string) int { return cmp.Compare(found[a], found[b]) })
	return items
}
