package handbook_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/lang"
	"kilter/internal/practice/flow"
	"kilter/internal/practice/handbook"
	"kilter/internal/practice/maturity"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

func printer() *lang.Printer { return lang.For(lang.English).In(time.UTC) }

func TestElevenChaptersInBothLanguages(t *testing.T) {
	t.Parallel()
	reader := people.Actor{Grants: people.NewGrants(handbook.DeedRead)}
	all, err := (&handbook.Book{}).Chapters(reader)
	if err != nil || len(all) != 11 {
		t.Fatalf("%d chapters: %v", len(all), err)
	}
	if _, err := (&handbook.Book{}).Chapters(people.Actor{}); err == nil {
		t.Error("read without the grant")
	}
	for _, c := range all {
		texts := append(append(c.Policies, c.Records...), c.Goal, c.Scope, c.Quadrant, c.Function, c.Cluster, c.Review, maturity.Current().Part(c.Code).Name)
		for _, f := range c.Figures {
			texts = append(texts, f.Name, f.Formula)
		}
		for _, a := range c.RACI {
			texts = append(texts, a.Name)
			if len(a.Accountable) != 1 {
				t.Errorf("%s: %s has %d who answer for it", c.Code, a.Name.En, len(a.Accountable))
			}
			for _, codes := range [][]string{a.Responsible, a.Accountable, a.Consulted, a.Informed} {
				for _, code := range codes {
					texts = append(texts, handbook.Role(code))
				}
			}
		}
		for _, x := range texts {
			if x.En == "" || x.Zh == "" {
				t.Errorf("%s: a text is missing: %+v", c.Code, x)
			}
		}
		for i := range c.Cycles {
			checked(t, handbook.Words{Printer: printer(), Cycle: &c.Cycles[i]})
		}
	}
	if _, err := (&handbook.Book{}).Find(reader, "XX"); err == nil {
		t.Error("a chapter of no process")
	}
}

// checked reads the file of a life cycle as another program does: every
// reference leads somewhere, everything has its place, nothing lies outside,
// no box upon another; twice the same.
func checked(t *testing.T, w handbook.Words) {
	t.Helper()
	text := w.BPMN()
	if string(text) != string(w.BPMN()) {
		t.Errorf("%s: two files differ", w.Name)
	}
	ids, refs, placed := map[string]bool{}, []string{}, map[string]bool{}
	d := xml.NewDecoder(strings.NewReader(string(text)))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", w.Name, err)
		}
		e, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		for _, a := range e.Attr {
			switch a.Name.Local {
			case "id":
				if ids[a.Value] {
					t.Errorf("%s: %s twice", w.Name, a.Value)
				}
				ids[a.Value] = true
			case "sourceRef", "targetRef":
				refs = append(refs, a.Value)
			case "bpmnElement":
				refs, placed[a.Value] = append(refs, a.Value), true
			}
		}
	}
	for _, r := range refs {
		if !ids[r] {
			t.Errorf("%s: %s is nothing", w.Name, r)
		}
	}
	for id := range ids {
		if (strings.HasPrefix(id, "State_") || strings.HasPrefix(id, "Flow_") || id == "Start") && !placed[id] {
			t.Errorf("%s: %s has no place", w.Name, id)
		}
	}
	drawn := w.Draw()
	for i, a := range drawn.Boxes {
		if a.X < 0 || a.Y < 0 || a.X+a.Width > drawn.Width || a.Y+a.Height > drawn.Height {
			t.Errorf("%s: %s lies outside", w.Name, a.Code)
		}
		for _, b := range drawn.Boxes[:i] {
			if a.X < b.X+b.Width && b.X < a.X+a.Width && a.Y < b.Y+b.Height && b.Y < a.Y+a.Height {
				t.Errorf("%s: %s lies on %s", w.Name, a.Code, b.Code)
			}
		}
	}
}

type thing struct{ Why string }

func TestAFlowAsItRuns(t *testing.T) {
	t.Parallel()
	f := flow.Flow[*thing]{
		Start:  "a",
		Places: []flow.Place{{State: "a", Pace: flow.Wait}, {State: "b", Pace: flow.Work}, {State: "c", Pace: flow.Stop, Final: true}},
		Moves: []flow.Move[*thing]{
			{Name: "go", From: flow.At("a"), To: "b", Asks: flow.Asks("why"), Needs: flow.Needs(record.Filled("why", func(x *thing) bool { return x.Why == "" }))},
			{Name: "back", From: flow.At("b"), To: "a", Says: flow.MustSay},
			{Name: "end", From: flow.At("a", "b"), To: "c", Sys: true},
			{Name: "touch", From: flow.At("a", "b")},
		},
	}
	c := handbook.Of("thing", "thing", "thing", f, func() *thing { return &thing{} })
	if m := c.Moves[0]; len(m.Must) != 1 || m.Must[0] != "why" || m.Deed != "thing.go" {
		t.Errorf("%+v", m)
	}
	if !c.Moves[1].Says || c.Moves[2].Deed != "" {
		t.Errorf("%+v", c.Moves)
	}
	if n := len(c.Ways()); n != 4 {
		t.Errorf("%d ways", n)
	}
	d := handbook.Draw(&c, func(s handbook.State) string { return s.Code }, func(handbook.Way) string { return "x" })
	if d.Boxes[0].X >= d.Boxes[1].X || d.Boxes[1].X >= d.Boxes[2].X {
		t.Errorf("not from left to right: %+v", d.Boxes)
	}
	for _, l := range d.Lines {
		if l.From == "b" && l.To == "a" && l.Points[0].X != d.Boxes[1].X {
			t.Errorf("the way back begins at %+v", l.Points)
		}
	}
}
