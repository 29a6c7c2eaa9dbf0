package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"kilter/internal/testkit/marks"
)

// event is one line of go test -json (go doc test2json).
type event struct {
	Action      string
	Package     string
	ImportPath  string // build output names the package so
	Test        string
	Output      string
	Elapsed     float64 // seconds
	FailedBuild string
}

// test names one test, or with an empty name a package.
type test struct{ pkg, name string }

// skip is a test that did not run, and the words it gave for it.
type skip struct {
	test
	reason string
}

// summary counts results while they come in.
type summary struct {
	out     io.Writer
	output  map[test]*strings.Builder
	parents map[test]bool // tests with subtests: counted through these
	passed  []test
	failed  []test
	broken  []string // what failed with no failing test: a package's build, panic or time limit; a check before
	skipped []skip
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, output: map[test]*strings.Builder{}, parents: map[test]bool{}}
}

// read takes the stream of events to its end.
func (s *summary) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) != nil {
				fmt.Fprintf(s.out, "%s", line)
			} else {
				s.take(e)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the test events: %w", err)
		}
	}
}

func (s *summary) take(e event) {
	t := test{e.Package, e.Test}
	if parent, _, is := cutLast(e.Test, "/"); is {
		s.parents[test{e.Package, parent}] = true
	}
	switch e.Action {
	case "build-output":
		fmt.Fprint(s.out, e.Output)
	case "output":
		s.keep(t, e.Output)
	case "pass":
		s.finish(t, func() { s.passed = append(s.passed, t) })
	case "skip":
		reason := reasonOf(s.text(t))
		s.finish(t, func() { s.skipped = append(s.skipped, skip{t, reason}) })
	case "fail":
		s.fail(t, e)
	}
}

// keep holds a test's output until its result is known. A package's own line
// ("ok ...", "FAIL ...") is shown at once: it is the progress of the run.
func (s *summary) keep(t test, text string) {
	if t.name == "" && isResult(text) {
		fmt.Fprint(s.out, text)
		return
	}
	b := s.output[t]
	if b == nil {
		b = &strings.Builder{}
		s.output[t] = b
	}
	b.WriteString(text)
}

func (s *summary) text(t test) string {
	if b := s.output[t]; b != nil {
		return b.String()
	}
	return ""
}

// finish counts a test that did not fail and forgets what it said.
func (s *summary) finish(t test, count func()) {
	if t.name != "" && !s.parents[t] {
		count()
	}
	delete(s.output, t)
}

func (s *summary) fail(t test, e event) {
	if t.name != "" {
		if !s.parents[t] || !s.childFailed(t) {
			s.failed = append(s.failed, t)
		}
		fmt.Fprintf(s.out, "--- FAIL: %s %s\n%s", t.pkg, t.name, indent(s.text(t)))
		return
	}
	inside := slices.ContainsFunc(s.failed, func(f test) bool { return f.pkg == t.pkg })
	if !inside {
		s.broken = append(s.broken, t.pkg)
		if e.FailedBuild == "" {
			fmt.Fprintf(s.out, "--- FAIL: %s\n%s", t.pkg, indent(s.text(t)))
			s.tellUnfinished(t.pkg)
		}
	}
}

// childFailed reports whether a subtest of t was already counted as failed.
func (s *summary) childFailed(t test) bool {
	return slices.ContainsFunc(s.failed, func(f test) bool {
		return f.pkg == t.pkg && strings.HasPrefix(f.name, t.name+"/")
	})
}

// tellUnfinished shows what tests were saying when their package died.
func (s *summary) tellUnfinished(pkg string) {
	for t, b := range s.output {
		if t.pkg == pkg && t.name != "" {
			fmt.Fprintf(s.out, "--- unfinished: %s %s\n%s", t.pkg, t.name, indent(b.String()))
		}
	}
}

// close writes the end of the report and says whether the run was good.
// strict is CI=true; absent says that the reference data is not there; failed
// is the error of the go command itself.
func (s *summary) close(took time.Duration, strict, absent bool, failed error) bool {
	excused, offending := s.judge(absent)
	if len(s.skipped) > 0 {
		fmt.Fprintf(s.out, "\nskipped:\n")
		for _, k := range s.skipped {
			fmt.Fprintf(s.out, "  %s %s: %s\n", k.pkg, k.name, k.reason)
		}
	}
	faults := len(s.failed) + len(s.broken)
	if len(s.failed)+len(s.broken) > 0 {
		fmt.Fprintf(s.out, "\nfailed:\n")
		for _, t := range s.failed {
			fmt.Fprintf(s.out, "  %s %s\n", t.pkg, t.name)
		}
		for _, pkg := range s.broken {
			fmt.Fprintf(s.out, "  %s (as a whole)\n", pkg)
		}
	}
	if strict && offending > 0 {
		fmt.Fprintf(s.out, "\nCI=true: %d skipped without an accepted reason count as failed\n", offending)
		faults += offending
	}
	if faults == 0 && failed != nil {
		fmt.Fprintf(s.out, "\ngo test ended with: %v\n", failed)
		faults = 1
	}
	if len(s.passed) == 0 && faults == 0 {
		fmt.Fprintf(s.out, "\nnot one test ran\n")
		faults = 1
	}
	fmt.Fprintf(s.out, "\nDONE %d tests, %d skipped (%d for want of ../shared/data), %d failures in %.1fs\n",
		len(s.passed)+len(s.skipped)+len(s.failed), len(s.skipped), excused, faults, took.Seconds())
	fmt.Fprintf(s.out, "%d passed, %d failed\n", len(s.passed), faults)
	return faults == 0
}

// judge counts the skipped tests whose reason is accepted, and the others.
func (s *summary) judge(absent bool) (excused, offending int) {
	for _, k := range s.skipped {
		if absent && strings.HasPrefix(k.reason, marks.SharedAbsent) {
			excused++
		} else {
			offending++
		}
	}
	return excused, offending
}

// isResult tells a package's closing line from the rest of its output.
func isResult(line string) bool {
	return strings.HasPrefix(line, "ok  \t") || strings.HasPrefix(line, "FAIL\t") || strings.HasPrefix(line, "panic:")
}

// reasonOf finds what t.Skip was told: "    file_test.go:12: the reason".
func reasonOf(text string) string {
	reason := "no reason given"
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "=== ") || strings.HasPrefix(line, "--- ") {
			continue
		}
		if _, rest, found := strings.Cut(line, ".go:"); found {
			if _, words, found := strings.Cut(rest, ": "); found {
				line = words
			}
		}
		reason = line
	}
	return reason
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "=== ") {
			b.WriteString("    " + line)
		}
	}
	return b.String()
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
