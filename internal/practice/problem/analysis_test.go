package problem_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/problem"
	"kilter/internal/practice/record"
)

// An analysis has versions; whoever saves what he saw before somebody else
// saved loses nothing and overwrites nothing.
func TestAnalysesHaveVersions(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		c.Studies, c.Together = c.db.Analyses(), c.db.Together
		p := c.raised()
		a := problem.Analysis{Method: problem.FiveWhys, Title: " Why it stops ", Doc: problem.AnalysisDoc{Lines: problem.ReadOutline("no paper\n  nobody filled it\n  the tray is small"), Facts: []problem.Fact{{}}}}
		if _, err := c.Analyse(t.Context(), c.bo, p.Number, &a); !fault.Is(err, fault.Denied) {
			t.Errorf("without the grant: %v", err)
		}
		if _, err := c.Analyse(t.Context(), c.mei, p.Number, &a); err != nil || a.Version != 1 || a.Title != "Why it stops" || a.Doc.Facts != nil {
			t.Fatalf("%+v, %v", a, err)
		}
		mine, theirs := a, a
		mine.Doc.Conclusion, theirs.Doc.Conclusion = "mine", "theirs"
		theirs.Method = problem.Fishbone // a method is not changed
		if _, err := c.Analyse(t.Context(), c.mei, p.Number, &theirs); err != nil || theirs.Version != 2 || theirs.Method != problem.FiveWhys {
			t.Fatalf("%+v, %v", theirs, err)
		}
		if _, err := c.Analyse(t.Context(), c.mei, p.Number, &mine); !fault.Is(err, fault.Conflict) {
			t.Errorf("saved over another's: %v", err)
		}
		all, err := c.Versions(t.Context(), c.bo, p.Number, a.ID)
		if err != nil || len(all) != 2 || all[0].Doc.Conclusion != "theirs" || all[1].Version != 1 || len(all[1].Doc.Lines) != 3 || all[0].By != c.mei.ID {
			t.Errorf("versions %+v, %v", all, err)
		}
		past, err := c.db.Ledger().Timeline(t.Context(), p.ID, false)
		n := 0
		for _, e := range past {
			if e.Deed == "problem.analyse" {
				n++
			}
		}
		if err != nil || n != 2 {
			t.Errorf("%d deeds in the timeline, want one for each version: %v", n, err)
		}
		other := c.raised()
		if _, err := c.Versions(t.Context(), c.mei, other.Number, a.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("through another problem: %v", err)
		}
		a.Version = 2
		if _, err := c.Analyse(t.Context(), c.mei, other.Number, &a); !fault.Is(err, fault.Missing) {
			t.Errorf("changed through another problem: %v", err)
		}
	})
}

