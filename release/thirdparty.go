package main

import (
	"maps"
	"slices"
	"strings"
)

// thirdPartyFile is where an archive passes on what the licences of the modules
// in its program want passed on: their own texts.
const thirdPartyFile = "THIRD_PARTY_LICENSES"

// thirdParty are these texts, each once, under the names of all that have it.
func (l libraries) thirdParty() []byte {
	named := map[string][]string{}
	var order []string
	for _, path := range slices.Sorted(maps.Keys(l)) {
		for _, t := range l[path].texts {
			if path == ours {
				continue
			}
			if named[t.text] == nil {
				order = append(order, t.text)
			}
			named[t.text] = append(named[t.text], path+" "+l[path].version+", "+t.name)
		}
	}
	var b strings.Builder
	for _, text := range order {
		rule := strings.Repeat("=", 80) + "\n"
		b.WriteString(rule + strings.Join(named[text], "\n") + "\n" + rule + "\n" + strings.TrimSpace(text) + "\n\n")
	}
	return []byte(b.String())
}
