// Command testsum runs go test and sums it up so that a person can read it:
// one line per package, the whole output of what failed, what was skipped and
// why, and a last line "N passed, N failed".
//
//	go run ./internal/tools/testsum [-failed CHECK]... -- [flags of go test] packages
//
// -failed names a check outside go test that failed before; it counts with the
// rest.
//
// With CI=true a skipped test fails the run: a check that did not happen must
// not look like one that passed. One reason is accepted, the absence of the
// reference data beside the project (see testkit.Shared), and only while it is
// really absent.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"kilter/internal/testkit/marks"
)

func main() { os.Exit(run(os.Args[1:])) }

// run starts go test with args and returns the exit code.
func run(args []string) int {
	var before []string
	flags := flag.NewFlagSet("testsum", flag.ContinueOnError)
	flags.Func("failed", "a check that failed before", func(check string) error { before = append(before, check); return nil })
	if err := flags.Parse(args); err != nil {
		return complain(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-json"}, flags.Args()...)...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 10 * time.Second
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return complain(err)
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return complain(err)
	}
	sum := newSummary(os.Stdout)
	sum.broken = before
	if err := sum.read(pipe); err != nil {
		return complain(err)
	}
	failed := cmd.Wait()

	_, absent := os.Stat(marks.SharedFolder())
	strict := os.Getenv("CI") == "true"
	good := sum.close(time.Since(began), strict, os.IsNotExist(absent), failed)
	if !good {
		return 1
	}
	return 0
}

func complain(err error) int {
	fmt.Fprintln(os.Stderr, "testsum:", err)
	return 2
}
