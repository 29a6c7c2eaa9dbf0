//go:build !linux

package app

// unmapProgram is for Linux only: elsewhere the system takes such pages itself.
func unmapProgram() error { return nil }
