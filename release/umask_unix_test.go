//go:build unix

package main

import "syscall"

// umask sets the process's umask and gives the one before.
func umask(mask int) int { return syscall.Umask(mask) }
