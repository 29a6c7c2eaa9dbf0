package incident_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"kilter/internal/base/fault"
	"kilter/internal/practice/grade"
	"kilter/internal/practice/incident"
	"kilter/internal/practice/people"
	"kilter/internal/practice/record"
)

// closed is an incident that its requester has confirmed, at a centre that has
// its grades answered by bo.
func (c *centre) closed() *incident.Incident {
	c.Rules.Grades = func(i *incident.Incident) grade.Terms {
		return grade.Terms{
			Policy: grade.StandardPolicy(), Ended: i.Closed, Days: func(from time.Time, n int) time.Time { return from.AddDate(0, 0, n) },
			Duty: func() people.ID { return c.bo.ID }, Known: func(id int64) bool { return id == 3 },
		}
	}
	i := c.register(c.call(nil))
	c.move(c.bo, i.Number, "accept", record.Input{Fields: map[string]string{"owner": c.bo.ID.String()}})
	c.move(c.bo, i.Number, "resolve", record.Input{Fields: solution()})
	return c.move(c.user, i.Number, "confirm", record.Input{})
}

// A bad grade is answered, and everybody reads of it what is his to read.
func TestABadGradeIsAnswered(t *testing.T) {
	each(t, func(t *testing.T, c *centre) {
		ctx := t.Context()
		i := c.closed()
		bo := c.bo
		bo.Grants = people.NewGrants("incident.read", "incident.grade_answer")
		bad := grade.Given{Value: grade.Dissatisfied, Reason: 3, Words: "I called three times"}
		if _, err := c.Rate(ctx, c.bo, i.Number, bad); !fault.Is(err, fault.Denied) {
			t.Errorf("graded by whoever may not: %v", err)
		}
		if _, err := c.Rate(ctx, c.user, i.Number, grade.Given{Value: 1}); len(fault.All(err)) != 2 {
			t.Errorf("a bad grade without a reason: %v", err)
		}
		got, err := c.Rate(ctx, c.user, i.Number, bad)
		if err != nil || got.Rating != 2 {
			t.Fatalf("graded: %v, %+v", err, got)
		}
		if _, err := c.Rate(ctx, c.user, i.Number, grade.Given{Value: 5}); !fault.Is(err, fault.Conflict) {
			t.Errorf("graded twice: %v", err)
		}
		book := c.db.Grades()
		held, err := book.Of(ctx, i.ID)
		if err != nil || held == nil || held.Who != c.bo.ID || held.Words != bad.Words || !held.Open() {
			t.Fatalf("kept: %v, %+v", err, held)
		}
		if seen := record.ShowGrade(c.anna, &got.Head, held); seen.Words != "" || seen.Value != 2 {
			t.Errorf("a colleague reads %+v", seen)
		}
		if seen := record.ShowGrade(c.user, &got.Head, held); seen.Words != bad.Words || seen.Who != 0 {
			t.Errorf("the official reads %+v", seen)
		}
		open, err := book.List(ctx, people.Everything(), record.GradeQuery{Open: true, Who: c.bo.ID, Limit: 10})
		if err != nil || len(open) != 1 || open[0].Row.Number != i.Number || open[0].WhoName != "bo" {
			t.Errorf("the list: %v, %+v", err, open)
		}
		if other, err := book.List(ctx, people.Scope{Own: c.who["li"]}, record.GradeQuery{Limit: 10}); err != nil || len(other) != 0 {
			t.Errorf("the list of somebody who sees nothing: %v, %+v", err, other)
		}
		c.late(i)
		anna := c.anna
		anna.Grants = people.NewGrants("incident.read", "incident.grade_answer")
		if _, err := c.AnswerGrade(ctx, anna, i.Number, "mine"); !fault.Is(err, fault.Denied) {
			t.Errorf("answered by another: %v", err)
		}
		if _, err := c.CallBack(ctx, bo, i.Number, "she waits for the cable"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.AnswerGrade(ctx, bo, i.Number, "The cable is here."); err != nil {
			t.Fatal(err)
		}
		if held, err = book.Of(ctx, i.ID); err != nil || held.Open() || held.Answer != "The cable is here." || held.AnsweredBy != c.bo.ID {
			t.Errorf("answered: %v, %+v", err, held)
		}
		public, err := c.Ledger.Timeline(ctx, i.ID, true)
		if err != nil {
			t.Fatal(err)
		}
		if last := public[len(public)-1]; last.Deed != "incident.grade_answer" || last.Text != "The cable is here." {
			t.Errorf("the official reads %+v", last)
		}
		for _, e := range public {
			if strings.Contains(e.Text, "waits for the cable") || slices.ContainsFunc(e.Changes, func(f record.Change) bool { return strings.Contains(f.Now, "three times") }) {
				t.Errorf("the timeline tells what is not everybody's: %+v", e)
			}
		}
		c.counted(i)
	})
}

// late lets the time pass: bo is reminded once, and once mei is told.
func (c *centre) late(i *incident.Incident) {
	c.t.Helper()
	ctx, book := c.t.Context(), c.db.Grades()
	for _, step := range []struct {
		after time.Duration
		due   int
	}{{25 * time.Hour, 1}, {time.Hour, 0}, {5 * 24 * time.Hour, 1}, {time.Hour, 0}} {
		c.now = c.now.Add(step.after)
		due, err := book.Due(ctx, c.now, 10)
		if err != nil || len(due) != step.due {
			c.t.Fatalf("after %s: %v, %+v", step.after, err, due)
		}
		if err := c.TendGrade(ctx, i.Number, []people.ID{c.mei.ID}); err != nil {
			c.t.Fatal(err)
		}
	}
	deeds := c.deeds(i.ID)
	for _, want := range []string{"grade_due", "grade_remind", "grade_late"} {
		if n := len(slices.DeleteFunc(slices.Clone(deeds), func(d string) bool { return d != want })); n != 1 {
			c.t.Errorf("%s %d times: %q", want, n, deeds)
		}
	}
	around, err := c.Ledger.Around(ctx, people.Everything(), i.ID)
	if err != nil || !slices.ContainsFunc(around.Watchers, func(w record.Named) bool { return w.ID == c.mei.ID }) {
		c.t.Errorf("mei does not follow: %v, %+v", err, around.Watchers)
	}
}

// counted looks at the counts of the month, as a whole and within a scope.
func (c *centre) counted(i *incident.Incident) {
	c.t.Helper()
	from, to := c.now.AddDate(0, -1, 0), c.now.AddDate(0, 0, 1)
	for _, by := range grade.Dimensions {
		got, err := c.db.Grades().Counts(c.t.Context(), people.Everything(), by, "", from, to)
		if err != nil || len(got) != 1 || got[0].N != [5]int{0, 1, 0, 0, 0} || got[0].Ended != 1 {
			c.t.Errorf("by %s: %v, %+v", by, err, got)
		}
	}
	got, err := c.db.Grades().Counts(c.t.Context(), people.Scope{AllZones: true, Teams: []people.TeamID{i.Team + 1}}, grade.ByTeam, "", from, to)
	if err != nil || len(got) != 0 {
		c.t.Errorf("of another team: %v, %+v", err, got)
	}
}
