package main

import "karikagi/internal/awsfile"

// profileFileHints are for a profile that is left alone.
func profileFileHints(e *awsfile.Error) []string {
	if e.Foreign {
		return []string{"--overwrite replaces it; --dry-run with it shows how"}
	}
	return []string{"join the two by hand first"}
}
