package risk_test

import (
	"slices"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
	"kilter/internal/practice/risk"
	"kilter/internal/store"
	"kilter/internal/testkit/storetest"
)

type register struct {
	*risk.Desk
	t   *testing.T
	now time.Time
	pm  people.Actor
}

func each(t *testing.T, test func(*testing.T, *register)) {
	t.Helper()
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		c := &register{t: t, now: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)}
		p := people.Person{Code: "pm", Name: "pm", Staff: true, Changed: c.now}
		if err := db.SavePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		c.pm = people.Actor{ID: p.ID, Name: "pm", Staff: true, Grants: people.NewGrants("risk.*"), Scope: people.Everything()}
		c.Desk = risk.NewDesk(record.Desk[*risk.Risk]{Store: db.Risks(), Now: func() time.Time { return c.now }}, db.RiskShelf())
		test(t, c)
	})
}

func fields(all ...string) record.Input {
	in := record.Input{Fields: map[string]string{}}
	for i := 0; i < len(all); i += 2 {
		in.Fields[all[i]] = all[i+1]
	}
	return in
}

func (c *register) moved(n record.Number, name string, in record.Input) *risk.Risk {
	c.t.Helper()
	r, err := c.Move(c.t.Context(), c.pm, n, name, in)
	if err != nil {
		c.t.Fatalf("%s: %v", name, err)
	}
	return r
}

// entered is a risk that was analysed.
func (c *register) entered(title, probability, impact string) *risk.Risk {
	c.t.Helper()
	r, err := c.Identify(c.t.Context(), c.pm, fields("title", title, "condition", "one line to the province", "consequence", "no data exchange", "process", "con"))
	if err != nil {
		c.t.Fatal(err)
	}
	return c.moved(r.Number, "analyse", fields("probability", probability, "impact", impact, "within", "near"))
}

