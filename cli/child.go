package main

import (
	"os"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// runChild runs the command of the arguments with an environment in which no
// AWS variable of ours is left, hands signals down to it and passes its exit
// status on.
func runChild(c *cli.Context, environment []string) error {
	line := c.Args().Slice()
	if line[0] == "" {
		return misuse("", "command %q: want the name of a program", "")
	}
	path, err := lookUp(line[0])
	if err != nil {
		return err
	}
	return supervise(c, path, line, append(withoutInherited(os.Environ()), environment...))
}

// withoutInherited removes what would lead a child out of the sandbox, or real
// credentials into it.
func withoutInherited(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(line string) bool {
		name, _, _ := strings.Cut(line, "=")
		return isOurs(name)
	})
}

// inherited names the variables that would do that, with those that every
// shell is asked to forget in any case.
func inherited(environment []string) []string {
	names := []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
		"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_CREDENTIAL_EXPIRATION"}
	for _, line := range environment {
		if name, _, _ := strings.Cut(line, "="); isOurs(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func isOurs(name string) bool {
	return strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "KARIKAGI_")
}
