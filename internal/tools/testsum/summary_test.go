package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"kilter/internal/testkit/marks"
)

const (
	passes = `{"Action":"run","Package":"k/a","Test":"TestOne"}
{"Action":"output","Package":"k/a","Test":"TestOne","Output":"=== RUN   TestOne\n"}
{"Action":"pass","Package":"k/a","Test":"TestOne","Elapsed":0.1}
{"Action":"output","Package":"k/a","Output":"ok  \tk/a\t0.1s\n"}
{"Action":"pass","Package":"k/a","Elapsed":0.1}
`
	failsInside = `{"Action":"run","Package":"k/b","Test":"TestTwo"}
{"Action":"run","Package":"k/b","Test":"TestTwo/case"}
{"Action":"output","Package":"k/b","Test":"TestTwo/case","Output":"    b_test.go:7: got 1, want 2\n"}
{"Action":"fail","Package":"k/b","Test":"TestTwo/case"}
{"Action":"fail","Package":"k/b","Test":"TestTwo"}
{"Action":"output","Package":"k/b","Output":"FAIL\tk/b\t0.1s\n"}
{"Action":"fail","Package":"k/b"}
`
	doesNotBuild = `{"ImportPath":"k/c","Action":"build-output","Output":"c.go:3:1: syntax error\n"}
{"ImportPath":"k/c","Action":"build-fail"}
{"Action":"output","Package":"k/c","Output":"FAIL\tk/c [build failed]\n"}
{"Action":"fail","Package":"k/c","FailedBuild":"k/c"}
`
	diesSilently = `{"Action":"run","Package":"k/d","Test":"TestLong"}
{"Action":"output","Package":"k/d","Test":"TestLong","Output":"panic: test timed out\n"}
{"Action":"output","Package":"k/d","Output":"FAIL\tk/d\t600s\n"}
{"Action":"fail","Package":"k/d"}
`
)

func skips(reason string) string {
	return `{"Action":"run","Package":"k/e","Test":"TestData"}
{"Action":"output","Package":"k/e","Test":"TestData","Output":"    e_test.go:9: ` + reason + `\n"}
{"Action":"output","Package":"k/e","Test":"TestData","Output":"--- SKIP: TestData (0.00s)\n"}
{"Action":"skip","Package":"k/e","Test":"TestData"}
`
}

func TestSummary(t *testing.T) {
	t.Parallel()
	absence := marks.SharedAbsent + " logs/helpdesk.csv.gz"
	cases := []struct {
		name           string
		events         string
		strict, absent bool
		failed         error
		before         []string
		good           bool
		last           string
		says           []string
	}{
		{name: "all pass", events: passes, good: true, last: "1 passed, 0 failed", says: []string{"ok  \tk/a"}},
		{
			name: "a failing case shows its words and counts once", events: passes + failsInside,
			last: "1 passed, 1 failed", says: []string{"got 1, want 2", "k/b TestTwo/case"},
		},
		{
			name: "a package that does not build", events: passes + doesNotBuild,
			last: "1 passed, 1 failed", says: []string{"syntax error", "k/c (as a whole)"},
		},
		{
			name: "a package that dies shows what was running", events: passes + diesSilently,
			last: "1 passed, 1 failed", says: []string{"test timed out", "unfinished: k/d TestLong"},
		},
		{
			name: "a skip is told with its reason", events: passes + skips("needs a printer"), good: true,
			last: "1 passed, 0 failed", says: []string{"TestData: needs a printer"},
		},
		{
			name: "a skip fails in CI", events: passes + skips("needs a printer"), strict: true,
			last: "1 passed, 1 failed",
		},
		{
			name: "absent data is accepted in CI", events: passes + skips(absence), strict: true, absent: true, good: true,
			last: "1 passed, 0 failed",
		},
		{
			name: "the mark does not help when the data is there", events: passes + skips(absence), strict: true,
			last: "1 passed, 1 failed",
		},
		{
			name: "the go command fails by itself", events: passes, failed: errors.New("exit status 1"),
			last: "1 passed, 1 failed", says: []string{"exit status 1"},
		},
		{
			name: "a check before the tests failed", events: passes, before: []string{"script/lint"},
			last: "1 passed, 1 failed", says: []string{"script/lint (as a whole)"},
		},
		{name: "nothing ran", events: "", last: "0 passed, 1 failed"},
		{
			name: "words that are no event are shown", events: "go: cannot find main module\n" + passes, good: true,
			last: "1 passed, 0 failed", says: []string{"cannot find main module"},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			s := newSummary(&out)
			s.broken = c.before
			if err := s.read(strings.NewReader(c.events)); err != nil {
				t.Fatal(err)
			}
			if good := s.close(time.Second, c.strict, c.absent, c.failed); good != c.good {
				t.Errorf("good = %v, want %v\n%s", good, c.good, out.String())
			}
			text := strings.TrimRight(out.String(), "\n")
			if last := text[strings.LastIndex(text, "\n")+1:]; last != c.last {
				t.Errorf("last line %q, want %q", last, c.last)
			}
			for _, want := range c.says {
				if !strings.Contains(text, want) {
					t.Errorf("report lacks %q:\n%s", want, text)
				}
			}
		})
	}
}
