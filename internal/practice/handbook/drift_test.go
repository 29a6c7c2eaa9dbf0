package handbook_test

import (
	"slices"
	"strings"
	"testing"

	"kilter/internal/practice/handbook"
	"kilter/internal/practice/people"
)

func TestTextsAreComparedWordByWord(t *testing.T) {
	t.Parallel()
	for _, one := range []struct{ was, now, want string }{
		{"", "", ""},
		{"the same words", "the same words", "the same words"},
		{"restore it fast", "restore it very fast", "restore it +very +fast"},
		{"尽快恢复服务", "尽快恢复约定的服务", "尽快恢复+约定的+服务"},
		{"a b c", "a c", "a -b -c"},
	} {
		var b strings.Builder
		for _, p := range handbook.Compare(one.was, one.now) {
			switch {
			case p.In:
				b.WriteString("+" + p.Text + "+")
			case p.Out:
				b.WriteString("-" + p.Text + "-")
			default:
				b.WriteString(p.Text)
			}
		}
		if b.String() != one.want {
			t.Errorf("%q to %q: %q", one.was, one.now, b.String())
		}
	}
}

func TestWhatHasChangedSinceASnapshot(t *testing.T) {
	t.Parallel()
	fact := func(what, of, name, value string) handbook.Fact {
		return handbook.Fact{What: what, Of: of, Name: name, Value: value}
	}
	was := &handbook.Snapshot{Facts: []handbook.Fact{
		fact(handbook.FactSetting, "agreement/a", "", "true"), fact(handbook.FactSetting, "agreement/a", "warn", "80"),
		fact(handbook.FactSetting, "agreement/b", "", "true"), fact(handbook.FactSetting, "agreement/b", "warn", "80"),
		fact(handbook.FactMust, "incident", "resolve", "solution"), fact(handbook.FactMust, "incident", "close", ""),
	}}
	now := []handbook.Fact{
		fact(handbook.FactSetting, "agreement/a", "", "true"), fact(handbook.FactSetting, "agreement/a", "warn", "90"), fact(handbook.FactSetting, "agreement/a", "stops", "user"),
		fact(handbook.FactSetting, "agreement/c", "", "true"), fact(handbook.FactSetting, "agreement/c", "warn", "80"),
		fact(handbook.FactMust, "incident", "resolve", "cause,solution"), fact(handbook.FactMust, "incident", "close", ""),
	}
	var got []string
	for _, d := range was.Since(now) {
		got = append(got, strings.Join([]string{d.Of, d.Name, d.Was, d.Value, map[bool]string{true: "new"}[d.New], map[bool]string{true: "gone"}[d.Gone]}, "|"))
	}
	want := []string{
		"incident|resolve|solution|cause,solution||", "agreement/a|warn|80|90||", "agreement/a|stops||user|new|", "agreement/c|||true|new|", "agreement/b||true|||gone",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if d := was.Since(was.Facts); len(d) != 0 {
		t.Errorf("%+v", d)
	}
}

func TestCasesAreHeldToTheFlow(t *testing.T) {
	t.Parallel()
	c := handbook.Cycle{
		Start: "new", States: []handbook.State{{Code: "new"}, {Code: "work"}, {Code: "done"}},
		Moves: []handbook.Move{{From: []string{"new"}, To: "work"}, {From: []string{"work"}, To: "done"}},
	}
	p := c.Paths()
	step := func(was, became string) handbook.Step { return handbook.Step{Was: was, Became: became} }
	for _, one := range []struct {
		steps []handbook.Step
		want  []handbook.Kind
	}{
		{[]handbook.Step{step("", "new"), step("new", "work"), step("work", "work"), step("work", "done")}, nil},
		{[]handbook.Step{step("", "new"), step("new", "done")}, []handbook.Kind{handbook.Skipped}},
		{[]handbook.Step{step("", "work"), step("work", "new")}, []handbook.Kind{handbook.Began, handbook.Against}},
		{[]handbook.Step{step("", "new"), {Was: "new", Became: "done", Irregular: true}}, []handbook.Kind{handbook.Marked}},
		{nil, nil},
	} {
		var got []handbook.Kind
		for _, b := range p.Judge(one.steps) {
			got = append(got, b.Kind)
		}
		if !slices.Equal(got, one.want) {
			t.Errorf("%+v: %v", one.steps, got)
		}
	}
}

// Every drawing is cut so that it fits on paper: no part wider than a page, none
// of the boxes or labels on a cut.
func TestDrawingsFitOnPaper(t *testing.T) {
	t.Parallel()
	const most = 1000
	all, err := (&handbook.Book{}).Chapters(people.Actor{Grants: people.NewGrants(handbook.DeedRead)})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		for i := range c.Cycles {
			d := handbook.Words{Printer: printer(), Cycle: &c.Cycles[i]}.Numbered()
			at := 0
			for _, s := range d.Strips(most) {
				if s.X != at || s.Width <= 0 || s.Width > most {
					t.Errorf("%s: a part from %d, %d wide", c.Cycles[i].Name, s.X, s.Width)
				}
				at = s.X + s.Width
				for _, b := range d.Boxes {
					if b.X < at && b.X+b.Width > at {
						t.Errorf("%s: %s is cut", c.Cycles[i].Name, b.Code)
					}
				}
			}
			if at != d.Width {
				t.Errorf("%s ends at %d of %d", c.Cycles[i].Name, at, d.Width)
			}
		}
	}
}