// The six steps: what each of them needs, the exposure worked out anew each
// time, what it came to when the risk occurred, and the lesson at the end.
func TestARiskThroughItsSixSteps(t *testing.T) {
	each(t, func(t *testing.T, c *register) {
		ctx := t.Context()
		r, err := c.Identify(ctx, c.pm, fields("title", "the line to the province fails", "condition", "one line", "consequence", "no exchange", "process", "con"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Move(ctx, c.pm, r.Number, "analyse", fields("probability", "6", "impact", "4", "within", "near"))
		refused(t, err, "probability")
		_, err = c.Move(ctx, c.pm, r.Number, "analyse", fields("impact", "4", "within", "near"))
		refused(t, err, "probability")
		if r = c.moved(r.Number, "analyse", fields("probability", "3", "impact", "5", "within", "near")); r.Exposure != 15 || r.State != risk.Analysed {
			t.Errorf("exposure %d, state %s", r.Exposure, r.State)
		}
		_, err = c.Move(ctx, c.pm, r.Number, "plan", fields("response", "reduce"))
		for _, missing := range []string{"mitigation", "trigger", "contingency", "owner", "review_on"} {
			refused(t, err, missing)
		}
		r = c.moved(r.Number, "plan", fields("response", "accept", "trigger", "loss of packets", "contingency", "the mobile network", "owner", c.pm.ID.String(), "review_on", "2026-12-20T00:00:00Z"))
		r = c.moved(r.Number, "track", record.Input{})
		_, err = c.Move(ctx, c.pm, r.Number, "occur", record.Input{})
		refused(t, err, "text")
		c.now = c.now.Add(time.Hour)
		if r = c.moved(r.Number, "occur", record.Input{Text: "the digger again"}); r.Times != 1 || !r.Occurred.Equal(c.now) {
			t.Errorf("%d times, at %v", r.Times, r.Occurred)
		}
		in := fields("probability", "2", "impact", "5")
		in.Text = "a second line is ordered"
		if r = c.moved(r.Number, "control", in); r.Exposure != 10 || r.State != risk.Tracked {
			t.Errorf("exposure %d, state %s", r.Exposure, r.State)
		}
		_, err = c.Move(ctx, c.pm, r.Number, "close", record.Input{})
		refused(t, err, "lesson")
		if r = c.moved(r.Number, "close", fields("lesson", "two lines, two trenches")); r.State != risk.Closed || r.Closed.IsZero() {
			t.Errorf("%+v", r)
		}
	})
}

// A risk in percent and money stands beside those in classes: the classes follow from the
// figures by the scale, the loss to be expected is told, and of equal exposures the
// dearer comes first. A class that somebody gives drops the figure.
func TestARiskInFigures(t *testing.T) {
	each(t, func(t *testing.T, c *register) {
		ctx := t.Context()
		c.entered("in classes", "3", "4")
		r, err := c.Identify(ctx, c.pm, fields("title", "in figures", "condition", "one line", "consequence", "no exchange", "process", "con"))
		if err != nil {
			t.Fatal(err)
		}
		for field, value := range map[string]string{"chance": "101", "loss": "-1"} {
			_, err := c.Move(ctx, c.pm, r.Number, "analyse", fields("probability", "3", "impact", "4", "within", "near", field, value))
			refused(t, err, field)
		}
		r = c.moved(r.Number, "analyse", fields("chance", "21", "loss", "200001", "within", "near"))
		if r.Probability != 3 || r.Impact != 4 || r.Exposure != 12 || r.Expected != 42_000 {
			t.Errorf("%d %% of %d yuan: %d times %d is %d, %d yuan", r.Chance, r.Loss, r.Probability, r.Impact, r.Exposure, r.Expected)
		}
		got, err := c.Rank(ctx, c.pm)
		if err != nil || len(got.Top) != 2 || got.Top[0].Title != "in figures" || got.Top[0].Expected != 42_000 || got.Top[1].Expected != 0 {
			t.Errorf("%+v, %v", got.Top, err)
		}
		in := fields("probability", "5")
		in.Text = "the digger comes"
		if r = c.moved(r.Number, "assess", in); r.Chance != 0 || r.Probability != 5 || r.Loss != 200_001 || r.Exposure != 20 || r.Expected != 0 {
			t.Errorf("a class of its own: %+v", r)
		}
		c.Scale = func() risk.Scale {
			return risk.Scale{Chance: [4]int{1, 2, 3, 4}, Loss: [4]int{1, 2, 3, 300_000}}
		}
		in = fields("chance", "4")
		in.Text = "by the centre's own scale"
		if r = c.moved(r.Number, "assess", in); r.Probability != 4 || r.Impact != 4 || r.Expected != 8_000 {
			t.Errorf("by the centre's own scale: %+v", r)
		}
	})
	for _, scale := range []risk.Scale{{Chance: [4]int{5, 5, 50, 80}, Loss: [4]int{1, 2, 3, 4}}, {Chance: [4]int{1, 2, 3, 4}, Loss: [4]int{1, 2, 3, 3}}} {
		if scale.Check() == nil {
			t.Errorf("steps that do not rise: %+v", scale)
		}
	}
	if err := risk.StandardScale().Check(); err != nil {
		t.Error(err)
	}
}

func refused(t *testing.T, err error, field string) {
	t.Helper()
	if !slices.ContainsFunc(fault.All(err), func(f *fault.Fault) bool { return f.Field == field }) {
		t.Errorf("got %v, want a fault at %s", err, field)
	}
}

// The top ten are the open ones of the highest exposure, of equals the older
// first; who may see none learns nothing of them, nor how many there are.
func TestTheTopTen(t *testing.T) {
	each(t, func(t *testing.T, c *register) {
		for _, one := range [][3]string{{"a", "1", "2"}, {"b", "5", "5"}, {"c", "4", "4"}, {"e", "4", "4"}} {
			c.entered(one[0], one[1], one[2])
		}
		c.moved(c.entered("closed", "5", "5").Number, "close", fields("lesson", "none"))
		got, err := c.Rank(t.Context(), c.pm)
		if err != nil {
			t.Fatal(err)
		}
		var titles []string
		for _, r := range got.Top {
			titles = append(titles, r.Title)
		}
		if !slices.Equal(titles, []string{"b", "c", "e", "a"}) {
			t.Errorf("%v", titles)
		}
		if !slices.Equal(got.Matrix, []risk.Cell{{Probability: 1, Impact: 2, N: 1}, {Probability: 4, Impact: 4, N: 2}, {Probability: 5, Impact: 5, N: 1}}) {
			t.Errorf("%+v", got.Matrix)
		}
		own := c.pm
		own.ID, own.Scope = c.pm.ID+1, people.Scope{Own: c.pm.ID + 1}
		if got, err := c.Rank(t.Context(), own); err != nil || len(got.Top)+len(got.Matrix) != 0 {
			t.Errorf("out of scope: %+v, %v", got, err)
		}
		none := c.pm
		none.Grants = people.NewGrants("incident.*")
		if _, err := c.Rank(t.Context(), none); !fault.Is(err, fault.Denied) {
			t.Errorf("without the right: %v", err)
		}
	})
}