func TestWhatAnAnalysisMayNotSay(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		c.Studies, c.Together = c.db.Analyses(), c.db.Together
		p := c.raised()
		long := strings.Repeat("x", 600)
		for name, k := range map[string]struct {
			a     problem.Analysis
			field string
		}{
			"no title":     {problem.Analysis{Method: problem.FiveWhys}, "title"},
			"no method":    {problem.Analysis{Title: "t", Method: problem.Test}, "method"},
			"too deep":     {problem.Analysis{Title: "t", Method: problem.FiveWhys, Doc: problem.AnalysisDoc{Lines: []problem.Line{{Depth: 0, Text: "a"}, {Depth: 2, Text: "b"}}}}, "lines"},
			"empty line":   {problem.Analysis{Title: "t", Method: problem.Fishbone, Doc: problem.AnalysisDoc{Lines: []problem.Line{{Text: " "}}}}, "lines"},
			"long line":    {problem.Analysis{Title: "t", Method: problem.Fishbone, Doc: problem.AnalysisDoc{Lines: []problem.Line{{Text: long}}}}, "lines"},
			"many lines":   {problem.Analysis{Title: "t", Method: problem.Fishbone, Doc: problem.AnalysisDoc{Lines: make([]problem.Line, 201)}}, "lines"},
			"no moment":    {problem.Analysis{Title: "t", Method: problem.Timeline, Doc: problem.AnalysisDoc{Facts: []problem.Fact{{Text: "x"}}}}, "facts"},
			"other aspect": {problem.Analysis{Title: "t", Method: problem.Kepner, Doc: problem.AnalysisDoc{Aspects: []problem.Aspect{{Name: "who"}}}}, "aspects"},
			"other test":   {problem.Analysis{Title: "t", Method: problem.Kepner, Doc: problem.AnalysisDoc{Causes: []problem.Possible{{Text: "x", Tests: []string{"maybe"}}}}}, "causes"},
		} {
			_, err := c.Analyse(t.Context(), c.mei, p.Number, &k.a)
			if all := fault.All(err); len(all) == 0 || all[0].Field != k.field {
				t.Errorf("%s: %v", name, err)
			}
		}
		if all, err := c.AnalysesOf(t.Context(), c.mei, p.Number); err != nil || len(all) != 0 {
			t.Errorf("kept %+v, %v", all, err)
		}
		if _, err := c.Move(t.Context(), c.mei, p.Number, "reject", record.Input{Fields: map[string]string{"why_rejected": "no"}}); err != nil {
			t.Fatal(err)
		}
		good := problem.Analysis{Title: "t", Method: problem.FiveWhys}
		if _, err := c.Analyse(t.Context(), c.mei, p.Number, &good); !fault.Is(err, fault.Conflict) {
			t.Errorf("of a rejected problem: %v", err)
		}
	})
}

// What is written as an outline is read again as it was, however it is indented.
func TestOutlines(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 5))
	for range 300 {
		var lines []problem.Line
		for n, depth := 1+r.IntN(20), 0; n > 0; n-- {
			lines = append(lines, problem.Line{Depth: depth, Text: strings.Repeat("纸 p", 1+r.IntN(3))})
			depth = r.IntN(depth + 2)
		}
		if got := problem.ReadOutline(problem.WriteOutline(lines)); !slices.Equal(got, lines) {
			t.Fatalf("%+v became %+v", lines, got)
		}
	}
	want := []problem.Line{{Depth: 0, Text: "a"}, {Depth: 1, Text: "b"}, {Depth: 2, Text: "c"}, {Depth: 1, Text: "d"}, {Depth: 0, Text: "e"}}
	for _, text := range []string{"a\n\tb\n\t\tc\n\td\ne", "- a\n    - b\n       c\n\n    d\r\n- e", "  a\n    b\n     c\n    d\n  e"} {
		if got := problem.ReadOutline(strings.ReplaceAll(text, "\r", "")); !slices.Equal(got, want) {
			t.Errorf("%q: %+v", text, got)
		}
	}
}

func TestFactsAsLines(t *testing.T) {
	t.Parallel()
	zone := time.FixedZone("", 8*3600)
	text := "2026-11-28 09:30 [INC-2026-00042] Disk reports errors\n2026-11-28 09:45 存储切换失败\n"
	facts, many := problem.ReadFacts(text, zone)
	if len(many) > 0 || len(facts) != 2 || facts[0].Source != "INC-2026-00042" || facts[0].Text != "Disk reports errors" || !facts[0].At.Equal(time.Date(2026, 11, 28, 1, 30, 0, 0, time.UTC)) {
		t.Fatalf("%+v, %v", facts, many)
	}
	if got := problem.WriteFacts(facts, zone); got != text {
		t.Errorf("%q", got)
	}
	if _, many := problem.ReadFacts("\nyesterday it broke\n2026-11-28 09:45\n2026-11-28 25:00 x", zone); len(many) != 3 || many[0].Args["line"] != 2 {
		t.Errorf("%v", many)
	}
}

// The most probable cause explains every aspect with the fewest assumptions.
func TestHowACauseStands(t *testing.T) {
	t.Parallel()
	explains, assumes, fails := problem.Possible{Tests: []string{"explains", "assumes", "", "fails"}}.Stands()
	if explains != 1 || assumes != 1 || fails != 1 {
		t.Errorf("%d, %d, %d", explains, assumes, fails)
	}
}
