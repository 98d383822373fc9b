package main

import (
	"os"
	"slices"
	"strings"
)

// surroundings is the environment of each git and go command that is run here, with
// more at its end. A hook runs with the names of its repository in the environment
// (git-scm.com/docs/githooks), and git takes them before the folder that it is in:
// a tag or a commit that is meant for a clone would be made in that repository.
func surroundings(more ...string) []string {
	return append(slices.DeleteFunc(os.Environ(), namesRepository), more...)
}

// namesRepository knows the variables that say where a repository or a part of
// it is, or where not to look for one (git-scm.com/docs/git, Environment
// Variables).
func namesRepository(setting string) bool {
	name, _, _ := strings.Cut(setting, "=")
	switch strings.ToUpper(name) { // Windows sees no case
	case "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES",
		"GIT_COMMON_DIR", "GIT_NAMESPACE", "GIT_PREFIX", "GIT_CEILING_DIRECTORIES":
		return true
	}
	return false
}
