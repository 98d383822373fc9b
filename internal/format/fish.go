package format

import "strings"

// fish is for the fish shell. Inside its single quotes only \' and \\ are
// escapes ("Quotes", the fish language).
//
// Variables are erased from the global scope alone (-g), which is where an
// inherited one is. Without -g fish would erase a universal variable where there
// is no global one, and so from every session and from disk.
func fish() dialect {
	return dialect{quote: quoteFish, set: "set -gx %s %s", forget: allNames("set -eg %s"), typed: true, first: true}
}

func quoteFish(s string) (string, error) {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'", nil
}
