package main

import "os"

// wasClosed is false: Windows gives a program no writable stream in place of a
// missing one, so the write itself fails.
func wasClosed(*os.File) bool { return false }
