package main

import (
	"testing"

	"kilter/internal/testkit/script"
)

// TestScripts tells the stories of testdata/script to the real binary.
func TestScripts(t *testing.T) {
	t.Parallel()
	script.Run(t, "testdata/script")
}
