//go:build !linux

package source

// bundleFiles is empty: macOS and Windows ask the platform, which parses nothing
// up front, and elsewhere the ordinary check stays.
func bundleFiles() []string { return nil }
