package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is set by `make dist` and `make release` at link time; a build from a
// checkout has its version from the build information instead.
var release string //nolint:gochecknoglobals // -ldflags -X reaches package variables only.

// version names what was built: the release, or the commit and whether files
// were changed since.
func version() string {
	name, revision, changed := release, "", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		if name == "" {
			name = info.Main.Version
		}
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				revision = " " + s.Value[:min(len(s.Value), 12)]
			case s.Key == "vcs.modified" && s.Value == "true":
				changed = "+changes"
			}
		}
	}
	if name == "" {
		name = "(devel)"
	}
	return fmt.Sprintf("%s%s%s %s %s/%s", name, revision, changed, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
