// Package app puts Kilter together: configuration, commands, and the wiring of
// practices, store and faces. Nobody imports it but main.
package app

import (
	"fmt"
	"io"
)

// Main runs the command line and returns the process's exit code.
func Main(args []string, out, errs io.Writer) int {
	fmt.Fprintln(out, "kilter")
	return 0
}
