//go:build !linux && !darwin && !windows

package main

// lookAtProcess knows nothing here, so SHELL tells.
func lookAtProcess(int) (process, bool) { return process{}, false }
